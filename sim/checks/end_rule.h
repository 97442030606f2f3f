#pragma once

#include <span>
#include <string>

#include "sim/checks/proxy_facts.h"
#include "sim/checks/route_of.h"
#include "sim/ledger/ledger.h"

namespace orrery::sim {

// What is known of a request that has not ended yet.
struct OpenCase {
  const RequestRecord& request;
  const ConnectionRecord& connection;  // the client's
  const RequestStep* step;             // null: bytes of a story's own
  const ListenerFacts& listener;
  const ProxyFacts& facts;
  RouteAnswer route;
  std::span<const AttemptRecord* const> attempts;
  TimePoint previousEndedAt;  // of the request before it on the connection; the beginning if there was none
};

// When it ends at the latest.
struct EndBound {
  enum class Kind : uint8_t {
    kBy,         // the proxy owes its end by then
    kNotDue,     // it is not the proxy's turn: the client does not read, the proxy has ended the connection
    kUnbounded,  // nothing in the configuration bounds it; `why` says what is missing
  };
  Kind kind = Kind::kUnbounded;
  TimePoint by = kNever;
  std::string why;  // for people: "stream idle time-out 300s after the last byte at 1.2s"
};

// The latest instant at which the client must see the end of its request, from when its last external cause happened (a
// byte of the client's or an origin's that reached the proxy, one that they took from it). Independent of the proxy: plain
// configuration, the kernels' and the actors' records. Sound: each of these bounds the request by itself, and the
// smallest counts.
//
//   stream idle time-out     after the last byte either way (Envoy: stream_idle_timeout, route.idle_timeout)
//   request time-out         while the request is not whole, since it began (request_timeout)
//   headers time-out         while its head is not whole (request_headers_timeout)
//   max stream duration      since it began
//   route time-out           since the proxy took the last of the request, retries and back-off included (route.timeout)
//   tries                    (1 + retries) x (connect time-out + per-try time-out) + back-off, until a response begins
//   nothing                  nobody is awaited: the response has arrived whole, the origin is gone, the route answers itself
//
// To each come the delayed close and the lateness of links and loops; an outage of the client's link counts from its end.
EndBound endBound(const OpenCase& c, const Ledger& ledger);

}  // namespace orrery::sim
