#include <utility>

#include "proxy/base/mark.h"
#include "proxy/io/dispatcher.h"
#include "proxy/upstream/request/request.h"

// What goes wrong with the tries of a request, and what is done about it: replies, further tries, hedges.
namespace orrery::upstream {

using message::HeaderId;
using message::HeaderMap;
using stream_info::ResponseFlag;

namespace {

// Details are one word: Envoy's replaceAllEmptySpace.
std::string_view withoutSpaces(Arena& arena, std::initializer_list<std::string_view> parts) {
  const std::string_view joined = arena.join(parts);
  char* text = const_cast<char*>(joined.data());  // made just now, in our arena
  for (size_t i = 0; i < joined.size(); ++i) {
    if (text[i] == ' ') text[i] = '_';
  }
  return joined;
}

}  // namespace

bool Request::retries(RetryStatus status) {
  switch (status) {
    case RetryStatus::kYes: pendingRetry_ = true; return true;
    case RetryStatus::kNo: return false;
    case RetryStatus::kOverflow:
      sometimes(Mark::kRetryOverBudget);
      info().flags.set(ResponseFlag::kUpstreamOverflow);
      return false;
    case RetryStatus::kLimitExceeded: info().flags.set(ResponseFlag::kUpstreamRetryLimitExceeded); return false;
  }
  return false;
}

void Request::onUpstreamReset(Attempt& attempt, ResetReason reason, std::string_view transportFailure) {
  if (!transportFailure.empty()) {
    info().upstreamTransportFailureReason = callbacks_.arena().copy(transportFailure);
  }
  if (current_ == &attempt) current_ = nullptr;
  if (!responseStarted_ && retry_ && !attempt.retried() && retries(retry_->onReset(reason, attempt.sent()))) {
    attempt.hostStats().rqError.add();
    return;
  }
  const uint32_t status = reason == ResetReason::kProtocolError ? 502 : 503;
  // A full circuit breaker says nothing of the host.
  chargeAbort(status, reason != ResetReason::kOverflow ? &attempt : nullptr);
  if (othersMayAnswer()) {
    sometimes(Mark::kFailedBesideOther);
    return;
  }
  Arena& arena = callbacks_.arena();
  const std::string_view text = resetReasonText(reason);
  const std::string_view body = arena.join({"upstream connect error or disconnect/reset before headers. ",
                                            isRetry_ ? "retried and the latest " : "", "reset reason: ", text});
  const std::string_view details = withoutSpaces(
      arena, {responseStarted_ ? "upstream_reset_after_response_started{" : "upstream_reset_before_response_started{",
              text, transportFailure.empty() ? "" : "|", transportFailure, "}"});
  abort(status, flagOf(reason), body, details, reason == ResetReason::kOverflow);
}

void Request::onPerTryTimeout(Attempt& attempt, bool idle) {
  // Once something was passed on, the response goes on up to the route's time-out.
  if (!idle && responseStarted_) {
    sometimes(Mark::kTimeoutAfterStart);
    return;
  }
  if (hedged_) {
    hedge(attempt);
    return;
  }
  const ClusterStats& stats = cluster_->stats();
  worker_.stats.add(idle ? stats.upstream_rq_per_try_idle_timeout : stats.upstream_rq_per_try_timeout);
  attempt.hostStats().rqTimeout.add();
  const bool sent = attempt.sent();
  giveUp(attempt, idle ? "per_try_idle_timeout" : "per_try_timeout");
  afterTimeout_ = true;
  if (!responseStarted_ && retry_ && retries(retry_->onReset(ResetReason::kLocalReset, sent))) {
    attempt.hostStats().rqError.add();
    return;
  }
  chargeAbort(timeoutStatus_, &attempt);
  onTimeoutAbort(ResponseFlag::kUpstreamRequestTimeout,
                 idle ? "upstream_per_try_idle_timeout" : "upstream_per_try_timeout");
}

void Request::onUpstreamMaxDuration(Attempt& attempt) {
  worker_.stats.add(cluster_->stats().upstream_rq_max_duration_reached);
  const bool sent = attempt.sent();
  giveUp(attempt, "max_stream_duration");
  if (!responseStarted_ && retry_ && !attempt.retried() && retries(retry_->onReset(ResetReason::kLocalReset, sent)))
    return;
  if (othersMayAnswer()) return;
  abort(requestComplete() ? 504 : 408, ResponseFlag::kUpstreamMaxStreamDurationReached,
        "upstream max stream duration reached", "upstream_max_stream_duration_reached", false);
}

// The try goes on, and another one beside it (Envoy's onSoftPerTryTimeout).
void Request::hedge(Attempt& attempt) {
  if (responseStarted_ || !retry_ || attempt.retried()) return;
  if (!retries(retry_->onHedge())) return;
  afterTimeout_ = true;
  attempt.noteRetried();
}

void Request::giveUp(Attempt& attempt, std::string_view result) {
  if (current_ == &attempt) current_ = nullptr;
  attempt.end(result);
}

void Request::onRouteTimeout() {
  for (Attempt* a = last_; a != nullptr; a = a->previous()) {
    if (!a->live()) continue;
    worker_.stats.add(cluster_->stats().upstream_rq_timeout);
    groups_.add(worker_.stats, &route::RequestStats::upstream_rq_timeout);
    a->hostStats().rqTimeout.add();
    if (a->awaitingHeaders()) chargeAbort(timeoutStatus_, a);
    giveUp(*a, "route_timeout");
  }
  onTimeoutAbort(ResponseFlag::kUpstreamRequestTimeout, "response_timeout");
}

void Request::onTimeoutAbort(ResponseFlag flag, std::string_view details) {
  abort(timeoutStatus_, flag, timeoutStatus_ == 504 ? "upstream request timeout" : "", details, false);
}

void Request::abort(uint32_t status, ResponseFlag flag, std::string_view body, std::string_view details,
                    bool overloaded) {
  info().flags.set(flag);
  reply(status, body, details, overloaded);
}

void Request::sendNoHealthyUpstream() {
  info().flags.set(ResponseFlag::kNoHealthyUpstream);
  chargeCode(503, nullptr);
  reply(503, "no healthy upstream", "no_healthy_upstream", false);
}

void Request::reply(uint32_t status, std::string_view body, std::string_view details, bool overloaded) {
  done_ = true;
  endOthers(nullptr, "abandoned");
  cleanUp();
  if (headersSent_) {
    sometimes(Mark::kBrokenOff);
    callbacks_.endAfterPartialResponse(details);
    return;
  }
  http::LocalReply local;
  local.status = status;
  local.body = body;
  local.details = details;
  Arena& arena = callbacks_.arena();
  HeaderMap headers(arena);
  if (overloaded && !options_.suppressEnvoyHeaders) headers.addReference(HeaderId::kEnvoyOverloaded, "true");
  addResponseHeaders(headers);
  if (headers.size() > 0) local.headers = &headers;
  callbacks_.sendLocalReply(local);
}

// ---- retries ----

bool Request::refreshCluster() {
  callbacks_.refreshCluster();
  weighted_ = callbacks_.weightedCluster();
  Cluster* const next = chooseCluster(*route_->action, weighted_, info().routeCluster, clusters_);
  if (next == nullptr) return false;
  useCluster(*next);
  return true;
}

void Request::retryNow() {
  isRetry_ = true;
  pendingRetry_ = false;
  ++attemptCount_;
  info().attemptCount = attemptCount_;
  if (!requestComplete_) sometimes(Mark::kRetryWhileArriving);
  if (retry_->refreshesCluster() && !refreshCluster()) {
    sendNoHealthyUpstream();
    return;
  }
  retry_->onRetryBegins(cluster_->info());
  const uint32_t host = chooseHost();
  if (host == LoadBalancer::kNone) {
    worker_.stats.add(cluster_->stats().upstream_cx_none_healthy);
    sendNoHealthyUpstream();
    return;
  }
  if (!mayUse(host)) {
    sendNoHealthyUpstream();
    return;
  }
  if (virtualHost_->includeAttemptCount) headers_->setNumber(HeaderId::kEnvoyAttemptCount, attemptCount_);
  if (virtualHost_->includeIsTimeoutRetry) {
    headers_->setReference(HeaderId::kEnvoyIsTimeoutRetry, afterTimeout_ ? "true" : "false");
  }
  afterTimeout_ = false;
  const Duration elapsed = requestComplete_ ? worker_.dispatcher.now() - completeTime_ : Duration();
  setExpectedTimeout(timeouts_, elapsed, hedged_, !options_.suppressEnvoyHeaders, *headers_);

  const bool bodyFollows = !kept_.empty();
  startAttempt(host, requestComplete_ && !bodyFollows && trailers_ == nullptr);
  Attempt* attempt = current_;
  if (done_ || attempt == nullptr) return;
  if (bodyFollows) {
    buffer::Buffer copy(worker_.blocks);
    shareBytes(kept_, copy);
    attempt->sendData(copy, requestComplete_ && trailers_ == nullptr);
  }
  if (trailers_ != nullptr && attempt == current_) attempt->sendTrailers(*trailers_);
}

}  // namespace orrery::upstream
