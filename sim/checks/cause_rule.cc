#include "sim/checks/cause_rule.h"

#include <algorithm>
#include <array>

#include "sim/checks/tunnel_rule.h"

namespace orrery::sim {

namespace {

constexpr std::string_view kCheck = "cause";

class Judge {
 public:
  Judge(const Case& c, const Ledger& ledger, Findings& findings) : c_(c), ledger_(ledger), findings_(findings) {}

  void run() {
    const std::string_view flags = c_.line.flags;
    size_t start = 0;
    while (flags != "-" && start < flags.size()) {
      const size_t end = std::min(flags.find(',', start), flags.size());
      judgeFlag(flags.substr(start, end - start));
      start = end + 1;
    }
    const bool local = c_.request.status != 0 && c_.request.responseNonce == 0 && !anyRaw();
    if (local && flags == "-") judgePlainReply();
  }

 private:
  bool anyRaw() const {
    return std::any_of(c_.attempts.begin(), c_.attempts.end(), [](const AttemptRecord* a) { return a->raw; });
  }
  void fail(std::string_view what, std::string_view missing) {
    findings_.broken(
        kCheck, c_.request.client, c_.line.at,
        "request #" + std::to_string(c_.request.id) + " got " + std::string(what) + " but " + std::string(missing));
  }
  bool isProxy(IpAddress ip) const {
    return std::find(c_.proxyAddresses.begin(), c_.proxyAddresses.end(), ip) != c_.proxyAddresses.end();
  }

  // Some upstream connection of the proxy for which test(connection) holds. Flags are rare; the latest ones are enough.
  template <class Test>
  bool anyUpstream(Test&& test) const {
    constexpr uint64_t kLooked = 4096;
    const uint64_t last = ledger_.connections.lastId();
    const uint64_t first = std::max(ledger_.connections.firstId(), last > kLooked ? last - kLooked : 1);
    for (uint64_t id = last; id >= first && id > 0; --id) {
      const ConnectionRecord& r = ledger_.connections.at(id);
      if (isProxy(r.clientAddress.ip()) && test(r)) return true;
    }
    return false;
  }

  TimePoint begun() const { return c_.request.startedAt; }

  void judgeFlag(std::string_view flag) {
    const TimePoint at = c_.line.at;
    if (flag == "UC") {
      // Its end arrived before the reply, and the proxy had not let go of it when the request came.
      const bool asks = c_.route.kind != RouteAnswer::Kind::kRoute || c_.route.route->asksUpstreamsToLive;
      const bool caused = anyUpstream([&](const ConnectionRecord& r) {
        const TimePoint ended = std::min({r.client.finReceivedAt, r.client.resetReceivedAt, r.client.timedOutAt});
        // Or the proxy gave up one that did not answer its PINGs.
        const bool givenUp = asks && r.client.closedAt <= at;
        return (ended <= at || givenUp) && r.client.closedAt >= begun();
      });
      if (!caused) fail("flag UC", "no upstream connection had ended under it");
    } else if (flag == "UF") {
      const auto& failed = ledger_.failedConnects;
      if (std::any_of(failed.begin(), failed.end(),
                      [&](const FailedConnect& f) { return isProxy(f.client) && f.at >= begun() && f.at <= at; })) {
        return;
      }
      // Some attempts fail before any kernel sees them (an address that is none).
      if (!anyUpstream([&](const ConnectionRecord& r) { return r.synAt >= begun() || r.client.closedAt >= begun(); })) {
        findings_.unjudged(kCheck, "flag UF without a SYN");
        return;
      }
      const bool caused = anyUpstream([&](const ConnectionRecord& r) {
        return r.synAt <= at && (r.client.establishedAt > at || r.client.establishedAt == kNever) &&
               r.client.closedAt >= begun();
      });
      if (!caused) fail("flag UF", "every upstream connection was established");
    } else if (flag == "UT") {
      judgeRouteTimeout();
    } else if (flag == "SI") {
      const Duration idle = shortestStreamIdle();
      if (idle.isZero() || at - begun() < idle) fail("flag SI", "the idle time-out had not passed");
    } else if (flag == "NR") {
      if (c_.route.kind == RouteAnswer::Kind::kRoute && c_.route.route->action != RouteFacts::Action::kNone)
        fail("flag NR", "a route matches it");
    } else if (flag == "NC") {
      // A route that does not forward names no cluster (Envoy says NC then).
      if (c_.route.kind == RouteAnswer::Kind::kRoute && c_.route.route->clusterKnown &&
          c_.route.route->action != RouteFacts::Action::kNone) {
        fail("flag NC", "the route's cluster exists");
      }
    } else if (flag == "UH") {
      if (c_.route.kind == RouteAnswer::Kind::kRoute && !c_.route.route->clusterEmpty && !c_.route.route->boundsPools) {
        fail("flag UH", "the cluster has endpoints");
      }
    } else if (flag == "URX") {
      const bool policy = c_.route.kind != RouteAnswer::Kind::kRoute ||
                          (c_.route.route->retry && c_.line.attempts > c_.route.route->retry->retries);
      if (!policy) fail("flag URX", "the route's retries were not used up");
    } else if (flag == "DC" || flag == "DR") {
      judgeClientGone(flag);
    } else if (flag == "UO") {
      judgeOverflow();
    } else if (flag == "DT") {
      if (!c_.listener.maxStreamDuration.isZero() && at - begun() < c_.listener.maxStreamDuration)
        fail("flag DT", "no duration of its stream or connection had passed");
    } else if (flag == "DPE") {
      if (c_.request.method == "RAW" || c_.request.framedByStory) return;
      if (refusedForItsHead()) {
        findings_.unjudged(kCheck, "a head beyond the limits or names that are configured");
      } else {
        fail("flag DPE", "its client sent HTTP");
      }
    } else if (flag == "UPE") {
      const bool odd = std::any_of(c_.attempts.begin(), c_.attempts.end(), [](const AttemptRecord* a) {
        return a->raw || !a->responseComplete || a->connectionLost;
      });
      // An origin may speak before it has read whose request it is.
      const bool raw = anyUpstream([&](const ConnectionRecord& r) { return r.raw && r.client.closedAt >= begun(); });
      if (odd || raw) return;
      if (c_.route.kind == RouteAnswer::Kind::kRoute && c_.route.route->tightHeads) {
        findings_.unjudged(kCheck, "a head beyond the limits or names that are configured");
      } else {
        fail("flag UPE", "its origin answered in proper HTTP");
      }
    } else if (flag == "DI" || flag == "FI") {
      judgeFilter("flag " + std::string(flag), "envoy.filters.http.fault");
    } else if (flag == "RL") {
      judgeFilter("flag RL", "envoy.filters.http.local_ratelimit");
    } else {
      findings_.unjudged(kCheck, "flag " + std::string(flag));
    }
  }

  // What a filter says for itself needs that filter; whether it had a reason is its own tests' affair.
  void judgeFilter(const std::string& what, std::string_view filter) {
    const auto& filters = c_.listener.filters;
    if (std::find(filters.begin(), filters.end(), filter) == filters.end()) {
      fail(what, "there is no filter " + std::string(filter));
    } else {
      findings_.unjudged(kCheck, what);
    }
  }

  // Proper HTTP may still be more, or other, than the configuration lets pass.
  bool refusedForItsHead() const {
    const std::array<std::string_view, 3> words = {"too_many_headers", "headers_too_large", "unexpected_underscore"};
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return c_.line.details.find(word) != std::string::npos; });
  }

  // Zero: off.
  Duration shortestStreamIdle() const {
    Duration idle = c_.listener.streamIdleTimeout;
    if (c_.route.kind == RouteAnswer::Kind::kRoute) return c_.route.route->idleTimeout.value_or(idle);
    if (c_.route.kind != RouteAnswer::Kind::kUnjudged) return idle;
    for (const VirtualHostFacts& v : c_.listener.virtualHosts) {
      for (const RouteFacts& r : v.routes) {
        if (r.idleTimeout && !r.idleTimeout->isZero())
          idle = idle.isZero() ? *r.idleTimeout : std::min(idle, *r.idleTimeout);
      }
    }
    return idle;
  }

  void judgeRouteTimeout() {
    if (c_.route.kind != RouteAnswer::Kind::kRoute) return;
    const RouteFacts& route = *c_.route.route;
    if (!route.timeoutAsSaid) {
      findings_.unjudged(kCheck, "flag UT of a route whose requests may say how long they take");
      return;
    }
    Duration least = route.timeout;
    if (route.retry && route.retry->perTryTimeout && !route.retry->perTry.isZero() &&
        (least.isZero() || route.retry->perTry < least)) {
      least = route.retry->perTry;
    }
    if (least.isZero()) {
      fail("flag UT", "its route has no time-out");
    } else if (c_.request.sentAt == kNever || c_.line.at - c_.request.sentAt < least) {
      fail("flag UT", "the time-out had not passed since it was sent");
    }
  }

  // A limit of the cluster's circuit breakers is reached by what else is under way. How many that is the ledger knows if no
  // bytes of a story's own were sent. (Workers together may pass a limit by their number less one, never fall short of it.)
  void judgeOverflow() {
    if (c_.route.kind != RouteAnswer::Kind::kRoute || c_.listener.headersMayAskForRetries) return;
    constexpr uint64_t kLooked = 4096;
    const auto& requests = ledger_.requests;
    const uint64_t last = requests.lastId(), limit = c_.route.route->maxUnderWay;
    uint64_t others = 0;
    for (uint64_t id = last; id > 0; --id) {
      if (!requests.has(id) || last - id >= kLooked) {
        findings_.unjudged(kCheck, "flag UO after very many requests");
        return;
      }
      const RequestRecord& r = requests.at(id);
      const bool raw = ledger_.connections.has(r.connection) && ledger_.connections.at(r.connection).raw;
      // The proxy may learn a little later than the client that it is over.
      const bool over = r.endedAt != kNever && r.endedAt + c_.lateness < begun();
      if (raw && !over) {
        findings_.unjudged(kCheck, "flag UO beside bytes of the story's own");
        return;
      }
      if (id != c_.request.id && r.startedAt <= c_.line.at && !over) ++others;
    }
    if (others < limit) {
      fail("flag UO", "beside it only " + std::to_string(others) + " requests were under way, and its cluster takes " +
                          std::to_string(limit));
    }
  }

  void judgeClientGone(std::string_view flag) {
    if (!ledger_.connections.has(c_.request.connection)) return;
    if (c_.line.details.find("http2_ping_timeout") != std::string::npos) {
      if (c_.listener.pingTimeout.isZero())
        fail("flag " + std::string(flag), "its listener asks no client whether it lives");
      return;
    }
    const ConnectionSide& client = ledger_.connections.at(c_.request.connection).client;
    const ConnectionSide& server = ledger_.connections.at(c_.request.connection).server;
    const TimePoint gone =
        std::min({client.finSentAt, client.resetSentAt, client.closedAt, server.timedOutAt, c_.request.cancelledAt});
    if (gone > c_.line.at)
      fail("flag " + std::string(flag), "its client had ended neither the connection nor its stream");
  }

  // Whether it is a filter's by its details; judged then.
  bool judgeReplyOfFilter() {
    struct FilterReply {
      std::string_view details;  // they hold it
      std::string_view filter;
    };
    constexpr std::array<FilterReply, 6> kReplies = {{{"local_rate_limited", "envoy.filters.http.local_ratelimit"},
                                                      {"fault_filter_abort", "envoy.filters.http.fault"},
                                                      {"csrf_origin_mismatch", "envoy.filters.http.csrf"},
                                                      {"rbac_access_denied", "envoy.filters.http.rbac"},
                                                      {"health_check_", "envoy.filters.http.health_check"},
                                                      {"_for_basic_auth", "envoy.filters.http.basic_auth"}}};
    for (const FilterReply& r : kReplies) {
      if (c_.line.details.find(r.details) == std::string::npos) continue;
      judgeFilter("reply with details " + c_.line.details, r.filter);
      return true;
    }
    return false;
  }

  // Whether it is of one of the connection manager's own time-outs by its details; judged then.
  bool judgeReplyOfTimeout() {
    struct TimeoutReply {
      std::string_view details;
      Duration after;
    };
    Duration maxDuration = c_.listener.maxStreamDuration;
    if (c_.line.details == "max_duration_timeout") {
      const RouteFacts* route = c_.route.kind == RouteAnswer::Kind::kRoute ? c_.route.route : nullptr;
      if (route == nullptr || route->durationOfRequests) {
        findings_.unjudged(kCheck, "a duration that its request may have set");
        return true;
      }
      maxDuration = route->maxDuration.value_or(maxDuration);
    }
    const std::array<TimeoutReply, 3> replies = {{{"request_headers_timeout", c_.listener.requestHeadersTimeout},
                                                  {"request_overall_timeout", c_.listener.requestTimeout},
                                                  {"max_duration_timeout", maxDuration}}};
    for (const TimeoutReply& r : replies) {
      if (!c_.line.details.starts_with(r.details.substr(0, 14))) continue;
      // request_header_timeout and request_headers_timeout are both written; the first 14 letters tell them apart from the others.
      if (r.after.isZero() || c_.line.at - begun() < r.after)
        fail("details " + c_.line.details, "that time-out had not passed");
      return true;
    }
    return false;
  }

  // A connection to a host is all that such a request asks for; the 200 says that it is there.
  bool endsHere() const {
    if (c_.route.kind != RouteAnswer::Kind::kRoute || c_.request.status != 200) return false;
    const RouteFacts& route = *c_.route.route;
    return (c_.request.method == "CONNECT" && route.connectEndsHere) ||
           (c_.request.method == "POST" && route.postEndsHere);
  }

  bool judgeRefusedUpgrade() {
    if (c_.line.details != "upgrade_failed" || c_.request.method == "RAW") return false;
    if (c_.upgrade.empty()) {
      fail("details upgrade_failed", "it asked for no upgrade");
      return true;
    }
    const Fulfilled granted = grants(c_.listener, c_.route, c_.upgrade);
    if (granted == Fulfilled::kYes) fail("details upgrade_failed", "the configuration grants what it asked for");
    if (granted == Fulfilled::kUnknown) findings_.unjudged(kCheck, "a refused upgrade on a route that is not known");
    return true;
  }

  // A reply without any flag that no origin gave.
  void judgePlainReply() {
    if (judgeReplyOfFilter() || judgeReplyOfTimeout() || judgeRefusedUpgrade() || endsHere()) return;
    const std::string_view details = c_.line.details;
    const bool ofSomeFilter =
        c_.listener.filters.size() > 1 && !details.empty() && details != "via_upstream" && details != "direct_response";
    if (c_.request.framedByStory || ofSomeFilter) {
      findings_.unjudged(kCheck, "reply with details " + c_.line.details);
      return;
    }
    if (c_.route.kind == RouteAnswer::Kind::kRoute) {
      const RouteFacts& route = *c_.route.route;
      const bool ofRoute = route.action == RouteFacts::Action::kDirect || route.action == RouteFacts::Action::kRedirect;
      if (ofRoute) {
        if (c_.grpc) {
          findings_.unjudged(kCheck, "statuses of replies to gRPC");
        } else if (c_.request.status != route.status) {
          fail("status " + std::to_string(c_.request.status),
               "its route answers " + std::to_string(route.status) + " itself");
        } else if (route.body && c_.request.responseComplete && c_.request.method != "HEAD" &&
                   c_.request.responseBodyBytes != route.body->size()) {
          fail("a body of " + std::to_string(c_.request.responseBodyBytes) + " bytes",
               "its route's has " + std::to_string(route.body->size()));
        }
        return;
      }
    }
    if (c_.request.method == "RAW") return;  // what bytes of a story's own deserve is the story's to say
    // Refusals for what the request itself is (431, 417, 426...) are told apart by their details; a reply without any has no cause.
    if (c_.line.details.empty() || c_.line.details == "via_upstream") {
      fail("status " + std::to_string(c_.request.status) + " from nobody", "no rule gives that reply a cause");
      return;
    }
    findings_.unjudged(kCheck, "reply with details " + c_.line.details);
  }

  const Case& c_;
  const Ledger& ledger_;
  Findings& findings_;
};

}  // namespace

void judgeCause(const Case& c, const Ledger& ledger, Findings& findings) { Judge(c, ledger, findings).run(); }

}  // namespace orrery::sim
