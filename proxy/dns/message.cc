#include "proxy/dns/message.h"

#include <ares.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace orrery::dns {

namespace {

constexpr size_t kHeader = 12;
constexpr int kClassIn = 1;
constexpr int kTypeA = 1;
constexpr int kTypeAaaa = 28;
constexpr int kMostAddresses = 64;
constexpr uint8_t kNoName = 3;  // RFC 1035 section 4.1.1

uint8_t byteAt(std::string_view m, size_t at) { return static_cast<uint8_t>(m[at]); }

// The same header id and question section, whose names differ in case at most.
bool answers(std::string_view m, std::string_view query) {
  if (m.size() < kHeader || m.substr(0, 2) != query.substr(0, 2) || (byteAt(m, 2) & 0x80) == 0) return false;
  const bool empty = byteAt(m, 4) == 0 && byteAt(m, 5) == 0;
  if (empty) return (byteAt(m, 3) & 0x0f) != 0;  // some servers that fail leave the question out
  const std::string_view asked = query.substr(kHeader);
  if (m.size() < query.size()) return false;
  const auto lower = [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); };
  return std::equal(asked.begin(), asked.end(), m.begin() + kHeader,
                    [&](char a, char b) { return lower(a) == lower(b); });
}

// c-ares' status as a kind; `count` addresses were found.
Response::Kind kindOf(int status, int count) {
  if (status == ARES_SUCCESS) return count > 0 ? Response::Kind::kAnswer : Response::Kind::kNoData;
  return status == ARES_ENODATA ? Response::Kind::kNoData : Response::Kind::kServerFailure;
}

void takeTtl(Response& r, int ttl) {
  const Duration d = Duration::seconds(std::max(ttl, 0));
  r.ttl = r.addresses.size() == 1 ? d : std::min(r.ttl, d);
}

}  // namespace

Result<std::string> encodeQuery(const std::string& name, Family family, uint16_t id) {
  unsigned char* buffer = nullptr;
  int length = 0;
  const int status =
      ares_create_query(name.c_str(), kClassIn, family == Family::kV4 ? kTypeA : kTypeAaaa, id, 1, &buffer, &length, 0);
  if (status != ARES_SUCCESS) return makeError("'" + name + "': " + ares_strerror(status));
  std::string out(reinterpret_cast<const char*>(buffer), static_cast<size_t>(length));
  ares_free_string(buffer);
  return out;
}

Response decodeResponse(std::string_view m, std::string_view query, Family family) {
  Response r;
  if (!answers(m, query)) return r;
  const uint8_t code = byteAt(m, 3) & 0x0f;
  if (code != 0) {
    r.kind = code == kNoName ? Response::Kind::kNoName : Response::Kind::kServerFailure;
    return r;
  }
  if ((byteAt(m, 2) & 0x02) != 0) {
    r.kind = Response::Kind::kTruncated;
    return r;
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(m.data());
  const int length = static_cast<int>(m.size());
  int count = kMostAddresses;
  if (family == Family::kV4) {
    std::array<ares_addrttl, kMostAddresses> found{};
    r.kind = kindOf(ares_parse_a_reply(bytes, length, nullptr, found.data(), &count), count);
    for (int i = 0; r.kind == Response::Kind::kAnswer && i < count; ++i) {
      std::array<uint8_t, 4> b{};
      std::memcpy(b.data(), &found[static_cast<size_t>(i)].ipaddr, b.size());
      r.addresses.push_back(
          io::Address::ipv4(uint32_t{b[0]} << 24 | uint32_t{b[1]} << 16 | uint32_t{b[2]} << 8 | b[3], 0));
      takeTtl(r, found[static_cast<size_t>(i)].ttl);
    }
  } else {
    std::array<ares_addr6ttl, kMostAddresses> found{};
    r.kind = kindOf(ares_parse_aaaa_reply(bytes, length, nullptr, found.data(), &count), count);
    for (int i = 0; r.kind == Response::Kind::kAnswer && i < count; ++i) {
      std::array<uint8_t, 16> b{};
      std::memcpy(b.data(), &found[static_cast<size_t>(i)].ip6addr, b.size());
      r.addresses.push_back(io::Address::ipv6(b, 0));
      takeTtl(r, found[static_cast<size_t>(i)].ttl);
    }
  }
  return r;
}

}  // namespace orrery::dns
