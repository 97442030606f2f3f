#include "sim/actors/http2_client_conn.h"

#include <utility>

#include "sim/actors/message_text.h"
#include "sim/actors/response_record.h"

namespace orrery::sim {

Http2ClientConn::Http2ClientConn(const ActorEnv& env, std::function<void()> changed)
    : ClientConn(env, *this, std::move(changed)), streams_(env, conn_, *this) {}

void Http2ClientConn::begin() {
  streams_.begin();
  flush();
}

void Http2ClientConn::flush() {
  streams_.flush();
  changed_();
}

void Http2ClientConn::onConnected() {
  noteConnected();
  env_.ledger.markMultiplexed(connection_);
  changed_();
}

uint64_t Http2ClientConn::beginRequest(const RequestStep& step, SeenResponse* seen) {
  RequestRecord& r = newRequest(step, seen);
  const uint64_t id = r.id;
  if (!streams_.usable()) {
    endUnsent(r);
    return id;
  }
  streams_.open(id, seen, requestFields(step, authority(), id), step.body.size() == 0);
  flush();
  return id;
}

void Http2ClientConn::sendBodyPart(const RequestStep& step, uint64_t request, uint32_t part) {
  if (step.body.size() == 0) return;
  std::string bytes;
  appendBodyBytes(step.body, request, part, bytes);
  streams_.sendBody(request, bytes, part + 1 == step.body.parts);
  flush();
}

bool Http2ClientConn::cancel(uint64_t request) {
  if (!streams_.cancel(request)) return false;
  flush();
  return true;
}

// Frames of the story's own, between ours.
uint64_t Http2ClientConn::sendRaw(std::string_view bytes, SeenResponse* seen) {
  env_.ledger.markRaw(connection_);
  if (seen != nullptr)
    env_.observer.onViolation("story", env_.host, "raw bytes on HTTP/2 have no response of their own");
  if (streams_.usable()) streams_.noteRaw(bytes);
  conn_.write(bytes);
  return 0;
}

void Http2ClientConn::onWritten() {
  streams_.noteWritten();
  changed_();
}

void Http2ClientConn::onData(std::string_view data) {
  streams_.feed(data);
  flush();
}

void Http2ClientConn::onStreamEnded(RequestRecord& record, RequestOutcome outcome, const BodyDigest* body) {
  endRequestRecord(env_, record, outcome, body);
}

void Http2ClientConn::onEnd() {
  streams_.endAll(RequestOutcome::kClosed);
  changed_();
}

void Http2ClientConn::onBroken(io::IoError) {
  streams_.endAll(conn_.everConnected() ? RequestOutcome::kReset : RequestOutcome::kConnectFailed);
  changed_();
}

}  // namespace orrery::sim
