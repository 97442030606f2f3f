#include <utility>

#include "proxy/base/assert.h"
#include "proxy/http/filter_iteration.h"

// What filters call: thin, the work is the manager's and the stream's.
namespace orrery::http {

using message::HeaderMap;

// Decoder filters

std::optional<buffer::Buffer>& ActiveDecoderFilter::buffered() { return manager.decodingBuffer_; }
void ActiveDecoderFilter::makeBuffer() { manager.makeDecodingBuffer(); }
bool ActiveDecoderFilter::complete() const { return manager.decodeEnded_; }
bool ActiveDecoderFilter::hasTrailers() const { return manager.owner_.requestTrailers() != nullptr; }
bool ActiveDecoderFilter::trailersFollow() const { return manager.decodeTrailersFollow_; }
bool ActiveDecoderFilter::canResume() const { return !manager.decodingStopped(); }
void ActiveDecoderFilter::doHeaders(bool end) { manager.decodeHeaders(this, *manager.owner_.requestHeaders(), end); }
void ActiveDecoderFilter::doData(bool end) { manager.decodeData(this, *manager.decodingBuffer_, end, true); }
void ActiveDecoderFilter::doTrailers() { manager.decodeTrailers(this, *manager.owner_.requestTrailers()); }

void ActiveDecoderFilter::continueDecoding() {
  if (!manager.destroyed_ && !canIterate()) resume();
}

const buffer::Buffer* ActiveDecoderFilter::decodingBuffer() {
  return manager.decodingBuffer_ ? &*manager.decodingBuffer_ : nullptr;
}

void ActiveDecoderFilter::addDecodedData(buffer::Buffer& data, bool streaming) {
  manager.addDecodedData(*this, data, streaming);
}

void ActiveDecoderFilter::injectDecodedDataToFilterChain(buffer::Buffer& data, bool end) {
  if (!headersContinued) {
    headersContinued = true;
    doHeaders(false);
  }
  manager.decodeData(this, data, end, true);
}

HeaderMap& ActiveDecoderFilter::addDecodedTrailers() { return manager.owner_.addRequestTrailers(); }

void ActiveDecoderFilter::encode1xxHeaders(HeaderMap& headers) {
  if (manager.destroyed_ || !std::exchange(manager.passInterim_, false)) return;
  manager.encode1xxHeaders(nullptr, headers);
}

void ActiveDecoderFilter::encodeHeaders(HeaderMap& headers, bool end, std::string_view details) {
  if (manager.destroyed_) return;
  manager.owner_.streamInfo().responseCode = headers.status();  // formats of the filters on the way say it
  manager.encodeHeaders(headers, end, details);
}

void ActiveDecoderFilter::encodeData(buffer::Buffer& data, bool end) { manager.encodeData(data, end); }

void ActiveDecoderFilter::encodeTrailers(HeaderMap& trailers) { manager.encodeTrailers(trailers); }

void ActiveDecoderFilter::onDecoderFilterAboveWriteBufferHighWatermark() { manager.owner_.pauseRequestBody(true); }
void ActiveDecoderFilter::onDecoderFilterBelowWriteBufferLowWatermark() { manager.owner_.pauseRequestBody(false); }

void ActiveDecoderFilter::addDownstreamWatermarkCallbacks(DownstreamWatermarkCallbacks& callbacks) {
  ORRERY_ASSERT(manager.watermarkCount_ < FilterManager::kMaxWatermarkCallbacks, "too many watermark callbacks");
  manager.watermarkCallbacks_[manager.watermarkCount_++] = &callbacks;
  for (uint32_t i = 0; i < manager.highWatermarks_; ++i) callbacks.onAboveWriteBufferHighWatermark();
}

void ActiveDecoderFilter::removeDownstreamWatermarkCallbacks(DownstreamWatermarkCallbacks& callbacks) {
  manager.removeWatermarkCallbacks(callbacks);
}

void ActiveDecoderFilter::setDecoderBufferLimit(uint32_t limit) {
  manager.decodingLimit_ = limit;
  if (manager.decodingBuffer_) {
    manager.decodingBuffer_->setWatermarks(limit,
                                           Delegate<void()>::to<&FilterManager::onDecodingBufferAboveHigh>(&manager),
                                           Delegate<void()>::to<&FilterManager::onDecodingBufferBelowLow>(&manager));
  }
}
uint32_t ActiveDecoderFilter::decoderBufferLimit() { return manager.decodingLimit_; }
// As Envoy's: only once the request is known to its end, as a second reading is not possible.
bool ActiveDecoderFilter::recreateStream() {
  if (manager.destroyed_ || !manager.decodeEnded_ || manager.responseHeadersSent_) return false;
  buffer::Buffer* body =
      manager.decodingBuffer_ && !manager.decodingBuffer_->empty() ? &*manager.decodingBuffer_ : nullptr;
  return manager.owner_.recreateStream(body);
}

void ActiveDecoderFilter::setIdleTimeout(Duration timeout) { manager.owner_.setIdleTimeout(timeout); }

void ActiveDecoderFilter::endAfterPartialResponse(std::string_view details) {
  if (manager.destroyed_) return;
  manager.owner_.streamInfo().responseCodeDetails = details;
  manager.owner_.resetStream();
}

// Encoder filters

std::optional<buffer::Buffer>& ActiveEncoderFilter::buffered() { return manager.encodingBuffer_; }
void ActiveEncoderFilter::makeBuffer() { manager.makeEncodingBuffer(); }
bool ActiveEncoderFilter::complete() const { return manager.encodeFinal_; }
bool ActiveEncoderFilter::hasTrailers() const { return manager.owner_.responseTrailers() != nullptr; }
bool ActiveEncoderFilter::trailersFollow() const { return manager.encodeTrailersFollow_; }
bool ActiveEncoderFilter::canResume() const {
  return !manager.destroyed_ && !manager.reset_ && !manager.encoderAborted_;
}
void ActiveEncoderFilter::doHeaders(bool end) { manager.encodeHeaders(this, *manager.owner_.responseHeaders(), end); }
void ActiveEncoderFilter::doData(bool end) { manager.encodeData(this, *manager.encodingBuffer_, end, true); }
void ActiveEncoderFilter::doTrailers() { manager.encodeTrailers(this, *manager.owner_.responseTrailers()); }

void ActiveEncoderFilter::continueEncoding() {
  if (!manager.destroyed_ && !canIterate()) resume();
}

const buffer::Buffer* ActiveEncoderFilter::encodingBuffer() {
  return manager.encodingBuffer_ ? &*manager.encodingBuffer_ : nullptr;
}

void ActiveEncoderFilter::addEncodedData(buffer::Buffer& data, bool streaming) {
  manager.addEncodedData(*this, data, streaming);
}

void ActiveEncoderFilter::injectEncodedDataToFilterChain(buffer::Buffer& data, bool end) {
  if (!headersContinued) {
    headersContinued = true;
    doHeaders(false);
  }
  manager.encodeData(this, data, end, true);
}

HeaderMap& ActiveEncoderFilter::addEncodedTrailers() {
  HeaderMap& trailers = *manager.owner_.arena().make<HeaderMap>(manager.owner_.arena());
  manager.owner_.setResponseTrailers(trailers);
  return trailers;
}

void ActiveEncoderFilter::onEncoderFilterAboveWriteBufferHighWatermark() { manager.onAboveHighWatermark(); }
void ActiveEncoderFilter::onEncoderFilterBelowWriteBufferLowWatermark() { manager.onBelowLowWatermark(); }
void ActiveEncoderFilter::setEncoderBufferLimit(uint32_t limit) {
  manager.encodingLimit_ = limit;
  if (manager.encodingBuffer_) {
    manager.encodingBuffer_->setWatermarks(limit,
                                           Delegate<void()>::to<&FilterManager::onEncodingBufferAboveHigh>(&manager),
                                           Delegate<void()>::to<&FilterManager::onEncodingBufferBelowLow>(&manager));
  }
}
uint32_t ActiveEncoderFilter::encoderBufferLimit() { return manager.encodingLimit_; }

}  // namespace orrery::http
