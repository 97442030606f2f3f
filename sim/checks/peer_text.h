#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "sim/ledger/endpoint.h"

namespace orrery::sim {

// "127.0.0.2:40000" of an event as the ledger has it; nothing if it is not IPv4.
inline std::optional<Endpoint> endpointFromText(std::string_view text) {
  Endpoint e;
  for (int part = 0; part < 5; ++part) {
    const size_t end = part < 3 ? text.find('.') : part == 3 ? text.find(':') : text.size();
    if (end == std::string_view::npos) return std::nullopt;
    uint32_t value = 0;
    const auto r = std::from_chars(text.data(), text.data() + end, value);
    if (r.ec != std::errc{} || r.ptr != text.data() + end || value > (part < 4 ? 255u : 65'535u)) return std::nullopt;
    if (part < 4) {
      e.ip = e.ip << 8 | value;
    } else {
      e.port = static_cast<uint16_t>(value);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return e;
}

}  // namespace orrery::sim
