#include "sim/actors/http1_client_conn.h"

#include <algorithm>
#include <utility>

#include "proxy/base/ascii.h"
#include "sim/actors/message_text.h"
#include "sim/actors/response_record.h"

namespace orrery::sim {

void Http1ClientConn::onConnected() {
  noteConnected();
  changed_();
}

uint64_t Http1ClientConn::beginRequest(const RequestStep& step, SeenResponse* seen) {
  forgetPartialHead();
  RequestRecord& r = newRequest(step, seen);
  const uint64_t id = r.id;
  if (!conn_.usable()) {
    endUnsent(r);
    return id;
  }
  const bool upgrade = std::any_of(step.headers.begin(), step.headers.end(),
                                   [](const HeaderField& h) { return equalsIgnoreCase(h.name, "upgrade"); });
  pending_.push_back({id, seen, step.method == "HEAD", UINT64_MAX, false, step.method == "CONNECT", upgrade});
  if (pending_.size() == 1) reader_.expectNoBody(step.method == "HEAD");
  conn_.write(requestHead(step, authority(), id));
  return id;
}

void Http1ClientConn::sendBodyPart(const RequestStep& step, uint64_t request, uint32_t part) {
  std::string bytes;
  appendBodyPart(step.body, request, part, bytes);
  if (!bytes.empty()) conn_.write(bytes);
}

void Http1ClientConn::endRequest(uint64_t request) {
  for (Pending& p : pending_) {
    if (p.request == request) p.endAt = conn_.queued();
  }
  onWritten();
}

// Whether the bytes begin a request's head and surely do not end it. Blank lines before a head are no beginning, and what
// may become the preface of HTTP/2 begins no stream before it is whole.
bool Http1ClientConn::beginsHead(std::string_view bytes) {
  static constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  return bytes.find_first_not_of("\r\n") != std::string_view::npos && bytes.find("\n\r\n") == std::string_view::npos &&
         bytes.find("\n\n") == std::string_view::npos && !kPreface.starts_with(bytes);
}

// More bytes follow: the head may be whole now.
void Http1ClientConn::forgetPartialHead() {
  if (partialHead_ != 0 && env_.ledger.requests.has(partialHead_))
    env_.ledger.requests.at(partialHead_).headWhole = true;
  partialHead_ = 0;
}

uint64_t Http1ClientConn::sendRaw(std::string_view bytes, SeenResponse* seen) {
  if (tunnel_.isOpen() && seen == nullptr) {
    tunnel_.onSent(bytes);
    conn_.write(bytes);
    return 0;
  }
  const bool first = conn_.queued() == 0;
  env_.ledger.markRaw(connection_);
  forgetPartialHead();
  uint64_t id = 0;
  if (seen != nullptr) {
    RequestRecord& r = newRequest("RAW", "", seen);
    id = r.id;
    env_.observer.onRequestStarted(r, nullptr, authority());
    if (!conn_.usable()) {
      endUnsent(r);
      return id;
    }
    if (first && beginsHead(bytes)) {
      r.headWhole = false;
      partialHead_ = id;
    }
    pending_.push_back({id, seen, false, UINT64_MAX, true});
    if (pending_.size() == 1) reader_.expectNoBody(false);
  } else if (pending_.empty() || !pending_.back().raw) {
    rawSent_ = true;
  }
  conn_.write(bytes);
  if (id != 0) endRequest(id);
  return id;
}

void Http1ClientConn::onWritten() {
  for (Pending& p : pending_) {
    if (p.endAt == UINT64_MAX || conn_.written() < p.endAt) break;
    RequestRecord& r = env_.ledger.requests.at(p.request);
    if (r.sentAt == kNever) {
      r.sentAt = env_.dispatcher.now();
      r.requestBodySent = r.requestBodyBytes;
    }
  }
  changed_();
}

void Http1ClientConn::onData(std::string_view data) {
  if (tunnel_.isOpen() || (pending_.empty() && rawSent_)) {
    tunnel_.onReceived(data);
    changed_();
    return;
  }
  reader_.feed(data);
  for (;;) {
    const WireReader::Event e = reader_.next();
    if (e == WireReader::Event::kMore) break;
    if (e == WireReader::Event::kError) {
      malformed(reader_.error());
      break;
    }
    if (pending_.empty()) {
      if (!rawSent_) env_.observer.onViolation("protocol", env_.host, "bytes that answer no request");
      break;
    }
    RequestRecord& r = env_.ledger.requests.at(pending_.front().request);
    if (e == WireReader::Event::kInterim) {
      ++r.informational;
    } else if (e == WireReader::Event::kHead) {
      if (!onHead()) continue;
      openTunnel();
      break;
    } else if (e == WireReader::Event::kBody) {
      digest_.update(reader_.body());
      SeenResponse* seen = pending_.front().seen;
      if (seen != nullptr) seen->keepBody(reader_.body());
    } else {
      finishFront(RequestOutcome::kComplete);
    }
  }
  changed_();
}

bool Http1ClientConn::onHead() {
  const Pending& p = pending_.front();
  RequestRecord& r = env_.ledger.requests.at(p.request);
  noteResponseHead(r, reader_.head(), env_.dispatcher.now(), digest_);
  headSeen_ = true;
  if (p.seen != nullptr) p.seen->head = reader_.head().text;
  return (p.connect && r.status / 100 == 2) || (p.upgrade && r.status == 101);
}

// The response ends with its head.
void Http1ClientConn::openTunnel() {
  const std::string_view rest = reader_.takeRest();
  env_.ledger.requests.at(pending_.front().request).tunnel = tunnel_.openRecorded();
  tunnel_.onReceived(rest);
  finishFront(RequestOutcome::kComplete);
}

void Http1ClientConn::finishFront(RequestOutcome outcome) {
  const Pending p = pending_.front();
  pending_.pop_front();
  const bool headSeen = std::exchange(headSeen_, false);
  reader_.expectNoBody(!pending_.empty() && pending_.front().head);
  endRequestRecord(env_, env_.ledger.requests.at(p.request), outcome, headSeen ? &digest_ : nullptr);
}

void Http1ClientConn::finishAll(RequestOutcome outcome) {
  while (!pending_.empty()) finishFront(outcome);
}

void Http1ClientConn::malformed(const std::string& why) {
  env_.observer.onViolation("protocol", env_.host, "a response that is not HTTP: " + why);
  finishAll(RequestOutcome::kMalformed);
  conn_.reset();
}

void Http1ClientConn::onEnd() {
  if (tunnel_.isOpen()) {
    changed_();
    return;
  }
  if (reader_.finish() == WireReader::Event::kEnd && !pending_.empty()) finishFront(RequestOutcome::kComplete);
  finishAll(RequestOutcome::kClosed);
  changed_();
}

void Http1ClientConn::onBroken(io::IoError) {
  finishAll(conn_.everConnected() ? RequestOutcome::kReset : RequestOutcome::kConnectFailed);
  changed_();
}

void Http1ClientConn::giveUp() { finishAll(RequestOutcome::kClientGaveUp); }

}  // namespace orrery::sim
