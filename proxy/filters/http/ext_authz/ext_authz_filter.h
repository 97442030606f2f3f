#pragma once

#include <string>

#include "proxy/filters/http/ext_authz/check.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"
#include "proxy/upstream/cluster_manager.h"
#include "proxy/upstream/request/async_client.h"

namespace orrery::filters::ext_authz {

// Settings with their statistics.
struct ExtAuthzConfig {
  ExtAuthzConfig(const ExtAuthzOptions& o, const http::PlanInputs& inputs);
  const ExtAuthzOptions options;
  const std::string name;  // as configured: the key in the filter state
  stats::CounterId ok;
  stats::CounterId denied;
  stats::CounterId error;
  stats::CounterId disabled;
  stats::CounterId failureModeAllowed;
  stats::CounterId invalid;
  stats::CounterId ignoredMetadata;
  stats::CounterId shadowDenied;
  stats::CounterId shadowError;
  stats::CounterId responseLimitsReached;
  stats::CounterId nameCollision;
};

// What the filter leaves in the stream's filter state (Envoy's ExtAuthzLoggingInfo).
struct CheckRecord final : stream_info::FilterObject {
  std::optional<Duration> took;
  std::optional<int64_t> field(std::string_view name) const override;
};

// Holds a request until a service has answered whether it may pass (Envoy's ext_authz filter with an HTTP service).
// A service that fails, or does not answer in time, refuses unless failure_mode_allow says otherwise; a client that leaves
// takes its question along.
// Lifetime: in the stream's arena; config and client outlive it. Threading: the worker's.
class ExtAuthzFilter final : public http::PassThroughFilter, private upstream::AsyncCallbacks {
 public:
  ExtAuthzFilter(const ExtAuthzConfig& config, upstream::AsyncClient& client, upstream::ClusterManager& clusters)
      : config_(config), client_(client), clusters_(clusters) {}

  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterDataStatus decodeData(buffer::Buffer& data, bool endStream) override;
  http::FilterTrailersStatus decodeTrailers(message::HeaderMap& trailers) override;
  http::FilterHeadersStatus encodeHeaders(message::HeaderMap& headers, bool endStream) override;
  void onDestroy() override;

 private:
  enum class State : uint8_t { kIdle, kHolding, kAsking, kDone };

  // upstream::AsyncCallbacks
  void onAsyncResponse(message::HeaderMap& headers, buffer::Buffer& body) override;
  void onAsyncFailure() override { fail(); }

  bool isEnabled();
  void ask();
  void allow(const Verdict& verdict);
  void changeRequest(const Verdict& verdict);
  // The answer wants what it may not.
  void reject();
  void deny(const Verdict& verdict, buffer::Buffer& body);
  // The service could not be asked.
  void fail();
  void refuse();
  // The request goes on as it is, from wherever it waits.
  void goOn();
  // One more outcome ("ok"), also of the cluster that the request goes to, if that is known.
  void count(stats::CounterId all, std::string_view outcome);
  upstream::Cluster* destination();
  // Whether a response from upstream holds more than one of its cluster may.
  bool isTooLarge(const message::HeaderMap& response);
  void noteMetadata(const Verdict& verdict);
  void makeRecord();
  // The service has answered, or has failed.
  void noteAnswered();

  const ExtAuthzConfig& config_;
  upstream::AsyncClient& client_;
  upstream::ClusterManager& clusters_;
  message::HeaderMap* headers_ = nullptr;
  upstream::AsyncStream* question_ = nullptr;
  const ServiceOptions* service_ = nullptr;   // the filter's or the route's, from the head on
  const BodyOptions* bodyOptions_ = nullptr;  // null: no body is shown
  CheckRecord* record_ = nullptr;             // in the filter state; null: none
  message::HeaderMap* toClient_ = nullptr;    // for the upstream's response; in the arena
  TimePoint askedAt_;
  State state_ = State::kIdle;
};

// The filter as configured. Threading: any.
class ExtAuthzPlan final : public http::FilterPlan {
 public:
  ExtAuthzPlan(const ExtAuthzOptions& options, const http::PlanInputs& inputs)
      : config_(options, inputs), asyncStats_(upstream::AsyncClient::registerStats(inputs.layout)) {}
  std::unique_ptr<http::FilterFactory> newFactory(const http::FilterWorker& worker) const override;

 private:
  const ExtAuthzConfig config_;
  const upstream::RouterStats asyncStats_;
};

}  // namespace orrery::filters::ext_authz
