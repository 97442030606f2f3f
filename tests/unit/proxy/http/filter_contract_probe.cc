#include "tests/unit/proxy/http/filter_contract_probe.h"

#include <algorithm>

namespace orrery::http::contract {

Probe::Probe(Run& run, size_t index) : run_(run), index_(index) {
  ++run_.made;
  run_.alive.push_back(this);
}

const Planned& Probe::plan() const { return run_.c.filters[index_]; }

Probe::~Probe() {
  if (!destroyed_) run_.fault(index_, "destroyed without onDestroy()");
}

void Probe::onDestroy() {
  if (destroyed_) run_.fault(index_, "onDestroy() twice");
  destroyed_ = true;
  ++run_.destroyed;
  std::erase(run_.alive, this);
  for (const Direction* d : {&decode_, &encode_}) {
    if (!d->wrong.empty()) run_.fault(index_, (d == &decode_ ? "request: " : "response: ") + d->wrong);
  }
}

void Probe::check() {
  if (destroyed_) run_.fault(index_, "called after onDestroy()");
}

void Probe::checkDecoding() {
  check();
  if (run_.refused) run_.fault(index_, "the request goes on behind a local reply");
}

// True: the filter has answered or reset here.
bool Probe::does(Place place) {
  if (run_.deedDone || plan().deed == Deed::kNone || plan().place != place) return false;
  run_.deedDone = true;
  if (plan().deed == Deed::kReset) {
    decoder_->resetStream();
    return true;
  }
  const bool decoding = place != Place::kEncodeHeaders && place != Place::kEncodeData;
  decoder_->sendLocalReply({.status = 418, .body = "reply", .details = "by_probe"});
  if (decoding) {
    // The reply waits for this callback's return: nothing of it is on this filter's stack.
    run_.refused = true;
    if (encode_.headers > 0) run_.fault(index_, "the reply comes before the callback that gave it has returned");
    if (destroyed_) run_.fault(index_, "it ends before the callback that replied has returned");
  }
  return true;
}

// The filters of the stream that ended do not hear of it, whoever of them wants to go on.
void Probe::startOver() {
  run_.recreated = true;
  const auto ended = run_.alive;
  if (!decoder_->recreateStream()) run_.fault(index_, "recreateStream() refused a complete request");
  for (Probe* p : ended) {
    if (!p->destroyed_) run_.fault(p->index_, "outlives its stream, which started over");
    p->decoder_->continueDecoding();
    p->encoder_->continueEncoding();
  }
}

bool Probe::mayStartOver() const { return run_.c.recreateAt == static_cast<int>(index_) && !run_.recreated; }

buffer::Buffer Probe::mark() {
  buffer::Buffer data(decoder_->worker().blocks);
  data.append(plan().mark);
  return data;
}

bool Probe::repliedTo() const {
  const HeaderMap* response = encoder_->responseHeaders();
  return response != nullptr && response->status() == 418;
}

FilterHeadersStatus Probe::onHeaders(const Way& way, Direction& d, bool end) {
  Way::Headers answer = way.headers;
  // A filter that adds a body to a message without one has seen the end: it may stop, but not all that follows (the body
  // would come to itself, which Envoy's manager does not do either).
  const bool stopsAll = answer == Way::Headers::kStopAllBuffer || answer == Way::Headers::kStopAllWatermark;
  if (end && d.appended && stopsAll) answer = Way::Headers::kStop;
  switch (answer) {
    case Way::Headers::kGoOn: return FilterHeadersStatus::kContinue;
    case Way::Headers::kStop: d.stopped = true; return FilterHeadersStatus::kStopIteration;
    case Way::Headers::kStopAllBuffer:
      d.stopped = d.stopAll = true;
      return FilterHeadersStatus::kStopAllIterationAndBuffer;
    case Way::Headers::kStopAllWatermark:
      d.stopped = d.stopAll = true;
      return FilterHeadersStatus::kStopAllIterationAndWatermark;
    case Way::Headers::kUntilEnd:
      d.headersHeld = !end;
      return end ? FilterHeadersStatus::kContinue : FilterHeadersStatus::kStopIteration;
  }
  return FilterHeadersStatus::kContinue;
}

FilterDataStatus Probe::onData(const Way& way, Direction& d, bool end) {
  if (d.headersHeld) {
    if (!end) return FilterDataStatus::kStopIterationAndBuffer;
    d.headersHeld = false;
    return FilterDataStatus::kContinue;  // what was held goes with it
  }
  if (d.stopped) return FilterDataStatus::kStopIterationAndBuffer;
  switch (way.data) {
    case Way::Data::kGoOn: return FilterDataStatus::kContinue;
    case Way::Data::kHold: d.stopped = true; return FilterDataStatus::kStopIterationAndBuffer;
    case Way::Data::kHoldWatermark: d.stopped = true; return FilterDataStatus::kStopIterationAndWatermark;
  }
  return FilterDataStatus::kContinue;
}

FilterTrailersStatus Probe::onTrailers(const Way& way, Direction& d) {
  if (d.headersHeld) {
    d.headersHeld = false;
    return FilterTrailersStatus::kContinue;
  }
  if (!d.stopped && !way.holdsTrailers) return FilterTrailersStatus::kContinue;
  d.stopped = true;
  return FilterTrailersStatus::kStopIteration;
}

FilterHeadersStatus Probe::decodeHeaders(HeaderMap&, bool end) {
  checkDecoding();
  decode_.onHeaders(end);
  if (does(Place::kDecodeHeaders)) {
    return afterDeed(FilterHeadersStatus::kStopIteration, FilterHeadersStatus::kContinue);
  }
  if (mayStartOver()) {
    if (end && run_.c.recreateInside) {
      startOver();
      return FilterHeadersStatus::kContinue;
    }
    recreate_ = end;
    return end ? FilterHeadersStatus::kStopIteration : FilterHeadersStatus::kContinue;
  }
  if (end && marks(plan().decode, decode_)) {
    buffer::Buffer data = mark();
    decoder_->addDecodedData(data, false);
  }
  return onHeaders(plan().decode, decode_, end);
}

FilterDataStatus Probe::decodeData(buffer::Buffer& data, bool end) {
  checkDecoding();
  decode_.onData(end);
  if (does(Place::kDecodeData)) return afterDeed(FilterDataStatus::kStopIterationNoBuffer, FilterDataStatus::kContinue);
  if (mayStartOver()) {
    recreate_ = end;
    return FilterDataStatus::kStopIterationAndBuffer;
  }
  if (end && marks(plan().decode, decode_)) data.append(plan().mark);
  if (end && plan().decode.addsTrailer) decoder_->addDecodedTrailers().add("t" + std::to_string(index_), "1");
  if (plan().decode.putsIntoBuffer) decoder_->addDecodedData(data, false);
  return onData(plan().decode, decode_, end);
}

FilterTrailersStatus Probe::decodeTrailers(HeaderMap&) {
  checkDecoding();
  decode_.onTrailers();
  if (does(Place::kDecodeTrailers)) {
    return afterDeed(FilterTrailersStatus::kStopIteration, FilterTrailersStatus::kContinue);
  }
  if (marks(plan().decode, decode_)) {
    buffer::Buffer data = mark();
    decoder_->addDecodedData(data, false);
  }
  return onTrailers(plan().decode, decode_);
}

FilterHeadersStatus Probe::encodeHeaders(HeaderMap& h, bool end) {
  check();
  encode_.onHeaders(end);
  if (does(Place::kEncodeHeaders)) {
    return afterDeed(FilterHeadersStatus::kStopIteration, FilterHeadersStatus::kContinue);
  }
  if (h.status() == 418) return FilterHeadersStatus::kContinue;
  if (end && marks(plan().encode, encode_)) {
    buffer::Buffer data = mark();
    encoder_->addEncodedData(data, false);
  }
  return onHeaders(plan().encode, encode_, end);
}

FilterDataStatus Probe::encodeData(buffer::Buffer& data, bool end) {
  check();
  encode_.onData(end);
  if (does(Place::kEncodeData)) return afterDeed(FilterDataStatus::kStopIterationNoBuffer, FilterDataStatus::kContinue);
  if (repliedTo()) return FilterDataStatus::kContinue;
  if (end && marks(plan().encode, encode_)) data.append(plan().mark);
  if (end && plan().encode.addsTrailer) encoder_->addEncodedTrailers().add("t" + std::to_string(index_), "1");
  if (plan().encode.putsIntoBuffer) encoder_->addEncodedData(data, false);
  return onData(plan().encode, encode_, end);
}

FilterTrailersStatus Probe::encodeTrailers(HeaderMap&) {
  check();
  encode_.onTrailers();
  if (marks(plan().encode, encode_)) {
    buffer::Buffer data = mark();
    encoder_->addEncodedData(data, false);
  }
  return onTrailers(plan().encode, encode_);
}

bool Probe::goOn() {
  if (recreate_) {
    recreate_ = false;
    startOver();
    return true;
  }
  if (decode_.stopped) {
    decode_.stopped = decode_.stopAll = false;
    decoder_->continueDecoding();
    return true;
  }
  if (encode_.stopped) {
    encode_.stopped = encode_.stopAll = false;
    encoder_->continueEncoding();
    return true;
  }
  return false;
}

}  // namespace orrery::http::contract
