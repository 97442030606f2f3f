#pragma once

#include <cstdint>

namespace orrery::message {

// What a request and its answer took on one of their two connections, as Envoy counts it. A codec counts into the meter of
// whoever owns the stream. Wire: everything, with framing. Headers: HTTP/1 the lines of fields, sent with "name: value\r\n",
// received without the blank (measured at Envoy 1.40); HTTP/2 the frames of the blocks. Decompressed: HTTP/1 the same
// again, without trailers that were received.
struct BytesMeter {
  uint64_t wireSent = 0;
  uint64_t wireReceived = 0;
  uint64_t headersSent = 0;
  uint64_t headersReceived = 0;
  uint64_t decompressedHeadersSent = 0;
  uint64_t decompressedHeadersReceived = 0;
};

}  // namespace orrery::message
