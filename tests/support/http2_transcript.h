#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proxy/codec/http2/session.h"

namespace orrery::tests {

// What a session made of a run of bytes, as one text: verdict, streams, the frames that it wrote. `sizes`: of the pieces in
// which the bytes come; the rest comes at once. Two cuttings of the same bytes must give the same text.
// `options`: bit 0 small limits, bit 1 streams end for malformed messages, bit 2 (servers) nothing is answered.
std::string http2Transcript(http2::Side side, uint8_t options, std::string_view bytes, std::span<const size_t> sizes);

// A client's preface, its SETTINGS and the acknowledgement of the server's.
std::string http2Greeting();

}  // namespace orrery::tests
