#include "proxy/base/assert.h"
#include "proxy/http/filter_iteration.h"

// The request's way through the chain.
namespace orrery::http {

// After an answer went out, or a reset, filters do not care for the rest of the request.
bool FilterManager::decodingStopped() { return localComplete_ || reset_ || destroyed_ || decoderAborted_; }

ActiveDecoderFilter* FilterManager::firstDecoder(ActiveDecoderFilter* from, bool mayStartAtCurrent) {
  if (from == nullptr) return decoders_;
  return mayStartAtCurrent && from->iterateFromCurrent ? from : from->next;
}

void FilterManager::decodeHeaders(ActiveDecoderFilter* from, message::HeaderMap& headers, bool endStream) {
  // Set where a filter added a body to a request that had none: the data goes on behind the headers from there.
  ActiveDecoderFilter* resumeAt = nullptr;
  for (ActiveDecoderFilter* f = firstDecoder(from, false); f != nullptr; f = f->next) {
    calls_ |= kDecodeHeaders;
    f->endStream = endStream && resumeAt == nullptr;
    FilterHeadersStatus status = f->filter.decodeHeaders(headers, f->endStream);
    calls_ &= ~kDecodeHeaders;
    if (pendingReply_ != nullptr) {
      replyThroughChain(*std::exchange(pendingReply_, nullptr));
      return;
    }
    if (decoderAborted_ || destroyed_) return;
    if (status == FilterHeadersStatus::kContinueAndDontEndStream) {
      ORRERY_ASSERT(f->endStream, "kContinueAndDontEndStream makes sense for the last piece only");
      f->endStream = false;
    }
    const bool goesOn = f->afterHeaders(status, endStream);
    if (f->endStream) f->filter.decodeComplete();
    if (destroyed_) return;
    // The last filter may stop and still must get what an earlier one added.
    if (!goesOn && f->next != nullptr) break;
    if (endStream && decodingBuffer_ && resumeAt == nullptr) resumeAt = f;
  }
  if (resumeAt != nullptr) {
    resumeAt->state = IterationState::kStopSingle;
    resumeAt->continueDecoding();
  }
  if (endStream && !destroyed_) owner_.disarmRequestTimeout();
}

void FilterManager::decodeData(ActiveDecoderFilter* from, buffer::Buffer& data, bool endStream,
                               bool mayStartAtCurrent) {
  if (decodingStopped()) return;
  owner_.resetIdleTimer();
  ActiveDecoderFilter* trailersAddedAt = nullptr;
  const bool hadTrailers = owner_.requestTrailers() != nullptr;
  for (ActiveDecoderFilter* f = firstDecoder(from, mayStartAtCurrent); f != nullptr; f = f->next) {
    if (f->bufferIfStoppedAll(data, decodersStreaming_)) {
      if (trailersAddedAt == nullptr) return;
      break;  // those before it still get the trailers (Envoy forgets them)
    }
    // A filter that has seen the end is not told again: an outer walk got here first.
    if (f->endStream) return;
    calls_ |= kDecodeData;
    f->endStream = endStream && owner_.requestTrailers() == nullptr;
    f->added = false;
    const FilterDataStatus status = f->filter.decodeData(data, f->endStream);
    calls_ &= ~kDecodeData;
    if (pendingReply_ != nullptr) {
      replyThroughChain(*std::exchange(pendingReply_, nullptr));
      return;
    }
    if (decoderAborted_ || destroyed_) return;
    if (f->endStream) f->filter.decodeComplete();
    if (!hadTrailers && trailersAddedAt == nullptr && owner_.requestTrailers() != nullptr) {
      endStream = false;
      trailersAddedAt = f;
    }
    decodeTrailersFollow_ = trailersAddedAt != nullptr && trailersAddedAt != f;
    const bool goesOn = f->afterData(status, data, decodersStreaming_);
    decodeTrailersFollow_ = false;
    if (!goesOn && f->next != nullptr) {
      // Who added them and stops, or has just resumed, sends them on itself. (Envoy's walk sends them ahead of the body.)
      if (trailersAddedAt == f) trailersAddedAt = nullptr;
      break;
    }
    if (destroyed_) return;
  }
  if (trailersAddedAt != nullptr && !destroyed_) {
    trailersAddedAt->iterateFromCurrent = false;  // they are not for the filter that added them
    decodeTrailers(trailersAddedAt, *owner_.requestTrailers());
  }
  if (endStream && !destroyed_) owner_.disarmRequestTimeout();
}

void FilterManager::decodeTrailers(ActiveDecoderFilter* from, message::HeaderMap& trailers) {
  if (decodingStopped()) return;
  owner_.resetIdleTimer();
  for (ActiveDecoderFilter* f = firstDecoder(from, true); f != nullptr; f = f->next) {
    if (f->stoppedAll()) return;
    calls_ |= kDecodeTrailers;
    const FilterTrailersStatus status = f->filter.decodeTrailers(trailers);
    calls_ &= ~kDecodeTrailers;
    if (pendingReply_ != nullptr) {
      replyThroughChain(*std::exchange(pendingReply_, nullptr));
      return;
    }
    if (decoderAborted_ || destroyed_) return;
    f->filter.decodeComplete();
    f->endStream = true;
    if (!f->afterTrailers(status) && f->next != nullptr) return;
    if (destroyed_) return;
  }
  owner_.disarmRequestTimeout();
}

void FilterManager::addDecodedData(ActiveDecoderFilter& filter, buffer::Buffer& data, bool streaming) {
  if (calls_ == 0 || (calls_ & (kDecodeHeaders | kDecodeData)) ||
      ((calls_ & kDecodeTrailers) && !filter.canIterate())) {
    decodersStreaming_ = streaming;
    if ((calls_ & kDecodeData) && (!decodingBuffer_ || decodingBuffer_->empty())) filter.added = true;
    filter.bufferData(data);
    return;
  }
  ORRERY_ASSERT(calls_ & kDecodeTrailers, "addDecodedData() belongs to the filter's own decode callbacks");
  // Trailers are on their way: the data goes ahead of them.
  decodeData(&filter, data, false, false);
}

}  // namespace orrery::http
