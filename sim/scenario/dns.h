#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/base/time.h"

// What a scripted name server knows and how it fails. Plain values.
namespace orrery::sim {

// A record, from an instant until another (times since the server began): answers that change are several of them.
struct DnsRecord {
  enum class Type : uint16_t { kA = 1, kCname = 5, kAaaa = 28 };  // the numbers of RFC 1035 and RFC 3596
  std::string name;                                               // "origin.test", lower case, without the last point
  Type type = Type::kA;
  std::string value;  // "127.0.0.3", "::1", or a name
  uint32_t ttl = 60;  // seconds
  Duration begin = {};
  Duration end = {};  // zero: never
};

// What it does with some questions instead of answering them from its records.
struct DnsFailure {
  enum class Kind : uint8_t {
    kNone,      // answers, only later (`delay`)
    kServfail,  // RFC 1035 section 4.1.1
    kNxdomain,
    kRefused,
    kSilence,     // says nothing
    kTruncation,  // over UDP says only that the answer does not fit: ask by TCP
    kGarbage,     // bytes that are no message
    kWrongId,     // the answer to a question that nobody asked
  };
  Kind kind = Kind::kNone;
  std::string name;  // empty: every name
  Duration delay = {};
  Duration begin = {};
  Duration end = {};   // zero: never
  uint64_t first = 0;  // so many times at most; 0: no bound
};

struct DnsZone {
  std::vector<DnsRecord> records;
  std::vector<DnsFailure> failures;  // the first that fits a question counts
  size_t udpLimit = 512;             // longer answers are truncated over UDP (RFC 1035 section 2.3.4)
};

}  // namespace orrery::sim
