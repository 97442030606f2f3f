#include "sim/actors/http2_origin.h"

#include <algorithm>
#include <utility>

#include "proxy/base/assert.h"
#include "proxy/io/timer.h"
#include "sim/actors/message_text.h"

namespace orrery::sim {

struct Http2Origin::Exchange {
  Http2Origin* origin;
  uint32_t stream = 0;
  uint64_t attempt = 0;
  BodyDigest digest;
  const AnswerStep* step = nullptr;
  uint32_t part = 0;
  bool begun = false;
  bool endQueued = false;
  uint64_t endAt = UINT64_MAX;  // value of Conn::written() at which the answer is handed over
  std::unique_ptr<io::Timer> timer;

  void onTimer() { origin->onTimer(*this); }
};

Http2Origin::Http2Origin(const ActorEnv& env, Conn& conn, uint64_t connection, const std::function<void()>& changed,
                         std::function<void(Ending)> end)
    : env_(env), conn_(conn), connection_(connection), changed_(changed), end_(std::move(end)) {
  env_.ledger.markMultiplexed(connection_);
  wire_.begin();
  flush();
}

Http2Origin::~Http2Origin() = default;

void Http2Origin::feed(std::string_view data) {
  wire_.feed(data);
  flush();
}

void Http2Origin::flush() {
  if (!wire_.output().empty()) {
    const std::string bytes = std::exchange(wire_.output(), {});
    conn_.write(bytes);
  }
  for (const auto& e : exchanges_) {
    if (e->endQueued && e->endAt == UINT64_MAX) e->endAt = conn_.queued();
  }
  onWritten();
}

void Http2Origin::onWritten() {
  // Each may end others, or the connection.
  for (size_t i = 0; i < exchanges_.size();) {
    Exchange& e = *exchanges_[i];
    if (e.endAt == UINT64_MAX || conn_.written() < e.endAt) {
      ++i;
    } else {
      allSent(e);
      i = 0;
    }
  }
}

Http2Origin::Exchange* Http2Origin::find(uint32_t stream) {
  for (const auto& e : exchanges_) {
    if (e->stream == stream) return e.get();
  }
  return nullptr;
}

AttemptRecord& Http2Origin::record(const Exchange& e) const { return env_.ledger.attempts.at(e.attempt); }

void Http2Origin::onHead(uint32_t stream, const WireHead& head) {
  if (spare_.empty()) {
    exchanges_.push_back(std::make_unique<Exchange>());
  } else {
    exchanges_.push_back(std::move(spare_.back()));
    spare_.pop_back();
  }
  Exchange& e = *exchanges_.back();
  e.origin = this;
  e.stream = stream;
  AttemptRecord& a = env_.ledger.attempts.add();
  e.attempt = a.id;
  a.request = head.id;
  a.origin = env_.host;
  a.connection = connection_;
  a.indexOnConnection = ++index_;
  a.method = head.method;
  a.path = head.target;
  a.firstByteAt = a.headAt = env_.dispatcher.now();
  a.nonce = a.id;
  a.raw = raw_;
  e.digest.begin(head.id);
  waiting_.push_back(&e);
  env_.observer.onAttempt(a);
  if (standing_ != nullptr && standing_->early) start(e, *standing_);
}

void Http2Origin::onBody(uint32_t stream, std::string_view bytes) {
  if (Exchange* e = find(stream)) e->digest.update(bytes);
}

void Http2Origin::onEnd(uint32_t stream) {
  Exchange* e = find(stream);
  if (e == nullptr) return;
  AttemptRecord& a = record(*e);
  a.requestComplete = true;
  a.requestEndAt = env_.dispatcher.now();
  a.requestBodyBytes = e->digest.bytes();
  a.requestBodyHash = e->digest.value();
  if (standing_ != nullptr && e->step == nullptr) start(*e, *standing_);
}

void Http2Origin::onReset(uint32_t stream, http2::ErrorCode) {
  if (Exchange* e = find(stream)) lose(*e);
}

void Http2Origin::onSent(uint32_t stream) {
  if (Exchange* e = find(stream)) e->endQueued = true;
}

void Http2Origin::onBroken(const std::string& why) {
  env_.observer.onViolation("protocol", env_.host, "bytes that are not HTTP/2: " + why);
  lose();
  conn_.reset();
}

void Http2Origin::serve(const AnswerStep* standing) {
  standing_ = standing;
  if (standing == nullptr) return;
  const std::vector<Exchange*> due(waiting_.begin(), waiting_.end());
  for (Exchange* e : due) {
    if (standing->early || record(*e).requestComplete) start(*e, *standing);
  }
}

bool Http2Origin::hasRequest(bool whole) const {
  return !waiting_.empty() && (!whole || record(*waiting_.front()).requestComplete);
}

void Http2Origin::answer(const AnswerStep& step) {
  ORRERY_ASSERT(scripted_ == nullptr && !waiting_.empty(), "a story answers one request at a time");
  scripted_ = waiting_.front();
  start(*scripted_, step);
}

void Http2Origin::start(Exchange& e, const AnswerStep& step) {
  std::erase(waiting_, &e);
  e.step = &step;
  if (step.after.isZero()) {
    begin(e);
  } else {
    arm(e, step.after);
  }
}

void Http2Origin::begin(Exchange& e) {
  const AnswerStep& step = *e.step;
  AttemptRecord& a = record(e);
  const bool hasBody = responseHasBody(step.status, a.method);
  a.status = step.status;
  a.responseStartAt = env_.dispatcher.now();
  a.responseText = step.body.text;
  a.framedByStory = a.framedByStory || framesItself(step.headers);
  if (hasBody) {
    a.responseBodyBytes = step.body.size();
    a.responseBodyHash = bodyDigest(step.body, a.nonce);
  } else {
    a.responseBodyHash = textDigest({});
  }
  e.begun = true;
  const bool empty = !hasBody || step.body.size() == 0;
  wire_.respond(e.stream, responseFields(step.status, step.headers, step.body, a.nonce), empty);
  if (empty) {
    flush();
  } else {
    sendPart(e);
  }
}

void Http2Origin::sendPart(Exchange& e) {
  const Body& body = e.step->body;
  std::string bytes;
  appendBodyBytes(body, record(e).nonce, e.part, bytes);
  const bool last = ++e.part == body.parts;
  wire_.sendBody(e.stream, bytes, last);
  if (!last) arm(e, body.every);
  flush();  // may end the answer, or the connection
}

void Http2Origin::onTimer(Exchange& e) {
  if (e.step == nullptr || !conn_.open()) return;
  if (e.begun) {
    sendPart(e);
  } else {
    begin(e);
  }
}

void Http2Origin::arm(Exchange& e, Duration after) {
  if (e.timer == nullptr) {
    e.timer = std::make_unique<io::Timer>(env_.dispatcher, io::TimerKind::kActor,
                                          orrery::Delegate<void()>::to<&Exchange::onTimer>(&e));
  }
  e.timer->arm(after);
}

void Http2Origin::allSent(Exchange& e) {
  AttemptRecord& a = record(e);
  a.responseEndAt = env_.dispatcher.now();
  a.responseComplete = true;
  const Ending then = e.step->then;
  const uint32_t stream = e.stream;
  release(e);
  env_.observer.onAttemptEnded(a);
  if (then == Ending::kResetStream) {
    wire_.reset(stream, http2::ErrorCode::kNoError);
    flush();
  } else if (then != Ending::kNone) {
    end_(then);
  }
  changed_();
}

void Http2Origin::release(Exchange& e) {
  if (scripted_ == &e) scripted_ = nullptr;
  std::erase(waiting_, &e);
  if (e.timer != nullptr) e.timer->disarm();
  const auto at = std::find_if(exchanges_.begin(), exchanges_.end(), [&](const auto& p) { return p.get() == &e; });
  std::unique_ptr<Exchange> owned = std::move(*at);
  exchanges_.erase(at);
  std::unique_ptr<io::Timer> timer = std::move(owned->timer);
  *owned = Exchange{.origin = this, .digest = {}, .timer = std::move(timer)};
  spare_.push_back(std::move(owned));
}

void Http2Origin::lose(Exchange& e) {
  AttemptRecord& a = record(e);
  a.connectionLost = true;
  release(e);
  env_.observer.onAttemptEnded(a);
}

void Http2Origin::lose() {
  while (!exchanges_.empty()) lose(*exchanges_.front());
}

void Http2Origin::inform(const InformStep& step) {
  if (waiting_.empty()) return;
  wire_.respond(waiting_.front()->stream, responseFields(step.status, step.headers, {}, 0), false);
  flush();
}

void Http2Origin::sendRaw(std::string_view bytes) {
  raw_ = true;
  env_.ledger.markRaw(connection_);
  for (const auto& e : exchanges_) record(*e).raw = true;
  wire_.noteRaw(bytes);
  conn_.write(bytes);
}

void Http2Origin::end(Ending how) {
  if (how == Ending::kGoAway) {
    wire_.goAway(http2::ErrorCode::kNoError);
  } else if (how == Ending::kResetStream && !waiting_.empty()) {
    Exchange& e = *waiting_.front();
    wire_.reset(e.stream, http2::ErrorCode::kInternalError);
    lose(e);
  }
  flush();
}

}  // namespace orrery::sim
