#include "sim/net/packet_bytes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace orrery::sim {

namespace {

constexpr size_t kIpv4Header = 20;
constexpr size_t kIpv6Header = 40;
constexpr size_t kTcpHeader = 20;
constexpr size_t kSynOptions = 8;
constexpr size_t kUdpHeader = 8;
constexpr uint8_t kProtocolTcp = 6;
constexpr uint8_t kProtocolUdp = 17;
constexpr uint8_t kProtocolIcmp = 1;
constexpr uint8_t kProtocolIcmpv6 = 58;
constexpr size_t kIcmpHeader = 8;
constexpr uint32_t kPortUnreachable = 0x0303;   // type and code
constexpr uint32_t kPortUnreachable6 = 0x0104;  // RFC 4443 section 3.1
constexpr uint8_t kHops = 64;
constexpr uint32_t kWindowScale = 7;

class Bytes {
 public:
  explicit Bytes(std::string& out) : out_(out), start_(out.size()) {}
  void u8(uint32_t v) { out_ += static_cast<char>(v); }
  void u16(uint32_t v) {
    u8(v >> 8 & 0xff);
    u8(v & 0xff);
  }
  void u32(uint64_t v) {
    u16(static_cast<uint32_t>(v >> 16 & 0xffff));
    u16(static_cast<uint32_t>(v & 0xffff));
  }
  void patch16(size_t at, uint32_t v) {
    out_[start_ + at] = static_cast<char>(v >> 8);
    out_[start_ + at + 1] = static_cast<char>(v);
  }
  std::string_view from(size_t at) const { return std::string_view(out_).substr(start_ + at); }

 private:
  std::string& out_;
  size_t start_;
};

// RFC 1071, before the complement.
uint64_t sum16(std::string_view bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    sum += static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << 8 | static_cast<uint8_t>(bytes[i + 1]);
  }
  if (bytes.size() % 2 != 0) sum += static_cast<uint32_t>(static_cast<uint8_t>(bytes.back())) << 8;
  return sum;
}
uint32_t complement(uint64_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint32_t>(~sum & 0xffff);
}

size_t ipHeaderSize(const Segment& s) { return s.to.isIpv6() ? kIpv6Header : kIpv4Header; }

// RFC 8200 section 3.
void ipv6Header(Bytes& b, const Segment& s, uint8_t protocol, size_t payload) {
  b.u32(0x60000000);
  b.u16(static_cast<uint32_t>(payload));
  b.u8(protocol);
  b.u8(kHops);
  for (const Endpoint& e : {s.from, s.to}) {
    for (const uint8_t byte : e.ip().ipv6Bytes()) b.u8(byte);
  }
}

void ipHeader(Bytes& b, const Segment& s, uint16_t identification, uint8_t protocol, size_t payload) {
  if (s.to.isIpv6()) return ipv6Header(b, s, protocol, payload);
  b.u8(0x45);
  b.u8(0);
  b.u16(static_cast<uint32_t>(kIpv4Header + payload));
  b.u16(identification);
  b.u16(0x4000);  // do not fragment
  b.u8(kHops);
  b.u8(protocol);
  b.u16(0);
  b.u32(s.from.ip().ipv4());
  b.u32(s.to.ip().ipv4());
  b.patch16(10, complement(sum16(b.from(0))));
}

// Over the pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1) and all that follows the IP header.
uint32_t checksum(const Bytes& b, const Segment& s, uint8_t protocol) {
  const std::string_view all = b.from(ipHeaderSize(s));
  const size_t addressesAt = s.to.isIpv6() ? 8 : 12;
  const std::string_view addresses = b.from(addressesAt).substr(0, ipHeaderSize(s) - addressesAt);
  return complement(sum16(all) + protocol + all.size() + sum16(addresses));
}

// "Port unreachable", with the head of the datagram that it answers: its addresses and ports; the rest of it is not known any
// more and said to have been empty.
void icmp(Bytes& b, const Segment& s, std::string& out) {
  const size_t start = ipHeaderSize(s);
  b.u16(s.to.isIpv6() ? kPortUnreachable6 : kPortUnreachable);
  b.u16(0);
  b.u32(0);
  Bytes quoted(out);
  Segment original;
  original.from = s.to;
  original.to = s.from;
  ipHeader(quoted, original, 0, kProtocolUdp, kUdpHeader);
  quoted.u16(original.from.port());
  quoted.u16(original.to.port());
  quoted.u16(kUdpHeader);
  quoted.u16(0);
  const uint32_t sum = checksum(quoted, original, kProtocolUdp);
  quoted.patch16(start + 6, sum == 0 ? 0xffff : sum);
  // ICMP for IPv4 has no pseudo-header.
  b.patch16(start + 2, s.to.isIpv6() ? checksum(b, s, kProtocolIcmpv6) : complement(sum16(b.from(start))));
}

void tcp(Bytes& b, const Segment& s, uint32_t mss) {
  const bool syn = (s.flags & kSyn) != 0;
  b.u16(s.from.port());
  b.u16(s.to.port());
  b.u32(s.seq & 0xffffffff);
  b.u32((s.flags & kAck) != 0 ? s.ack & 0xffffffff : 0);
  b.u8(static_cast<uint32_t>((kTcpHeader + (syn ? kSynOptions : 0)) / 4 << 4));
  b.u8(s.flags);
  const uint64_t scaled = syn ? s.window : (uint64_t{s.window} + (1u << kWindowScale) - 1) >> kWindowScale;
  b.u16(static_cast<uint32_t>(std::min<uint64_t>(scaled, 0xffff)));
  b.u16(0);  // checksum
  b.u16((s.flags & kUrg) != 0 ? static_cast<uint32_t>(std::min<uint64_t>(s.urgentEnd - s.seq, 0xffff)) : 0);
  if (!syn) return;
  b.u16(0x0204);
  b.u16(std::min<uint32_t>(mss, 0xffff));
  b.u32(0x01030300 | kWindowScale);
}

}  // namespace

void appendPacket(const Segment& s, uint16_t identification, uint32_t mss, std::string& out) {
  Bytes b(out);
  const size_t start = ipHeaderSize(s);
  const std::string_view payload = s.length == 0 ? std::string_view() : std::string_view(s.payload(), s.length);
  if (s.unreachable) {
    ipHeader(b, s, identification, s.to.isIpv6() ? kProtocolIcmpv6 : kProtocolIcmp, kIcmpHeader + start + kUdpHeader);
    icmp(b, s, out);
    return;
  }
  if (s.datagram) {
    ipHeader(b, s, identification, kProtocolUdp, kUdpHeader + payload.size());
    b.u16(s.from.port());
    b.u16(s.to.port());
    b.u16(static_cast<uint32_t>(kUdpHeader + payload.size()));
    b.u16(0);
    out += payload;
    const uint32_t sum = checksum(b, s, kProtocolUdp);
    b.patch16(start + 6, sum == 0 ? 0xffff : sum);  // 0 would say: none
    return;
  }
  const size_t header = kTcpHeader + ((s.flags & kSyn) != 0 ? kSynOptions : 0);
  ipHeader(b, s, identification, kProtocolTcp, header + payload.size());
  tcp(b, s, mss);
  out += payload;
  b.patch16(start + 16, checksum(b, s, kProtocolTcp));
}

}  // namespace orrery::sim
