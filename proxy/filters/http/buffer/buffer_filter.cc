#include "proxy/filters/http/buffer/buffer_filter.h"

namespace orrery::filters::buffering {

using message::HeaderId;

http::FilterHeadersStatus BufferFilter::decodeHeaders(message::HeaderMap& headers, bool endStream) {
  if (endStream) return http::FilterHeadersStatus::kContinue;
  const auto* ofRoute = static_cast<const BufferRouteOptions*>(decoder_->routeSetting());
  if (ofRoute != nullptr && ofRoute->disabled) return http::FilterHeadersStatus::kContinue;
  decoder_->setDecoderBufferLimit(ofRoute != nullptr ? ofRoute->buffer.maxRequestBytes : options_.maxRequestBytes);
  headers_ = &headers;
  return http::FilterHeadersStatus::kStopIteration;
}

http::FilterDataStatus BufferFilter::decodeData(buffer::Buffer& data, bool endStream) {
  if (headers_ == nullptr) return http::FilterDataStatus::kContinue;
  length_ += data.size();
  if (!endStream) return http::FilterDataStatus::kStopIterationAndBuffer;
  addLength();
  return http::FilterDataStatus::kContinue;
}

http::FilterTrailersStatus BufferFilter::decodeTrailers(message::HeaderMap&) {
  addLength();
  return http::FilterTrailersStatus::kContinue;
}

void BufferFilter::addLength() {
  if (headers_ != nullptr && !headers_->has(HeaderId::kContentLength)) {
    headers_->setNumber(HeaderId::kContentLength, length_);
  }
}

}  // namespace orrery::filters::buffering
