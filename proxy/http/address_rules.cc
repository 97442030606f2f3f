#include "proxy/http/address_rules.h"

#include <cstring>
#include <string>

#include "proxy/base/ascii.h"

namespace orrery::http {

using message::HeaderId;

XffAddress addressFromXff(std::string_view xff, uint32_t skip) {
  for (uint32_t i = 0; i < skip; ++i) {
    const size_t comma = xff.rfind(',');
    if (comma == std::string_view::npos) return {};
    xff = xff.substr(0, comma);
  }
  const size_t comma = xff.rfind(',');
  const bool only = comma == std::string_view::npos && skip == 0;
  if (comma != std::string_view::npos && comma + 1 < xff.size()) xff = xff.substr(comma + 1);
  const std::string_view text = trim(xff);
  std::optional<io::Address> address = io::Address::parseIp(text, 0);
  if (!address) address = io::Address::parseIpPort(text);
  if (!address) return {};
  return {address, only};
}

void appendXff(message::HeaderMap& headers, const DownstreamPeer& peer) {
  if (!peer.address.isIp()) return;
  const std::string own = peer.address.isLoopback() ? std::string(peer.ownAddressText) : peer.address.ipText();
  const std::string_view before = headers.get(HeaderId::kXForwardedFor);
  if (before.empty()) {
    headers.set(HeaderId::kXForwardedFor, own);
    return;
  }
  char* const room = headers.arena().room(before.size() + 1 + own.size());
  std::memcpy(room, before.data(), before.size());
  room[before.size()] = ',';
  std::memcpy(room + before.size() + 1, own.data(), own.size());
  headers.setReference(HeaderId::kXForwardedFor, {room, before.size() + 1 + own.size()});
}

namespace {

// The last address of the field that is not of `ranges`: those before it were written by hops that are trusted.
std::optional<io::Address> lastUntrusted(std::string_view xff, const std::vector<match::AddressRange>& ranges) {
  std::optional<io::Address> address;
  while (!xff.empty()) {
    const size_t comma = xff.rfind(',');
    const auto next = io::Address::parseIp(trim(xff.substr(comma == std::string_view::npos ? 0 : comma + 1)), 0);
    if (!next) return address;
    address = next;
    if (!match::anyHolds(ranges, *address) || comma == std::string_view::npos) return address;
    xff = xff.substr(0, comma);
  }
  return address;
}

Detected detectByXff(message::HeaderMap& headers, const IpDetection& how, const DownstreamPeer& peer) {
  Detected out;
  bool append = !how.skipXffAppend;
  if (how.trustedRanges.empty()) {
    if (headers.has(HeaderId::kXForwardedFor)) {
      const XffAddress found = addressFromXff(headers.get(HeaderId::kXForwardedFor), how.trustedHops);
      out.address = found.address;
      out.trusted = found.only;
    }
  } else if (match::anyHolds(how.trustedRanges, peer.address)) {
    out.address = lastUntrusted(headers.get(HeaderId::kXForwardedFor), how.trustedRanges);
  } else {
    append = true;  // whatever stands there is the client's own
  }
  if (append) appendXff(headers, peer);
  return out;
}

Detected detectByHeader(const message::HeaderMap& headers, const IpDetection& how) {
  Detected out;
  out.address = io::Address::parseIp(headers.get(message::HeaderName(how.header)), 0);
  out.trusted = how.trustAddress && out.address;
  if (!out.address) out.rejectStatus = how.rejectStatus.value_or(0);
  return out;
}

}  // namespace

Detected detectAddress(message::HeaderMap& headers, const HcmOptions& options, const DownstreamPeer& peer) {
  for (const IpDetection& how : options.ipDetection) {
    const Detected found =
        how.kind == IpDetection::Kind::kXff ? detectByXff(headers, how, peer) : detectByHeader(headers, how);
    if (found.address || found.rejectStatus != 0) return found;
  }
  return {};
}

}  // namespace orrery::http
