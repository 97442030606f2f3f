#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/base/time.h"

namespace orrery::http {

// The value of the date field (RFC 9110 section 5.6.7), made once a second.
class DateHeader {
 public:
  // Valid until the next call in another second.
  std::string_view at(WallTime now);

 private:
  static constexpr size_t kSize = 29;  // "Sun, 06 Nov 1994 08:49:37 GMT"
  int64_t second_ = INT64_MIN;
  char text_[kSize + 1] = {};
};

}  // namespace orrery::http
