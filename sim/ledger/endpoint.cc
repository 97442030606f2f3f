#include "sim/ledger/endpoint.h"

#include <fmt/format.h>

#include <charconv>

namespace orrery::sim {

std::string Endpoint::text() const {
  return fmt::format(fmt::runtime(isIpv6() ? "[{}]:{}" : "{}:{}"), ip().text(), port());
}

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (bracketed != host.contains(':')) return std::nullopt;
  const auto ip = IpAddress::parse(host);
  uint16_t port = 0;
  const auto r = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  if (!ip || r.ec != std::errc{} || r.ptr != text.data() + text.size()) return std::nullopt;
  return Endpoint(*ip, port);
}

}  // namespace orrery::sim
