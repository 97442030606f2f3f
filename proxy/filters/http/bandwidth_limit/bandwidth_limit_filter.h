#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "proxy/filters/http/bandwidth_limit/bandwidth_limit_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"
#include "proxy/http/stream_rate_limiter.h"

namespace orrery::filters::bandwidth_limit {

// What is counted of one direction.
struct DirectionStats {
  DirectionStats(stats::Layout& layout, const std::string& prefix);
  stats::CounterId enabled;
  stats::CounterId enforced;
  stats::CounterId incomingTotalSize;
  stats::CounterId allowedTotalSize;
  stats::GaugeId pending;
  stats::GaugeId incomingSize;
  stats::GaugeId allowedSize;
  stats::HistogramId transferDuration;
};

// Settings with their statistics, and the place of their allowance among the filter's.
struct BandwidthConfig {
  using Options = BandwidthLimitOptions;
  using Item = http::ByteAllowance;
  BandwidthConfig(const BandwidthLimitOptions& options, stats::Layout& layout, size_t allowanceIndex);
  // Null: nothing is limited.
  std::unique_ptr<http::ByteAllowance> newItem(TimePoint now) const;
  BandwidthLimitOptions options;
  size_t allowance;
  DirectionStats request;
  DirectionStats response;
};

using Allowances = http::SharedItems<http::ByteAllowance>;

// One direction of one stream under the limit.
class LimitedDirection : public http::StreamRateLimiter::Delegate {
 public:
  void start(net::Worker& worker, const DirectionStats& stats, const BandwidthConfig& config, Allowances& allowances,
             uint64_t maxBuffered);
  bool active() const { return limiter_.has_value(); }
  void add(buffer::Buffer& data, bool endStream);
  // True: the trailers wait.
  bool onTrailers();
  void destroy();
  // Whole, once the body has gone; zero: it was not there or not held.
  Duration took() const { return took_; }
  Duration held() const { return held_; }

 protected:
  ~LimitedDirection() = default;
  void noteEnd();

 private:
  void noteSlice(uint64_t bytes, bool waits) override;
  void finish();

  net::Worker* worker_ = nullptr;
  const DirectionStats* stats_ = nullptr;
  std::optional<http::StreamRateLimiter> limiter_;
  TimePoint firstData_;
  Duration slice_;
  Duration took_;
  Duration held_;  // slices of time that were waited for
  bool pending_ = false;
};

// Lets bodies flow at a limited rate that all streams share (Envoy's bandwidth_limit filter). Lifetime: in the stream's
// arena. Threading: the worker's; allowances are the server's.
class BandwidthLimitFilter final : public http::PassThroughFilter {
 public:
  BandwidthLimitFilter(const BandwidthConfig& config, Allowances& allowances)
      : config_(&config), allowances_(allowances), request_(*this), response_(*this) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterDataStatus decodeData(buffer::Buffer& data, bool endStream) override;
  http::FilterTrailersStatus decodeTrailers(message::HeaderMap& trailers) override;
  http::FilterHeadersStatus encodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterDataStatus encodeData(buffer::Buffer& data, bool endStream) override;
  http::FilterTrailersStatus encodeTrailers(message::HeaderMap& trailers) override;
  void onDestroy() override;

 private:
  class Request final : public LimitedDirection {
   public:
    explicit Request(BandwidthLimitFilter& f) : f_(f) {}

   private:
    void pauseSource() override { f_.decoder_->onDecoderFilterAboveWriteBufferHighWatermark(); }
    void resumeSource() override { f_.decoder_->onDecoderFilterBelowWriteBufferLowWatermark(); }
    void writeLimited(buffer::Buffer& data, bool end) override {
      if (end) noteEnd();
      f_.decoder_->injectDecodedDataToFilterChain(data, end);
    }
    void releaseTrailers() override {
      noteEnd();
      f_.decoder_->continueDecoding();
    }
    BandwidthLimitFilter& f_;
  };
  class Response final : public LimitedDirection {
   public:
    explicit Response(BandwidthLimitFilter& f) : f_(f) {}

   private:
    void pauseSource() override { f_.encoder_->onEncoderFilterAboveWriteBufferHighWatermark(); }
    void resumeSource() override { f_.encoder_->onEncoderFilterBelowWriteBufferLowWatermark(); }
    void writeLimited(buffer::Buffer& data, bool end) override {
      if (end) noteEnd();
      f_.encoder_->injectEncodedDataToFilterChain(data, end);
    }
    void releaseTrailers() override {
      noteEnd();
      f_.writeTrailers();
      f_.encoder_->continueEncoding();
    }
    BandwidthLimitFilter& f_;
  };

  void chooseConfig();
  // Tells what was measured, once the response is done.
  void writeTrailers();
  bool enabled() const;

  const BandwidthConfig* config_;
  Allowances& allowances_;
  Request request_;
  Response response_;
  message::HeaderMap* trailers_ = nullptr;  // of the response
  bool chosen_ = false;
};

using BandwidthLimitPlan = http::PerSettingPlan<BandwidthLimitFilter, BandwidthConfig>;

}  // namespace orrery::filters::bandwidth_limit
