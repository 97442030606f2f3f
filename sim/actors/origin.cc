#include "sim/actors/origin.h"

#include <utility>
#include <variant>

namespace orrery::sim {

Origin::Origin(const ActorEnv& env, const HostSpec& host, const Story& story, std::function<void()> onDone)
    : Actor(env, story, std::move(onDone)), host_(host) {}

Origin::~Origin() { endFiber(); }

Status Origin::open() {
  const auto* first = story_.steps.empty() ? nullptr : std::get_if<ListenStep>(&story_.steps[0].kind);
  if (first != nullptr && !first->on) return {};
  return openSockets();
}

Status Origin::openSockets() {
  for (const uint16_t port : host_.listens) {
    io::ListenOptions options;
    options.backlog = host_.backlog;
    options.reusePort = false;
    const io::Address at = env_.address.withPort(port);
    auto socket = env_.network.listen(at, options);
    if (!socket)
      return makeError("host '" + host_.name + "' cannot listen on " + at.text() + ": " +
                       std::string(io::ioErrorText(socket.error())));
    listeners_.push_back(env_.dispatcher.listen(*socket, *this));
    sockets_.push_back(std::move(*socket));
  }
  setAccepting(accepting_);
  return {};
}

void Origin::setAccepting(bool on) {
  accepting_ = on;
  for (const auto& l : listeners_) l->setInterest(on ? static_cast<uint8_t>(io::kReadable) : uint8_t{0});
}

OriginConn& Origin::freeConn() {
  constexpr size_t kReuseFrom = 64;  // stories keep all of theirs, soak runs reuse
  if (standing_ != nullptr && conns_.size() >= kReuseFrom) {
    for (size_t i = 0; i < conns_.size(); ++i) {
      if (!conns_[i]->over()) continue;
      std::swap(conns_[i], conns_.back());
      return *conns_.back();
    }
  }
  conns_.push_back(nullptr);
  auto& slot = conns_.back();
  slot = std::make_unique<OriginConn>(env_, [this] { wake(); });
  return *slot;
}

void Origin::onAccept(std::unique_ptr<io::Stream> stream) {
  OriginConn& conn = freeConn();
  conn.adopt(std::move(stream));
  ++facts_.connections;
  if (standing_ != nullptr) {
    conn.serve(*standing_);
  } else {
    queue_.push_back(&conn);
    wake();
  }
}

bool Origin::step(const Step& s) {
  if (s.standing) {
    beginStanding(s);
    return true;
  }
  return std::visit([this](const auto& kind) { return run(kind); }, s.kind);
}

void Origin::beginStanding(const Step& s) {
  if (const auto* listen = std::get_if<ListenStep>(&s.kind)) {
    run(*listen);
    return;
  }
  standing_ = &s;
  if (current_ != nullptr && current_->conn().open()) current_->serve(s);
  for (OriginConn* conn : queue_) conn->serve(s);
  queue_.clear();
  setAccepting(true);
}

bool Origin::run(const AcceptStep&) {
  setAccepting(true);
  if (!waitUntil([&] { return !queue_.empty(); })) return false;
  setAccepting(false);
  if (current_ != nullptr) noteEnd(*current_);
  current_ = queue_.front();
  queue_.pop_front();
  return true;
}

bool Origin::waitForRequest(bool whole) {
  for (;;) {
    if (current_ == nullptr && !run(AcceptStep{})) return false;
    if (current_->hasRequest(whole)) return true;
    current_->conn().setReading(Conn::Reading::kOn);
    if (!waitUntil([&] { return current_->hasRequest(whole) || !current_->conn().open(); })) return false;
    if (current_->hasRequest(whole)) {
      if (!current_->multiplexed()) current_->conn().setReading(Conn::Reading::kOff);
      return true;
    }
    noteEnd(*current_);
    if (!run(AcceptStep{})) return false;
  }
}

bool Origin::run(const ReadRequestStep& s) { return waitForRequest(!s.headOnly); }

bool Origin::run(const AnswerStep& s) {
  if (!waitForRequest(!s.early)) return false;
  if (s.early || current_->multiplexed()) current_->conn().setReading(Conn::Reading::kOn);
  current_->answer(s);
  return waitUntil([&] { return !current_->busy() || !current_->conn().open(); });
}

bool Origin::run(const InformStep& s) {
  if (!waitForRequest(false)) return false;
  current_->inform(s);
  return true;
}

bool Origin::run(const NeverAnswerStep&) {
  if (current_ == nullptr && !run(AcceptStep{})) return false;
  current_->conn().setReading(Conn::Reading::kOn);
  const bool going = waitUntil([&] { return !current_->conn().open(); });
  noteEnd(*current_);
  return going;
}

bool Origin::run(const ListenStep& s) {
  if (!s.on) {
    listeners_.clear();
    sockets_.clear();
  } else if (sockets_.empty()) {
    if (const Status opened = openSockets(); !opened) violation("story", opened.error().message);
  }
  return true;
}

bool Origin::run(const SendRawStep& s) {
  if (current_ == nullptr && !run(AcceptStep{})) return false;
  std::string bytes = s.bytes;
  for (uint32_t i = 1; i < s.times; ++i) bytes += s.bytes;
  current_->sendRaw(bytes);
  return true;
}

bool Origin::run(const ExpectBytesStep& s) {
  if (current_ == nullptr && !run(AcceptStep{})) return false;
  Conn& conn = current_->conn();
  if (!current_->tunnel().isOpen()) current_->takeRaw();
  conn.setReading(Conn::Reading::kOn);
  bool found = false;
  const bool going = waitUntil(
      [&] {
        found = found || current_->tunnel().take(s.bytes);
        return found || !conn.open() || conn.peerEnded();
      },
      deadline(s.within));
  if (going && !found) violation("expect", unheard(s.bytes, current_->tunnel().heard()));
  return going;
}

bool Origin::run(const KeepOpenStep&) {
  if (current_ == nullptr && !run(AcceptStep{})) return false;
  current_->conn().stayOpen();
  return true;
}

bool Origin::run(const WaitStep& s) {
  sleeping_ = true;
  const bool going = sleep(s.duration);
  sleeping_ = false;
  if (going && current_ != nullptr) current_->close(s.then);
  return going;
}

bool Origin::run(const WaitForCloseStep& s) {
  if (current_ == nullptr && !run(AcceptStep{})) return false;
  current_->conn().setReading(Conn::Reading::kOn);
  Conn& conn = current_->conn();
  const bool going = waitUntil([&] { return !conn.open() || conn.peerEnded(); }, deadline(s.within));
  if (going && s.expected && !conn.peerEnded()) violation("expect", "the peer did not end the connection in time");
  noteEnd(*current_);
  return going;
}

bool Origin::run(const EndStep& s) {
  if (current_ != nullptr) current_->close(s.how);
  return true;
}

bool Origin::run(const ConditionStep& s) {
  if (env_.conditions != nullptr) env_.conditions->set(s.name, s.on);
  return true;
}

bool Origin::run(const WaitUntilStep& s) { return waitForCondition(s); }

bool Origin::run(const ReadingStep& s) {
  if (current_ == nullptr) return true;
  if (!s.on) {
    current_->conn().setReading(Conn::Reading::kOff);
  } else if (s.bytes > 0) {
    current_->conn().readPaced(s.bytes, s.every);
  } else {
    current_->conn().setReading(Conn::Reading::kOn);
  }
  return true;
}

void Origin::noteEnd(OriginConn& conn) {
  if (conn.conn().peerEnded()) noteEnded(conn.conn().peerEndedAt(), conn.conn().broken());
}

// A story that ends without a standing behaviour leaves its connections as they are.
void Origin::finish() {}

void Origin::crashed() {
  listened_ = !sockets_.empty();
  listeners_.clear();
  sockets_.clear();
}

void Origin::breakConnections() {
  for (const auto& c : conns_) c->conn().breakOff();
}

void Origin::restarted() {
  if (!listened_) return;
  if (const Status opened = openSockets(); !opened) violation("story", opened.error().message);
}

void Origin::stop() {
  Actor::stop();
  listeners_.clear();
  sockets_.clear();
  for (const auto& c : conns_) c->close(Ending::kClose);
}

}  // namespace orrery::sim
