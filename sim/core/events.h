#pragma once

#include <cstdint>
#include <string_view>

namespace orrery::sim {

// The closed list of events of the simulated world (numbers 100-199; 1-99 are the proxy's, proxy/events/events.h). Same
// rules: one struct each, numbers are never reused, fields are fixed-width integers or byte strings shown to a visitor.
// The time and the entity that an event belongs to are given beside it.
enum class EventNumber : uint16_t {
  kSegmentSent = 100,
  kSegmentDelivered = 101,
  kSegmentDropped = 102,
  kSocketState = 103,
  kTimerArmed = 104,
  kTimerFired = 105,
  kPosted = 106,
  kThreadRan = 107,
  kDatagramSent = 108,
  kDatagramDelivered = 109,
  kFileAppended = 110,
  kChoice = 111,
  kActorStep = 112,
  kDraw = 113,
  kFileChanged = 114,
  kPortUnreachable = 115,
};

// TCP flags as on the wire (RFC 9293 section 3.1).
enum SegmentFlags : uint8_t { kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16, kUrg = 32 };

// A segment on its way between two kernels. Addresses are ip << 16 | port. `payload` is the XXH3 of the bytes.
struct SegmentFields {
  uint64_t from = 0;
  uint64_t to = 0;
  uint64_t flags = 0;
  uint64_t seq = 0;
  uint64_t ack = 0;
  uint64_t window = 0;
  uint64_t length = 0;
  uint64_t payload = 0;
  template <class V>
  void fields(V& v) const {
    v.number("from", from);
    v.number("to", to);
    v.number("flags", flags);
    v.number("seq", seq);
    v.number("ack", ack);
    v.number("window", window);
    v.number("length", length);
    v.number("payload", payload);
  }
};
struct SegmentSent : SegmentFields {
  static constexpr EventNumber kNumber = EventNumber::kSegmentSent;
  static constexpr std::string_view kName = "segment_sent";
};
struct SegmentDelivered : SegmentFields {
  static constexpr EventNumber kNumber = EventNumber::kSegmentDelivered;
  static constexpr std::string_view kName = "segment_delivered";
};

// A segment that its receiver will not see. The entity is the link or the receiving host.
struct SegmentDropped {
  static constexpr EventNumber kNumber = EventNumber::kSegmentDropped;
  static constexpr std::string_view kName = "segment_dropped";
  uint64_t from = 0;
  uint64_t to = 0;
  uint64_t flags = 0;
  uint64_t seq = 0;
  std::string_view why;  // a literal: "rule", "no_host", "backlog"
  template <class V>
  void fields(V& v) const {
    v.number("from", from);
    v.number("to", to);
    v.number("flags", flags);
    v.number("seq", seq);
    v.bytes("why", why);
  }
};

// The entity is the socket. States are those of sim/net/socket.h, in the order of RFC 9293.
struct SocketState {
  static constexpr EventNumber kNumber = EventNumber::kSocketState;
  static constexpr std::string_view kName = "socket_state";
  uint64_t local = 0;
  uint64_t peer = 0;
  uint64_t state = 0;
  template <class V>
  void fields(V& v) const {
    v.number("local", local);
    v.number("peer", peer);
    v.number("state", state);
  }
};

// The entity is the timer; `kind` is io::TimerKind.
struct TimerArmed {
  static constexpr EventNumber kNumber = EventNumber::kTimerArmed;
  static constexpr std::string_view kName = "timer_armed";
  uint64_t kind = 0;
  uint64_t deadlineNs = 0;
  template <class V>
  void fields(V& v) const {
    v.number("kind", kind);
    v.number("deadline_ns", deadlineNs);
  }
};
struct TimerFired {
  static constexpr EventNumber kNumber = EventNumber::kTimerFired;
  static constexpr std::string_view kName = "timer_fired";
  uint64_t kind = 0;
  template <class V>
  void fields(V& v) const {
    v.number("kind", kind);
  }
};

// The entity is the receiving thread.
struct Posted {
  static constexpr EventNumber kNumber = EventNumber::kPosted;
  static constexpr std::string_view kName = "posted";
  uint64_t by = 0;  // entity of the posting thread, 0: the harness
  template <class V>
  void fields(V& v) const {
    v.number("by", by);
  }
};

// A logical thread got the processor.
struct ThreadRan {
  static constexpr EventNumber kNumber = EventNumber::kThreadRan;
  static constexpr std::string_view kName = "thread_ran";
  template <class V>
  void fields(V&) const {}
};

struct DatagramFields {
  uint64_t from = 0;
  uint64_t to = 0;
  uint64_t length = 0;
  uint64_t payload = 0;
  template <class V>
  void fields(V& v) const {
    v.number("from", from);
    v.number("to", to);
    v.number("length", length);
    v.number("payload", payload);
  }
};
struct DatagramSent : DatagramFields {
  static constexpr EventNumber kNumber = EventNumber::kDatagramSent;
  static constexpr std::string_view kName = "datagram_sent";
};
struct DatagramDelivered : DatagramFields {
  static constexpr EventNumber kNumber = EventNumber::kDatagramDelivered;
  static constexpr std::string_view kName = "datagram_delivered";
};

// ICMP's answer (RFC 792, type 3 code 3) to a datagram from `to` that nobody receives at `from`. The entity is the host.
struct PortUnreachable {
  static constexpr EventNumber kNumber = EventNumber::kPortUnreachable;
  static constexpr std::string_view kName = "port_unreachable";
  uint64_t from = 0;
  uint64_t to = 0;
  template <class V>
  void fields(V& v) const {
    v.number("from", from);
    v.number("to", to);
  }
};

// The entity is the host.
struct FileAppended {
  static constexpr EventNumber kNumber = EventNumber::kFileAppended;
  static constexpr std::string_view kName = "file_appended";
  std::string_view path;
  std::string_view bytes;
  template <class V>
  void fields(V& v) const {
    v.bytes("path", path);
    v.bytes("bytes", bytes);
  }
};
struct FileChanged {
  static constexpr EventNumber kNumber = EventNumber::kFileChanged;
  static constexpr std::string_view kName = "file_changed";
  std::string_view path;
  std::string_view bytes;
  template <class V>
  void fields(V& v) const {
    v.bytes("path", path);
    v.bytes("bytes", bytes);
  }
};

// Choices are in the hash as (key, n, value), not through this struct; it is what a recorder shows.
struct Choice {
  static constexpr EventNumber kNumber = EventNumber::kChoice;
  static constexpr std::string_view kName = "choice";
  uint64_t site = 0;
  uint64_t occurrence = 0;
  uint64_t n = 0;  // 0: a draw of 64 bits
  uint64_t value = 0;
  uint64_t key = 0;
  template <class V>
  void fields(V& v) const {
    v.number("site", site);
    v.number("occurrence", occurrence);
    v.number("n", n);
    v.number("value", value);
    v.number("key", key);
  }
};

// What a scripted actor says it does; for charts. The entity is the actor.
struct ActorStep {
  static constexpr EventNumber kNumber = EventNumber::kActorStep;
  static constexpr std::string_view kName = "actor_step";
  std::string_view what;
  template <class V>
  void fields(V& v) const {
    v.bytes("what", what);
  }
};

}  // namespace orrery::sim
