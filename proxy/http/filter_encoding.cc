#include "proxy/base/assert.h"
#include "proxy/http/filter_iteration.h"

// The response's way through the chain.
namespace orrery::http {

using message::HeaderMap;

ActiveEncoderFilter* FilterManager::firstEncoder(ActiveEncoderFilter* from, bool mayStartAtCurrent) {
  if (from == nullptr) return encoders_;
  return mayStartAtCurrent && from->iterateFromCurrent ? from : from->next;
}

void FilterManager::encode1xxHeaders(ActiveEncoderFilter* from, message::HeaderMap& headers) {
  owner_.resetIdleTimer();
  for (ActiveEncoderFilter* f = firstEncoder(from, false); f != nullptr; f = f->next) {
    calls_ |= kEncode1xx;
    const Filter1xxHeadersStatus status = f->filter.encode1xxHeaders(headers);
    calls_ &= ~kEncode1xx;
    if (encoderAborted_ || destroyed_) return;
    if (status == Filter1xxHeadersStatus::kStopIteration) return;
  }
  owner_.encode1xxHeaders(headers);
}

void FilterManager::encodeHeaders(HeaderMap& headers, bool endStream, std::string_view details) {
  if (destroyed_) return;
  owner_.streamInfo().responseCodeDetails = details;
  owner_.setResponseHeaders(headers);
  encodeFinal_ = endStream;
  encodeHeaders(nullptr, headers, endStream);
}

void FilterManager::encodeTrailers(HeaderMap& trailers) {
  if (destroyed_) return;
  encodeFinal_ = true;
  owner_.setResponseTrailers(trailers);
  encodeTrailers(nullptr, trailers);
}

void FilterManager::encodeHeaders(ActiveEncoderFilter* from, message::HeaderMap& headers, bool endStream) {
  owner_.resetIdleTimer();
  owner_.disarmRequestTimeout();
  ActiveEncoderFilter* resumeAt = nullptr;
  for (ActiveEncoderFilter* f = firstEncoder(from, false); f != nullptr; f = f->next) {
    calls_ |= kEncodeHeaders;
    f->endStream = endStream && resumeAt == nullptr;
    const FilterHeadersStatus status = f->filter.encodeHeaders(headers, f->endStream);
    calls_ &= ~kEncodeHeaders;
    if (encoderAborted_ || destroyed_) return;
    if (status == FilterHeadersStatus::kContinueAndDontEndStream) f->endStream = false;
    const bool goesOn = f->afterHeaders(status, endStream);
    if (f->endStream) f->filter.encodeComplete();
    if (!goesOn) {
      // What was added goes on to the filter that stopped, as on the request's way.
      if (resumeAt != nullptr) {
        resumeAt->state = IterationState::kStopSingle;
        resumeAt->continueEncoding();
      }
      return;
    }
    // A filter added a body to a response that had none.
    if (endStream && encodingBuffer_ && resumeAt == nullptr) resumeAt = f;
  }
  const bool ends = endStream && resumeAt == nullptr;
  responseHeadersSent_ = true;
  owner_.encodeHeaders(headers, ends);
  if (reset_ || destroyed_) return;
  maybeEndEncode(ends);
  if (!ends && resumeAt != nullptr) {
    resumeAt->state = IterationState::kStopSingle;
    resumeAt->continueEncoding();
  }
}

void FilterManager::encodeData(ActiveEncoderFilter* from, buffer::Buffer& data, bool endStream,
                               bool mayStartAtCurrent) {
  if (reset_ || destroyed_ || encoderAborted_) return;
  owner_.resetIdleTimer();
  ActiveEncoderFilter* trailersAddedAt = nullptr;
  const bool hadTrailers = owner_.responseTrailers() != nullptr;
  bool goesOn = true;
  for (ActiveEncoderFilter* f = firstEncoder(from, mayStartAtCurrent); f != nullptr; f = f->next) {
    if (f->bufferIfStoppedAll(data, encodersStreaming_)) {
      if (trailersAddedAt == nullptr) return;
      goesOn = false;
      break;
    }
    if (f->endStream) return;
    calls_ |= kEncodeData;
    f->endStream = endStream && owner_.responseTrailers() == nullptr;
    f->added = false;
    const FilterDataStatus status = f->filter.encodeData(data, f->endStream);
    calls_ &= ~kEncodeData;
    if (encoderAborted_ || destroyed_) return;
    if (f->endStream) f->filter.encodeComplete();
    if (!hadTrailers && trailersAddedAt == nullptr && owner_.responseTrailers() != nullptr) {
      endStream = false;
      trailersAddedAt = f;
    }
    encodeTrailersFollow_ = trailersAddedAt != nullptr && trailersAddedAt != f;
    goesOn = f->afterData(status, data, encodersStreaming_);
    encodeTrailersFollow_ = false;
    if (!goesOn) {
      if (trailersAddedAt == f) trailersAddedAt = nullptr;  // it sends them on itself
      break;
    }
  }
  if (goesOn) {
    const bool ends = endStream && owner_.responseTrailers() == nullptr;
    owner_.encodeData(data, ends);
    if (reset_ || destroyed_) return;
    maybeEndEncode(ends);
  }
  if (trailersAddedAt != nullptr && !destroyed_) {
    trailersAddedAt->iterateFromCurrent = false;
    encodeTrailers(trailersAddedAt, *owner_.responseTrailers());
  }
}

void FilterManager::encodeTrailers(ActiveEncoderFilter* from, message::HeaderMap& trailers) {
  if (reset_ || destroyed_ || encoderAborted_) return;
  owner_.resetIdleTimer();
  for (ActiveEncoderFilter* f = firstEncoder(from, true); f != nullptr; f = f->next) {
    if (f->stoppedAll()) return;
    calls_ |= kEncodeTrailers;
    const FilterTrailersStatus status = f->filter.encodeTrailers(trailers);
    calls_ &= ~kEncodeTrailers;
    if (encoderAborted_ || destroyed_) return;
    f->filter.encodeComplete();
    f->endStream = true;
    if (!f->afterTrailers(status)) return;
  }
  owner_.encodeTrailers(trailers);
  if (reset_ || destroyed_) return;
  maybeEndEncode(true);
}

void FilterManager::addEncodedData(ActiveEncoderFilter& filter, buffer::Buffer& data, bool streaming) {
  if (calls_ == 0 || (calls_ & (kEncodeHeaders | kEncodeData)) ||
      ((calls_ & kEncodeTrailers) && !filter.canIterate())) {
    encodersStreaming_ = streaming;
    if ((calls_ & kEncodeData) && (!encodingBuffer_ || encodingBuffer_->empty())) filter.added = true;
    filter.bufferData(data);
    return;
  }
  ORRERY_ASSERT(calls_ & kEncodeTrailers, "addEncodedData() belongs to the filter's own encode callbacks");
  encodeData(&filter, data, false, false);
}

void FilterManager::maybeEndEncode(bool endStream) {
  if (!endStream) return;
  localComplete_ = true;
  owner_.endStream();
}

}  // namespace orrery::http
