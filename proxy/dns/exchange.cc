#include "proxy/dns/exchange.h"

#include <algorithm>
#include <array>
#include <utility>

namespace orrery::dns {

namespace {

constexpr size_t kMostUdp = 4096;
constexpr uint32_t kMostDoublings = 8;

io::Address anyAddressOf(const io::Address& server) {
  return server.kind() == io::Address::Kind::kIpv6 ? io::Address::ipv6({}, 0) : io::Address::ipv4(0, 0);
}

}  // namespace

Exchange::Exchange(io::Dispatcher& dispatcher, io::Random& random, const Servers& servers, std::string name,
                   Family family, Done done)
    : dispatcher_(dispatcher),
      random_(random),
      servers_(servers),
      name_(std::move(name)),
      family_(family),
      done_(std::move(done)),
      timer_(dispatcher, io::TimerKind::kDns, Delegate<void()>::to<&Exchange::onTimeout>(this)),
      failLater_(Delegate<void()>::to<&Exchange::nextAttempt>(this)) {}

Exchange::~Exchange() = default;

const io::Address& Exchange::server() const {
  return servers_.addresses[(first_ + attempt_) % servers_.addresses.size()];
}

void Exchange::start(size_t first) {
  first_ = first;
  if (servers_.addresses.empty()) {
    dispatcher_.schedule(failLater_);
    return;
  }
  attempt();
}

// What fails at once is told by a task: nobody is called back before start() returns.
void Exchange::attempt() {
  timedOut_ = false;
  auto query = encodeQuery(name_, family_, static_cast<uint16_t>(random_.bits()));
  if (!query) {
    attempt_ = servers_.addresses.size() * servers_.rounds;
    dispatcher_.schedule(failLater_);
    return;
  }
  query_ = std::move(*query);
  auto opened = dispatcher_.openDatagram(anyAddressOf(server()));
  if (!opened || (*opened)->connect(server()) != io::IoError::kNone) {
    dispatcher_.schedule(failLater_);
    return;
  }
  udp_ = std::move(*opened);
  udp_->setCallbacks(this);
  udp_->setInterest(io::kReadable);
  io::DatagramSlot slot;
  slot.data = {query_.data(), query_.size()};
  slot.peer = server();
  if (!udp_->write({&slot, 1}).ok()) {
    dispatcher_.schedule(failLater_);
    return;
  }
  const size_t round = attempt_ / servers_.addresses.size();
  timer_.arm(servers_.timeout * (int64_t{1} << std::min<size_t>(round, kMostDoublings)));
}

void Exchange::nextAttempt() {
  udp_.reset();
  tcp_.reset();
  timer_.disarm();
  ++attempt_;
  if (attempt_ >= servers_.addresses.size() * servers_.rounds) {
    Response failed;
    failed.kind = Response::Kind::kServerFailure;
    finish(std::move(failed));
    return;
  }
  attempt();
}

void Exchange::onTimeout() {
  timedOut_ = true;
  const bool last = attempt_ + 1 >= servers_.addresses.size() * servers_.rounds;
  if (!last) {
    nextAttempt();
    return;
  }
  Response failed;
  failed.kind = Response::Kind::kServerFailure;
  finish(std::move(failed));
}

void Exchange::finish(Response response) {
  udp_.reset();
  tcp_.reset();
  timer_.disarm();
  Done done = std::move(done_);
  done(std::move(response), timedOut_);  // may have destroyed this
}

bool Exchange::take(std::string_view message, bool byTcp) {
  Response r = decodeResponse(message, query_, family_);
  switch (r.kind) {
    case Response::Kind::kForeign:
      if (!byTcp) return false;
      nextAttempt();
      return true;
    case Response::Kind::kTruncated:
      if (byTcp) {
        nextAttempt();
      } else {
        askByTcp();
      }
      return true;
    case Response::Kind::kServerFailure: nextAttempt(); return true;
    default: finish(std::move(r)); return true;
  }
}

void Exchange::onDatagramReady(uint8_t bits) {
  if ((bits & (io::kReadable | io::kError)) == 0) return;
  for (;;) {
    std::array<char, kMostUdp> room;
    io::DatagramSlot slot;
    slot.data = {room.data(), room.size()};
    const io::IoResult r = udp_->read({&slot, 1});
    if (r.wouldBlock()) return;
    if (!r.ok()) {  // nobody listens there
      nextAttempt();
      return;
    }
    if (slot.truncated) continue;
    if (take({slot.data.data, slot.data.size}, false)) return;
  }
}

void Exchange::askByTcp() {
  udp_.reset();
  auto stream = dispatcher_.connect(server(), {});
  if (!stream) {
    dispatcher_.schedule(failLater_);
    return;
  }
  in_.clear();
  out_.clear();
  out_ += static_cast<char>(query_.size() >> 8);
  out_ += static_cast<char>(query_.size());
  out_ += query_;
  tcp_ = std::move(*stream);
  tcp_->setCallbacks(this);
  tcp_->setInterest(io::kWritable);
  timer_.arm(servers_.timeout);
}

void Exchange::onStreamReady(uint8_t bits) {
  if (!out_.empty() && (bits & (io::kWritable | io::kError)) != 0) {
    writeTcp();
    return;
  }
  if ((bits & (io::kReadable | io::kError)) != 0) readTcp();
}

void Exchange::writeTcp() {
  if (tcp_->takeError() != io::IoError::kNone) {
    nextAttempt();
    return;
  }
  const io::ConstSlice slice{out_.data(), out_.size()};
  const io::IoResult r = tcp_->write({&slice, 1});
  if (r.wouldBlock()) return;
  if (!r.ok()) {
    nextAttempt();
    return;
  }
  out_.erase(0, r.bytes);
  if (out_.empty()) tcp_->setInterest(io::kReadable);
}

bool Exchange::readTcp() {
  for (;;) {
    std::array<char, kMostUdp> room;
    const io::MutableSlice slice{room.data(), room.size()};
    const io::IoResult r = tcp_->read({&slice, 1});
    if (r.wouldBlock()) return false;
    if (!r.ok() || r.bytes == 0) {
      nextAttempt();
      return true;
    }
    in_.append(room.data(), r.bytes);
    if (in_.size() < 2) continue;
    const size_t length = static_cast<size_t>(static_cast<uint8_t>(in_[0])) << 8 | static_cast<uint8_t>(in_[1]);
    if (in_.size() >= 2 + length) return take(std::string_view(in_).substr(2, length), true);
  }
}

}  // namespace orrery::dns
