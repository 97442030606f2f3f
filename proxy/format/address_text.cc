#include "proxy/format/address_text.h"

#include <algorithm>

#include "proxy/io/address.h"

namespace orrery::format {

bool appendAddress(std::string_view text, AddressPart part, std::optional<uint32_t> maskBits, std::string& out) {
  if (text.empty()) return false;
  if (part == AddressPart::kWhole) {
    out += text;
    return true;
  }
  const size_t colon = text.rfind(':');
  const bool hasPort = text.front() != '/' && text.front() != '@' && colon != std::string_view::npos;
  if (part == AddressPart::kPort) {
    if (!hasPort) return false;
    out += text.substr(colon + 1);
    return true;
  }
  std::string_view host = hasPort ? text.substr(0, colon) : text;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = maskBits ? io::Address::parseIp(host, 0) : std::nullopt;
  if (!address) {
    out += host;
    return true;
  }
  const uint32_t bits = std::min<uint32_t>(*maskBits, address->kind() == io::Address::Kind::kIpv4 ? 32 : 128);
  out += address->network(bits).ipText();
  out += '/';
  out += std::to_string(bits);
  return true;
}

}  // namespace orrery::format
