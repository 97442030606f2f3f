#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/buffer/buffer.h"
#include "proxy/message/header_map.h"

namespace orrery::http1 {

// How the body of a message is delimited on the wire.
enum class BodyFraming : uint8_t {
  kNone,           // no body follows the head (also HEAD, 1xx, 204, 304)
  kContentLength,  // the map has content-length
  kChunked,        // the writer adds transfer-encoding: chunked
  kUntilClose,     // HTTP/1.0 peer: the end of the connection ends the body
};

struct WriteOptions {
  bool properCase = false;  // header_key_format proper_case_words; a map that knows how its names came goes before it
  uint8_t minor = 1;        // of the status line
  bool absoluteTarget = false;  // send_fully_qualified_url: the request target is a whole URI, unless it is a CONNECT's
};

// Both return the bytes that its fields take, without the start line and the empty one.
// Appends a request head: start line from ":method" and ":path", "host" first from ":authority", then the fields in order.
size_t writeRequestHead(const message::HeaderMap& headers, BodyFraming framing, const WriteOptions& options,
                        buffer::Buffer& out);
// Appends a response head; the reason phrase is Envoy's for the code ("Unknown" if it has none).
size_t writeResponseHead(const message::HeaderMap& headers, BodyFraming framing, const WriteOptions& options,
                         buffer::Buffer& out);
// Moves `data` (not empty) out as one chunk.
void writeChunk(buffer::Buffer& data, buffer::Buffer& out);
// The last chunk with optional trailers.
void writeLastChunk(const message::HeaderMap* trailers, const WriteOptions& options, buffer::Buffer& out);

// "OK" for 200, "Unknown" where Envoy has no name.
std::string_view reasonPhrase(uint32_t status);

}  // namespace orrery::http1
