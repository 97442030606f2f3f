#include "proxy/upstream/request/retry_state.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/io/dispatcher.h"
#include "proxy/match/header_matcher.h"
#include "proxy/message/grpc.h"

namespace orrery::upstream {
namespace {

using message::HeaderId;
using message::HeaderMap;

// What x-envoy-retry-on gets when its route has no policy: one retry.
const route::RetryPolicy kHeaderPolicy;

Backoff makeBackoff(const route::RetryPolicy& policy, const runtime::Snapshot& runtime) {
  uint64_t base = policy.backoffSet ? static_cast<uint64_t>(policy.backoffBase.inMilliseconds())
                                    : runtime.integer("upstream.base_retry_backoff_ms", 25);
  base = std::max<uint64_t>(base, 1);
  uint64_t max = base * 10;
  if (policy.backoffMax) max = std::max(base, static_cast<uint64_t>(policy.backoffMax->inMilliseconds()));
  return Backoff(base, max);
}

bool contains(const std::vector<uint32_t>& list, uint32_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool isConnectionFailure(ResetReason reason) {
  return reason == ResetReason::kRemoteConnectionFailure || reason == ResetReason::kLocalConnectionFailure ||
         reason == ResetReason::kConnectionTimeout;
}

}  // namespace

bool RetryState::wanted(const route::RetryPolicy* policy, const HeaderMap& request) {
  return (policy != nullptr && policy->retryOn != 0) || request.has(HeaderId::kEnvoyRetryOn) ||
         request.has(HeaderId::kEnvoyRetryGrpcOn);
}

void RetryState::removeHeaders(HeaderMap& request) {
  for (HeaderId id : {HeaderId::kEnvoyRetryOn, HeaderId::kEnvoyRetryGrpcOn, HeaderId::kEnvoyMaxRetries,
                      HeaderId::kEnvoyHedgeOnPerTryTimeout, HeaderId::kEnvoyRetriableHeaderNames,
                      HeaderId::kEnvoyRetriableStatusCodes}) {
    if (request.has(id)) request.remove(id);
  }
}

RetryState::RetryState(const route::RetryPolicy* policy, const HeaderMap& request, const Context& context,
                       Delegate<void()> retry)
    : policy_(policy != nullptr ? *policy : kHeaderPolicy),
      context_(context),
      cluster_(&context.cluster),
      retry_(retry),
      retryOn_(policy_.retryOn),
      retriesLeft_(policy_.numRetries),
      backoff_(makeBackoff(policy_, *context.worker.runtime)),
      hosts_(policy_) {
  if (request.has(HeaderId::kEnvoyRetryOn)) {
    retryOn_ |= route::parseRetryOn(request.get(HeaderId::kEnvoyRetryOn), nullptr) & ~route::kRetryOnAnyGrpc;
  }
  if (request.has(HeaderId::kEnvoyRetryGrpcOn)) {
    retryOn_ |= route::parseRetryOn(request.get(HeaderId::kEnvoyRetryGrpcOn), nullptr) & route::kRetryOnAnyGrpc;
  }
  if (retryOn_ != 0 && request.has(HeaderId::kEnvoyMaxRetries)) {
    if (const auto n = parseDecimal(request.get(HeaderId::kEnvoyMaxRetries))) retriesLeft_ = *n;
  }
  // retriable_request_headers: a request that matches none of them is not retried at all.
  if (!policy_.retriableRequestHeaders.empty() && !match::matchesAny(policy_.retriableRequestHeaders, request))
    retryOn_ = 0;
  forEachToken(request.get(HeaderId::kEnvoyRetriableStatusCodes), [&](std::string_view token) {
    if (const auto code = parseDecimal(token)) headerStatusCodes_.push_back(static_cast<uint32_t>(*code));
  });
  forEachToken(request.get(HeaderId::kEnvoyRetriableHeaderNames),
               [&](std::string_view token) { headerNames_.emplace_back(token); });
}

RetryState::~RetryState() { release(); }

void RetryState::release() {
  if (!holdsBudget_) return;
  holdsBudget_ = false;
  context_.breakers.retries.fetchSub(1);
}

void RetryState::count(stats::CounterId ofCluster, stats::CounterId route::RequestStats::* ofGroup) {
  context_.worker.stats.add(ofCluster);
  context_.groups.add(context_.worker.stats, ofGroup);
}

RetryStatus RetryState::decide(bool wouldRetry, std::optional<Duration> resetInterval, uint64_t ended) {
  // A budget still held means that this was the result of a retry; if it is good the retry has succeeded.
  if (holdsBudget_ && !wouldRetry)
    count(cluster_->stats.upstream_rq_retry_success, &route::RequestStats::upstream_rq_retry_success);
  release();
  if (!wouldRetry) return RetryStatus::kNo;
  if (retriesLeft_ == 0) {
    count(cluster_->stats.upstream_rq_retry_limit_exceeded, &route::RequestStats::upstream_rq_retry_limit_exceeded);
    return RetryStatus::kLimitExceeded;
  }
  --retriesLeft_;
  if (context_.breakers.retries.load() >= context_.breakers.maxRetries(context_.worker.dispatcher.now(), ended)) {
    count(cluster_->stats.upstream_rq_retry_overflow, &route::RequestStats::upstream_rq_retry_overflow);
    return RetryStatus::kOverflow;
  }
  context_.breakers.retries.fetchAdd(1);
  holdsBudget_ = true;
  askedToWait_ = resetInterval.has_value();
  uint64_t delay = 0;
  if (resetInterval) {
    // Never before the time that was asked for, and up to half as much later (Envoy's JitteredLowerBoundBackOffStrategy).
    const auto least = static_cast<uint64_t>(resetInterval->inMilliseconds());
    delay = least + context_.worker.random->below(least / 2);
  } else {
    delay = context_.worker.random->below(backoff_.nextInterval());
  }
  if (!timer_) {
    timer_.emplace(context_.worker.dispatcher, io::TimerKind::kRetryBackoff,
                   Delegate<void()>::to<&RetryState::onBackoff>(this));
  }
  timer_->arm(Duration::milliseconds(static_cast<int64_t>(delay)));
  return RetryStatus::kYes;
}

void RetryState::onBackoff() { retry_(); }

void RetryState::onRetryBegins(const ClusterInfo& cluster) {
  cluster_ = &cluster;
  count(cluster.stats.upstream_rq_retry, &route::RequestStats::upstream_rq_retry);
  context_.worker.stats.add(askedToWait_ ? cluster.stats.upstream_rq_retry_backoff_ratelimited
                                         : cluster.stats.upstream_rq_retry_backoff_exponential);
}

RetryStatus RetryState::onResponseHeaders(const HeaderMap& response, bool endStream) {
  const bool would = wouldRetryResponse(response);
  const bool http1 = !cluster_->options.http2Upstream;
  return decide(would, would ? resetInterval(response) : std::nullopt, endStream && http1 ? 1 : 0);
}

RetryStatus RetryState::onReset(ResetReason reason, bool sent) {
  const bool http1 = !cluster_->options.http2Upstream;
  return decide(wouldRetryReset(reason, sent), std::nullopt, http1 || isConnectionFailure(reason) ? 1 : 0);
}

// The first reset header that can be read and does not ask for too long (Envoy's parseResetInterval).
std::optional<Duration> RetryState::resetInterval(const HeaderMap& response) const {
  if (!policy_.rateLimited) return std::nullopt;
  for (const route::ResetHeader& header : policy_.rateLimited->headers) {
    auto seconds = parseDecimal(response.get(header.name));
    if (!seconds) continue;
    if (header.format == route::ResetHeader::Format::kUnixTimestamp) {
      const auto now = static_cast<uint64_t>(context_.worker.dispatcher.wallNow().unixNanoseconds() / 1'000'000'000);
      if (*seconds <= now) continue;
      *seconds -= now;
    }
    if (*seconds > static_cast<uint64_t>(policy_.rateLimited->maxInterval.inMilliseconds()) / 1000) continue;
    if (*seconds > 0) return Duration::seconds(static_cast<int64_t>(*seconds));
  }
  return std::nullopt;
}

bool RetryState::wouldRetryResponse(const HeaderMap& response) const {
  if (response.has(HeaderId::kEnvoyOverloaded)) return false;
  if (response.has(HeaderId::kEnvoyRateLimited)) return (retryOn_ & route::kRetryOnEnvoyRateLimited) != 0;
  if (wouldRetryGrpc(response)) return true;
  const uint32_t status = response.status();
  if ((retryOn_ & route::kRetryOn5xx) && status >= 500 && status <= 599) return true;
  if ((retryOn_ & route::kRetryOnGatewayError) && status >= 502 && status <= 504) return true;
  if ((retryOn_ & route::kRetryOnRetriable4xx) && status == 409) return true;
  if ((retryOn_ & route::kRetryOnRetriableStatusCodes) &&
      (contains(policy_.retriableStatusCodes, status) || contains(headerStatusCodes_, status))) {
    return true;
  }
  if ((retryOn_ & route::kRetryOnRetriableHeaders) == 0) return false;
  if (match::matchesAny(policy_.retriableHeaders, response)) return true;
  return std::any_of(headerNames_.begin(), headerNames_.end(),
                     [&](const message::HeaderName& name) { return response.has(name); });
}

// Of a trailers-only response, whose head says it all: later there is no way back.
bool RetryState::wouldRetryGrpc(const HeaderMap& response) const {
  if ((retryOn_ & route::kRetryOnAnyGrpc) == 0) return false;
  const auto status = message::grpcStatus(response);
  if (!status) return false;
  using message::GrpcStatus;
  switch (static_cast<GrpcStatus>(*status)) {
    case GrpcStatus::kCancelled: return (retryOn_ & route::kRetryOnGrpcCancelled) != 0;
    case GrpcStatus::kDeadlineExceeded: return (retryOn_ & route::kRetryOnGrpcDeadlineExceeded) != 0;
    case GrpcStatus::kResourceExhausted: return (retryOn_ & route::kRetryOnGrpcResourceExhausted) != 0;
    case GrpcStatus::kInternal: return (retryOn_ & route::kRetryOnGrpcInternal) != 0;
    case GrpcStatus::kUnavailable: return (retryOn_ & route::kRetryOnGrpcUnavailable) != 0;
    default: return false;
  }
}

bool RetryState::wouldRetryReset(ResetReason reason, bool sent) const {
  if (reason == ResetReason::kOverflow) return false;
  if (retryOn_ & route::kRetryOnReset) return true;
  if ((retryOn_ & route::kRetryOnResetBeforeRequest) && !sent) return true;
  // A reset counts as a 5xx, since it becomes one.
  if (retryOn_ & (route::kRetryOn5xx | route::kRetryOnGatewayError)) return true;
  if ((retryOn_ & route::kRetryOnRefusedStream) && reason == ResetReason::kRemoteRefusedStreamReset) return true;
  if ((retryOn_ & route::kRetryOnConnectFailure) == 0) return false;
  return isConnectionFailure(reason);
}

}  // namespace orrery::upstream
