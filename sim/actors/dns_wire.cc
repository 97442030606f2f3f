#include "sim/actors/dns_wire.h"

#include <array>

#include "proxy/io/address.h"

namespace orrery::sim {

namespace {

constexpr size_t kHeader = 12;
constexpr uint16_t kClassIn = 1;
constexpr size_t kMaxName = 255;
constexpr size_t kMaxLabel = 63;

uint16_t u16At(std::string_view m, size_t at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(m[at]) << 8 | static_cast<uint8_t>(m[at + 1]));
}

// Labels from `at` on; nothing if they are not well formed. Questions are not compressed.
std::optional<std::string> readName(std::string_view m, size_t& at) {
  std::string name;
  for (;;) {
    if (at >= m.size()) return std::nullopt;
    const size_t length = static_cast<uint8_t>(m[at++]);
    if (length == 0) return name;
    if (length > kMaxLabel || at + length > m.size() || name.size() + length + 1 > kMaxName) return std::nullopt;
    if (!name.empty()) name += '.';
    for (const char c : m.substr(at, length)) name += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    at += length;
  }
}

// False: an empty or too long label.
bool appendName(std::string_view name, std::string& out) {
  while (!name.empty()) {
    const size_t dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    if (label.empty() || label.size() > kMaxLabel) return false;
    out += static_cast<char>(label.size());
    out += label;
    name.remove_prefix(dot == std::string_view::npos ? name.size() : dot + 1);
  }
  out += '\0';
  return true;
}

// The record's data; false if the value is not of its type.
bool appendData(const DnsRecord& record, std::string& out) {
  if (record.type == DnsRecord::Type::kCname) return appendName(record.value, out);
  const auto address = io::Address::parseIp(record.value, 0);
  const bool v4 = record.type == DnsRecord::Type::kA;
  if (!address || address->kind() != (v4 ? io::Address::Kind::kIpv4 : io::Address::Kind::kIpv6)) return false;
  if (v4) {
    const uint32_t ip = address->ipv4HostOrder();
    for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(ip >> shift);
  } else {
    for (const uint8_t byte : address->ipv6Bytes()) out += static_cast<char>(byte);
  }
  return true;
}

}  // namespace

std::optional<DnsQuestion> readDnsQuery(std::string_view m) {
  if (m.size() < kHeader) return std::nullopt;
  const uint16_t flags = u16At(m, 2);
  const bool query = (flags & 0x8000) == 0 && (flags & 0x7800) == 0;  // no response, opcode QUERY
  if (!query || u16At(m, 4) != 1) return std::nullopt;
  size_t at = kHeader;
  auto name = readName(m, at);
  if (!name || at + 4 > m.size() || u16At(m, at + 2) != kClassIn) return std::nullopt;
  DnsQuestion q;
  q.id = u16At(m, 0);
  q.recursionDesired = (flags & 0x0100) != 0;
  q.name = std::move(*name);
  q.type = u16At(m, at);
  q.bytes = m.substr(kHeader, at + 4 - kHeader);
  return q;
}

DnsResponse::DnsResponse(const DnsQuestion& q, DnsCode code) {
  u16(q.id);
  // A response, authoritative, recursion as desired and available.
  u16(0x8400u | (q.recursionDesired ? 0x0100u : 0u) | 0x0080u | static_cast<uint32_t>(code));
  u16(1);
  u16(0);
  u16(0);
  u16(0);
  out_ += q.bytes;
  head_ = out_.size();
}

bool DnsResponse::add(const DnsRecord& record) {
  std::string data;
  std::string name;
  if (!appendName(record.name, name) || !appendData(record, data)) return false;
  out_ += name;
  u16(static_cast<uint32_t>(record.type));
  u16(kClassIn);
  u16(record.ttl >> 16);
  u16(record.ttl & 0xffff);
  u16(static_cast<uint32_t>(data.size()));
  out_ += data;
  const auto answers = static_cast<uint16_t>(u16At(out_, 6) + 1);
  out_[6] = static_cast<char>(answers >> 8);
  out_[7] = static_cast<char>(answers);
  return true;
}

void DnsResponse::truncate() {
  out_.resize(head_);
  out_[2] = static_cast<char>(out_[2] | 0x02);
  out_[6] = out_[7] = '\0';
}

void DnsResponse::setId(uint16_t id) {
  out_[0] = static_cast<char>(id >> 8);
  out_[1] = static_cast<char>(id);
}

void DnsResponse::u16(uint32_t v) {
  out_ += static_cast<char>(v >> 8);
  out_ += static_cast<char>(v);
}

}  // namespace orrery::sim
