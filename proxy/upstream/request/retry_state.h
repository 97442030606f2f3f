#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proxy/base/delegate.h"
#include "proxy/io/timer.h"
#include "proxy/message/header_map.h"
#include "proxy/net/worker.h"
#include "proxy/route/route_config.h"
#include "proxy/upstream/request/request_groups.h"
#include "proxy/upstream/request/retry_hosts.h"
#include "proxy/upstream/reset_reason.h"
#include "proxy/upstream/shared_clusters.h"

namespace orrery::upstream {

// Full-jitter exponential back-off in milliseconds (Envoy's JitteredExponentialBackOffStrategy): each delay is uniform in
// [0, interval), the interval doubles up to `max`.
class Backoff {
 public:
  Backoff(uint64_t base, uint64_t max) : next_(base), max_(max) {}
  uint64_t nextInterval() {
    const uint64_t interval = next_;
    next_ = next_ < max_ / 2 ? next_ * 2 : max_;
    return interval;
  }

 private:
  uint64_t next_;
  uint64_t max_;
};

enum class RetryStatus : uint8_t { kYes, kNo, kOverflow, kLimitExceeded };

// Whether, when and how often one request is tried again. It holds one unit of the cluster's retry budget from a positive
// decision until the next decision or its end.
//
// Lifetime: a member of its request; worker, breakers and policy outlive it. Threading: its worker. Re-entry: `retry` is
// called from the timer only.
class RetryState {
 public:
  struct Context {
    net::Worker& worker;
    Breakers& breakers;
    const ClusterInfo& cluster;
    RequestGroups groups = {};
  };
  // Whether there is any policy, from the route or the request's headers: without one no state is needed.
  static bool wanted(const route::RetryPolicy* policy, const message::HeaderMap& request);
  // Removes x-envoy-retry-on, -max-retries and their like from the request, wanted or not.
  static void removeHeaders(message::HeaderMap& request);

  RetryState(const route::RetryPolicy* policy, const message::HeaderMap& request, const Context& context,
             Delegate<void()> retry);
  ~RetryState();
  RetryState(const RetryState&) = delete;
  RetryState& operator=(const RetryState&) = delete;

  bool refreshesCluster() const { return policy_.refreshCluster; }
  bool enabled() const { return retryOn_ != 0; }
  // kYes: `retry` comes after the back-off.
  RetryStatus onResponseHeaders(const message::HeaderMap& response, bool endStream);
  // `sent`: the request's head had been given to a connection.
  RetryStatus onReset(ResetReason reason, bool sent);
  // A try takes longer than it may but goes on (hedge_on_per_try_timeout): always tried again, whatever the policy's
  // conditions, as long as retries are left.
  RetryStatus onHedge() { return decide(true, std::nullopt, 0); }

  // The pause is over and the retry goes to this cluster, which counts it. (The circuit breaker stays that of the first, as in
  // Envoy 1.40.)
  void onRetryBegins(const ClusterInfo& cluster);

  // Host selection of retries.
  RetryHosts& hosts() { return hosts_; }

  // The decisions alone.
  bool wouldRetryResponse(const message::HeaderMap& response) const;
  bool wouldRetryReset(ResetReason reason, bool sent) const;
  uint32_t retriesLeft() const { return retriesLeft_; }

 private:
  // `ended`: requests that count no more here and do in Envoy, which asks before it ends what failed: one by HTTP/1, or one
  // that waited for a connection (measured at Envoy 1.40).
  RetryStatus decide(bool wouldRetry, std::optional<Duration> resetInterval, uint64_t ended);
  std::optional<Duration> resetInterval(const message::HeaderMap& response) const;
  bool wouldRetryGrpc(const message::HeaderMap& response) const;
  // One more, of the cluster and of the request's groups.
  void count(stats::CounterId ofCluster, stats::CounterId route::RequestStats::* ofGroup);
  void release();
  void onBackoff();

  const route::RetryPolicy& policy_;
  const Context context_;
  const ClusterInfo* cluster_;  // of the youngest try
  const Delegate<void()> retry_;
  uint32_t retryOn_;
  uint64_t retriesLeft_;
  Backoff backoff_;
  bool holdsBudget_ = false;
  bool askedToWait_ = false;                      // the response that is tried again said how long
  std::vector<uint32_t> headerStatusCodes_;       // x-envoy-retriable-status-codes
  std::vector<message::HeaderName> headerNames_;  // x-envoy-retriable-header-names
  RetryHosts hosts_;
  std::optional<io::Timer> timer_;
};

}  // namespace orrery::upstream
