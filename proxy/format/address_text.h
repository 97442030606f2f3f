#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orrery::format {

// What of an address is wanted.
enum class AddressPart : uint8_t { kWhole, kWithoutPort, kPort };

// Appends that part of "1.2.3.4:80" or "[::1]:80" (all else is a path, which has no port), without port as a network of
// `maskBits` bits if they are given ("1.2.0.0/16"; more bits than an address has are as many as it has, as in Envoy).
// False: there is no such part.
bool appendAddress(std::string_view text, AddressPart part, std::optional<uint32_t> maskBits, std::string& out);

}  // namespace orrery::format
