#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/time.h"

namespace orrery::format {

// A compiled date format of %START_TIME(...)%: the directives of strftime as Envoy takes them, always in UTC, plus %s (seconds
// since 1970), %f and %1f..%9f (fraction of the second), %E3S and %E*S (seconds with fraction). What is no directive is
// written as it stands, as Envoy does.
class TimeFormat {
 public:
  // Empty: Envoy's default, "%Y-%m-%dT%H:%M:%E3SZ".
  explicit TimeFormat(std::string_view text);
  void append(WallTime t, std::string& out) const;

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
