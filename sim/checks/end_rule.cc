#include "sim/checks/end_rule.h"

#include <algorithm>

#include "sim/checks/expectations.h"

namespace orrery::sim {

namespace {

// The later of two, one of which may never have happened.
TimePoint later(TimePoint a, TimePoint b) { return a == kNever ? b : b == kNever ? a : std::max(a, b); }

std::string at(TimePoint t) { return valueText(Duration(t - TimePoint())); }

bool asksForTimeouts(const RequestStep& step) {
  return std::any_of(step.headers.begin(), step.headers.end(), [](const HeaderField& h) {
    constexpr std::string_view kPrefix = "x-envoy-";
    return h.name.size() > kPrefix.size() &&
           std::equal(kPrefix.begin(), kPrefix.end(), h.name.begin(),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b); });
  });
}

class Evaluator {
 public:
  Evaluator(const OpenCase& c, const Ledger& ledger)
      : c_(c), ledger_(ledger), client_(c.connection.client), proxy_(c.connection.server) {}

  EndBound run() {
    // It has nothing more to say, or the client does not listen; either is as it is until the client does something.
    if (proxy_.closedAt != kNever || proxy_.gone() || client_.closedAt != kNever)
      return {EndBound::Kind::kNotDue, kNever, ""};
    if (client_.bytesRead < client_.bytesReceived) return {EndBound::Kind::kNotDue, kNever, ""};
    if (c_.connection.acceptedAt == kNever) return unbounded("a connection that the proxy has not accepted");
    begun_ = later(later(c_.request.startedAt, c_.previousEndedAt), c_.connection.acceptedAt);
    const TimePoint last = lastCause();
    if (c_.step == nullptr || c_.connection.raw) {
      ofRawBytes(last);
    } else {
      ofTheStream(last);
      ofTheRoute();
    }
    if (by_ == kNever) return unbounded("no time-out of the configuration ends a request that waits for its peers");
    by_ = by_ + c_.listener.delayedCloseTimeout + c_.facts.lateness;
    if (!afterOutages(last)) return unbounded("a fault on the client's link that never ends");
    return {EndBound::Kind::kBy, by_, std::move(why_)};
  }

 private:
  static EndBound unbounded(std::string_view why) { return {EndBound::Kind::kUnbounded, kNever, std::string(why)}; }

  void bound(TimePoint from, Duration after, std::string_view name, std::string_view since) {
    const TimePoint end = from + after;
    if (after == Duration::max() || end >= by_) return;
    by_ = end;
    base_ = from;
    why_ = std::string(name) + (after.isZero() ? "" : " of " + valueText(after)) + " since " + std::string(since) +
           " at " + at(from);
  }
  void boundUnlessOff(TimePoint from, Duration after, std::string_view name, std::string_view since) {
    if (!after.isZero()) bound(from, after, name, since);
  }

  const ConnectionRecord* connectionOf(const AttemptRecord& a) const {
    return a.connection != 0 && ledger_.connections.has(a.connection) ? &ledger_.connections.at(a.connection) : nullptr;
  }

  TimePoint lastCause() const {
    TimePoint last = later(later(begun_, proxy_.lastReceivedAt), later(client_.lastReceivedAt, client_.lastReadAt));
    for (const AttemptRecord* a : c_.attempts) {
      last = later(last, a->firstByteAt);
      const ConnectionRecord* up = connectionOf(*a);
      if (up == nullptr) continue;
      last = later(later(last, up->client.lastReceivedAt), up->server.lastReadAt);
      last = later(later(last, up->client.finReceivedAt), later(up->client.resetReceivedAt, up->client.timedOutAt));
    }
    return last;
  }

  // Whether they begin a stream, and what that stream is, only the story knows. An idle connection ends too.
  void ofRawBytes(TimePoint last) {
    const Duration stream = longestStreamIdle(), connection = c_.listener.connectionIdleTimeout;
    if (!stream.isZero() && !connection.isZero())
      bound(last, std::max(stream, connection), "idle time-out", "the last byte");
    if (!c_.request.headWhole) {
      boundUnlessOff(begun_, c_.listener.requestHeadersTimeout, "request headers time-out", "it began");
      boundUnlessOff(begun_, c_.listener.requestTimeout, "request time-out", "it began");
      boundUnlessOff(last, c_.listener.streamIdleTimeout, "stream idle time-out", "the last byte");
    }
  }

  // The longest that may count before a route is known, or with it; zero: off.
  Duration longestStreamIdle() const {
    Duration longest = c_.listener.streamIdleTimeout;
    const auto with = [&](const RouteFacts& r) {
      if (!r.idleTimeout) return;
      longest = longest.isZero() || r.idleTimeout->isZero() ? Duration() : std::max(longest, *r.idleTimeout);
    };
    if (c_.route.kind == RouteAnswer::Kind::kRoute) {
      with(*c_.route.route);
    } else {
      for (const VirtualHostFacts& v : c_.listener.virtualHosts) {
        for (const RouteFacts& r : v.routes) with(r);
      }
    }
    return longest;
  }

  void ofTheStream(TimePoint last) {
    boundUnlessOff(last, longestStreamIdle(), "stream idle time-out", "the last byte");
    boundUnlessOff(begun_, c_.listener.maxStreamDuration, "max stream duration", "it began");
    if (c_.request.sentAt == kNever) boundUnlessOff(begun_, c_.listener.requestTimeout, "request time-out", "it began");
  }

  // The proxy took all that the client has sent: the instant at which it did.
  TimePoint takenAt() const {
    if (c_.request.framedByStory || c_.request.method == "CONNECT") return kNever;
    if (c_.request.sentAt == kNever || proxy_.bytesRead < client_.bytesWritten) return kNever;
    return later(begun_, proxy_.lastReadAt);
  }

  void ofTheRoute() {
    const TimePoint taken = takenAt();
    if (taken == kNever || c_.listener.holdsMessages || c_.route.kind == RouteAnswer::Kind::kUnjudged) return;
    const bool forwards =
        c_.route.kind == RouteAnswer::Kind::kRoute && c_.route.route->action == RouteFacts::Action::kForward;
    if (!forwards) {
      bound(taken, Duration(), "an answer without any origin", "the request was whole");
      return;
    }
    const RouteFacts& route = *c_.route.route;
    // Fields of the request may ask for other time-outs and for retries, of whomever they are believed.
    if (!route.timeoutAsSaid || c_.listener.changesHeads || asksForTimeouts(*c_.step)) return;
    boundUnlessOff(taken, route.timeout, "route time-out", "the request was whole");
    ofTheTries(route, taken);
    ofTheLastAttempt(route, taken);
  }

  // Only until a response begins, and only if no try has to wait for a free connection.
  void ofTheTries(const RouteFacts& route, TimePoint taken) {
    if (!route.retry || route.retry->perTryWhole.isZero() || route.retry->backoffs == Duration::max()) return;
    if (c_.request.headAt != kNever || route.connectTimeout.isZero() || c_.request.informational > 0) return;
    if (ledger_.connections.lastId() >= route.maxConnections) return;
    for (const AttemptRecord* a : c_.attempts) {
      if (a->responseStartAt != kNever) return;
    }
    constexpr int64_t kCounted = 1000;
    const auto tries = static_cast<int64_t>(route.retry->retries) + 1;
    if (tries > kCounted) return;
    const Duration each = route.connectTimeout + route.retry->perTryWhole + c_.facts.lateness;
    bound(taken, each * tries + route.retry->backoffs, "all tries", "the request was whole");
  }

  // One attempt, no policy that could make another, and it is over for the proxy's kernel.
  void ofTheLastAttempt(const RouteFacts& route, TimePoint taken) {
    const bool retries = route.retry && route.retry->retries > 0;
    if (retries || c_.listener.headersMayAskForRetries || c_.attempts.size() != 1) return;
    const AttemptRecord& a = *c_.attempts[0];
    const ConnectionRecord* up = connectionOf(a);
    if (up == nullptr || up->raw || a.raw || a.framedByStory || a.status == 101) return;
    const TimePoint ended = later(later(up->client.finReceivedAt, up->client.resetReceivedAt), up->client.timedOutAt);
    if (a.responseComplete && up->client.bytesReceived >= up->server.bytesWritten) {
      bound(later(later(taken, up->client.lastReceivedAt), client_.lastReadAt), Duration(), "passing on the response",
            "the last of it arrived");
    } else if (ended != kNever) {
      bound(later(later(taken, ended), client_.lastReadAt), Duration(), "noticing that the origin has gone",
            "its end arrived");
    }
  }

  // What happened before a link healed counts from then on. False: one never does.
  bool afterOutages(TimePoint last) {
    for (const Outage& o : c_.facts.outages) {
      if (o.begin > by_) continue;
      const TimePoint from = std::min(base_, last);
      if (o.healed < from) continue;
      if (o.healed == TimePoint::max()) return false;
      by_ = later(by_, o.healed + (by_ - from));
    }
    return true;
  }

  const OpenCase& c_;
  const Ledger& ledger_;
  const ConnectionSide& client_;
  const ConnectionSide& proxy_;
  TimePoint begun_;
  TimePoint by_ = kNever;
  TimePoint base_;  // what by_ was counted from
  std::string why_;
};

}  // namespace

EndBound endBound(const OpenCase& c, const Ledger& ledger) { return Evaluator(c, ledger).run(); }

}  // namespace orrery::sim
