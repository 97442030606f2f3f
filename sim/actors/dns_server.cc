#include "sim/actors/dns_server.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proxy/base/delegate.h"

namespace orrery::sim {

namespace {

constexpr size_t kMaxQuery = 4096;
constexpr size_t kMaxChain = 8;  // of CNAMEs

std::string typeName(uint16_t type) {
  switch (static_cast<DnsRecord::Type>(type)) {
    case DnsRecord::Type::kA: return "A";
    case DnsRecord::Type::kAaaa: return "AAAA";
    case DnsRecord::Type::kCname: return "CNAME";
  }
  return "TYPE" + std::to_string(type);
}

}  // namespace

// An answer that waits.
struct DnsServer::Pending {
  Pending(DnsServer& s, Duration delay, std::move_only_function<void()> f)
      : server(s),
        fn(std::move(f)),
        timer(s.dispatcher_, io::TimerKind::kActor, Delegate<void()>::to<&Pending::onTimer>(this)) {
    timer.arm(delay);
  }
  void onTimer() {
    done = true;
    fn();
  }
  DnsServer& server;
  std::move_only_function<void()> fn;
  io::Timer timer;
  bool done = false;
};

// Questions over one stream, each behind its length in two bytes (RFC 1035 section 4.2.2).
class DnsServer::Connection final : private io::StreamCallbacks, public std::enable_shared_from_this<Connection> {
 public:
  Connection(DnsServer& server, std::unique_ptr<io::Stream> stream) : server_(server), stream_(std::move(stream)) {
    stream_->setCallbacks(this);
    stream_->setInterest(io::kReadable);
  }

  void reply(std::string bytes) {
    if (stream_ == nullptr) return;
    out_ += static_cast<char>(bytes.size() >> 8);
    out_ += static_cast<char>(bytes.size());
    out_ += bytes;
    flush();
  }
  bool over() const { return stream_ == nullptr; }

 private:
  void onStreamReady(uint8_t bits) override {
    if ((bits & io::kWritable) != 0 && !out_.empty()) flush();
    if (stream_ != nullptr && (bits & (io::kReadable | io::kError)) != 0) read();
  }

  void read() {
    std::array<char, 512> room;
    for (;;) {
      const io::MutableSlice slice{room.data(), room.size()};
      const io::IoResult r = stream_->read({&slice, 1});
      if (r.wouldBlock()) break;
      if (!r.ok() || r.bytes == 0) {
        end();
        return;
      }
      in_.append(room.data(), r.bytes);
    }
    while (in_.size() >= 2) {
      const size_t length = static_cast<size_t>(static_cast<uint8_t>(in_[0])) << 8 | static_cast<uint8_t>(in_[1]);
      if (in_.size() < 2 + length) break;
      Reply answer = server_.answer(std::string_view(in_).substr(2, length), false);
      in_.erase(0, 2 + length);
      if (answer.bytes.empty()) continue;
      if (answer.delay.isZero()) {
        reply(std::move(answer.bytes));
        if (stream_ == nullptr) return;
      } else {
        server_.later(answer.delay, [weak = weak_from_this(), bytes = std::move(answer.bytes)]() mutable {
          if (const auto self = weak.lock()) self->reply(std::move(bytes));
        });
      }
    }
  }

  void flush() {
    while (!out_.empty()) {
      const io::ConstSlice slice{out_.data(), out_.size()};
      const io::IoResult r = stream_->write({&slice, 1});
      if (r.wouldBlock()) break;
      if (!r.ok()) {
        end();
        return;
      }
      out_.erase(0, r.bytes);
    }
    stream_->setInterest(static_cast<uint8_t>(io::kReadable | (out_.empty() ? 0 : io::kWritable)));
  }

  void end() {
    stream_->close();
    stream_.reset();
  }

  DnsServer& server_;
  std::unique_ptr<io::Stream> stream_;
  std::string in_;
  std::string out_;
};

DnsServer::DnsServer(io::Dispatcher& dispatcher, io::Network& network, DnsZone zone)
    : dispatcher_(dispatcher), network_(network), zone_(std::move(zone)) {}

DnsServer::~DnsServer() = default;

Status DnsServer::open(const io::Address& at) {
  began_ = dispatcher_.now();
  auto udp = dispatcher_.openDatagram(at);
  if (!udp) return makeError("udp " + at.text() + ": " + std::string(io::ioErrorText(udp.error())));
  udp_ = std::move(*udp);
  address_ = udp_->localAddress();
  udp_->setCallbacks(this);
  udp_->setInterest(io::kReadable);
  io::ListenOptions options;
  options.reusePort = false;
  auto socket = network_.listen(address_, options);
  if (!socket) return makeError("tcp " + address_.text() + ": " + std::string(io::ioErrorText(socket.error())));
  tcp_ = dispatcher_.listen(std::move(*socket), *this);
  return {};
}

void DnsServer::onAccept(std::unique_ptr<io::Stream> stream) {
  std::erase_if(connections_, [](const auto& c) { return c->over(); });
  connections_.push_back(std::make_shared<Connection>(*this, std::move(stream)));
}

void DnsServer::onDatagramReady(uint8_t bits) {
  if ((bits & (io::kReadable | io::kError)) == 0) return;
  for (;;) {
    std::array<char, kMaxQuery> room;
    io::DatagramSlot slot;
    slot.data = {room.data(), room.size()};
    const io::IoResult r = udp_->read({&slot, 1});
    if (r.wouldBlock()) return;
    if (!r.ok() || r.bytes == 0) continue;
    Reply reply = answer({slot.data.data, slot.data.size}, true);
    if (reply.bytes.empty()) continue;
    if (reply.delay.isZero()) {
      send(std::move(reply.bytes), slot.peer);
    } else {
      later(reply.delay,
            [this, bytes = std::move(reply.bytes), to = slot.peer]() mutable { send(std::move(bytes), to); });
    }
  }
}

void DnsServer::send(std::string bytes, const io::Address& to) {
  io::DatagramSlot slot;
  slot.data = {bytes.data(), bytes.size()};
  slot.peer = to;
  udp_->write({&slot, 1});  // what the kernel does not take is lost, as on the way
}

void DnsServer::later(Duration delay, std::move_only_function<void()> fn) {
  std::erase_if(pending_, [](const auto& p) { return p->done; });
  if (pending_.size() < kMaxPending) pending_.push_back(std::make_unique<Pending>(*this, delay, std::move(fn)));
}

bool DnsServer::inForce(Duration begin, Duration end) const {
  const Duration at = dispatcher_.now() - began_;
  return at >= begin && (end.isZero() || at < end);
}

const DnsFailure* DnsServer::failureOf(const DnsQuestion& q) {
  struck_.resize(zone_.failures.size());
  for (size_t i = 0; i < zone_.failures.size(); ++i) {
    const DnsFailure& f = zone_.failures[i];
    if (!f.name.empty() && f.name != q.name) continue;
    if (!inForce(f.begin, f.end) || (f.first != 0 && struck_[i] >= f.first)) continue;
    ++struck_[i];
    return &f;
  }
  return nullptr;
}

DnsServer::Reply DnsServer::answer(std::string_view query, bool udp) {
  const auto q = readDnsQuery(query);
  if (!q) return {};
  asked_.push_back(typeName(q->type) + ' ' + q->name + (udp ? " udp" : " tcp"));
  const DnsFailure* f = failureOf(*q);
  const Duration delay = f == nullptr ? Duration::zero() : f->delay;
  switch (f == nullptr ? DnsFailure::Kind::kNone : f->kind) {
    case DnsFailure::Kind::kNone: break;
    case DnsFailure::Kind::kServfail: return {DnsResponse(*q, DnsCode::kServfail).bytes(), delay};
    case DnsFailure::Kind::kNxdomain: return {DnsResponse(*q, DnsCode::kNxdomain).bytes(), delay};
    case DnsFailure::Kind::kRefused: return {DnsResponse(*q, DnsCode::kRefused).bytes(), delay};
    case DnsFailure::Kind::kSilence: return {};
    case DnsFailure::Kind::kGarbage: return {std::string("\x01garbage\xff", 9), delay};
    case DnsFailure::Kind::kTruncation: {
      if (!udp) break;
      DnsResponse r(*q, DnsCode::kNoError);
      r.truncate();
      return {r.bytes(), delay};
    }
    case DnsFailure::Kind::kWrongId: {
      std::string bytes = lookUp(*q, udp);
      bytes[0] = static_cast<char>(bytes[0] ^ 0x55);
      return {std::move(bytes), delay};
    }
  }
  return {lookUp(*q, udp), delay};
}

std::string DnsServer::lookUp(const DnsQuestion& q, bool udp) {
  std::string name = q.name;
  std::vector<const DnsRecord*> found;
  bool exists = false;
  for (size_t chain = 0; chain < kMaxChain; ++chain) {
    const DnsRecord* alias = nullptr;
    bool any = false;
    for (const DnsRecord& r : zone_.records) {
      if (r.name != name || !inForce(r.begin, r.end)) continue;
      exists = true;
      if (static_cast<uint16_t>(r.type) == q.type) {
        found.push_back(&r);
        any = true;
      } else if (r.type == DnsRecord::Type::kCname) {
        alias = &r;
      }
    }
    if (any || alias == nullptr) break;
    found.push_back(alias);
    name = alias->value;
  }
  DnsResponse response(q, exists ? DnsCode::kNoError : DnsCode::kNxdomain);
  for (const DnsRecord* r : found) response.add(*r);
  if (udp && response.size() > zone_.udpLimit) response.truncate();
  return response.bytes();
}

}  // namespace orrery::sim
