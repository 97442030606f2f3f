#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "proxy/base/time.h"
#include "sim/scenario/dns.h"

namespace orrery::sim {

// Something that goes wrong for a while: on the link between two hosts, or on one host. A plain value; sim/script makes
// it, sim/world carries it out.
struct Fault {
  enum class Kind : uint8_t {
    // On a link; each segment that it strikes ...
    kBlackHole,  // ... vanishes
    kLatency,    // ... takes `duration` longer
    kLoss,  // ... vanishes; as the following ones by `ratio`, or if there is none by choice: never in the plain run
    kDuplicate,  // ... arrives twice
    kReorder,    // ... arrives a latency later, overtaken by those behind it
    kCorrupt,    // ... fails the receiver's checksum
    kReset,      // ... is replaced by RSTs to both ends
    // On a host.
    kPartition,   // nothing reaches it, or leaves it, or both
    kCrash,       // at `begin`, without FIN; restarts after `duration` unless that is zero
    kPause,       // its programs stand still
    kSlowReader,  // its programs read at most `number` bytes in each `duration`
    kShortReads,  // ... at most `number` bytes a call
    kShortWrites,
    kWouldBlock,   // calls would block by `ratio` (half of them if there is none) though they could be carried out
    kDescriptors,  // at most `number` of them
    kClockStep,    // at `begin` the wall clock jumps by `duration`, `back` or forward
    kFileChange,   // at `begin` the file at `path` gets `content`
    kSignal,       // at `begin` its program is sent `signal`
    kDns,  // the name server does `dns` instead of answering for `name` (empty: any), or answers `duration` later
  };
  enum class Signal : uint8_t { kTerminate, kInterrupt, kHangup, kUser1 };
  enum class Direction : uint8_t { kBoth, kInbound, kOutbound };
  // What a link's fault looks for; the order is that of SegmentMatch::What (sim/net).
  enum class Matching : uint8_t { kAny, kTcp, kUdp, kSyn, kFin, kReset, kData, kBareAck };

  Kind kind = Kind::kBlackHole;
  std::string from;  // hosts
  std::string to;
  bool oneWay = false;
  std::string host;
  Direction direction = Direction::kBoth;

  Duration duration;
  bool back = false;
  uint64_t number = 0;
  std::optional<uint32_t> ratio;  // in millionths
  std::string path;
  std::string content;
  Signal signal = Signal::kTerminate;
  DnsFailure::Kind dns = DnsFailure::Kind::kNone;
  std::string name;

  // Scope.
  Duration begin;      // since the start of the run
  Duration end;        // zero: never
  std::string during;  // a condition that steps begin and end; empty: always
  Matching matching = Matching::kAny;
  uint32_t port = 0;   // 0: any
  uint64_t first = 0;  // so many times at most; 0: no bound
  bool maybe = false;  // only if a choice says so, each time: never in the plain run

  std::string text;
  int line = 0;

  bool onLink() const { return kind <= Kind::kReset; }
};

}  // namespace orrery::sim
