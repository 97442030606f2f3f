#include "proxy/http/filter_manager.h"

#include <algorithm>
#include <span>

#include "proxy/base/assert.h"
#include "proxy/base/mark.h"

namespace orrery::http {

FilterManager::FilterManager(FilterManagerOwner& owner, uint32_t bufferLimit)
    : owner_(owner), decodingLimit_(bufferLimit), encodingLimit_(bufferLimit) {}

FilterManager::~FilterManager() {
  ORRERY_ASSERT(owned_ == nullptr || destroyed_, "destroyFilters() comes before the end of the stream");
}

bool FilterManager::createFilterChain() {
  if (created_) return createResult_;
  created_ = true;
  createResult_ = owner_.createFilterChain(*this);
  return createResult_;
}

void FilterManager::addDecoderFilter(StreamDecoderFilter& filter) {
  own(filter);
  auto* active = arena().make<ActiveDecoderFilter>(*this, filter);
  (lastDecoder_ == nullptr ? decoders_ : lastDecoder_->next) = active;
  lastDecoder_ = active;
  filter.setDecoderFilterCallbacks(*active);
}

void FilterManager::addEncoderFilter(StreamEncoderFilter& filter) {
  own(filter);
  auto* active = arena().make<ActiveEncoderFilter>(*this, filter);
  active->next = encoders_;
  encoders_ = active;
  filter.setEncoderFilterCallbacks(*active);
}

void FilterManager::addFilter(StreamDecoderFilter& decoder, StreamEncoderFilter& encoder) {
  addDecoderFilter(decoder);
  auto* active = arena().make<ActiveEncoderFilter>(*this, encoder);
  active->next = encoders_;
  encoders_ = active;
  encoder.setEncoderFilterCallbacks(*active);
}

void FilterManager::own(StreamFilterBase& filter) {
  auto* owned = arena().make<OwnedFilter>(OwnedFilter{&filter, nullptr});
  (lastOwned_ == nullptr ? owned_ : lastOwned_->next) = owned;
  lastOwned_ = owned;
}

void FilterManager::onStreamComplete() {
  if (completeTold_) return;
  completeTold_ = true;
  for (OwnedFilter* o = owned_; o != nullptr; o = o->next) o->filter->onStreamComplete();
}

void FilterManager::destroyFilters() {
  if (destroyed_) return;
  destroyed_ = true;
  for (OwnedFilter* o = owned_; o != nullptr; o = o->next) o->filter->onDestroy();
}

void FilterManager::releaseFilters() {
  ORRERY_ASSERT(destroyed_ || owned_ == nullptr, "filters are told before they end");
  for (OwnedFilter* o = std::exchange(owned_, nullptr); o != nullptr; o = o->next) o->filter->~StreamFilterBase();
}

void FilterManager::makeDecodingBuffer() {
  decodingBuffer_.emplace(owner_.worker().blocks);
  decodingBuffer_->setWatermarks(decodingLimit_, Delegate<void()>::to<&FilterManager::onDecodingBufferAboveHigh>(this),
                                 Delegate<void()>::to<&FilterManager::onDecodingBufferBelowLow>(this));
}

void FilterManager::makeEncodingBuffer() {
  encodingBuffer_.emplace(owner_.worker().blocks);
  encodingBuffer_->setWatermarks(encodingLimit_, Delegate<void()>::to<&FilterManager::onEncodingBufferAboveHigh>(this),
                                 Delegate<void()>::to<&FilterManager::onEncodingBufferBelowLow>(this));
}

void FilterManager::onDecodingBufferAboveHigh() {
  if (decodersStreaming_) {
    owner_.pauseRequestBody(true);
    return;
  }
  sometimes(Mark::kRequestTooLarge);
  owner_.onRequestTooLarge();
  sendLocalReply({.status = 413, .body = "Payload Too Large", .details = "request_payload_too_large"});
}

void FilterManager::onDecodingBufferBelowLow() {
  if (decodersStreaming_ && !destroyed_) owner_.pauseRequestBody(false);
}

void FilterManager::onEncodingBufferAboveHigh() {
  if (encodersStreaming_) {
    onAboveHighWatermark();
    return;
  }
  sometimes(Mark::kResponseTooLarge);
  owner_.onResponseTooLarge();
  sendLocalReply({.status = 500, .body = "Internal Server Error", .details = "response_payload_too_large"});
}

void FilterManager::onEncodingBufferBelowLow() {
  if (encodersStreaming_ && !destroyed_) onBelowLowWatermark();
}

void FilterManager::onAboveHighWatermark() {
  if (++highWatermarks_ > 1) sometimes(Mark::kWatermarkNested);
  tellWatermark(&DownstreamWatermarkCallbacks::onAboveWriteBufferHighWatermark);
}

void FilterManager::onBelowLowWatermark() {
  ORRERY_ASSERT(highWatermarks_ > 0, "below the low mark follows above the high one");
  --highWatermarks_;
  tellWatermark(&DownstreamWatermarkCallbacks::onBelowWriteBufferLowWatermark);
}

// Whoever is told may remove itself, or others, who are not told any more. Who is added inside was told how things stand.
void FilterManager::tellWatermark(void (DownstreamWatermarkCallbacks::*what)()) {
  ++watermarkWalks_;
  const size_t count = watermarkCount_;
  for (size_t i = 0; i < count; ++i) {
    if (watermarkCallbacks_[i] != nullptr) (watermarkCallbacks_[i]->*what)();
  }
  if (--watermarkWalks_ > 0) return;
  const std::span<DownstreamWatermarkCallbacks*> all(watermarkCallbacks_, watermarkCount_);
  watermarkCount_ -= std::ranges::remove(all, nullptr).size();
}

void FilterManager::removeWatermarkCallbacks(DownstreamWatermarkCallbacks& callbacks) {
  auto* const end = watermarkCallbacks_ + watermarkCount_;
  auto* const at = std::find(watermarkCallbacks_, end, &callbacks);
  if (at == end) return;
  if (watermarkWalks_ > 0) {
    *at = nullptr;
    return;
  }
  std::move(at + 1, end, at);
  --watermarkCount_;
}

}  // namespace orrery::http
