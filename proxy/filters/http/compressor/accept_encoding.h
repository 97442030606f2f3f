#pragma once

#include <cstdint>
#include <string_view>

namespace orrery::filters::compressor {

// What accept-encoding (RFC 9110 section 12.5.3) means for one coding.
enum class Acceptance : uint8_t { kNoHeader, kUsed, kWildcard, kIdentity, kNotValid };

// `header`: all fields joined; `present`: there is one. kNotValid: the coding is not wanted, or nothing is.
Acceptance acceptance(std::string_view header, bool present, std::string_view coding);

}  // namespace orrery::filters::compressor
