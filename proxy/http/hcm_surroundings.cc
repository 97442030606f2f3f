#include "proxy/http/hcm_surroundings.h"

#include <array>

#include "proxy/http/request_id.h"

namespace orrery::http {

void HcmSurroundings::appendUuid(std::string& out) const {
  std::array<uint8_t, 16> bytes;
  worker_.entropy.fill(bytes);
  char text[kUuidSize];
  writeUuid(bytes, text);
  out.append(text, kUuidSize);
}

}  // namespace orrery::http
