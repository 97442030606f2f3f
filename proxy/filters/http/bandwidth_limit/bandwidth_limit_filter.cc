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

std::unique_ptr<http::ByteAllowance> BandwidthConfig::newItem(TimePoint now) const {
  const uint64_t rate = options.kilobytesPerSecond;
  return rate > 0 ? std::make_unique<http::ByteAllowance>(rate, now) : nullptr;
}

void BandwidthLimitFilter::chooseConfig() {
  if (chosen_) return;
  chosen_ = true;
  if (const void* ofRoute = decoder_->routeSetting()) config_ = static_cast<const BandwidthConfig*>(ofRoute);
}

bool BandwidthLimitFilter::enabled() const {
  return allowances_.at[config_->allowance] != nullptr && decoder_->worker().runtime->enabled(config_->options.enabled);
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
  const bool withTrailers = endStream && config_->options.responseTrailers;
  if (withTrailers) trailers_ = &encoder_->addEncodedTrailers();
  response_.add(data, endStream);
  if (withTrailers) response_.onTrailers();
  return FilterDataStatus::kStopIterationNoBuffer;
}

FilterTrailersStatus BandwidthLimitFilter::encodeTrailers(HeaderMap& trailers) {
  if (!response_.active()) return FilterTrailersStatus::kContinue;
  if (config_->options.responseTrailers) trailers_ = &trailers;
  if (response_.onTrailers()) return FilterTrailersStatus::kStopIteration;
  writeTrailers();
  return FilterTrailersStatus::kContinue;
}

void BandwidthLimitFilter::writeTrailers() {
  if (trailers_ == nullptr) return;
  const auto write = [&](std::string_view name, Duration duration) {
    if (duration.inMilliseconds() <= 0) return;
    trailers_->set(message::HeaderName(config_->options.trailerPrefix + std::string(name)),
                   std::to_string(duration.inMilliseconds()));
  };
  write("bandwidth-request-delay-ms", request_.took());
  write("bandwidth-request-filter-delay-ms", request_.held());
  write("bandwidth-response-delay-ms", response_.took());
  write("bandwidth-response-filter-delay-ms", response_.held());
}

void BandwidthLimitFilter::onDestroy() {
  request_.destroy();
  response_.destroy();
}

}  // namespace orrery::filters::bandwidth_limit
