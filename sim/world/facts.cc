#include <algorithm>
#include <array>
#include <charconv>

#include "proxy/filters/http/router/router_options.h"
#include "sim/io/convert.h"
#include "sim/world/world_parts.h"

namespace orrery::sim {

namespace {

TextFact textFact(const match::StringMatcher& m) {
  if (m.kind == match::StringMatcher::Kind::kRegex) return TextFact::ofRegex(m.value);
  TextFact f;
  f.value = m.value;
  f.ignoreCase = m.ignoreCase;
  switch (m.kind) {
    case match::StringMatcher::Kind::kExact: f.kind = TextFact::Kind::kExact; break;
    case match::StringMatcher::Kind::kPrefix: f.kind = TextFact::Kind::kPrefix; break;
    case match::StringMatcher::Kind::kSuffix: f.kind = TextFact::Kind::kSuffix; break;
    case match::StringMatcher::Kind::kContains: f.kind = TextFact::Kind::kContains; break;
    case match::StringMatcher::Kind::kRegex: break;
  }
  return f;
}

HeaderFact headerFact(const route::HeaderMatcher& m) {
  HeaderFact f;
  f.name = m.name.text();
  f.invert = m.invert;
  f.missingIsEmpty = m.treatMissingAsEmpty;
  switch (m.kind) {
    case route::HeaderMatcher::Kind::kPresent: f.invert = m.invert == m.presentMatch; break;
    case route::HeaderMatcher::Kind::kString:
      f.kind = HeaderFact::Kind::kText;
      f.text = textFact(m.string);
      break;
    case route::HeaderMatcher::Kind::kRange:
      f.kind = HeaderFact::Kind::kRange;
      f.rangeStart = m.rangeStart;
      f.rangeEnd = m.rangeEnd;
      break;
  }
  return f;
}

// A plain number in the runtime is a percentage.
ConditionFacts::Chance chanceOf(const match::RuntimeFraction& fraction, const config::Bootstrap& bootstrap) {
  ConditionFacts::Chance c{fraction.defaultValue.denominator, fraction.defaultValue.numerator, true};
  if (fraction.runtimeKey.empty()) return c;
  for (const runtime::Layer& layer : bootstrap.runtime.layers) {
    if (layer.admin && bootstrap.admin.address) c.known = false;
    const auto it = layer.values.find(fraction.runtimeKey);
    if (it == layer.values.end()) continue;
    uint64_t n = 0;
    const std::string& text = it->second;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
    if (r.ec != std::errc{} || r.ptr != text.data() + text.size()) c.known = false;
    c.of = 100;
    c.take = n;
  }
  return c;
}

std::string retryText(uint32_t bits) {
  std::string out;
  for (const route::RetryOnWord& w : route::kRetryOnWords) {
    if ((bits & w.bit) != 0) out += (out.empty() ? "" : ",") + std::string(w.word);
  }
  return out;
}

// Pauses are drawn below min(base x (2^n - 1), max), by default 10 x base; a response may ask for up to its own maximum and
// half as much again.
Duration longestBackoffs(const route::RetryPolicy& p, uint32_t retries, bool runtimeSaysNothing) {
  constexpr uint32_t kCounted = 1000;
  if ((!p.backoffSet && !runtimeSaysNothing) || retries > kCounted) return Duration::max();
  Duration longest = p.backoffMax.value_or(p.backoffBase * 10);
  if (p.rateLimited) longest = std::max(longest, p.rateLimited->maxInterval * 3 / 2);
  return longest.inSeconds() > 24 * 3600 ? Duration::max() : longest * static_cast<int64_t>(retries);
}

RetryFacts retryFacts(const route::RetryPolicy& p, bool runtimeSaysNothing) {
  RetryFacts f;
  const auto has = [&](uint32_t bit) { return (p.retryOn & bit) != 0; };
  f.on5xx = has(route::kRetryOn5xx);
  f.onGatewayError = has(route::kRetryOnGatewayError);
  f.onConnectFailure = has(route::kRetryOnConnectFailure);
  f.onRetriable4xx = has(route::kRetryOnRetriable4xx);
  f.onReset = has(route::kRetryOnReset);
  f.onRetriableStatusCodes = has(route::kRetryOnRetriableStatusCodes);
  f.onOther =
      has(route::kRetryOnRetriableHeaders) || has(route::kRetryOnEnvoyRateLimited) || has(route::kRetryOnAnyGrpc);
  f.retries = p.retryOn == 0 ? 0 : p.numRetries;
  f.statusCodes = p.retriableStatusCodes;
  f.otherClusters = p.refreshCluster;
  f.perTryTimeout = p.perTryTimeout.has_value() || p.perTryIdleTimeout.has_value();
  f.perTry = p.perTryTimeout.value_or(Duration());
  if (p.perTryIdleTimeout && (f.perTry.isZero() || *p.perTryIdleTimeout < f.perTry)) f.perTry = *p.perTryIdleTimeout;
  f.perTryWhole = p.perTryTimeout.value_or(Duration());
  f.backoffs = longestBackoffs(p, f.retries, runtimeSaysNothing);
  f.text = retryText(p.retryOn);
  return f;
}

// Whatever is logged: values hold no line ends.
bool isOneLine(const format::Formatter& formatter) {
  const stream_info::StreamInfo nothing{};
  std::string text;
  formatter.append(stream_info::LogRecord{nothing}, text);
  return text.find('\n') + 1 == text.size() && !text.empty();
}

// Filters that answer or pass on what they are given as soon as it is whole. Of others, also of those to come, nobody knows.
bool passesAtOnce(std::string_view filter) {
  constexpr std::array<std::string_view, 12> kKinds = {
      "basic_auth",      "buffer",       "compressor",      "cors", "csrf",        "decompressor", "router",
      "header_mutation", "health_check", "local_ratelimit", "rbac", "set_metadata"};
  constexpr std::string_view kPrefix = "envoy.filters.http.";
  return filter.starts_with(kPrefix) &&
         std::find(kKinds.begin(), kKinds.end(), filter.substr(kPrefix.size())) != kKinds.end();
}

class FactsMaker {
 public:
  explicit FactsMaker(const config::Bootstrap& bootstrap) : bootstrap_(bootstrap) {}

  ListenerFacts listener(const net::ListenerOptions& options) const {
    ListenerFacts f;
    for (const io::Address& a : options.addresses) {
      if (const auto at = endpointOf(a)) f.addresses.push_back(*at);
    }
    for (const auto& filter : options.chain.filters) {
      if (filter.typeName == "envoy.filters.network.http_connection_manager") {
        hcm(*static_cast<const http::HcmOptions*>(filter.options.get()), f);
      }
    }
    return f;
  }

 private:
  void hcm(const http::HcmOptions& o, ListenerFacts& f) const {
    f.headersMayAskForRetries = !o.internalRanges.empty();
    f.pingTimeout = o.http2Keepalive.timeout;
    const bool onlyAtEnd = !o.logOnNewRequest && o.logInterval.isZero();
    for (const auto& log : o.accessLogs) {
      f.logs.push_back({log.path, onlyAtEnd && log.filter == nullptr && isOneLine(*log.formatter)});
    }
    for (const auto& upgrade : o.upgrades) f.upgrades.push_back({upgrade.type, upgrade.enabled});
    for (const http::HttpFilterOptions* at : http::CompiledHcm::allFilters(o)) {
      const http::HttpFilterOptions& filter = *at;
      f.filters.push_back(filter.typeName);
      const auto is = [&](std::string_view kind) {
        return filter.typeName == "envoy.filters.http." + std::string(kind);
      };
      f.codesBodies = f.codesBodies || is("compressor") || is("decompressor");
      f.holdsMessages = f.holdsMessages || !passesAtOnce(filter.typeName);
      f.changesHeads = f.changesHeads || is("header_mutation");
      f.asksServices = f.asksServices || is("ext_authz");
      if (!is("router")) continue;
      const auto& router = *static_cast<const filters::router::RouterOptions*>(filter.options.get());
      for (const auto& log : router.upstreamLogs) f.logs.push_back({log.path, false});  // a line for each try
    }
    f.statPrefix = o.statPrefix;
    f.streamIdleTimeout = o.streamIdleTimeout;
    f.requestTimeout = o.requestTimeout;
    f.requestHeadersTimeout = o.requestHeadersTimeout;
    f.maxStreamDuration = o.maxStreamDuration;
    f.delayedCloseTimeout = o.delayedCloseTimeout;
    f.connectionIdleTimeout = o.idleTimeout;
    f.changesHeads = f.changesHeads || !o.earlyMutations.empty();
    f.changesPaths = o.normalizePath || o.mergeSlashes || o.escapedSlashes != http::EscapedSlashes::kKeep;
    f.changesHosts = o.stripHostPort != http::StripHostPort::kKeep || o.stripTrailingHostDot;
    if (o.routes == nullptr) return;
    // A service that is asked may say what the route is chosen by (clear_route_cache).
    f.routesJudged = !o.routes->hostHeader && o.routes->internalOnlyHeaders.empty() &&
                     !o.routes->ignorePortInHostMatching && !o.routes->ignorePathParameters && !f.asksServices;
    f.multiplies = std::any_of(bootstrap_.clusters.begin(), bootstrap_.clusters.end(),
                               [](const upstream::ClusterOptions& c) { return !c.mirrors.empty(); });
    for (const auto& v : o.routes->virtualHosts) {
      VirtualHostFacts vf;
      vf.domains = v.domains;
      vf.judged = v.requireTls == route::VirtualHost::RequireTls::kNone && !v.matcher;
      for (const auto& r : v.routes) {
        // What filters wrote is not known here.
        if (!r.match.metadata.empty() || r.match.filterState) vf.judged = false;
        vf.routes.push_back(routeFacts(r));
        f.multiplies = f.multiplies || (r.action && (!r.action->mirrors.empty() || r.action->internalRedirect));
      }
      f.virtualHosts.push_back(std::move(vf));
    }
  }

  void conditions(const route::RouteMatch& m, ConditionFacts& f) const {
    for (const auto& h : m.headers) f.headers.push_back(headerFact(h));
    for (const auto& q : m.queryParameters) {
      NamedFact& n = f.query.emplace_back();
      n.name = q.name;
      n.present = q.present;
      if (q.string) n.text = textFact(*q.string);
    }
    for (const auto& c : m.cookies) {
      NamedFact& n = f.cookies.emplace_back();
      n.name = c.name;
      n.text = textFact(c.string);
      n.invert = c.invert;
    }
    f.grpc = m.grpc;
    if (m.runtimeFraction) f.chance = chanceOf(*m.runtimeFraction, bootstrap_);
  }

  RouteFacts routeFacts(const route::Route& r) const {
    RouteFacts f;
    f.path = r.match.path;
    f.caseSensitive = r.match.caseSensitive;
    switch (r.match.pathKind) {
      case route::RouteMatch::PathKind::kPrefix: f.pathKind = RouteFacts::PathKind::kPrefix; break;
      case route::RouteMatch::PathKind::kExact: f.pathKind = RouteFacts::PathKind::kExact; break;
      case route::RouteMatch::PathKind::kPathSeparatedPrefix:
        f.pathKind = RouteFacts::PathKind::kSeparatedPrefix;
        break;
      case route::RouteMatch::PathKind::kRegex:
      case route::RouteMatch::PathKind::kTemplate:
        f.pathKind = RouteFacts::PathKind::kRegex;
        f.pathRegex = TextFact::ofRegex(r.match.path);
        break;
      case route::RouteMatch::PathKind::kConnect: f.pathKind = RouteFacts::PathKind::kConnect; break;
    }
    conditions(r.match, f.conditions);
    if (r.direct) {
      f.action = RouteFacts::Action::kDirect;
      f.status = r.direct->status;
      if (r.direct->format == nullptr) f.body = r.direct->body;
    } else if (r.redirect) {
      f.action = RouteFacts::Action::kRedirect;
      f.status = r.redirect->code;
    } else if (r.action) {
      forward(*r.action, f);
      f.timeoutAsSaid = !setsTimeouts(r) && !r.action->grpcTimeout;
    } else {
      f.action = RouteFacts::Action::kNone;
    }
    return f;
  }

  // Whether the route adds fields by which the router would take its own time-outs from the request.
  static bool setsTimeouts(const route::Route& r) {
    const auto asks = [](const route::HeaderMutation& m) { return m.name.text().starts_with("x-envoy-"); };
    return std::any_of(r.requestHeaders.begin(), r.requestHeaders.end(), [&](const route::HeaderLevel& l) {
      return std::any_of(l.mutations.begin(), l.mutations.end(), asks);
    });
  }

  void forward(const route::RouteAction& a, RouteFacts& f) const {
    f.timeout = a.timeout;
    f.idleTimeout = a.idleTimeout;
    f.highPriority = a.highPriority;
    // Without retry_on there are its time-outs of a try still.
    if (a.retry && (a.retry->retryOn != 0 || a.retry->perTryTimeout || a.retry->perTryIdleTimeout)) {
      const auto says = [&](const runtime::Layer& l) {
        return !l.values.empty() || (l.admin && bootstrap_.admin.address.has_value());
      };
      const auto& layers = bootstrap_.runtime.layers;
      const bool silent = std::none_of(layers.begin(), layers.end(), says);
      f.retry = retryFacts(*a.retry, silent);
    }
    f.connectEndsHere = a.connect.has_value();
    f.postEndsHere = a.connect && a.connect->allowPost;
    for (const auto& upgrade : a.upgrades) f.upgrades.push_back({upgrade.type, upgrade.enabled});
    f.maxDuration = a.duration.most;
    f.durationOfRequests = a.duration.grpcMost.has_value();
    // A try that is too slow is tried again whatever the conditions are.
    if (f.retry && a.hedgeOnPerTryTimeout) f.retry->onOther = true;
    if (a.cluster) noteCluster(*a.cluster, f);
    if (a.cluster && a.mirrors.empty() && a.cluster->index < bootstrap_.clusters.size())
      f.onlyCluster = a.cluster->index;
    if (a.clusterHeader || a.clusterTree != nullptr) noteAnyCluster(f);
    for (const route::WeightedCluster& w : a.weighted) {
      if (w.clusterHeader) {
        noteAnyCluster(f);
      } else {
        noteCluster(w.cluster, f);
      }
    }
  }

  // The route may choose this cluster.
  void noteCluster(const route::ClusterRef& ref, RouteFacts& f) const {
    if (ref.index == route::kUnknownCluster || ref.index >= bootstrap_.clusters.size()) {
      f.clusterKnown = false;
      return;
    }
    noteCluster(bootstrap_.clusters[ref.index], f);
  }
  static void noteCluster(const upstream::ClusterOptions& cluster, RouteFacts& f) {
    const upstream::ClusterOptions defaults;
    f.clusterEmpty = f.clusterEmpty || cluster.endpoints.empty();
    f.asksUpstreamsToLive = f.asksUpstreamsToLive || !cluster.http2Keepalive.timeout.isZero();
    f.tightHeads = f.tightHeads || cluster.maxResponseHeadersKb < defaults.maxResponseHeadersKb ||
                   cluster.maxResponseHeadersCount < defaults.maxResponseHeadersCount;
    f.connectTimeout = std::max(f.connectTimeout, cluster.connectTimeout);
    if (cluster.retry) noteOwnRetry(*cluster.retry, f);
    // Whichever priority a route has: the lower limit is the one that is sound.
    for (const auto* breakers : {&cluster.breakers, &cluster.highBreakers}) {
      f.maxConnections = std::min(f.maxConnections, breakers->maxConnections);
      f.boundsPools = f.boundsPools || breakers->maxPools != UINT64_MAX;
      f.maxUnderWay = std::min({f.maxUnderWay, breakers->maxPendingRequests, breakers->maxRequests});
      if (!f.retry || f.retry->retries == 0) continue;
      // A budget may leave no room for the first retry.
      f.maxUnderWay = std::min(f.maxUnderWay, breakers->retryBudget ? uint64_t{0} : breakers->maxRetries);
    }
  }
  // A cluster's policy counts instead of the route's, but for the time-outs of a try. Which cluster it will be is not known
  // here: all that either policy allows is taken for allowed.
  static void noteOwnRetry(const route::RetryPolicy& policy, RouteFacts& f) {
    RetryFacts own = retryFacts(policy, false);
    own.perTryTimeout = f.retry && f.retry->perTryTimeout;
    own.perTry = f.retry ? f.retry->perTry : Duration();
    own.perTryWhole = f.retry ? f.retry->perTryWhole : Duration();
    if (f.retry) {
      own.onOther = true;
      own.retries = std::max(own.retries, f.retry->retries);
      own.backoffs = Duration::max();
    }
    f.retry = std::move(own);
  }
  // The request says which cluster, or one that does not exist.
  void noteAnyCluster(RouteFacts& f) const {
    f.clusterKnown = false;
    for (const upstream::ClusterOptions& cluster : bootstrap_.clusters) noteCluster(cluster, f);
  }

  const config::Bootstrap& bootstrap_;
};

bool isClient(const std::string& host, const Scenario& scenario) {
  return std::any_of(scenario.hosts.begin(), scenario.hosts.end(),
                     [&](const HostSpec& h) { return h.listens.empty() && h.name == host; });
}

bool touchesClients(const Fault& fault, const Scenario& scenario) {
  if (fault.onLink()) return isClient(fault.from, scenario) || isClient(fault.to, scenario);
  return fault.host == "proxy" || isClient(fault.host, scenario);
}

Outage always() {
  Outage o;
  o.begin = TimePoint();
  o.healed = TimePoint::max();
  return o;
}

Outage outageOf(const Fault& f) {
  Outage o;
  o.begin = TimePoint() + f.begin;
  o.healed = TimePoint::max();
  if (f.end.isZero()) return o;
  // Retransmissions back off by doubling, up to 120 s: the next one after the end is no further away than the outage was
  // long, and the first of all comes within 3 s (Linux).
  const Duration lasted = std::max(f.end - f.begin, Duration());
  o.healed = TimePoint() + f.end + std::min(lasted, Duration::seconds(120)) + Duration::seconds(3);
  if (f.kind == Fault::Kind::kLatency) o.healed = o.healed + f.duration * 2;
  return o;
}

}  // namespace

ProxyFacts factsOf(const config::Bootstrap& bootstrap, const Scenario& scenario) {
  ProxyFacts facts;
  facts.workers = scenario.proxy.workers;
  const FactsMaker maker(bootstrap);
  for (const auto& l : bootstrap.listeners) facts.listeners.push_back(maker.listener(l));
  noteLimits(bootstrap, facts);
  Duration longest = LinkSpec{}.latency;
  for (const LinkSpec& l : scenario.links) longest = std::max(longest, l.latency + l.jitter);
  facts.lateness = Duration::seconds(1) + longest * 4;
  const bool idle = !scenario.proxy.cpu.any() && std::none_of(scenario.hosts.begin(), scenario.hosts.end(),
                                                              [](const HostSpec& h) { return h.cpu.any(); });
  const bool inTime = idle && std::none_of(scenario.links.begin(), scenario.links.end(),
                                           [](const LinkSpec& l) { return l.losesOrQueues(); });
  if (scenario.faults.empty() && inTime) facts.slack = facts.lateness;
  for (const LinkSpec& l : scenario.links) {
    if (l.losesOrQueues() && (isClient(l.from, scenario) || isClient(l.to, scenario)))
      facts.outages.push_back(always());
  }
  const bool forgets = std::any_of(scenario.hosts.begin(), scenario.hosts.end(),
                                   [](const HostSpec& h) { return h.isBox() && !h.forgetsAfter.isZero(); });
  if (!idle || forgets) facts.outages.push_back(always());
  for (const Fault& f : scenario.faults) {
    if (touchesClients(f, scenario)) facts.outages.push_back(outageOf(f));
  }
  return facts;
}

}  // namespace orrery::sim
