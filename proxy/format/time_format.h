#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/base/zone.h"

namespace orrery::format {

// A compiled date format of %START_TIME(...)%: the directives of strftime as Envoy takes them, plus %s (seconds since 1970),
// %f and %1f..%9f (fraction of the second), %E3S and %E*S (seconds with fraction). What is no directive is written as it
// stands, as Envoy does.
class TimeFormat {
 public:
  static constexpr std::string_view kUtcDefault = "%Y-%m-%dT%H:%M:%E3SZ";
  static constexpr std::string_view kLocalDefault = "%Y-%m-%dT%H:%M:%E3S%z";
  // Empty: Envoy's default in UTC.
  explicit TimeFormat(std::string_view text);
  // In UTC.
  void append(WallTime t, std::string& out) const { appendIn({}, t, out); }
  void appendIn(const ZoneOffset& zone, WallTime t, std::string& out) const;

 private:
  struct Step {
    char directive;  // 0: literal; 'f' with digits; 'S' with digits: seconds with fraction
    int digits = 0;  // kAllDigits: as many as say something
    std::string literal;
  };
  static constexpr int kAllDigits = -1;
  void addLiteral(char c);
  std::vector<Step> steps_;
};

}  // namespace orrery::format
