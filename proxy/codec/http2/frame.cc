#include "proxy/codec/http2/frame.h"

namespace orrery::http2 {

FrameHead readFrameHead(const char* from) {
  FrameHead head;
  head.length = readU32(from) >> 8;
  head.type = static_cast<FrameType>(from[3]);
  head.flags = static_cast<uint8_t>(from[4]);
  head.stream = readU32(from + 5) & kLargestStreamId;  // the reserved bit is ignored (RFC 9113 section 4.1)
  return head;
}

void writeFrameHead(const FrameHead& head, char* to) {
  writeU32(to, head.length << 8);
  to[3] = static_cast<char>(head.type);
  to[4] = static_cast<char>(head.flags);
  writeU32(to + 5, head.stream);
}

}  // namespace orrery::http2
