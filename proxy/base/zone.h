#pragma once

#include <cstdint>
#include <string>

namespace orrery {

// How far a zone's clocks are ahead of UTC at some instant, and what the zone is called then ("CEST").
struct ZoneOffset {
  int32_t seconds = 0;
  std::string name = "UTC";
};

}  // namespace orrery
