#include "sim/actors/http1_lane.h"

#include <utility>

#include "sim/actors/response_record.h"

namespace orrery::sim {

Http1Lane::Http1Lane(Load& load, uint64_t entity)
    : entity_(entity),
      load_(load),
      env_(load.env()),
      conn_(load.env().dispatcher, *this),
      noBody_(load.step().request.method == "HEAD") {}

void Http1Lane::start() {
  if (request_ == 0 && !conn_.connecting() && load_.takeRequest()) next();
}

void Http1Lane::stop() {
  if (request_ != 0) end(RequestOutcome::kClientGaveUp);
  conn_.close();
}

void Http1Lane::next() {
  if (conn_.usable()) {
    send();
    return;
  }
  conn_.close();
  reader_ = WireReader(WireReader::Kind::kResponse);
  connection_ = index_ = 0;
  env_.dispatcher.setCause(entity_);
  if (!load_.connect(conn_)) load_.failRequests();
}

void Http1Lane::send() {
  RequestRecord& r = load_.begin(connection_, ++index_);
  request_ = r.id;
  reader_.expectNoBody(noBody_);
  headSeen_ = false;
  conn_.write(load_.requestText(r.id));
  if (conn_.written() == conn_.queued()) r.sentAt = env_.dispatcher.now();
}

void Http1Lane::end(RequestOutcome outcome) {
  RequestRecord& r = env_.ledger.requests.at(std::exchange(request_, 0));
  load_.end(r, outcome, headSeen_ ? &digest_ : nullptr);
}

void Http1Lane::onConnected() {
  connection_ = load_.noteConnected(conn_);
  send();
}

void Http1Lane::onWritten() {
  if (request_ == 0 || conn_.written() != conn_.queued()) return;
  RequestRecord& r = env_.ledger.requests.at(request_);
  if (r.sentAt == kNever) r.sentAt = env_.dispatcher.now();
}

void Http1Lane::onData(std::string_view data) {
  reader_.feed(data);
  for (;;) {
    const WireReader::Event e = reader_.next();
    if (e == WireReader::Event::kMore) return;
    if (e == WireReader::Event::kError || request_ == 0) {
      env_.observer.onViolation(
          "protocol", env_.host,
          request_ == 0 ? "bytes that answer no request" : "a response that is not HTTP: " + reader_.error());
      if (request_ != 0) end(RequestOutcome::kMalformed);
      conn_.reset();
      return;
    }
    if (e == WireReader::Event::kHead) {
      const WireHead& head = reader_.head();
      RequestRecord& r = env_.ledger.requests.at(request_);
      noteResponseHead(r, head, env_.dispatcher.now(), digest_);
      headSeen_ = true;
      close_ = head.close;
    } else if (e == WireReader::Event::kBody) {
      digest_.update(reader_.body());
    } else if (e == WireReader::Event::kEnd) {
      end(RequestOutcome::kComplete);
      if (close_) conn_.close();
      if (load_.takeRequest()) {
        next();
      } else {
        if (load_.exhausted()) conn_.close();
        return;
      }
    } else {
      ++env_.ledger.requests.at(request_).informational;
    }
  }
}

void Http1Lane::onEnd() {
  const bool whole = reader_.finish() == WireReader::Event::kEnd;
  over(whole ? RequestOutcome::kComplete : RequestOutcome::kClosed);
}

void Http1Lane::onBroken(io::IoError) {
  if (conn_.everConnected()) {
    over(RequestOutcome::kReset);
  } else {
    load_.failRequests();
  }
}

void Http1Lane::over(RequestOutcome outcome) {
  if (request_ == 0) return;
  end(outcome);
  if (!load_.takeRequest()) return;
  conn_.close();
  next();
}

}  // namespace orrery::sim
