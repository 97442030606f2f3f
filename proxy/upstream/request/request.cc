#include "proxy/upstream/request/request.h"

#include <algorithm>
#include <utility>

#include "proxy/base/mark.h"
#include "proxy/http/upgrade_rules.h"
#include "proxy/io/dispatcher.h"
#include "proxy/message/grpc.h"
#include "proxy/route/finalize.h"
#include "proxy/route/path_rewrite.h"
#include "proxy/upstream/request/choose_cluster.h"
#include "proxy/upstream/request/internal_redirect.h"
#include "proxy/upstream/request/mirrors.h"

namespace orrery::upstream {

using message::HeaderId;
using message::HeaderMap;
using stream_info::ResponseFlag;

namespace {

bool is5xx(uint32_t status) { return status >= 500 && status <= 599; }

bool endsHere(const route::RouteAction& action, const HeaderMap& headers) {
  if (!action.connect) return false;
  return headers.method() == "CONNECT" || (action.connect->allowPost && headers.method() == "POST");
}

}  // namespace

Request::Request(http::StreamDecoderFilterCallbacks& callbacks, ClusterManager& clusters, const RouterStats& stats,
                 const RequestOptions& options, AsyncClient* async)
    : callbacks_(callbacks),
      clusters_(clusters),
      worker_(clusters.worker()),
      stats_(stats),
      options_(options),
      async_(async),
      kept_(worker_.blocks) {}

Request::~Request() {
  while (Attempt* attempt = last_) {
    last_ = attempt->previous();
    attempt->~Attempt();
  }
  if (mirrors_ != nullptr) mirrors_->~Mirrors();
}

// ---- the way to a cluster ----

bool Request::mayUse(uint32_t host) { return overTcp_ || cluster_->openPool(host); }

void Request::useCluster(Cluster& cluster) {
  cluster_ = route_->action->highPriority ? &cluster.at(RoutePriority::kHigh) : &cluster;
  info().upstreamCluster = cluster.info().options.name;
  info().clusterMetadata = cluster.info().options.metadata.get();
}

uint32_t Request::chooseHost() {
  // Only retries are choosy (host_selection_retry_max_attempts with a host predicate).
  RetryHosts* hosts = isRetry_ && retry_ ? &retry_->hosts() : nullptr;
  HostWish wish{hash_.value};
  const ClusterInfo& cluster = cluster_->info();
  if (hosts != nullptr) wish.load = hosts->load(cluster);
  uint32_t host = cluster_->chooseHost(wish);
  while (hosts != nullptr && wish.attempt < hosts->maxAttempts() && host != LoadBalancer::kNone &&
         hosts->avoids(cluster, host)) {
    ++wish.attempt;
    wish.load = hosts->load(cluster);
    host = cluster_->chooseHost(wish);
  }
  return host;
}

void Request::start(const route::Route& route, const route::VirtualHost& virtualHost, HeaderMap& headers,
                    bool endStream) {
  const route::RouteAction& action = *route.action;
  route_ = &route;
  virtualHost_ = &virtualHost;
  headers_ = &headers;
  internal_ = headers.get(HeaderId::kEnvoyInternal) == "true";
  weighted_ = callbacks_.weightedCluster();
  cluster_ = chooseCluster(action, weighted_, info().routeCluster, clusters_);
  if (cluster_ == nullptr) {
    worker_.stats.add(stats_.noCluster);
    info().flags.set(ResponseFlag::kNoClusterFound);
    reply(action.clusterNotFoundStatus, {}, "cluster_not_found", false);
    return;
  }
  const ClusterOptions& own = cluster_->info().options;
  const auto& hashPolicies = own.hashPolicies.empty() ? action.hashPolicies : own.hashPolicies;
  if (!hashPolicies.empty()) hash_ = route::hashOf(hashPolicies, headers, info());
  groups_.route = route.stats.get();
  if (const route::VirtualCluster* group = virtualHost.virtualClusterOf(headers)) {
    groups_.virtualCluster = group->stats.get();
    info().virtualCluster = group->name;
  }
  useCluster(*cluster_);
  attemptCount_ = 1;
  info().attemptCount = 1;
  const uint32_t host = chooseHost();
  if (host == LoadBalancer::kNone) {
    worker_.stats.add(cluster_->stats().upstream_cx_none_healthy);
    sendNoHealthyUpstream();
    return;
  }
  overTcp_ = endsHere(action, headers);
  if (!mayUse(host)) {
    sendNoHealthyUpstream();
    return;
  }
  hedged_ = hedges(action, headers);
  timeouts_ = finalTimeouts(action, headers, options_.respectExpectedRqTimeout);
  setExpectedTimeout(timeouts_, Duration(), hedged_, !options_.suppressEnvoyHeaders, headers);
  if (headers.remove(HeaderId::kEnvoyUpstreamRqTimeoutAltResponse) > 0) timeoutStatus_ = 204;
  if (virtualHost.includeAttemptCount) headers.setNumber(HeaderId::kEnvoyAttemptCount, attemptCount_);
  finalizeRequestHeaders(route, weighted_, info(), headers, !options_.suppressEnvoyHeaders);

  const std::optional<route::RetryPolicy>& retry = own.retry ? own.retry : action.retry;
  const route::RetryPolicy* policy = retry ? &*retry : nullptr;
  if (RetryState::wanted(policy, headers)) {
    retry_.emplace(policy, headers, RetryState::Context{worker_, cluster_->breakers(), cluster_->info(), groups_},
                   Delegate<void()>::to<&Request::retryNow>(this));
  }
  RetryState::removeHeaders(headers);
  headers.remove(HeaderId::kEnvoyUpstreamAltStatName);
  const std::vector<route::MirrorPolicy>& mirrors = own.mirrors.empty() ? action.mirrors : own.mirrors;
  const bool mirrored = !mirrors.empty() && async_ != nullptr;
  // Mirrors get the head as it was before the upstream filters (Envoy).
  HeaderMap* headOfMirrors = &headers;
  if (mirrored && upstreamFilters() != nullptr) {
    headOfMirrors = callbacks_.arena().make<HeaderMap>(callbacks_.arena());
    headOfMirrors->copyFrom(headers);
  }
  startAttempt(host, endStream);
  if (done_) return;
  if (mirrored) {
    mirrors_ = callbacks_.arena().make<Mirrors>(*async_, callbacks_);
    mirrors_->start(mirrors, *headOfMirrors, endStream, timeouts_.global, options_.logs);
  }
  if (endStream) {
    onRequestComplete();
  } else if (http::isWebSocketUpgrade(headers)) {
    startRouteTimeout();  // of its handshake
  }
}

const http::UpstreamFilters* Request::upstreamFilters() const {
  const http::UpstreamFilters* const own = cluster_->upstreamFilters();
  return own != nullptr ? own : options_.upstream;
}

const route::FilterSlots* Request::filterSlots() const {
  return weighted_ != nullptr ? weighted_->slots.get() : route_->slots.get();
}

void Request::startAttempt(uint32_t host, bool endStream) {
  Attempt* attempt = callbacks_.arena().make<Attempt>(*this, *cluster_, host, attemptCount_, last_);
  last_ = current_ = attempt;
  if (!attempt->start(*headers_, endStream)) onUpstreamReset(*attempt, ResetReason::kOverflow, {});
}

void Request::onHostUsed(Attempt& attempt) {
  attempt.record().nameHost();
  if (retry_) retry_->hosts().note(attempt.cluster(), attempt.host());
}

void Request::onConnected() { groups_.add(worker_.stats, &route::RequestStats::upstream_rq_total); }

void Request::rewriteHostFor(const Attempt& attempt) {
  const std::string& name = attempt.cluster().hosts[attempt.host()].options.hostname;
  if (!route_->action->hostRewriteAuto || name.empty()) return;
  rewriteHost(*route_->action, name, *headers_, !options_.suppressEnvoyHeaders);
}

// ---- the request's body ----

void Request::sendData(buffer::Buffer& data, bool endStream) {
  if (done_) {
    data.clear();
    return;
  }
  if (options_.rejectsEarlyData && !headersSent_ && !data.empty() && headers_->method() == "CONNECT") [[unlikely]] {
    data.clear();
    reply(400, {}, "early_connect_data", false);
    return;
  }
  if (mirrors_ != nullptr) {
    mirrors_->sendData(data, endStream);
    if (done_) {
      data.clear();
      return;
    }
  }
  bool keeping = (retry_ && retry_->enabled()) || (route_->action->internalRedirect && !bodyLost_);
  const uint64_t limit = keeping ? keptLimit() : 0;
  if (keeping && limit != 0 && kept_.size() + data.size() > limit) {
    sometimes(current_ == nullptr ? Mark::kBodyLostInBackoff : Mark::kBodyTooLargeToRetry);
    worker_.stats.add(cluster_->stats().retry_or_shadow_abandoned);
    retry_.reset();
    kept_.clear();
    bodyLost_ = true;
    keeping = false;
    if (current_ == nullptr) {
      // The first try has failed and the next one, which waited for its time, has lost its body.
      reply(507, "exceeded request buffer limit while retrying upstream", "request_payload_exceeded_retry_buffer_limit",
            false);
      return;
    }
  }
  if (keeping) {
    buffer::Buffer copy(worker_.blocks);
    shareBytes(data, copy);
    kept_.move(data);
    if (current_ != nullptr) current_->sendData(copy, endStream);
  } else {
    current_->sendData(data, endStream);
  }
  if (endStream && !done_) onRequestComplete();
}

void Request::sendTrailers(HeaderMap& trailers) {
  if (done_) return;
  trailers_ = &trailers;
  if (mirrors_ != nullptr) mirrors_->sendTrailers(trailers);
  if (current_ != nullptr) current_->sendTrailers(trailers);
  if (!done_) onRequestComplete();
}

// request_body_buffer_limit counts instead of the stream's limit, per_request_buffer_limit_bytes can only lower it.
uint64_t Request::keptLimit() const {
  const uint64_t own = callbacks_.decoderBufferLimit();
  if (route_->bodyLimit) return *route_->bodyLimit;
  if (!route_->bodyLimitAtMost) return own;
  return own == 0 ? *route_->bodyLimitAtMost : std::min(own, *route_->bodyLimitAtMost);
}

void Request::onRequestComplete() {
  requestComplete_ = true;
  completeTime_ = worker_.dispatcher.now();
  startRouteTimeout();
  if (current_ != nullptr) current_->onRequestComplete();
}

void Request::startRouteTimeout() {
  if (timeouts_.global.isZero()) return;
  routeTimer_.emplace(worker_.dispatcher, io::TimerKind::kRoute, Delegate<void()>::to<&Request::onRouteTimeout>(this));
  routeTimer_->arm(timeouts_.global);
}

// ---- the response ----

void Request::onInterimResponse(Attempt& attempt, HeaderMap& headers) {
  chargeCode(headers.status(), &attempt);
  // What was passed on cannot be taken back: no retry from here.
  responseStarted_ = true;
  choose(attempt);
  callbacks_.encode1xxHeaders(headers);
}

// The first answer that is passed on ends the other tries.
void Request::choose(Attempt& attempt) {
  retry_.reset();
  kept_.clear();
  pendingRetry_ = false;
  current_ = &attempt;
  endOthers(&attempt, "hedge_lost");
}

void Request::endOthers(const Attempt* kept, std::string_view result) {
  for (Attempt* a = last_; a != nullptr; a = a->previous()) {
    if (a == kept || !a->live()) continue;
    if (kept != nullptr) sometimes(Mark::kHedgeLost);
    a->end(result);
  }
}

bool Request::othersMayAnswer() const {
  if (pendingRetry_) return true;
  for (const Attempt* a = last_; a != nullptr; a = a->previous()) {
    if (a->live() && a->awaitingHeaders()) return true;
  }
  return false;
}

void Request::addResponseHeaders(HeaderMap& headers) {
  if (virtualHost_ != nullptr && virtualHost_->includeAttemptCountInResponse && attemptCount_ > 0) {
    headers.setNumber(HeaderId::kEnvoyAttemptCount, attemptCount_);
  }
}

void Request::onUpstreamHeaders(Attempt& attempt, HeaderMap& headers, bool endStream) {
  const uint32_t status = headers.status();
  bool couldNotRetry = false;
  if (retry_ && attempt.retried()) {
    couldNotRetry = retry_->wouldRetryResponse(headers);
  } else if (retry_) {
    const RetryStatus retry = retry_->onResponseHeaders(headers, endStream);
    if (retries(retry)) {
      attempt.hostStats().rqError.add();
      if (hidesCodes()) {
        cluster_->stats().retry.chargeUntold(worker_.stats);
      } else {
        cluster_->stats().retry.charge(worker_.stats, status);
      }
      giveUp(attempt, "retried");
      return;
    }
    couldNotRetry = retry != RetryStatus::kNo;
  }
  if (route_->action->internalRedirect && followRedirect(attempt, headers)) return;
  // A bad answer waits for better ones.
  if (couldNotRetry && othersMayAnswer()) {
    sometimes(Mark::kBadAnswerWaits);
    attempt.hostStats().rqError.add();
    giveUp(attempt, "hedge_lost");
    return;
  }
  const bool hedgedNow = last_ != &attempt || attempt.retried();
  choose(attempt);
  if (hedgedNow) {
    attempt.record().nameHost();
    attempt.record().nameConnection();
  }

  if (requestComplete_ && !options_.suppressEnvoyHeaders) {
    const Duration took = worker_.dispatcher.now() - completeTime_;
    headers.setNumber(HeaderId::kEnvoyUpstreamServiceTime, static_cast<uint64_t>(took.inMilliseconds()));
  }
  addResponseHeaders(headers);
  chargeCode(status, &attempt);
  if (!is5xx(status)) attempt.hostStats().rqSuccess.add();
  const std::string_view details = attempt.handshakeFailed() ? "websocket_handshake_unsuccessful" : "via_upstream";
  info().responseCodeDetails = details;
  info().responseCode = status;  // the route's formats may say it
  finalizeResponseHeaders(*route_, weighted_, {info(), headers_, &headers}, headers);
  if (!hash_.setCookie.empty()) headers.addReference(HeaderId::kSetCookie, hash_.setCookie);
  responseStarted_ = true;
  headersSent_ = true;
  if (endStream) completeUpstream(attempt);
  callbacks_.encodeHeaders(headers, endStream, details);
  if (endStream) attempt.record().log();
}

void Request::onUpstreamData(Attempt& attempt, buffer::Buffer& data, bool endStream) {
  if (endStream) completeUpstream(attempt);
  callbacks_.encodeData(data, endStream);
  if (endStream) attempt.record().log();
}

void Request::onUpstreamTrailers(Attempt& attempt, HeaderMap& trailers) {
  completeUpstream(attempt);
  callbacks_.encodeTrailers(trailers);
  attempt.record().log();
}

void Request::completeUpstream(Attempt& attempt) {
  if (requestComplete_) chargeTime();
  attempt.complete();
  current_ = nullptr;
  done_ = true;  // an early response: what still comes of the request goes nowhere
  cleanUp();
}

// The stream starts over, which ends this request.
bool Request::followRedirect(Attempt& attempt, HeaderMap& headers) {
  const std::vector<uint32_t>& codes = route_->action->internalRedirect->codes;
  if (std::find(codes.begin(), codes.end(), headers.status()) == codes.end()) return false;
  const uint32_t status = headers.status();
  const ClusterStats& stats = cluster_->stats();
  if (!requestComplete_) sometimes(Mark::kRedirectTooEarly);
  if (requestComplete_ && !bodyLost_ && headers.has(HeaderId::kLocation) &&
      applyInternalRedirect(*route_, headers, callbacks_, *headers_, stats_)) {
    info().responseCode = status;
    if (status == 303 && headers_->method() == "GET") kept_.clear();
    worker_.stats.add(stats.upstream_internal_redirect_succeeded_total);
    attempt.hostStats().rqSuccess.add();
    if (!kept_.empty()) callbacks_.addDecodedData(kept_, true);
    return callbacks_.recreateStream();
  }
  worker_.stats.add(stats.upstream_internal_redirect_failed_total);
  return false;
}

// ---- statistics and the end ----

// What Envoy leaves out for gRPC: codes of the cluster as a whole and of retries, not those of its parts (measured at 1.40).
bool Request::hidesCodes() const { return options_.hidesGrpcCodes && message::hasGrpcContentType(*headers_); }

void Request::chargeCode(uint32_t status, Attempt* attempt) {
  if (!options_.countsCodes) return;
  const ClusterStats& stats = cluster_->stats();
  if (hidesCodes()) {
    stats.all.chargeUntold(worker_.stats);
  } else {
    stats.all.charge(worker_.stats, status);
  }
  (internal_ ? stats.internal : stats.external).charge(worker_.stats, status);
  groups_.charge(worker_.stats, status);
  if (attempt != nullptr && is5xx(status)) attempt->hostStats().rqError.add();
}

void Request::chargeAbort(uint32_t status, Attempt* attempt) {
  if (responseStarted_) return;
  chargeCode(status, attempt);
  // An attempt that failed without a 5xx (a 204 for a time-out) is an error of the host all the same.
  if (attempt != nullptr && !is5xx(status)) attempt->hostStats().rqError.add();
}

void Request::chargeTime() {
  if (!options_.countsCodes) return;
  const ClusterStats& stats = cluster_->stats();
  const auto took = static_cast<uint64_t>((worker_.dispatcher.now() - completeTime_).inMilliseconds());
  worker_.stats.record(stats.upstream_rq_time, took);
  worker_.stats.record(internal_ ? stats.internalTime : stats.externalTime, took);
  groups_.recordTime(worker_.stats, took);
}

void Request::cleanUp() {
  retry_.reset();
  if (routeTimer_) routeTimer_->disarm();
  kept_.clear();
}

void Request::logTries() {
  for (Attempt* a = last_; a != nullptr; a = a->previous()) {
    if (!a->live()) a->record().log();
  }
}

void Request::destroy() {
  if (pendingRetry_) sometimes(Mark::kLeftInBackoff);
  done_ = true;
  current_ = nullptr;
  endOthers(nullptr, "downstream_reset");
  if (mirrors_ != nullptr) mirrors_->cancel();
  cleanUp();
}

}  // namespace orrery::upstream
