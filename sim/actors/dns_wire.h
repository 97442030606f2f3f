#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/scenario/dns.h"

namespace orrery::sim {

// The question of a query (RFC 1035 section 4.1).
struct DnsQuestion {
  uint16_t id = 0;
  bool recursionDesired = false;
  std::string name;  // lower case, without the last point
  uint16_t type = 0;
  std::string_view bytes;  // of the question section, in the query
};
// Nothing: no well-formed query of one question of class IN.
std::optional<DnsQuestion> readDnsQuery(std::string_view message);

// RFC 1035 section 4.1.1.
enum class DnsCode : uint8_t { kNoError = 0, kFormErr = 1, kServfail = 2, kNxdomain = 3, kNotImp = 4, kRefused = 5 };

// A response, made by the server's own hand: names are not compressed.
class DnsResponse {
 public:
  DnsResponse(const DnsQuestion& question, DnsCode code);

  // False: the value is no address of that type, or no name.
  bool add(const DnsRecord& record);
  // Empties the answer and says that it was too long.
  void truncate();
  void setId(uint16_t id);
  size_t size() const { return out_.size(); }
  const std::string& bytes() const { return out_; }

 private:
  void u16(uint32_t v);

  std::string out_;
  size_t head_ = 0;  // with the question
};

}  // namespace orrery::sim
