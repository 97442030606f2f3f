#include "proxy/http/stream.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/base/assert.h"
#include "proxy/base/mark.h"
#include "proxy/http/connection_manager.h"
#include "proxy/http/header_rules.h"
#include "proxy/http/path_rules.h"
#include "proxy/http/stream_duration.h"
#include "proxy/route/weighted_clusters.h"

namespace orrery::http {

using message::HeaderId;
using message::HeaderMap;
using stream_info::ResponseFlag;
using Which = StreamTimers::Which;

Stream::Stream(ConnectionManager& manager, ResponseEncoder& encoder, uint32_t bufferLimit, uint64_t number)
    : manager_(manager),
      context_(manager.context()),
      options_(context_.options),
      encoder_(encoder),
      arena_(context_.worker.arenas),
      requestHeaders_(arena_),
      requestTrailers_(arena_),
      timers_(&manager.takeTimers()),
      idleTimeout_(options_.streamIdleTimeout),
      filters_(*this, bufferLimit) {
  const io::Dispatcher& dispatcher = context_.worker.dispatcher;
  const HcmStats& stats = context_.config->stats;
  context_.worker.stats.add(stats.downstream_rq_total);
  if (manager.http1()) {
    context_.worker.stats.add(stats.downstream_rq_http1_total);
  } else {
    context_.worker.stats.add(stats.downstream_rq_http2_total);
    info_.protocol = stream_info::Protocol::kHttp2;
  }
  context_.worker.stats.increment(stats.downstream_rq_active);
  info_.surroundings = &context_.surroundings;
  info_.connectionId = manager.connectionId();
  info_.connectionState = &manager.filterState();
  info_.requestNumber = number;
  info_.startTime = dispatcher.wallNow();
  info_.startMonotonic = dispatcher.now();
  const net::Connection& connection = manager.connection();
  info_.downstreamRemoteAddress = info_.downstreamDirectRemoteAddress = connection.peerAddressText();
  info_.downstreamLocalAddress = connection.localAddressText();
  timers_->lend(*this);
  if (!idleTimeout_.isZero()) timers_->arm(Which::kIdle, idleTimeout_);
  if (!options_.requestTimeout.isZero()) timers_->arm(Which::kRequest, options_.requestTimeout);
  if (!options_.requestHeadersTimeout.isZero()) timers_->arm(Which::kRequestHeaders, options_.requestHeadersTimeout);
  if (!options_.maxStreamDuration.isZero()) timers_->arm(Which::kMaxDuration, options_.maxStreamDuration);
  if (!options_.logInterval.isZero()) timers_->arm(Which::kLog, options_.logInterval);
}

Stream::~Stream() {
  ORRERY_ASSERT(finished_, "a stream ends through its connection manager");
  filters_.releaseFilters();
}

// The request

void Stream::noteRequestEnd() {
  if (!info_.lastDownstreamRxByte.set) info_.lastDownstreamRxByte.mark(context_.worker.dispatcher.now());
}

void Stream::decodeHeaders(bool endStream) {
  headersComplete_ = true;
  info_.firstDownstreamRxHeaders.mark(context_.worker.dispatcher.now());
  timers_->disarm(Which::kRequestHeaders);
  if (endStream) noteRequestEnd();
  HeaderMap& headers = requestHeaders_;
  path_ = headers.path();
  if (context_.worker.sink.wantsTrace()) {
    context_.worker.sink.emit(events::RequestStarted{context_.worker.index, info_.connectionId, info_.requestNumber,
                                                     headers.method(), path_});
  }
  filters_.setHeadRequest(headers.method() == "HEAD");
  filters_.setPassInterim(options_.proxy100Continue);
  if (!options_.proxy100Continue && headers.has(HeaderId::kExpect) &&
      equalsIgnoreCase(headers.get(HeaderId::kExpect), "100-continue")) {
    HeaderMap& interim = *arena_.make<HeaderMap>(arena_);
    interim.setReference(HeaderId::kStatus, "100");
    context_.config->stats.countResponse(context_.worker.stats, 100);
    encoder_.encode1xxHeaders(interim);
    headers.remove(HeaderId::kExpect);
  }
  if (!checkHead()) return;
  if (!startedOver_ && !adaptHead()) return;
  info_.requestId = headers.get(HeaderId::kXRequestId);
  findRoute();
  filters_.createFilterChain();
  if (options_.logOnNewRequest) log(stream_info::LogType::kDownstreamStart);
  if (upgradeRefused_ && route_.route != nullptr) {
    // The path exists, what was asked of it does not.
    context_.worker.stats.add(context_.config->stats.downstream_rq_ws_on_non_ws_route);
    // As Envoy: a client of HTTP/2 that asks for what it does not get is asked to come back by another connection.
    using DrainState = ConnectionManager::DrainState;
    if (!manager_.http1() && manager_.drainState() == DrainState::kNotDraining) manager_.startDrainSequence();
    filters_.sendLocalReply({.status = 403, .body = {}, .details = "upgrade_failed"});
    return;
  }
  applyRouteTimeout();
  filters_.decodeHeaders(headers, endStream);
  if (!finished_) resetIdleTimer();
}

// What the connection manager changes in a head before anybody reads it. False: answered already.
bool Stream::adaptHead() {
  const io::Address& local = manager_.connection().localAddress();
  const uint32_t localPort = local.isIp() ? local.port() : 0;
  normalizeHost(requestHeaders_, options_, localPort);
  const DownstreamPeer peer{manager_.connection().peerAddress(), context_.ownAddressText, localPort};
  const RequestOrigin origin = mutateRequestHeaders(requestHeaders_, *context_.config, peer, info_, context_.ids);
  if (origin.rejectStatus != 0) {
    context_.worker.stats.add(context_.config->stats.downstream_rq_rejected_via_ip_detection);
    filters_.sendLocalReply(
        {.status = origin.rejectStatus, .body = {}, .details = "rejecting_because_detection_failed"});
    return false;
  }
  if (!origin.remoteAddress.empty()) info_.downstreamRemoteAddress = origin.remoteAddress;
  return true;
}

// False: answered already.
bool Stream::checkHead() {
  HeaderMap& headers = requestHeaders_;
  if (manager_.http10()) {
    http10_ = true;
    info_.protocol = stream_info::Protocol::kHttp10;
    if (!headers.has(HeaderId::kAuthority) && !options_.defaultHostForHttp10.empty()) {
      headers.set(HeaderId::kAuthority, options_.defaultHostForHttp10);
    }
  }
  if (manager_.http1() && wantsClose(headers, http10_)) sawConnectionClose_ = true;
  if (!headers.has(HeaderId::kAuthority)) {
    refuse(400, "missing_host_header");
    return false;
  }
  const bool connect = headers.method() == "CONNECT";
  if (headers.path().empty()) {
    if (connect) return true;
    refuse(404, "missing_path_rejected");
    return false;
  }
  if (headers.path().front() != '/') {
    context_.worker.stats.add(context_.config->stats.downstream_rq_non_relative_path);
    refuse(404, "absolute_path_rejected");
    return false;
  }
  return checkPath();
}

bool Stream::checkPath() {
  static constexpr std::string_view kDetails = "path_normalization_failed";
  const HcmStats& stats = context_.config->stats;
  switch (normalizePath(requestHeaders_, options_)) {
    case PathVerdict::kContinue: return true;
    case PathVerdict::kReject:
      context_.worker.stats.add(stats.downstream_rq_failed_path_normalization);
      refuse(400, kDetails);
      return false;
    case PathVerdict::kRedirect: {
      context_.worker.stats.add(stats.downstream_rq_redirected_with_normalized_path);
      HeaderMap extra(arena_);
      extra.addReference(HeaderId::kLocation, requestHeaders_.path());
      filters_.sendLocalReply({.status = 307, .body = {}, .details = kDetails, .headers = &extra});
      return false;
    }
  }
  return false;
}

void Stream::refuse(uint32_t status, std::string_view details) {
  filters_.sendLocalReply({.status = status, .body = {}, .details = details});
}

void Stream::onProtocolError(uint32_t status, std::string_view body, std::string_view details) {
  info_.flags.set(ResponseFlag::kDownstreamProtocolError);
  if (filters_.responseHeadersSent()) {
    sometimes(Mark::kErrorAfterAnswer);
    return;
  }
  if (status == 400 && !options_.streamErrorOnInvalidMessage) sawConnectionClose_ = true;
  filters_.sendLocalReply({.status = status, .body = body, .details = details});
}

void Stream::decodeData(buffer::Buffer& data, bool endStream) {
  if (endStream) noteRequestEnd();
  info_.bytesReceived += data.size();
  filters_.decodeData(data, endStream);
}

void Stream::decodeTrailers() {
  noteRequestEnd();
  hasRequestTrailers_ = true;
  filters_.decodeTrailers(requestTrailers_);
}

HeaderMap& Stream::addRequestTrailers() {
  hasRequestTrailers_ = true;
  return requestTrailers_;
}

bool Stream::createFilterChain(FilterChainBuilder& builder) {
  const CompiledHcm::Chain chain = chooseChain();
  for (size_t i = chain.begin; i < chain.end; ++i) {
    if (filterDisabled(i)) continue;
    filters_.setSlot(i);
    context_.filters[i]->addFilters(builder);
  }
  return true;
}

// The route decides, else the chain.
bool Stream::filterDisabled(size_t slot) const {
  using Enabled = route::FilterSlot::Enabled;
  if (const route::FilterSlots* slots = route_.slots()) {
    const Enabled enabled = slots->chain[slot].enabled;
    if (enabled != Enabled::kUnsaid) return enabled == Enabled::kNo;
  }
  const std::vector<const HttpFilterOptions*>& filters = context_.config->filters;
  return slot < filters.size() && filters[slot]->disabled;
}

CompiledHcm::Chain Stream::mainChain() const {
  return {0, context_.config->plans.empty() ? context_.filters.size() : options_.filters.size()};
}

// Upgrades and CONNECT go through a chain of their own if they have one (Envoy's FilterManager::createFilterChain).
CompiledHcm::Chain Stream::chooseChain() {
  if (headersComplete_) {
    if (requestHeaders_.has(HeaderId::kUpgrade)) return upgradeChain(requestHeaders_.get(HeaderId::kUpgrade));
    if (requestHeaders_.method() == "CONNECT") return upgradeChain("CONNECT");
  }
  return mainChain();
}

// The route's word counts before the connection manager's (Envoy's createUpgradeFilterChain).
CompiledHcm::Chain Stream::upgradeChain(std::string_view type) {
  const auto ofType = [&](const auto& upgrade) { return equalsIgnoreCase(upgrade.type, type); };
  const std::vector<UpgradeOptions>& own = options_.upgrades;
  const auto at = std::find_if(own.begin(), own.end(), ofType);
  bool enabled = at != own.end() && at->enabled;
  if (route_.route != nullptr && route_.route->action) {
    const std::vector<route::RouteUpgrade>& routed = route_.route->action->upgrades;
    const auto said = std::find_if(routed.begin(), routed.end(), ofType);
    if (said != routed.end()) enabled = said->enabled;
  }
  upgradeRefused_ = !enabled;
  if (!enabled) return mainChain();
  upgradeAccepted_ = true;
  const HcmStats& stats = context_.config->stats;
  context_.worker.stats.add(stats.downstream_cx_upgrades_total);
  context_.worker.stats.increment(stats.downstream_cx_upgrades_active);
  if (at == own.end() || at->filters.empty()) return mainChain();
  return context_.config->upgradeChains[static_cast<size_t>(at - own.begin())];
}

bool Stream::recreateStream(buffer::Buffer* body) {
  info_.responseCodeDetails = "internal_redirect";
  manager_.recreateStream(*this, body);
  return true;
}

void Stream::startOver(Stream& old, buffer::Buffer* body) {
  startedOver_ = true;
  requestHeaders_.copyFrom(old.requestHeaders_);
  info_.downstreamRemoteAddress = arena_.copy(old.info_.downstreamRemoteAddress);
  info_.redirects = old.info_.redirects;
  if (old.sawConnectionClose_) sawConnectionClose_ = true;
  buffer::Buffer moved(context_.worker.blocks);
  if (body != nullptr) moved.move(*body);
  info_.downstreamBytes = old.info_.downstreamBytes;
  decodeHeaders(moved.empty());
  if (!moved.empty() && !finished_) decodeData(moved, true);
}

// Routes

// Which one it is, is decided with the route: filters that change a header which names it come too late, as in Envoy.
void Stream::noteCluster(const route::RouteAction& action) {
  const route::WeightedCluster* const weighted = route_.weighted;
  const auto& header = weighted != nullptr ? weighted->clusterHeader : action.clusterHeader;
  if (header) {
    info_.routeCluster = arena_.copy(requestHeaders_.get(*header));
    return;
  }
  const route::ClusterRef* const cluster = weighted != nullptr ? &weighted->cluster
                                           : action.cluster    ? &*action.cluster
                                                               : nullptr;
  if (cluster == nullptr) return;
  info_.routeCluster = cluster->name;
  // Said here already, so that a request that never gets to the router has it in its log line, as in Envoy.
  if (cluster->index != route::kUnknownCluster) info_.upstreamCluster = cluster->name;
}

void Stream::findRoute() {
  routeKnown_ = true;
  route_ = {};
  pickedClusters_ = {};
  if (!headersComplete_) return;
  if (const route::RouteTable* const table = context_.config->routes.of(requestHeaders_)) {
    if (table->usesRandom() && !randomDrawn_) {
      routeRandom_ = context_.worker.random->bits();
      randomDrawn_ = true;
    }
    route_ = table->match(requestHeaders_, *context_.worker.runtime, routeRandom_, info_.metadata.get());
  }
  const route::RouteAction* const action =
      route_.route != nullptr && route_.route->action ? &*route_.route->action : nullptr;
  if (action != nullptr && !action->cluster) {
    route_.weighted = route::pickWeighted(*action, requestHeaders_, info_, *context_.worker.runtime, routeRandom_);
  }
  info_.routeName = route_.route != nullptr ? std::string_view(route_.route->name) : std::string_view();
  info_.routeCluster = info_.upstreamCluster = {};
  if (action != nullptr) noteCluster(*action);
  info_.hasRoute = route_.route != nullptr;
  info_.hasVirtualHost = route_.virtualHost != nullptr;
  info_.routeMetadata = route_.route != nullptr ? route_.route->metadata.get() : nullptr;
  info_.virtualHostMetadata = route_.virtualHost != nullptr ? route_.virtualHost->metadata.get() : nullptr;
  info_.virtualHost = route_.virtualHost != nullptr ? std::string_view(route_.virtualHost->name) : std::string_view();
}

void Stream::refreshCluster() {
  if (route_.route == nullptr || !route_.route->action || route_.weighted == nullptr) return;
  const route::RouteAction& action = *route_.route->action;
  if (action.clusterTree == nullptr) {
    if (pickedClusters_.empty()) {
      const size_t n = action.weighted.size();
      pickedClusters_ = {static_cast<bool*>(arena_.allocate(n, alignof(bool))), n};
      std::fill(pickedClusters_.begin(), pickedClusters_.end(), false);
    }
    pickedClusters_[static_cast<size_t>(route_.weighted - action.weighted.data())] = true;
    if (std::find(pickedClusters_.begin(), pickedClusters_.end(), false) == pickedClusters_.end())
      std::fill(pickedClusters_.begin(), pickedClusters_.end(), false);
  }
  const route::WeightedCluster* const picked =
      route::pickWeighted(action, requestHeaders_, info_, *context_.worker.runtime, routeRandom_, pickedClusters_);
  if (picked == nullptr) return;
  route_.weighted = picked;
  info_.upstreamCluster = {};
  noteCluster(action);
}

// A filter has changed what the route is chosen by: the new one's times count from now on (Envoy's refreshCachedRoute).
void Stream::findRouteAgain() {
  findRoute();
  if (!finished_) applyRouteTimeout();
}

const route::Route* Stream::route() {
  if (!routeKnown_) findRouteAgain();
  return route_.route;
}

const route::VirtualHost* Stream::virtualHost() {
  if (!routeKnown_) findRouteAgain();
  return route_.virtualHost;
}

const route::WeightedCluster* Stream::weightedCluster() {
  if (!routeKnown_) findRouteAgain();
  return route_.weighted;
}

const route::FilterSlot* Stream::filterSlot(uint32_t slot) {
  if (!routeKnown_) findRouteAgain();
  const route::FilterSlots* const slots = route_.slots();
  return slots == nullptr ? nullptr : &slots->chain[slot];
}

void Stream::applyRouteTimeout() {
  const route::Route* r = route_.route;
  if (r == nullptr || !r->action) return;
  if (r->action->idleTimeout) {
    // Counts from the next thing that happens, also where a filter had the route chosen anew (seen at Envoy 1.40).
    idleTimeout_ = *r->action->idleTimeout;
    if (idleTimeout_.isZero()) timers_->disarm(Which::kIdle);
  }
  const route::StreamDuration& duration = r->action->duration;
  if (!duration.most && !duration.grpcMost && !requestHeaders_.has(HeaderId::kGrpcTimeout)) return;
  if (const auto most = streamDuration(duration, options_.maxStreamDuration, requestHeaders_)) {
    const Duration used = context_.worker.dispatcher.now() - info_.startMonotonic;
    timers_->arm(Which::kMaxDuration, std::max(*most - used, Duration()));
  } else {
    timers_->disarm(Which::kMaxDuration);
  }
}

// Timers

void Stream::resetIdleTimer() {
  if (!idleTimeout_.isZero() && !finished_ && !awaitsEncode_) timers_->arm(Which::kIdle, idleTimeout_);
}

void Stream::disarmRequestTimeout() {
  if (!finished_) timers_->disarm(Which::kRequest);
}

void Stream::setIdleTimeout(Duration timeout) {
  if (finished_ || awaitsEncode_) return;
  idleTimeout_ = timeout;
  if (timeout.isZero()) {
    timers_->disarm(Which::kIdle);
  } else {
    timers_->arm(Which::kIdle, timeout);
  }
}

// 504 when the request was complete, 408 when the client is to blame.
void Stream::replyTimeout(std::string_view body, std::string_view details) {
  filters_.sendLocalReply({.status = requestComplete() ? 504u : 408u, .body = body, .details = details});
}

void Stream::onStreamIdle() {
  context_.worker.stats.add(context_.config->stats.downstream_rq_idle_timeout);
  info_.flags.set(ResponseFlag::kStreamIdleTimeout);
  replyTimeout("stream timeout", "stream_idle_timeout");
}

void Stream::onRequestTimeout() {
  context_.worker.stats.add(context_.config->stats.downstream_rq_timeout);
  replyTimeout("request timeout", "request_overall_timeout");
}

void Stream::onRequestHeadersTimeout() {
  context_.worker.stats.add(context_.config->stats.downstream_rq_header_timeout);
  replyTimeout("request header timeout", "request_header_timeout");
}

void Stream::onMaxStreamDuration() {
  context_.worker.stats.add(context_.config->stats.downstream_rq_max_duration_reached);
  filters_.sendLocalReply({.status = requestComplete() ? 504u : 408u,
                           .body = "downstream duration timeout",
                           .details = "max_duration_timeout",
                           .headers = nullptr,
                           .grpcStatus = message::GrpcStatus::kDeadlineExceeded});
}

}  // namespace orrery::http
