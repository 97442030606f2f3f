#include "tests/unit/proxy/net/net_world.h"

#include <ostream>

namespace orrery::net {

NetWorld::NetWorld(stats::Layout& layout, events::Sink* sink)
    : environment_(run_, net_.addHost("here", {0x7f000001})),
      worker_(0, environment_.dispatcher(), layout, environment_.io().random.child("worker"), environment_.io().entropy,
              environment_.io().files, environment_.io().process, sink == nullptr ? noSink_ : *sink,
              std::make_shared<runtime::Snapshot>()) {
  environment_.start();
  run_.runUntilQuiet();
}

NetWorld::~NetWorld() { finish(); }

void NetWorld::finish() {
  if (!finished_) run_.finish();
  finished_ = true;
}

void NetWorld::pass(Duration d) {
  environment_.dispatcher().wakeUp();
  run_.runFor(d);
}

std::shared_ptr<io::ListenSocket> NetWorld::openListener() {
  return *io().network.listen(io::Address::ipv4(0x7f000001, 0), {});
}

RawPeer::RawPeer(NetWorld& world, std::unique_ptr<io::Stream> stream) : world_(world), stream_(std::move(stream)) {
  stream_->setCallbacks(this);
  stream_->setInterest(io::kReadable);
}

std::unique_ptr<RawPeer> RawPeer::connect(NetWorld& world, const io::Address& to) {
  auto stream = world.worker().dispatcher.connect(to, {});
  auto peer = std::make_unique<RawPeer>(world, std::move(*stream));
  world.pass(Duration::microseconds(10));
  return peer;
}

void RawPeer::send(std::string_view bytes) {
  unsent_ += bytes;
  const io::ConstSlice slice{unsent_.data(), unsent_.size()};
  const io::IoResult result = stream_->write({&slice, 1});
  if (result.ok()) unsent_.erase(0, result.bytes);
}

void RawPeer::onStreamReady(uint8_t) {
  for (;;) {
    char bytes[64 * 1024];
    const io::MutableSlice slice{bytes, sizeof(bytes)};
    const io::IoResult result = stream_->read({&slice, 1});
    if (result.wouldBlock()) return;
    if (result.ok() && result.bytes > 0) {
      received_.append(bytes, result.bytes);
      continue;
    }
    end_ = result.ok() ? End::kFin : End::kReset;
    endedAt_ = world_.now();
    stream_->setInterest(0);
    return;
  }
}

std::ostream& operator<<(std::ostream& out, RawPeer::End end) {
  return out << (end == RawPeer::End::kNone ? "open" : end == RawPeer::End::kFin ? "FIN" : "RST");
}

}  // namespace orrery::net
