#include "sim/actors/origin_conn.h"

#include <utility>
#include <variant>

#include "proxy/base/assert.h"
#include "sim/actors/message_text.h"

namespace orrery::sim {

OriginConn::OriginConn(const ActorEnv& env, std::function<void()> changed)
    : env_(env), changed_(std::move(changed)), conn_(env.dispatcher, *this), tunnel_(env.ledger) {}

void OriginConn::adopt(std::unique_ptr<io::Stream> stream) {
  first_.clear();
  decided_ = false;
  http2_.reset();
  reader_ = WireReader(WireReader::Kind::kRequest);
  waiting_.clear();
  tunnel_.reset();
  reading_ = index_ = 0;
  rawSent_ = false;
  step_ = nullptr;
  standing_ = nullptr;
  conn_.adopt(std::move(stream));
  conn_.setReading(Conn::Reading::kOff);
  const ConnectionRecord* c =
      env_.ledger.findConnection(ledgerEndpoint(conn_.peerAddress()), ledgerEndpoint(conn_.localAddress()));
  connection_ = c == nullptr ? 0 : c->id;
}

void OriginConn::serve(const Step& standing) {
  standing_ = &standing;
  if (const auto* end = std::get_if<EndStep>(&standing.kind)) {
    close(end->how);
    return;
  }
  conn_.setReading(Conn::Reading::kOn);
  if (http2_ != nullptr) {
    http2_->serve(std::get_if<AnswerStep>(&standing.kind));
  } else {
    standingNext();
  }
}

bool OriginConn::hasRequest(bool whole) const {
  if (http2_ != nullptr) return http2_->hasRequest(whole);
  if (waiting_.empty()) return false;
  return !whole || env_.ledger.attempts.at(waiting_.front()).requestComplete;
}

void OriginConn::onData(std::string_view data) {
  if (tunnel_.isOpen()) {
    tunnel_.onReceived(data);
    changed_();
    return;
  }
  if (!decided_) {
    constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    if (!first_.empty() || kPreface.starts_with(data.substr(0, kPreface.size()))) {
      first_.append(data);
      data = first_;
    }
    if (data.size() < kPreface.size() && kPreface.starts_with(data)) return;
    decided_ = true;
    if (data.starts_with(kPreface)) {
      http2_ = std::make_unique<Http2Origin>(env_, conn_, connection_, changed_, [this](Ending how) { close(how); });
      if (standing_ != nullptr) http2_->serve(std::get_if<AnswerStep>(&standing_->kind));
    }
  }
  if (http2_ != nullptr) {
    http2_->feed(data);
  } else {
    onHttp1(data);
  }
  changed_();
}

void OriginConn::onHttp1(std::string_view data) {
  if (!reader_.midMessage()) firstByteAt_ = env_.dispatcher.now();
  reader_.feed(data);
  for (;;) {
    const WireReader::Event e = reader_.next();
    if (e == WireReader::Event::kMore) break;
    if (e == WireReader::Event::kError) {
      env_.observer.onViolation("protocol", env_.host, "a request that is not HTTP: " + reader_.error());
      lose();
      conn_.reset();
      break;
    }
    if (e == WireReader::Event::kHead) {
      onHead();
    } else if (e == WireReader::Event::kBody) {
      digest_.update(reader_.body());
    } else if (e == WireReader::Event::kEnd) {
      AttemptRecord& a = env_.ledger.attempts.at(reading_);
      a.requestComplete = true;
      a.requestEndAt = env_.dispatcher.now();
      a.requestBodyBytes = digest_.bytes();
      a.requestBodyHash = digest_.value();
      standingNext();
      firstByteAt_ = env_.dispatcher.now();
    }
  }
}

void OriginConn::onHead() {
  const WireHead& head = reader_.head();
  AttemptRecord& a = env_.ledger.attempts.add();
  a.request = head.id;
  a.origin = env_.host;
  a.connection = connection_;
  a.indexOnConnection = ++index_;
  a.method = head.method;
  a.path = head.target;
  a.firstByteAt = firstByteAt_;
  a.headAt = env_.dispatcher.now();
  a.nonce = a.id;
  a.raw = rawSent_;
  reading_ = a.id;
  digest_.begin(head.id);
  waiting_.push_back(a.id);
  env_.observer.onAttempt(a);
  standingNext();
}

void OriginConn::standingNext() {
  if (standing_ == nullptr || step_ != nullptr || waiting_.empty() || !conn_.open()) return;
  const auto* a = std::get_if<AnswerStep>(&standing_->kind);
  if (a != nullptr && hasRequest(!a->early)) answer(*a);
}

void OriginConn::answer(const AnswerStep& step) {
  if (http2_ != nullptr) return http2_->answer(step);
  ORRERY_ASSERT(step_ == nullptr && !waiting_.empty(), "one request is answered at a time");
  step_ = &step;
  if (step.after.isZero()) {
    begin();
  } else {
    part_ = UINT32_MAX;  // the head has not been sent
    armTimer(step.after);
  }
}

void OriginConn::begin() {
  AttemptRecord& a = front();
  hasBody_ = responseHasBody(step_->status, a.method);
  a.status = step_->status;
  a.responseStartAt = env_.dispatcher.now();
  a.responseText = step_->body.text;
  a.framedByStory = a.framedByStory || framesItself(step_->headers);
  if (hasBody_) {
    a.responseBodyBytes = step_->body.size();
    a.responseBodyHash = bodyDigest(step_->body, a.nonce);
  } else {
    a.responseBodyHash = textDigest({});
  }
  part_ = 0;
  endAt_ = UINT64_MAX;
  putHead(a.nonce);
  sendPart();
}

void OriginConn::putHead(uint64_t nonce) {
  if (headOf_ != step_) {
    constexpr uint64_t kSample = 9'999'999'999'999'999'999ULL;
    const std::string sample = std::to_string(kSample);
    const std::string head = responseHead(step_->status, step_->headers, step_->body, kSample, false);
    const size_t at = head.rfind(sample);  // behind the story's own fields
    beforeNonce_ = head.substr(0, at);
    afterNonce_ = head.substr(at + sample.size());
    headOf_ = step_;
  }
  scratch_ = beforeNonce_;
  appendNumber(scratch_, nonce);
  scratch_ += afterNonce_;
}

void OriginConn::sendPart() {
  if (hasBody_) appendBodyPart(step_->body, front().nonce, part_, scratch_);
  const bool last = !hasBody_ || part_ + 1 >= step_->body.parts;
  if (last) endAt_ = conn_.queued() + scratch_.size();
  ++part_;
  conn_.write(scratch_);  // may end the answer, or the connection
  scratch_.clear();
  if (!last && step_ != nullptr) armTimer(step_->body.every);
}

void OriginConn::onTimer() {
  if (step_ == nullptr || !conn_.open()) return;
  if (part_ == UINT32_MAX) {
    begin();
  } else {
    sendPart();
  }
}

void OriginConn::armTimer(Duration after) {
  if (timer_ == nullptr) {
    timer_ = std::make_unique<io::Timer>(env_.dispatcher, io::TimerKind::kActor,
                                         orrery::Delegate<void()>::to<&OriginConn::onTimer>(this));
  }
  timer_->arm(after);
}

void OriginConn::onWritten() {
  if (http2_ != nullptr) return http2_->onWritten();
  if (step_ == nullptr || endAt_ == UINT64_MAX || conn_.written() < endAt_) return;
  allSent();
}

void OriginConn::allSent() {
  AttemptRecord& a = front();
  a.responseEndAt = env_.dispatcher.now();
  a.responseComplete = true;
  if (a.status == 101 || (a.method == "CONNECT" && a.status / 100 == 2)) a.tunnel = tunnel_.openRecorded();
  const Ending then = step_->then;
  step_ = nullptr;
  endAt_ = UINT64_MAX;
  waiting_.pop_front();
  env_.observer.onAttemptEnded(a);
  if (then != Ending::kNone) {
    close(then);
  } else {
    standingNext();
  }
  changed_();
}

void OriginConn::inform(const InformStep& step) {
  if (http2_ != nullptr) return http2_->inform(step);
  // 101 ends HTTP on the connection.
  if (!waiting_.empty() && (step.status == 101 || framesItself(step.headers))) front().framedByStory = true;
  conn_.write(responseHead(step.status, step.headers, {}, 0, false));
}

void OriginConn::takeRaw() {
  if (decided_) {
    env_.observer.onViolation("story", env_.host, "what this connection carries is HTTP already");
    return;
  }
  env_.ledger.markRaw(connection_);
  tunnel_.open();
}

void OriginConn::sendRaw(std::string_view bytes) {
  if (http2_ != nullptr) return http2_->sendRaw(bytes);
  if (tunnel_.isOpen()) {
    tunnel_.onSent(bytes);
    conn_.write(bytes);
    return;
  }
  rawSent_ = true;
  env_.ledger.markRaw(connection_);
  if (!waiting_.empty()) front().raw = true;
  if (!waiting_.empty() && step_ == nullptr) {
    AttemptRecord& a = front();
    a.responseStartAt = env_.dispatcher.now();
    waiting_.pop_front();
    env_.observer.onAttemptEnded(a);
  }
  conn_.write(bytes);
}

void OriginConn::close(Ending how) {
  if (how == Ending::kNone) return;
  if (how == Ending::kGoAway || how == Ending::kResetStream) {
    if (http2_ == nullptr) {
      env_.observer.onViolation("story", env_.host, "only connections of HTTP/2 know GOAWAY and resets of streams");
    } else {
      http2_->end(how);
    }
    return;
  }
  if (how == Ending::kHalfClose) {
    conn_.halfClose();
    return;
  }
  lose();
  if (how == Ending::kClose) {
    conn_.close();
  } else {
    conn_.reset();
  }
}

// What was not answered never will be.
void OriginConn::lose() {
  if (http2_ != nullptr) http2_->lose();
  step_ = nullptr;
  endAt_ = UINT64_MAX;
  if (timer_ != nullptr) timer_->disarm();
  while (!waiting_.empty()) {
    AttemptRecord& a = front();
    waiting_.pop_front();
    a.connectionLost = true;
    env_.observer.onAttemptEnded(a);
  }
}

void OriginConn::lost() {
  lose();
  changed_();
}

}  // namespace orrery::sim
