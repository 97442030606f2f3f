#include "sim/actors/conn.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proxy/base/assert.h"

namespace orrery::sim {

namespace {
constexpr size_t kReadSize = 64 * 1024;
}

void Conn::begin() {
  ORRERY_ASSERT(stream_ == nullptr, "a connection is used for one stream at a time");
  ++use_;
  out_.clear();
  outAt_ = 0;
  queued_ = written_ = 0;
  error_ = io::IoError::kNone;
  peerEndedAt_ = TimePoint::max();
  reading_ = Reading::kOn;
  connecting_ = everConnected_ = peerEnded_ = closing_ = halfClosed_ = staysOpen_ = false;
}

bool Conn::connect(const io::Address& to, const io::SocketOptions& options) {
  begin();
  peer_ = to;
  auto stream = dispatcher_.connect(to, options);
  if (!stream) {
    error_ = stream.error();
    peerEnded_ = true;
    peerEndedAt_ = dispatcher_.now();
    return false;
  }
  stream_ = std::move(*stream);
  connecting_ = true;
  stream_->setCallbacks(this);
  stream_->setInterest(io::kWritable);
  return true;
}

void Conn::adopt(std::unique_ptr<io::Stream> stream) {
  begin();
  stream_ = std::move(stream);
  stream_->setCallbacks(this);
  everConnected_ = true;
  local_ = stream_->localAddress();
  peer_ = stream_->peerAddress();
  interest();
}

void Conn::interest() {
  if (stream_ == nullptr || connecting_) return;
  uint8_t mask = 0;
  if (!closing_ && !peerEnded_ && (reading_ == Reading::kOn || (reading_ == Reading::kPaced && allowance_ > 0)))
    mask = io::kReadable;
  if (outAt_ < out_.size()) mask |= io::kWritable;
  if (mask != stream_->interest()) stream_->setInterest(mask);
}

void Conn::connected() {
  connecting_ = false;
  if (const io::IoError error = stream_->takeError(); error != io::IoError::kNone) {
    fail(error);
    return;
  }
  everConnected_ = true;
  local_ = stream_->localAddress();
  interest();
  delegate_.onConnected();
  if (outAt_ < out_.size()) flush();
}

void Conn::onStreamReady(uint8_t bits) {
  if (connecting_) {
    connected();
    return;
  }
  if ((bits & io::kWritable) != 0 && outAt_ < out_.size()) flush();
  if (stream_ != nullptr && (bits & (io::kReadable | io::kError)) != 0) {
    if (reading_ != Reading::kOff && !closing_) {
      readSome();
    } else if ((bits & io::kError) != 0) {
      if (const io::IoError error = stream_->takeError(); error != io::IoError::kNone) fail(error);
    }
  }
}

void Conn::readSome() {
  // One buffer for all: nothing is kept of it between calls, and callbacks do not nest.
  std::array<char, kReadSize> buffer;
  const uint64_t use = use_;
  while (stream_ != nullptr && reading_ != Reading::kOff && !closing_ && !peerEnded_) {
    size_t room = buffer.size();
    if (reading_ == Reading::kPaced) {
      room = static_cast<size_t>(std::min<uint64_t>(room, allowance_));
      if (room == 0) break;
    }
    const io::MutableSlice slice{buffer.data(), room};
    const io::IoResult r = stream_->read({&slice, 1});
    if (r.wouldBlock()) break;
    if (!r.ok()) {
      fail(r.error);
      return;
    }
    if (r.bytes == 0) {
      noteEnd();
      return;
    }
    if (reading_ == Reading::kPaced) allowance_ -= r.bytes;
    delegate_.onData({buffer.data(), r.bytes});
    if (use_ != use) return;    // ended and begun again inside
    if (r.bytes < room) break;  // the bit stays set if more has come: the next iteration says so
  }
  interest();
}

void Conn::noteEnd() {
  peerEnded_ = true;
  peerEndedAt_ = dispatcher_.now();
  if (staysOpen_) {
    interest();
    delegate_.onEnd();
    return;
  }
  // What is still queued would be answered by RST.
  stream_->close();
  stream_.reset();
  delegate_.onEnd();
}

void Conn::fail(io::IoError error) {
  error_ = error;
  peerEnded_ = true;
  peerEndedAt_ = dispatcher_.now();
  connecting_ = false;
  stream_->close();
  stream_.reset();
  delegate_.onBroken(error);
}

void Conn::write(std::string_view bytes) {
  if (stream_ == nullptr || closing_ || halfClosed_) return;
  queued_ += bytes.size();
  if (outAt_ == out_.size() && !connecting_) {  // nothing waits: straight to the kernel
    const io::ConstSlice slice{bytes.data(), bytes.size()};
    const io::IoResult r = stream_->write({&slice, 1});
    if (r.ok()) {
      written_ += r.bytes;
      bytes.remove_prefix(r.bytes);
    } else if (!r.wouldBlock()) {
      // The next read says what happened; a writer that never reads learns it here.
      if (reading_ == Reading::kOff) fail(r.error);
      return;
    }
  }
  if (!bytes.empty()) {
    if (outAt_ == out_.size()) {
      out_.clear();
      outAt_ = 0;
    }
    out_.append(bytes);
    interest();
  }
  delegate_.onWritten();
}

void Conn::flush() {
  while (stream_ != nullptr && outAt_ < out_.size()) {
    const io::ConstSlice slice{out_.data() + outAt_, out_.size() - outAt_};
    const io::IoResult r = stream_->write({&slice, 1});
    if (r.wouldBlock()) break;
    if (!r.ok()) {
      out_.clear();
      outAt_ = 0;
      if (reading_ == Reading::kOff || closing_) {
        fail(r.error);  // nobody will read what happened
      } else {
        interest();
      }
      return;
    }
    outAt_ += r.bytes;
    written_ += r.bytes;
  }
  const uint64_t use = use_;
  delegate_.onWritten();
  if (use_ != use) return;
  if (stream_ != nullptr && outAt_ == out_.size()) {
    if (closing_) {
      stream_->close();
      stream_.reset();
    } else if (halfClosed_) {
      stream_->shutdownWrite();
    }
  }
  interest();
}

void Conn::setReading(Reading reading) {
  reading_ = reading;
  if (pace_ != nullptr) pace_->disarm();
  interest();
}

void Conn::readPaced(uint64_t bytes, Duration every) {
  reading_ = Reading::kPaced;
  paceBytes_ = bytes;
  paceEvery_ = every;
  allowance_ = bytes;
  if (pace_ == nullptr) {
    pace_ = std::make_unique<io::Timer>(dispatcher_, io::TimerKind::kActor,
                                        orrery::Delegate<void()>::to<&Conn::onPace>(this));
  }
  pace_->arm(every);
  interest();
}

void Conn::onPace() {
  if (stream_ == nullptr || reading_ != Reading::kPaced) return;
  allowance_ = paceBytes_;
  pace_->arm(paceEvery_);
  interest();
}

void Conn::close() {
  if (stream_ == nullptr || closing_) return;
  if (!connecting_ && outAt_ < out_.size()) {
    closing_ = true;
    interest();
    return;
  }
  stream_->close();
  stream_.reset();
  connecting_ = false;
}

void Conn::breakOff() {
  if (stream_ == nullptr) return;
  stream_->abort();
  fail(io::IoError::kConnectionReset);
}

void Conn::reset() {
  if (stream_ == nullptr) return;
  stream_->abort();
  stream_.reset();
  connecting_ = false;
}

void Conn::halfClose() {
  if (stream_ == nullptr || halfClosed_) return;
  halfClosed_ = true;
  if (outAt_ == out_.size() && !connecting_) stream_->shutdownWrite();
}

}  // namespace orrery::sim
