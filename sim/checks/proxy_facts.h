#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/time.h"
#include "sim/checks/conditions.h"
#include "sim/ledger/endpoint.h"

// What the bootstrap says, as far as the checks judge the proxy by it: plain data, made by sim/world from proxy/config's
// structs. Nothing here was computed by the proxy.
namespace orrery::sim {

// retry_on of a route. Words of Envoy's documentation (route_components.proto, RetryPolicy).
struct RetryFacts {
  bool on5xx = false;
  bool onGatewayError = false;
  bool onConnectFailure = false;
  bool onRetriable4xx = false;
  bool onReset = false;
  bool onRetriableStatusCodes = false;
  bool onOther = false;  // conditions that the checks do not judge: the number of attempts is bounded, no more
  uint32_t retries = 1;
  std::vector<uint32_t> statusCodes;
  bool otherClusters = false;  // retries may go to other clusters than the first try, whose circuit breakers count them
  bool perTryTimeout = false;  // or per-try idle time-out
  Duration perTry;
  Duration perTryWhole;  // per_try_timeout alone; zero: none
  Duration backoffs;     // the longest that all pauses between tries together may last; Duration::max(): nobody knows
  std::string text;      // "reset,connect-failure"
};

// What the configuration says of one kind of upgrade ("CONNECT": of that method).
struct UpgradeFact {
  std::string type;  // compared without case
  bool enabled = true;
};

struct RouteFacts {
  // kConnect: any CONNECT.
  enum class PathKind : uint8_t { kPrefix, kExact, kSeparatedPrefix, kRegex, kConnect };
  enum class Action : uint8_t { kForward, kDirect, kRedirect, kNone };
  PathKind pathKind = PathKind::kPrefix;
  std::string path;
  bool caseSensitive = true;
  TextFact pathRegex;  // kRegex
  ConditionFacts conditions;

  Action action = Action::kForward;
  Duration timeout;                     // zero: none
  bool asksUpstreamsToLive = false;     // connection_keepalive of a cluster that it may choose
  std::optional<Duration> idleTimeout;  // replaces the stream idle time-out
  std::optional<Duration> maxDuration;  // replaces the listener's
  bool durationOfRequests = false;      // requests say in grpc-timeout how long they may take
  std::optional<RetryFacts> retry;
  std::vector<UpgradeFact> upgrades;
  bool connectEndsHere = false;          // the payload of a CONNECT goes on as it is, and its 200 is the proxy's own
  bool postEndsHere = false;             // that of a POST, too
  uint32_t status = 0;                   // kDirect, kRedirect
  std::optional<std::string> body;       // kDirect
  bool clusterKnown = true;              // every cluster that it may choose exists
  bool clusterEmpty = false;             // one that it may choose has no endpoints
  bool highPriority = false;             // the circuit breakers of that priority count
  std::optional<uint32_t> onlyCluster;   // number in ProxyFacts::groupOf of the one that it chooses, whatever is asked
  bool boundsPools = false;              // one of them may not use all of its endpoints at a time
  bool tightHeads = false;               // one of them takes smaller response heads than Envoy by default
  Duration connectTimeout;               // the longest of theirs
  uint64_t maxConnections = UINT64_MAX;  // the smallest of their circuit breakers' limits
  uint64_t maxUnderWay = UINT64_MAX;     // so many requests at least are under way where one overflows
  bool timeoutAsSaid = true;             // false: fields of a request may change its time-outs
};

struct VirtualHostFacts {
  std::vector<std::string> domains;
  std::vector<RouteFacts> routes;
  bool judged = true;  // false: it may answer before any route is asked
};

// One access log.
struct LogFacts {
  std::string path;
  bool oneLineEach = true;  // of every request: no filter, no other moments, a format of one line
};

struct ListenerFacts {
  std::vector<Endpoint> addresses;  // 0.0.0.0, ::: any of its family
  std::vector<VirtualHostFacts> virtualHosts;
  bool routesJudged = true;              // false: not all counts that requests show, or more than they show
  bool changesPaths = false;             // paths with dots, doubled slashes or escapes are matched as something else
  bool changesHosts = false;             // hosts with a port or a dot at their end are
  bool headersMayAskForRetries = false;  // x-envoy-retry-on and friends count for some peers
  bool multiplies = false;               // a route mirrors or redirects internally: origins see more than is asked for
  bool asksServices = false;             // a filter asks another service, whose refusals are passed on
  bool codesBodies = false;              // a filter compresses or decompresses: bodies arrive in another form
  bool holdsMessages = false;            // a filter may keep messages or parts of them for a while
  bool changesHeads = false;             // fields that ask for other time-outs may be set before the router sees them
  std::vector<std::string> filters;      // the kinds in the chain: "envoy.filters.http.fault"
  std::vector<UpgradeFact> upgrades;
  std::vector<LogFacts> logs;
  std::string statPrefix;
  Duration streamIdleTimeout;
  Duration requestTimeout;
  Duration requestHeadersTimeout;
  Duration maxStreamDuration;
  Duration delayedCloseTimeout;
  Duration connectionIdleTimeout;
  Duration pingTimeout;  // of connection_keepalive; zero: no client is asked whether it lives
};

// A time during which a link between a client and the proxy does not deliver as it should, and the time that TCP may need
// afterwards: its next retransmission may be as far away as the last one was.
struct Outage {
  TimePoint begin;
  TimePoint healed;  // max: never
};

// What the circuit breakers of clusters that share endpoints take together. UINT64_MAX: not judged.
struct LimitFacts {
  std::string clusters;  // "cluster.origin", "cluster.a and cluster.b"
  std::vector<Endpoint> endpoints;
  uint64_t mostConnections = 0;  // a pool that has no connection gets one whatever the limit is: those are counted in
  uint64_t mostRequests = 0;
  uint64_t mostWaiting = 0;
  uint64_t mostRetries = 0;
};

struct ProxyFacts {
  std::vector<ListenerFacts> listeners;
  std::vector<LimitFacts> limits;
  std::vector<uint32_t> groupOf;  // by the cluster's number: which of `limits` is its
  uint32_t workers = 1;
  // How much later than a time-out its effect may be seen: links, late wake-ups. Zero: not judged (faults delay at will).
  Duration slack;
  // The same for what passes between a client and the proxy alone, outside of outages. Never zero.
  Duration lateness;
  std::vector<Outage> outages;
};

}  // namespace orrery::sim
