#include "sim/actors/http2_lane.h"

#include "sim/actors/message_text.h"

namespace orrery::sim {

Http2Lane::Http2Lane(Load& load, uint64_t entity)
    : entity_(entity),
      load_(load),
      conn_(load.env().dispatcher, *this),
      streams_(load.env(), conn_, *this),
      fields_(requestFields(load.step().request, load.authority(), 0)) {
  for (HeaderField& f : fields_) {
    if (f.name == kRequestIdHeader) id_ = &f.value;
  }
}

void Http2Lane::start() {
  if (conn_.connecting()) return;
  fill();
}

void Http2Lane::stop() {
  streams_.endAll(RequestOutcome::kClientGaveUp);
  conn_.close();
}

void Http2Lane::connect() {
  conn_.close();
  connection_ = index_ = 0;
  load_.env().dispatcher.setCause(entity_);
  if (load_.connect(conn_)) return;
  taken_ = false;
  load_.failRequests();
}

void Http2Lane::onConnected() {
  connection_ = load_.noteConnected(conn_);
  load_.env().ledger.markMultiplexed(connection_);
  streams_.begin();
  fill();
}

void Http2Lane::fill() {
  while (streams_.usable() && streams_.underWay() < load_.step().streams && streams_.mayOpen()) {
    if (!taken_ && !load_.takeRequest()) break;
    taken_ = false;
    send();
  }
  if (conn_.open()) streams_.flush();
  if (streams_.underWay() > 0 || conn_.connecting()) return;
  if (streams_.usable() && !streams_.mayOpen()) return;  // the peer may allow more later
  if (!taken_) taken_ = load_.takeRequest();
  if (taken_) {
    connect();
  } else if (load_.exhausted()) {
    conn_.close();
  }
}

void Http2Lane::send() {
  const uint64_t id = load_.begin(connection_, ++index_).id;
  *id_ = std::to_string(id);
  const uint64_t bytes = load_.step().request.body.bytes;
  streams_.open(id, nullptr, fields_, bytes == 0);
  if (bytes > 0) {
    body_.clear();
    appendPattern(id, 0, bytes, body_);
    streams_.sendBody(id, body_, true);
  }
  if (load_.step().cancelled) streams_.cancel(id);
}

void Http2Lane::onData(std::string_view data) {
  streams_.feed(data);
  fill();
}

void Http2Lane::onEnd() {
  streams_.endAll(RequestOutcome::kClosed);
  fill();
}

void Http2Lane::onBroken(io::IoError) {
  if (!conn_.everConnected()) {
    taken_ = false;
    load_.failRequests();
    return;
  }
  streams_.endAll(RequestOutcome::kReset);
  fill();
}

}  // namespace orrery::sim
