#pragma once

#include <optional>
#include <string_view>

#include "proxy/base/deciding_atomic.h"
#include "proxy/filters/http/fault/fault_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"
#include "proxy/http/stream_rate_limiter.h"

namespace orrery::filters::fault {

struct FaultConfig {
  FaultConfig(const FaultOptions& options, const http::PlanInputs& inputs);
  FaultOptions options;
  std::string name;    // of the filter: the namespace of its metadata
  std::string prefix;  // of its statistics
  stats::CounterId abortsInjected;
  stats::CounterId delaysInjected;
  stats::CounterId faultsOverflow;
  stats::CounterId responseRlInjected;
  stats::GaugeId activeFaults;
};

// Faults under way in the whole server: what max_active_faults bounds.
class ActiveFaults final : public http::FilterShared {
 public:
  DecidingAtomic<uint64_t> count;
};

// Delays requests, answers them with errors, slows responses (Envoy's fault filter): for a share of the requests, by
// configuration, runtime or the request's own headers.
//
// Lifetime: in the stream's arena. Threading: the worker's; the number of active faults is the server's.
class FaultFilter final : public http::PassThroughFilter, private http::StreamRateLimiter::Delegate {
 public:
  FaultFilter(const FaultConfig& config, net::Worker& worker, ActiveFaults& active)
      : config_(config), worker_(worker), active_(active) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterDataStatus encodeData(buffer::Buffer& data, bool endStream) override;
  http::FilterTrailersStatus encodeTrailers(message::HeaderMap& trailers) override;
  void onDestroy() override;

 private:
  void pauseSource() override { encoder_->onEncoderFilterAboveWriteBufferHighWatermark(); }
  void resumeSource() override { encoder_->onEncoderFilterBelowWriteBufferLowWatermark(); }
  void writeLimited(buffer::Buffer& data, bool endStream) override {
    encoder_->injectEncodedDataToFilterChain(data, endStream);
  }
  void releaseTrailers() override { encoder_->continueEncoding(); }
  void noteSlice(uint64_t, bool) override {}

  bool concerns(const message::HeaderMap& headers) const;
  bool drawn(match::FractionalPercent percent, std::string_view percentHeader, const std::string& key,
             std::string_view ofCluster, const message::HeaderMap& headers) const;
  uint64_t runtimeValue(const std::string& key, std::string_view ofCluster, uint64_t otherwise) const;
  std::optional<Duration> delay(const message::HeaderMap& headers) const;
  void limitResponse(const message::HeaderMap& headers);
  // True: answered.
  bool abort(const message::HeaderMap& headers);
  void onDelayEnd();
  bool begin();
  // One more fault of a kind: "delays_injected".
  void note(stats::CounterId all, std::string_view kind);

  const FaultConfig& config_;
  net::Worker& worker_;
  ActiveFaults& active_;
  const FaultOptions* options_ = nullptr;
  const message::HeaderMap* headers_ = nullptr;
  std::string_view downstreamCluster_;
  std::optional<io::Timer> delayTimer_;
  std::optional<http::ByteAllowance> allowance_;
  std::optional<http::StreamRateLimiter> limiter_;
  bool counted_ = false;
};

class FaultPlan final : public http::FilterPlan {
 public:
  FaultPlan(const FaultOptions& options, const http::PlanInputs& inputs) : config_(options, inputs) {}
  std::unique_ptr<http::FilterShared> newShared(TimePoint) const override { return std::make_unique<ActiveFaults>(); }
  std::unique_ptr<http::FilterFactory> newFactory(const http::FilterWorker& worker) const override;

 private:
  const FaultConfig config_;
};

}  // namespace orrery::filters::fault
