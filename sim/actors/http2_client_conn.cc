#include "sim/actors/http2_client_conn.h"

#include <utility>

#include "sim/actors/message_text.h"
#include "sim/actors/response_record.h"

namespace orrery::sim {

void Http2ClientConn::begin() {
  wire_.begin();
  flush();
}

void Http2ClientConn::onConnected() {
  noteConnected();
  env_.ledger.markMultiplexed(connection_);
  changed_();
}

// Whatever the wire has to say goes to the kernel; what ends a request is in it.
void Http2ClientConn::flush() {
  if (!wire_.output().empty()) {
    const std::string bytes = std::exchange(wire_.output(), {});
    conn_.write(bytes);
  }
  for (Exchange& e : exchanges_) {
    if (e.endQueued && e.endAt == UINT64_MAX) e.endAt = conn_.queued();
  }
  onWritten();
}

Http2ClientConn::Exchange* Http2ClientConn::ofRequest(uint64_t request) {
  for (Exchange& e : exchanges_) {
    if (e.request == request) return &e;
  }
  return nullptr;
}

Http2ClientConn::Exchange* Http2ClientConn::ofStream(uint32_t stream) {
  for (Exchange& e : exchanges_) {
    if (e.stream == stream) return &e;
  }
  return nullptr;
}

uint64_t Http2ClientConn::beginRequest(const RequestStep& step, SeenResponse* seen) {
  RequestRecord& r = newRequest(step, seen);
  const uint64_t id = r.id;
  if (!usable()) {
    endUnsent(r);
    return id;
  }
  exchanges_.push_back({.request = id, .seen = seen, .digest = {}});
  const bool bodyless = step.body.size() == 0;
  Exchange& e = exchanges_.back();
  e.stream = wire_.nextStream();
  wire_.open(requestFields(step, authority(), id), bodyless);
  flush();
  return id;
}

void Http2ClientConn::sendBodyPart(const RequestStep& step, uint64_t request, uint32_t part) {
  Exchange* e = ofRequest(request);
  if (e == nullptr || step.body.size() == 0) return;
  std::string bytes;
  appendBodyBytes(step.body, request, part, bytes);
  wire_.sendBody(e->stream, bytes, part + 1 == step.body.parts);
  flush();
}

bool Http2ClientConn::cancel(uint64_t request) {
  Exchange* e = ofRequest(request);
  if (e == nullptr) return false;
  const uint32_t stream = e->stream;
  env_.ledger.requests.at(request).cancelledAt = env_.dispatcher.now();
  wire_.reset(stream, http2::ErrorCode::kCancel);
  flush();
  finish(stream, RequestOutcome::kClientGaveUp);
  return true;
}

// Frames of the story's own, between ours.
uint64_t Http2ClientConn::sendRaw(std::string_view bytes, SeenResponse* seen) {
  env_.ledger.markRaw(connection_);
  if (seen != nullptr)
    env_.observer.onViolation("story", env_.host, "raw bytes on HTTP/2 have no response of their own");
  conn_.write(bytes);
  return 0;
}

void Http2ClientConn::onWritten() {
  for (Exchange& e : exchanges_) {
    if (e.endAt == UINT64_MAX || conn_.written() < e.endAt) continue;
    RequestRecord& r = env_.ledger.requests.at(e.request);
    if (r.sentAt != kNever) continue;
    r.sentAt = env_.dispatcher.now();
    r.requestBodySent = r.requestBodyBytes;
  }
  changed_();
}

void Http2ClientConn::onData(std::string_view data) {
  wire_.feed(data);
  flush();
}

void Http2ClientConn::onHead(uint32_t stream, const WireHead& head) {
  Exchange* e = ofStream(stream);
  if (e == nullptr) return;  // a stream that raw bytes have opened
  RequestRecord& r = env_.ledger.requests.at(e->request);
  if (head.status < 200) {
    ++r.informational;
    return;
  }
  noteResponseHead(r, head, env_.dispatcher.now(), e->digest);
  e->headSeen = true;
  if (e->seen != nullptr) e->seen->head = head.text;
}

void Http2ClientConn::onBody(uint32_t stream, std::string_view bytes) {
  Exchange* e = ofStream(stream);
  if (e == nullptr) return;
  e->digest.update(bytes);
  if (e->seen != nullptr) e->seen->keepBody(bytes);
}

void Http2ClientConn::onEnd(uint32_t stream) { finish(stream, RequestOutcome::kComplete); }
void Http2ClientConn::onReset(uint32_t stream, http2::ErrorCode) { finish(stream, RequestOutcome::kReset); }
void Http2ClientConn::onGoAway(uint32_t, http2::ErrorCode) { ++goAways; }

void Http2ClientConn::onSent(uint32_t stream) {
  if (Exchange* e = ofStream(stream)) e->endQueued = true;
}

void Http2ClientConn::onBroken(const std::string& why) {
  env_.observer.onViolation("protocol", env_.host, "bytes that are not HTTP/2: " + why);
  finishAll(RequestOutcome::kMalformed);
  conn_.reset();
}

void Http2ClientConn::finish(uint32_t stream, RequestOutcome outcome) {
  for (size_t i = 0; i < exchanges_.size(); ++i) {
    if (exchanges_[i].stream != stream) continue;
    const Exchange e = std::move(exchanges_[i]);
    exchanges_.erase(exchanges_.begin() + static_cast<ptrdiff_t>(i));
    endRequestRecord(env_, env_.ledger.requests.at(e.request), outcome, e.headSeen ? &e.digest : nullptr);
    return;
  }
}

void Http2ClientConn::finishAll(RequestOutcome outcome) {
  while (!exchanges_.empty()) finish(exchanges_.front().stream, outcome);
}

void Http2ClientConn::onEnd() {
  finishAll(RequestOutcome::kClosed);
  changed_();
}

void Http2ClientConn::onBroken(io::IoError) {
  finishAll(conn_.everConnected() ? RequestOutcome::kReset : RequestOutcome::kConnectFailed);
  changed_();
}

void Http2ClientConn::giveUp() { finishAll(RequestOutcome::kClientGaveUp); }

}  // namespace orrery::sim
