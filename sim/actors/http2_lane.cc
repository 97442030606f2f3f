#include "sim/actors/http2_lane.h"

#include <algorithm>
#include <utility>

#include "sim/actors/message_text.h"
#include "sim/actors/response_record.h"

namespace orrery::sim {

Http2Lane::Http2Lane(Load& load, uint64_t entity)
    : entity_(entity),
      load_(load),
      env_(load.env()),
      conn_(load.env().dispatcher, *this),
      fields_(requestFields(load.step().request, load.authority(), 0)) {
  for (HeaderField& f : fields_) {
    if (f.name == kRequestIdHeader) id_ = &f.value;
  }
}

void Http2Lane::start() {
  if (!load_.takeRequest()) return;
  taken_ = true;
  connect();
}

void Http2Lane::stop() {
  endAll(RequestOutcome::kClientGaveUp);
  conn_.close();
}

void Http2Lane::connect() {
  conn_.close();
  Http2Wire::Delegate& events = *this;
  wire_.emplace(Http2Wire::Side::kClient, events);
  connection_ = index_ = 0;
  env_.dispatcher.setCause(entity_);
  if (load_.connect(conn_)) return;
  taken_ = false;
  load_.failRequests();
}

void Http2Lane::onConnected() {
  connection_ = load_.noteConnected(conn_);
  env_.ledger.markMultiplexed(connection_);
  wire_->begin();
  fill();
}

void Http2Lane::fill() {
  const bool usable = conn_.usable() && !wire_->goneAway();
  while (usable && exchanges_.size() < load_.step().streams && wire_->mayOpen()) {
    if (!taken_ && !load_.takeRequest()) break;
    taken_ = false;
    send();
  }
  if (conn_.open()) flush();
  if (!exchanges_.empty() || conn_.connecting()) return;
  if (conn_.usable() && !wire_->goneAway() && !wire_->mayOpen()) return;  // the peer may allow more later
  if (!taken_) taken_ = load_.takeRequest();
  if (taken_) {
    connect();
  } else {
    conn_.close();
  }
}

void Http2Lane::send() {
  RequestRecord& r = load_.begin(connection_, ++index_);
  *id_ = std::to_string(r.id);
  const uint32_t stream = wire_->nextStream();
  exchanges_.push_back({.request = r.id, .stream = stream, .digest = {}});
  const uint64_t bytes = load_.step().request.body.bytes;
  wire_->open(fields_, bytes == 0);
  if (bytes > 0) {
    body_.clear();
    appendPattern(r.id, 0, bytes, body_);
    wire_->sendBody(stream, body_, true);
  }
  if (!load_.step().cancelled) return;
  r.cancelledAt = env_.dispatcher.now();
  wire_->reset(stream, http2::ErrorCode::kCancel);
  end(stream, RequestOutcome::kClientGaveUp);
}

void Http2Lane::flush() {
  if (!wire_->output().empty()) {
    std::swap(bytes_, wire_->output());
    wire_->output().clear();
    conn_.write(bytes_);
  }
  onWritten();
}

void Http2Lane::onWritten() {
  if (conn_.written() != conn_.queued()) return;
  for (const Exchange& e : exchanges_) {
    RequestRecord& r = env_.ledger.requests.at(e.request);
    if (e.endQueued && r.sentAt == kNever) r.sentAt = env_.dispatcher.now();
  }
}

void Http2Lane::onData(std::string_view data) {
  wire_->feed(data);
  fill();
}

Http2Lane::Exchange* Http2Lane::find(uint32_t stream) {
  for (Exchange& e : exchanges_) {
    if (e.stream == stream) return &e;
  }
  return nullptr;
}

void Http2Lane::onHead(uint32_t stream, const WireHead& head) {
  Exchange* e = find(stream);
  RequestRecord& r = env_.ledger.requests.at(e->request);
  if (head.status < 200) {
    ++r.informational;
    return;
  }
  noteResponseHead(r, head, env_.dispatcher.now(), e->digest);
  e->headSeen = true;
}

void Http2Lane::onBody(uint32_t stream, std::string_view bytes) { find(stream)->digest.update(bytes); }
void Http2Lane::onEnd(uint32_t stream) { end(stream, RequestOutcome::kComplete); }
void Http2Lane::onReset(uint32_t stream, http2::ErrorCode) { end(stream, RequestOutcome::kReset); }

void Http2Lane::onSent(uint32_t stream) {
  if (Exchange* e = find(stream)) e->endQueued = true;
}

void Http2Lane::onBroken(const std::string& why) {
  env_.observer.onViolation("protocol", env_.host, "bytes that are not HTTP/2: " + why);
  endAll(RequestOutcome::kMalformed);
  conn_.reset();
}

void Http2Lane::end(uint32_t stream, RequestOutcome outcome) {
  const auto at =
      std::find_if(exchanges_.begin(), exchanges_.end(), [stream](const Exchange& e) { return e.stream == stream; });
  if (at == exchanges_.end()) return;
  const Exchange e = std::move(*at);
  exchanges_.erase(at);
  load_.end(env_.ledger.requests.at(e.request), outcome, e.headSeen ? &e.digest : nullptr);
}

void Http2Lane::endAll(RequestOutcome outcome) {
  while (!exchanges_.empty()) end(exchanges_.front().stream, outcome);
}

void Http2Lane::onEnd() {
  endAll(RequestOutcome::kClosed);
  fill();
}

void Http2Lane::onBroken(io::IoError) {
  if (!conn_.everConnected()) {
    taken_ = false;
    load_.failRequests();
    return;
  }
  endAll(RequestOutcome::kReset);
  fill();
}

}  // namespace orrery::sim
