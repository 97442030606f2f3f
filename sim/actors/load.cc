#include "sim/actors/load.h"

#include <array>
#include <charconv>
#include <utility>

#include "sim/actors/message_text.h"

namespace orrery::sim {

// One connection.
class Load::Lane final : private Conn::Delegate {
 public:
  Lane(Load& load, uint64_t entity)
      : entity_(entity),
        load_(load),
        env_(load.env_),
        conn_(load.env_.dispatcher, *this),
        noBody_(load.step_.request.method == "HEAD") {}

  void start() {
    if (load_.takeRequest()) next();
  }
  void stop() {
    if (request_ != 0) end(RequestOutcome::kClientGaveUp);
    conn_.close();
  }

 private:
  void next() {
    if (conn_.usable()) {
      send();
      return;
    }
    conn_.close();
    reader_ = WireReader(WireReader::Kind::kResponse);
    connection_ = index_ = 0;
    env_.dispatcher.setCause(entity_);
    io::SocketOptions options;
    if (env_.bindClients) options.bind = env_.address.withPort(0);
    if (!conn_.connect(load_.to_, options)) failed();
  }

  RequestRecord& begin() {
    RequestRecord& r = env_.ledger.requests.add();
    request_ = r.id;
    r.client = env_.host;
    r.connection = connection_;
    r.indexOnConnection = ++index_;
    r.method = load_.step_.request.method;
    r.path = load_.step_.request.path;
    r.requestBodyBytes = r.requestBodySent = load_.step_.request.body.bytes;
    r.startedAt = env_.dispatcher.now();
    env_.observer.onRequestStarted(r, &load_.step_.request, load_.authority_);
    return r;
  }

  void send() {
    RequestRecord& r = begin();
    reader_.expectNoBody(noBody_);
    headSeen_ = false;
    conn_.write(load_.requestText(r.id));
    if (conn_.written() == conn_.queued()) r.sentAt = env_.dispatcher.now();
  }

  void failed() {
    ++load_.failedConnects_;
    RequestRecord& r = begin();
    r.startedAt = kNever;
    end(RequestOutcome::kConnectFailed);
    // No connection, no further request of this lane: a proxy that is gone must not make an endless loop.
    while (load_.takeRequest()) {
      begin().startedAt = kNever;
      end(RequestOutcome::kConnectFailed);
    }
  }

  void end(RequestOutcome outcome) {
    RequestRecord& r = env_.ledger.requests.at(request_);
    request_ = 0;
    r.outcome = outcome;
    r.endedAt = env_.dispatcher.now();
    r.responseComplete = outcome == RequestOutcome::kComplete;
    if (headSeen_) {
      r.responseBodyBytes = digest_.bytes();
      r.responseBodyHash = digest_.value();
    }
    env_.observer.onRequestEnded(r);
    load_.ended();
  }

  void onConnected() override {
    if (const ConnectionRecord* c =
            env_.ledger.findConnection(ledgerEndpoint(conn_.localAddress()), ledgerEndpoint(conn_.peerAddress()))) {
      connection_ = c->id;
    }
    ++load_.connects_;
    send();
  }

  void onWritten() override {
    if (request_ == 0 || conn_.written() != conn_.queued()) return;
    RequestRecord& r = env_.ledger.requests.at(request_);
    if (r.sentAt == kNever) r.sentAt = env_.dispatcher.now();
  }

  void onData(std::string_view data) override {
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
        r.status = head.status;
        r.headAt = env_.dispatcher.now();
        r.responseNonce = head.id;
        digest_.begin(head.id);
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
          conn_.close();
          return;
        }
      } else {
        ++env_.ledger.requests.at(request_).informational;
      }
    }
  }

  void onEnd() override {
    const bool whole = reader_.finish() == WireReader::Event::kEnd;
    over(whole ? RequestOutcome::kComplete : RequestOutcome::kClosed);
  }
  void onBroken(io::IoError) override {
    if (!conn_.everConnected()) {
      failed();
      return;
    }
    over(RequestOutcome::kReset);
  }
  void over(RequestOutcome outcome) {
    if (request_ == 0) return;
    end(outcome);
    if (load_.takeRequest()) again_ = true;
    if (again_) {
      again_ = false;
      conn_.close();
      next();
    }
  }

  uint64_t entity_;  // names its connections
  Load& load_;
  const ActorEnv& env_;
  Conn conn_;
  WireReader reader_{WireReader::Kind::kResponse};
  BodyDigest digest_;
  uint64_t request_ = 0;
  uint64_t connection_ = 0;
  uint64_t index_ = 0;
  bool noBody_;
  bool headSeen_ = false;
  bool close_ = false;
  bool again_ = false;
};

Load::Load(const ActorEnv& env, const LoadStep& step, const io::Address& to, std::string authority,
           std::function<void()> onDone)
    : env_(env), step_(step), to_(to), authority_(std::move(authority)), onDone_(std::move(onDone)) {
  // The id is the only thing that differs between the heads: it is cut in where a sample has it.
  constexpr uint64_t kSample = 9'999'999'999'999'999'999ULL;
  const std::string sample = requestHead(step.request, authority_, kSample);
  const size_t at = sample.find(std::to_string(kSample));
  beforeId_ = sample.substr(0, at);
  afterId_ = sample.substr(at + std::to_string(kSample).size());
}

Load::~Load() = default;

void Load::start() {
  for (uint32_t i = 0; i < step_.connections; ++i) {
    lanes_.push_back(std::make_unique<Lane>(*this, env_.dispatcher.nameActor("lane", i)));
  }
  for (const auto& lane : lanes_) lane->start();
}

void Load::stop() {
  for (const auto& lane : lanes_) lane->stop();
}

bool Load::takeRequest() {
  if (begun_ == step_.requests) return false;
  ++begun_;
  return true;
}

void Load::ended() {
  if (++ended_ == step_.requests) onDone_();
}

std::string_view Load::requestText(uint64_t id) {
  scratch_.assign(beforeId_);
  std::array<char, 20> digits;
  const auto r = std::to_chars(digits.data(), digits.data() + digits.size(), id);
  scratch_.append(digits.data(), r.ptr);
  scratch_ += afterId_;
  if (step_.request.body.bytes > 0) appendPattern(id, 0, step_.request.body.bytes, scratch_);
  return scratch_;
}

}  // namespace orrery::sim
