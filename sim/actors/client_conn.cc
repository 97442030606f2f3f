#include "sim/actors/client_conn.h"

#include <utility>

#include "sim/actors/message_text.h"

namespace orrery::sim {

namespace {
constexpr size_t kKeptBody = 64 * 1024;
}

ClientConn::ClientConn(const ActorEnv& env, std::function<void()> changed)
    : env_(env), changed_(std::move(changed)), conn_(env.dispatcher, *this) {}

bool ClientConn::connect(const io::Address& to, std::string_view authority) {
  authority_ = authority;
  io::SocketOptions options;
  if (env_.bindClients) options.bind = env_.address.withPort(0);
  return conn_.connect(to, options);
}

void ClientConn::onConnected() {
  if (const ConnectionRecord* c =
          env_.ledger.findConnection(ledgerEndpoint(conn_.localAddress()), ledgerEndpoint(conn_.peerAddress()))) {
    connection_ = c->id;
  }
  changed_();
}

RequestRecord& ClientConn::newRequest(std::string_view method, std::string_view path, SeenResponse* seen) {
  RequestRecord& r = env_.ledger.requests.add();
  r.client = env_.host;
  r.connection = connection_;
  r.indexOnConnection = ++index_;
  r.method = method;
  r.path = path;
  r.startedAt = env_.dispatcher.now();
  if (seen != nullptr) seen->request = r.id;
  return r;
}

uint64_t ClientConn::beginRequest(const RequestStep& step, SeenResponse* seen) {
  RequestRecord& r = newRequest(step.method, step.path, seen);
  r.requestBodyBytes = step.body.size();
  r.framedByStory = framesItself(step.headers) || step.path.find_first_of("\r\n ") != std::string::npos;
  const uint64_t id = r.id;
  forgetPartialHead();
  env_.observer.onRequestStarted(r, &step, authority_);
  if (!conn_.usable()) {  // it never leaves
    r.outcome = conn_.everConnected() ? (conn_.broken() ? RequestOutcome::kReset : RequestOutcome::kClosed)
                                      : RequestOutcome::kConnectFailed;
    r.endedAt = env_.dispatcher.now();
    r.startedAt = kNever;
    env_.observer.onRequestEnded(r);
    return id;
  }
  pending_.push_back({id, seen, step.method == "HEAD", UINT64_MAX, false});
  if (pending_.size() == 1) reader_.expectNoBody(step.method == "HEAD");
  conn_.write(requestHead(step, authority_, id));
  return id;
}

void ClientConn::sendBodyPart(const RequestStep& step, uint64_t request, uint32_t part) {
  std::string bytes;
  appendBodyPart(step.body, request, part, bytes);
  if (!bytes.empty()) conn_.write(bytes);
}

void ClientConn::endRequest(uint64_t request) {
  for (Pending& p : pending_) {
    if (p.request == request) p.endAt = conn_.queued();
  }
  onWritten();
}

// Whether the bytes begin a request's head and surely do not end it. Blank lines before a head are no beginning, and what
// may become the preface of HTTP/2 begins no stream before it is whole.
bool ClientConn::beginsHead(std::string_view bytes) {
  static constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  return bytes.find_first_not_of("\r\n") != std::string_view::npos && bytes.find("\n\r\n") == std::string_view::npos &&
         bytes.find("\n\n") == std::string_view::npos && !kPreface.starts_with(bytes);
}

// More bytes follow: the head may be whole now.
void ClientConn::forgetPartialHead() {
  if (partialHead_ != 0 && env_.ledger.requests.has(partialHead_))
    env_.ledger.requests.at(partialHead_).headWhole = true;
  partialHead_ = 0;
}

uint64_t ClientConn::sendRaw(std::string_view bytes, SeenResponse* seen) {
  const bool first = conn_.queued() == 0;
  if (env_.ledger.connections.has(connection_)) env_.ledger.connections.at(connection_).raw = true;
  forgetPartialHead();
  uint64_t id = 0;
  if (seen != nullptr) {
    RequestRecord& r = newRequest("RAW", "", seen);
    id = r.id;
    env_.observer.onRequestStarted(r, nullptr, authority_);
    if (!conn_.usable()) {
      r.outcome = conn_.everConnected() ? (conn_.broken() ? RequestOutcome::kReset : RequestOutcome::kClosed)
                                        : RequestOutcome::kConnectFailed;
      r.endedAt = env_.dispatcher.now();
      r.startedAt = kNever;
      env_.observer.onRequestEnded(r);
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

void ClientConn::onWritten() {
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

void ClientConn::onData(std::string_view data) {
  if (pending_.empty() && rawSent_) return;
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
      onHead();
    } else if (e == WireReader::Event::kBody) {
      digest_.update(reader_.body());
      SeenResponse* seen = pending_.front().seen;
      if (seen != nullptr && seen->body.size() < kKeptBody)
        seen->body.append(reader_.body().substr(0, kKeptBody - seen->body.size()));
    } else {
      finishFront(RequestOutcome::kComplete);
    }
  }
  changed_();
}

void ClientConn::onHead() {
  const Pending& p = pending_.front();
  RequestRecord& r = env_.ledger.requests.at(p.request);
  r.status = reader_.head().status;
  r.headAt = env_.dispatcher.now();
  r.responseNonce = reader_.head().id;
  digest_.begin(r.responseNonce);
  headSeen_ = true;
  if (p.seen != nullptr) p.seen->head = reader_.head().text;
}

void ClientConn::finishFront(RequestOutcome outcome) {
  const Pending p = pending_.front();
  pending_.pop_front();
  RequestRecord& r = env_.ledger.requests.at(p.request);
  r.outcome = outcome;
  r.endedAt = env_.dispatcher.now();
  r.responseComplete = outcome == RequestOutcome::kComplete;
  if (headSeen_) {
    r.responseBodyBytes = digest_.bytes();
    r.responseBodyHash = digest_.value();
  }
  headSeen_ = false;
  reader_.expectNoBody(!pending_.empty() && pending_.front().head);
  env_.observer.onRequestEnded(r);
}

void ClientConn::finishAll(RequestOutcome outcome) {
  while (!pending_.empty()) finishFront(outcome);
}

void ClientConn::malformed(const std::string& why) {
  env_.observer.onViolation("protocol", env_.host, "a response that is not HTTP: " + why);
  finishAll(RequestOutcome::kMalformed);
  conn_.reset();
}

void ClientConn::onEnd() {
  if (reader_.finish() == WireReader::Event::kEnd && !pending_.empty()) finishFront(RequestOutcome::kComplete);
  finishAll(RequestOutcome::kClosed);
  changed_();
}

void ClientConn::onBroken(io::IoError) {
  finishAll(conn_.everConnected() ? RequestOutcome::kReset : RequestOutcome::kConnectFailed);
  changed_();
}

void ClientConn::close(Ending how) {
  switch (how) {
    case Ending::kNone: return;
    case Ending::kHalfClose: conn_.halfClose(); return;
    case Ending::kClose: conn_.close(); break;
    case Ending::kReset: conn_.reset(); break;
  }
  giveUp();
}

void ClientConn::giveUp() { finishAll(RequestOutcome::kClientGaveUp); }

}  // namespace orrery::sim
