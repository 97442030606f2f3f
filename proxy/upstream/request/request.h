#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "proxy/http/filter.h"
#include "proxy/http/upstream_filters.h"
#include "proxy/io/timer.h"
#include "proxy/route/route_config.h"
#include "proxy/upstream/cluster_manager.h"
#include "proxy/upstream/request/attempt.h"
#include "proxy/upstream/request/retry_state.h"
#include "proxy/upstream/request/router_stats.h"
#include "proxy/upstream/request/timeouts.h"

namespace orrery::upstream {

class AsyncClient;
class Mirrors;

struct RequestOptions {
  bool suppressEnvoyHeaders = false;
  bool respectExpectedRqTimeout = false;
  const http::UpstreamFilters* upstream = nullptr;  // of clusters that have none of their own; null: none
  const UpstreamLogs* logs = nullptr;               // of tries, mirrored requests' too; null: none. Outlive them
  bool countsCodes = true;                          // false: neither codes nor times are counted (dynamic_stats)
  bool hidesGrpcCodes = false;                      // suppress_grpc_request_failure_code_stats
  bool rejectsEarlyData = false;                    // of a CONNECT that was not answered yet
};

// One request forwarded to a cluster: chooses host after host, sends, retries, times out, and gives the response or a
// local reply to the stream's callbacks (Envoy's Router::Filter without the filter).
//
// Lifetime: a member of the router's filter; destroy() ends it, after which it makes no callback. Threading: the worker's.
// Bounds: keeps at most decoderBufferLimit() bytes of body for retries, and gives retries up beyond that.
// Re-entry: any callback to the stream may end it, which calls destroy() back; every path returns right after.
class Request {
 public:
  // `async` sends what the route mirrors; null: nothing is.
  Request(http::StreamDecoderFilterCallbacks& callbacks, ClusterManager& clusters, const RouterStats& stats,
          const RequestOptions& options, AsyncClient* async);
  ~Request();
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  void start(const route::Route& route, const route::VirtualHost& virtualHost, message::HeaderMap& headers,
             bool endStream);
  void sendData(buffer::Buffer& data, bool endStream);
  void sendTrailers(message::HeaderMap& trailers);
  // The lines of tries that have ended and have none yet: before that of their request, as in Envoy.
  void logTries();
  void destroy();

  // For Attempt.
  http::StreamDecoderFilterCallbacks& callbacks() { return callbacks_; }
  stream_info::StreamInfo& info() { return callbacks_.streamInfo(); }
  const Timeouts& timeouts() const { return timeouts_; }
  const UpstreamLogs* logs() const { return options_.logs; }
  // What each try goes through; null: nothing.
  const http::UpstreamFilters* upstreamFilters() const;
  const route::Route* route() const { return route_; }
  const route::VirtualHost* virtualHost() const { return virtualHost_; }
  const route::WeightedCluster* weightedCluster() const { return weighted_; }
  // What they say to filters; null: nothing.
  const route::FilterSlots* filterSlots() const;
  bool requestComplete() const { return requestComplete_; }
  // The payload goes to the host as it is: a CONNECT (or POST) that ends here.
  bool overTcp() const { return overTcp_; }
  // The handshake of a WebSocket has its answer.
  void stopRouteTimeout() {
    if (routeTimer_) routeTimer_->disarm();
  }
  void onHostUsed(Attempt& attempt);
  // A try got its connection.
  void onConnected();
  // auto_host_rewrite, before the head is sent.
  void rewriteHostFor(const Attempt& attempt);
  void onInterimResponse(Attempt& attempt, message::HeaderMap& headers);
  void onUpstreamHeaders(Attempt& attempt, message::HeaderMap& headers, bool endStream);
  void onUpstreamData(Attempt& attempt, buffer::Buffer& data, bool endStream);
  void onUpstreamTrailers(Attempt& attempt, message::HeaderMap& trailers);
  void onUpstreamReset(Attempt& attempt, ResetReason reason, std::string_view transportFailure);
  void onPerTryTimeout(Attempt& attempt, bool idle);
  // max_stream_duration of the cluster.
  void onUpstreamMaxDuration(Attempt& attempt);

 private:
  // Tries go to it from now on.
  void useCluster(Cluster& cluster);
  // For a retry. False: the one that the route chooses now does not exist.
  bool refreshCluster();
  uint32_t chooseHost();
  // False: the cluster has as many pools as it may (max_connection_pools), and none for it.
  bool mayUse(uint32_t host);
  // Makes the next attempt on `host` and starts it.
  void startAttempt(uint32_t host, bool endStream);
  void onRequestComplete();
  void startRouteTimeout();
  void onRouteTimeout();
  void retryNow();
  void hedge(Attempt& attempt);
  bool followRedirect(Attempt& attempt, message::HeaderMap& headers);
  void choose(Attempt& attempt);
  void giveUp(Attempt& attempt, std::string_view result);
  void endOthers(const Attempt* kept, std::string_view result);
  // Some other try waits for its answer, or is about to start.
  bool othersMayAnswer() const;
  uint64_t keptLimit() const;  // 0: none
  // Whether the try that just failed is followed by another; sets flags if not.
  bool retries(RetryStatus status);

  void addResponseHeaders(message::HeaderMap& headers);
  // `attempt`: whose host it says something of; null: of none.
  void chargeCode(uint32_t status, Attempt* attempt);
  void chargeAbort(uint32_t status, Attempt* attempt);
  void chargeTime();
  bool hidesCodes() const;
  void sendNoHealthyUpstream();
  void onTimeoutAbort(stream_info::ResponseFlag flag, std::string_view details);
  // Ends the stream: a local reply, or, once the response has begun, its end.
  void abort(uint32_t status, stream_info::ResponseFlag flag, std::string_view body, std::string_view details,
             bool overloaded);
  void reply(uint32_t status, std::string_view body, std::string_view details, bool overloaded);
  void completeUpstream(Attempt& attempt);
  void cleanUp();

  http::StreamDecoderFilterCallbacks& callbacks_;
  ClusterManager& clusters_;
  net::Worker& worker_;
  const RouterStats& stats_;
  const RequestOptions options_;
  AsyncClient* const async_;
  Mirrors* mirrors_ = nullptr;  // in the arena; null: none
  const route::Route* route_ = nullptr;
  const route::VirtualHost* virtualHost_ = nullptr;
  RequestGroups groups_;
  const route::WeightedCluster* weighted_ = nullptr;
  route::RequestHash hash_;
  Cluster* cluster_ = nullptr;
  message::HeaderMap* headers_ = nullptr;
  message::HeaderMap* trailers_ = nullptr;
  Timeouts timeouts_;
  uint32_t timeoutStatus_ = 504;
  std::optional<RetryState> retry_;
  std::optional<io::Timer> routeTimer_;
  buffer::Buffer kept_;         // body for retries
  Attempt* last_ = nullptr;     // the latest try, in the arena; those before it hang on it
  Attempt* current_ = nullptr;  // null while none is under way
  uint32_t attemptCount_ = 0;
  bool internal_ = false;
  bool overTcp_ = false;
  bool bodyLost_ = false;      // too long to be kept: no redirect is followed
  bool hedged_ = false;        // several tries may be under way
  bool pendingRetry_ = false;  // a retry waits for its time
  bool afterTimeout_ = false;  // the retry to come is because of a try that was too slow
  bool isRetry_ = false;
  bool requestComplete_ = false;
  bool responseStarted_ = false;  // no retry any more
  bool headersSent_ = false;      // no local reply any more
  bool done_ = false;
  TimePoint completeTime_;
};

}  // namespace orrery::upstream
