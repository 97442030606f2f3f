#include "sim/actors/client_streams.h"

#include <algorithm>
#include <utility>

#include "sim/actors/response_record.h"

namespace orrery::sim {

void ClientStreams::begin() {
  Http2Wire::Delegate& events = *this;
  wire_.emplace(Http2Wire::Side::kClient, events);
  wire_->begin();
}

void ClientStreams::flush() {
  if (!wire_->output().empty()) {
    std::swap(bytes_, wire_->output());
    wire_->output().clear();
    conn_.write(bytes_);
  }
  for (Exchange& e : exchanges_) {
    if (e.endQueued && e.endAt == UINT64_MAX) e.endAt = conn_.queued();
  }
  noteWritten();
}

void ClientStreams::noteWritten() {
  for (const Exchange& e : exchanges_) {
    if (e.endAt == UINT64_MAX || conn_.written() < e.endAt) continue;
    RequestRecord& r = env_.ledger.requests.at(e.request);
    if (r.sentAt != kNever) continue;
    r.sentAt = env_.dispatcher.now();
    r.requestBodySent = r.requestBodyBytes;
  }
}

ClientStreams::Exchange* ClientStreams::ofStream(uint32_t stream) {
  const auto at =
      std::find_if(exchanges_.begin(), exchanges_.end(), [stream](const Exchange& e) { return e.stream == stream; });
  return at == exchanges_.end() ? nullptr : &*at;
}

ClientStreams::Exchange* ClientStreams::ofRequest(uint64_t request) {
  const auto at =
      std::find_if(exchanges_.begin(), exchanges_.end(), [request](const Exchange& e) { return e.request == request; });
  return at == exchanges_.end() ? nullptr : &*at;
}

void ClientStreams::open(uint64_t request, SeenResponse* seen, const std::vector<HeaderField>& fields, bool end) {
  exchanges_.push_back({.request = request, .seen = seen, .stream = wire_->nextStream(), .digest = {}});
  wire_->open(fields, end);
}

void ClientStreams::sendBody(uint64_t request, std::string_view bytes, bool last) {
  if (const Exchange* e = ofRequest(request)) wire_->sendBody(e->stream, bytes, last);
}

bool ClientStreams::cancel(uint64_t request) {
  const Exchange* e = ofRequest(request);
  if (e == nullptr) return false;
  const uint32_t stream = e->stream;
  env_.ledger.requests.at(request).cancelledAt = env_.dispatcher.now();
  wire_->reset(stream, http2::ErrorCode::kCancel);
  end(stream, RequestOutcome::kClientGaveUp);
  return true;
}

void ClientStreams::onHead(uint32_t stream, const WireHead& head) {
  Exchange* e = ofStream(stream);
  if (e == nullptr) return;
  RequestRecord& r = env_.ledger.requests.at(e->request);
  if (head.status < 200) {
    ++r.informational;
    return;
  }
  noteResponseHead(r, head, env_.dispatcher.now(), e->digest);
  e->headSeen = true;
  if (e->seen != nullptr) e->seen->head = head.text;
}

void ClientStreams::onBody(uint32_t stream, std::string_view bytes) {
  Exchange* e = ofStream(stream);
  if (e == nullptr) return;
  e->digest.update(bytes);
  if (e->seen != nullptr) e->seen->keepBody(bytes);
}

void ClientStreams::onSent(uint32_t stream) {
  if (Exchange* e = ofStream(stream)) e->endQueued = true;
}

void ClientStreams::onBroken(const std::string& why) {
  env_.observer.onViolation("protocol", env_.host, "bytes that are not HTTP/2: " + why);
  endAll(RequestOutcome::kMalformed);
  conn_.reset();
}

void ClientStreams::end(uint32_t stream, RequestOutcome outcome) {
  Exchange* found = ofStream(stream);
  if (found == nullptr) return;
  const Exchange e = std::move(*found);
  exchanges_.erase(exchanges_.begin() + (found - exchanges_.data()));
  owner_.onStreamEnded(env_.ledger.requests.at(e.request), outcome, e.headSeen ? &e.digest : nullptr);
}

void ClientStreams::endAll(RequestOutcome outcome) {
  while (!exchanges_.empty()) end(exchanges_.front().stream, outcome);
}

}  // namespace orrery::sim
