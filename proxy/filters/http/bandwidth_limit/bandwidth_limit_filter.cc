#include "proxy/filters/http/bandwidth_limit/bandwidth_limit_filter.h"

namespace orrery::filters::bandwidth_limit {

using http::FilterDataStatus;
using http::FilterHeadersStatus;
using http::FilterTrailersStatus;
using message::HeaderMap;

BandwidthConfig::BandwidthConfig(const BandwidthLimitOptions& o, stats::Layout& layout, size_t allowanceIndex)
    : options(o),
      allowance(allowanceIndex),
      request(layout, o.statPrefix + ".http_bandwidth_limit.request_"),
      response(layout, o.statPrefix + ".http_bandwidth_limit.response_") {}

BandwidthLimitPlan::BandwidthLimitPlan(const BandwidthLimitOptions& options, const http::PlanInputs& inputs) {
  configs_.push_back(std::make_shared<BandwidthConfig>(options, inputs.layout, 0));
}

std::shared_ptr<const void> BandwidthLimitPlan::compileRoute(const std::shared_ptr<const void>& options,
                                                             stats::Layout& layout) {
  const auto& ofRoute = *static_cast<const BandwidthLimitOptions*>(options.get());
  return configs_.emplace_back(std::make_shared<BandwidthConfig>(ofRoute, layout, configs_.size()));
}

std::unique_ptr<http::FilterShared> BandwidthLimitPlan::newShared(TimePoint now) const {
  auto shared = std::make_unique<Allowances>();
  for (const auto& config : configs_) {
    const uint64_t rate = config->options.kilobytesPerSecond;
    shared->at.push_back(rate > 0 ? std::make_unique<http::ByteAllowance>(rate, now) : nullptr);
  }
  return shared;
}

std::unique_ptr<http::FilterFactory> BandwidthLimitPlan::newFactory(const http::FilterWorker& worker) const {
  class Factory final : public http::FilterFactory {
   public:
    Factory(const BandwidthConfig& config, Allowances& allowances) : config_(config), allowances_(allowances) {}
    void addFilters(http::FilterChainBuilder& builder) override {
      auto& filter = *builder.arena().make<BandwidthLimitFilter>(config_, allowances_);
      builder.addFilter(filter, filter);
    }

   private:
    const BandwidthConfig& config_;
    Allowances& allowances_;
  };
  return std::make_unique<Factory>(*configs_.front(), static_cast<Allowances&>(*worker.shared));
}

void BandwidthLimitFilter::chooseConfig() {
  if (chosen_) return;
  chosen_ = true;
  if (const void* ofRoute = decoder_->routeSetting()) config_ = static_cast<const BandwidthConfig*>(ofRoute);
}

bool BandwidthLimitFilter::enabled() const {
  if (allowances_.at[config_->allowance] == nullptr) return false;
  const BandwidthLimitOptions& o = config_->options;
  return o.enabledKey.empty() ? o.enabled : decoder_->worker().runtime->boolean(o.enabledKey, o.enabled);
}

FilterHeadersStatus BandwidthLimitFilter::decodeHeaders(HeaderMap&, bool) {
  chooseConfig();
  if (config_->options.request && enabled()) {
    request_.start(decoder_->worker(), config_->request, *config_, allowances_, decoder_->decoderBufferLimit());
  }
  return FilterHeadersStatus::kContinue;
}

FilterDataStatus BandwidthLimitFilter::decodeData(buffer::Buffer& data, bool endStream) {
  if (!request_.active()) return FilterDataStatus::kContinue;
  request_.add(data, endStream);
  return FilterDataStatus::kStopIterationNoBuffer;
}

FilterTrailersStatus BandwidthLimitFilter::decodeTrailers(HeaderMap&) {
  return request_.active() && request_.onTrailers() ? FilterTrailersStatus::kStopIteration
                                                    : FilterTrailersStatus::kContinue;
}

FilterHeadersStatus BandwidthLimitFilter::encodeHeaders(HeaderMap&, bool) {
  chooseConfig();
  if (config_->options.response && enabled()) {
    response_.start(encoder_->worker(), config_->response, *config_, allowances_, encoder_->encoderBufferLimit());
  }
  return FilterHeadersStatus::kContinue;
}

FilterDataStatus BandwidthLimitFilter::encodeData(buffer::Buffer& data, bool endStream) {
  if (!response_.active()) return FilterDataStatus::kContinue;
  response_.add(data, endStream);
  return FilterDataStatus::kStopIterationNoBuffer;
}

FilterTrailersStatus BandwidthLimitFilter::encodeTrailers(HeaderMap&) {
  return response_.active() && response_.onTrailers() ? FilterTrailersStatus::kStopIteration
                                                      : FilterTrailersStatus::kContinue;
}

void BandwidthLimitFilter::onDestroy() {
  request_.destroy();
  response_.destroy();
}

}  // namespace orrery::filters::bandwidth_limit
