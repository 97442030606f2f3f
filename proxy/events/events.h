#pragma once

#include <cstdint>
#include <string_view>

namespace orrery::events {

// The closed list of trace events: one struct each, one number each (numbers are never reused; they are part of the
// rolling hash of a run). Fields are fixed-width integers or byte strings, times are nanoseconds, ids are small integers
// in order of creation within their owner. Each struct shows its fields, in order, to a visitor:
//   visitor.number("name", uint64_t)   visitor.bytes("name", string_view)
//
// 1-99: the proxy. 100-199: the simulated world (sim/core/events.h).
enum class EventNumber : uint16_t {
  kConnectionAccepted = 1,
  kConnectionClosed = 2,
  kRequestStarted = 3,
  kRequestFinished = 4,
  kAttemptStarted = 5,
  kAttemptFinished = 6,
  kUpstreamConnected = 7,
  kUpstreamClosed = 8,
};

// A downstream connection was accepted by a worker. `connection` counts per worker from 1.
struct ConnectionAccepted {
  static constexpr EventNumber kNumber = EventNumber::kConnectionAccepted;
  static constexpr std::string_view kName = "connection_accepted";
  uint64_t worker = 0;
  uint64_t connection = 0;
  std::string_view peer;  // "127.0.0.2:40000"
  template <class V>
  void fields(V& v) const {
    v.number("worker", worker);
    v.number("connection", connection);
    v.bytes("peer", peer);
  }
};

struct ConnectionClosed {
  static constexpr EventNumber kNumber = EventNumber::kConnectionClosed;
  static constexpr std::string_view kName = "connection_closed";
  uint64_t worker = 0;
  uint64_t connection = 0;
  std::string_view reason;  // a literal of proxy/net ("remote_close", "idle_timeout", ...)
  template <class V>
  void fields(V& v) const {
    v.number("worker", worker);
    v.number("connection", connection);
    v.bytes("reason", reason);
  }
};

// Request headers are complete. `request` counts per connection from 1.
struct RequestStarted {
  static constexpr EventNumber kNumber = EventNumber::kRequestStarted;
  static constexpr std::string_view kName = "request_started";
  uint64_t worker = 0;
  uint64_t connection = 0;
  uint64_t request = 0;
  std::string_view method;
  std::string_view path;
  template <class V>
  void fields(V& v) const {
    v.number("worker", worker);
    v.number("connection", connection);
    v.number("request", request);
    v.bytes("method", method);
    v.bytes("path", path);
  }
};

// A stream ended: what the access log says of it. Also for requests whose headers never became complete.
struct RequestFinished {
  static constexpr EventNumber kNumber = EventNumber::kRequestFinished;
  static constexpr std::string_view kName = "request_finished";
  uint64_t worker = 0;
  uint64_t connection = 0;
  uint64_t request = 0;
  std::string_view peer;     // downstream address
  std::string_view method;   // empty if unknown
  std::string_view path;     // as received
  uint64_t status = 0;       // 0: no response was sent
  std::string_view flags;    // "-" or "UF,URX": %RESPONSE_FLAGS%
  std::string_view details;  // %RESPONSE_CODE_DETAILS%
  uint64_t bytesReceived = 0;
  uint64_t bytesSent = 0;
  uint64_t attempts = 0;
  uint64_t durationNs = 0;
  template <class V>
  void fields(V& v) const {
    v.number("worker", worker);
    v.number("connection", connection);
    v.number("request", request);
    v.bytes("peer", peer);
    v.bytes("method", method);
    v.bytes("path", path);
    v.number("status", status);
    v.bytes("flags", flags);
    v.bytes("details", details);
    v.number("bytes_received", bytesReceived);
    v.number("bytes_sent", bytesSent);
    v.number("attempts", attempts);
    v.number("duration_ns", durationNs);
  }
};

// The router asked the pool of `cluster` for a stream; `attempt` counts per request from 1.
struct AttemptStarted {
  static constexpr EventNumber kNumber = EventNumber::kAttemptStarted;
  static constexpr std::string_view kName = "attempt_started";
  uint64_t worker = 0;
  uint64_t connection = 0;
  uint64_t request = 0;
  uint64_t attempt = 0;
  std::string_view cluster;
  std::string_view host;  // "127.0.0.3:8080"
  template <class V>
  void fields(V& v) const {
    v.number("worker", worker);
    v.number("connection", connection);
    v.number("request", request);
    v.number("attempt", attempt);
    v.bytes("cluster", cluster);
    v.bytes("host", host);
  }
};

struct AttemptFinished {
  static constexpr EventNumber kNumber = EventNumber::kAttemptFinished;
  static constexpr std::string_view kName = "attempt_finished";
  uint64_t worker = 0;
  uint64_t connection = 0;
  uint64_t request = 0;
  uint64_t attempt = 0;
  uint64_t status = 0;      // 0: no response headers came
  std::string_view result;  // a literal ("complete", "reset", "per_try_timeout", ...)
  template <class V>
  void fields(V& v) const {
    v.number("worker", worker);
    v.number("connection", connection);
    v.number("request", request);
    v.number("attempt", attempt);
    v.number("status", status);
    v.bytes("result", result);
  }
};

struct UpstreamConnected {
  static constexpr EventNumber kNumber = EventNumber::kUpstreamConnected;
  static constexpr std::string_view kName = "upstream_connected";
  uint64_t worker = 0;
  uint64_t connection = 0;  // counts upstream connections per worker from 1
  std::string_view host;
  std::string_view local;
  template <class V>
  void fields(V& v) const {
    v.number("worker", worker);
    v.number("connection", connection);
    v.bytes("host", host);
    v.bytes("local", local);
  }
};

struct UpstreamClosed {
  static constexpr EventNumber kNumber = EventNumber::kUpstreamClosed;
  static constexpr std::string_view kName = "upstream_closed";
  uint64_t worker = 0;
  uint64_t connection = 0;
  std::string_view reason;
  template <class V>
  void fields(V& v) const {
    v.number("worker", worker);
    v.number("connection", connection);
    v.bytes("reason", reason);
  }
};

}  // namespace orrery::events
