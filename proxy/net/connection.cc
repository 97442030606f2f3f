#include "proxy/net/connection.h"

#include <algorithm>
#include <array>

#include "proxy/base/assert.h"
#include "proxy/base/mark.h"
#include "proxy/io/dispatcher.h"

namespace orrery::net {

namespace {
// A read asks for at least one middle block.
constexpr size_t kMinRead = buffer::BlockPool::kSizes[1];
constexpr size_t kReadPieces = 16;
constexpr size_t kWritePieces = 64;
}  // namespace

std::unique_ptr<Connection> Connection::accepted(Worker& worker, std::unique_ptr<io::Stream> stream,
                                                 const ConnectionOptions& options) {
  return std::unique_ptr<Connection>(new Connection(worker, std::move(stream), options, State::kOpen));
}

std::unique_ptr<Connection> Connection::connect(Worker& worker, const io::Address& to, const io::SocketOptions& socket,
                                                const ConnectionOptions& options) {
  auto stream = worker.dispatcher.connect(to, socket);
  std::unique_ptr<Connection> connection(
      new Connection(worker, stream ? std::move(*stream) : nullptr, options, State::kConnecting));
  if (!connection->stream_) {
    // A failure at once is told like any other: later.
    sometimes(Mark::kConnectFailedAtOnce);
    connection->failure_ = stream.error();
    connection->peer_ = to;
    connection->peerText_ = to.text();
    connection->shutDown(CloseEvent::kRemoteClose, false);
    worker.dispatcher.scheduleNext(connection->noticeTask_);
  }
  return connection;
}

Connection::Connection(Worker& worker, std::unique_ptr<io::Stream> stream, const ConnectionOptions& options,
                       State state)
    : worker_(worker),
      stream_(std::move(stream)),
      options_(options),
      readBuffer_(worker.blocks),
      writeBuffer_(worker.blocks),
      state_(state),
      flushTask_(Delegate<void()>::to<&Connection::flush>(this)),
      resumeTask_(Delegate<void()>::to<&Connection::onResume>(this)),
      noticeTask_(Delegate<void()>::to<&Connection::onCloseNotice>(this)) {
  if (options_.bufferLimit != 0) {
    writeBuffer_.setWatermarks(options_.bufferLimit, Delegate<void()>::to<&Connection::onWriteAboveHigh>(this),
                               Delegate<void()>::to<&Connection::onWriteBelowLow>(this));
  }
  if (!stream_) return;
  local_ = stream_->localAddress();
  peer_ = stream_->peerAddress();
  localText_ = local_.text();
  peerText_ = peer_.text();
}

Connection::~Connection() {
  callbacks_ = nullptr;
  readBuffer_.clear();
  writeBuffer_.clear();
  countRead();
  countWritten();
}

void Connection::start(ConnectionCallbacks& callbacks) {
  callbacks_ = &callbacks;
  started_ = true;
  if (!stream_ || state_ == State::kClosed) return;
  stream_->setCallbacks(this);
  updateInterest();
}

bool Connection::wantsToRead() const {
  return state_ == State::kOpen && readDisabled_ == 0 && !readEnded_ &&
         (options_.bufferLimit == 0 || readBuffer_.size() < options_.bufferLimit);
}

// The peer's early close is watched exactly while nothing is read, and not with half-close (Envoy: connection_impl.cc).
void Connection::updateInterest() {
  if (!started_ || state_ == State::kClosed) return;
  uint8_t mask = 0;
  if (state_ == State::kConnecting) {
    mask = io::kWritable;
  } else {
    if (wantsToRead()) {
      mask = io::kReadable;
    } else if (!options_.halfClose && options_.detectEarlyClose) {
      mask = io::kPeerClosed;
    }
    if (writeBlocked_) mask |= io::kWritable;
  }
  if (mask != stream_->interest()) stream_->setInterest(mask);
}

void Connection::onStreamReady(uint8_t bits) {
  if (state_ == State::kConnecting) {
    onConnectReady();
    return;
  }
  const bool reading = wantsToRead();
  if (!reading) {
    if (bits & io::kError) {
      const io::IoError error = stream_->takeError();
      if (error != io::IoError::kNone) {
        sometimes(Mark::kResetUnread);
        if (error == io::IoError::kConnectionReset) detected_ = DetectedClose::kRemoteReset;
        finish(CloseEvent::kRemoteClose);
        return;
      }
    }
    if (bits & io::kPeerClosed) {
      sometimes(Mark::kEarlyClose);
      finish(CloseEvent::kRemoteClose);
      return;
    }
  }
  if ((bits & io::kWritable) && writeBlocked_) {
    writeBlocked_ = false;
    writeSome();
    if (state_ == State::kClosed) return;
  }
  // While reads are on, an error is what the read returns, after the bytes that came before it.
  if (reading && wantsToRead() && (bits & (io::kReadable | io::kError))) {
    onReadReady(false);
    return;
  }
  updateInterest();
}

void Connection::onConnectReady() {
  const io::IoError error = stream_->takeError();
  if (error != io::IoError::kNone) {
    failure_ = error;
    finish(CloseEvent::kRemoteClose);
    return;
  }
  state_ = State::kOpen;
  local_ = stream_->localAddress();
  localText_ = local_.text();
  if (callbacks_ != nullptr) callbacks_->onConnected();
  if (state_ == State::kClosed) return;
  if (!writeBuffer_.empty() || writeEndPending_) worker_.dispatcher.scheduleFlush(flushTask_);
  updateInterest();
}

void Connection::onReadReady(bool showBuffered) {
  size_t got = 0;
  bool ended = false;
  while (options_.bufferLimit == 0 || readBuffer_.size() < options_.bufferLimit) {
    size_t want = std::max(kMinRead, 2 * lastRead_);
    size_t most = SIZE_MAX;
    if (options_.bufferLimit != 0) {
      want = std::min<size_t>(want, options_.bufferLimit - readBuffer_.size());
      most = want + kMinRead;  // a read passes the limit by no more, however large the block is
    }
    std::array<buffer::Piece, kReadPieces> pieces;
    const size_t n = readBuffer_.reserve(want, pieces);
    std::array<io::MutableSlice, kReadPieces> slices;
    size_t room = 0;
    for (size_t i = 0; i < n; ++i) {
      slices[i] = {pieces[i].data, std::min(pieces[i].size, most - room)};
      room += slices[i].size;
    }
    const io::IoResult result = stream_->read(std::span(slices.data(), n));
    readBuffer_.commit(result.ok() ? result.bytes : 0);
    if (!result.ok()) {
      if (result.wouldBlock()) break;
      if (result.error == io::IoError::kConnectionReset) detected_ = DetectedClose::kRemoteReset;
      ended = true;
      break;
    }
    if (result.bytes == 0) {
      ended = true;
      break;
    }
    lastRead_ = std::min<size_t>(result.bytes, 1u << 20);
    got += result.bytes;
    // A short read emptied the kernel's buffer, unless the end of the stream or an error is behind the bytes.
    if (result.bytes < room && !(stream_->readyBits() & (io::kPeerClosed | io::kError))) break;
  }
  if (ended && got > 0) sometimes(Mark::kEndBehindBytes);
  bytesReceived_ += got;
  if (stats_ != nullptr && got > 0) worker_.stats.add(stats_->rxBytesTotal, got);
  countRead();
  const bool failed = ended && detected_ == DetectedClose::kRemoteReset;
  const bool endStream = ended && options_.halfClose && !failed;
  if (endStream) readEnded_ = true;
  if (callbacks_ != nullptr && (got > 0 || endStream || (showBuffered && !readBuffer_.empty()))) {
    callbacks_->onData(readBuffer_, endStream);
    if (state_ == State::kClosed) return;
    countRead();
  }
  if (ended && !endStream) {
    finish(CloseEvent::kRemoteClose);
    return;
  }
  updateInterest();
}

void Connection::readDisable(bool disable) {
  if (disable) {
    ++readDisabled_;
  } else {
    ORRERY_ASSERT(readDisabled_ > 0, "readDisable(false) undoes one readDisable(true)");
    --readDisabled_;
  }
  if (state_ != State::kOpen) return;
  if (readDisabled_ == (disable ? 1 : 0)) updateInterest();
  if (readDisabled_ == 0 && !readBuffer_.empty()) {
    sometimes(Mark::kShownAfterPause);
    worker_.dispatcher.scheduleNext(resumeTask_);
  }
}

void Connection::resumeReading() { worker_.dispatcher.scheduleNext(resumeTask_); }

// Like Envoy's resumption event: what the kernel has is read along, then everything is shown.
void Connection::onResume() {
  if (state_ != State::kOpen || readDisabled_ > 0) return;
  if (wantsToRead() && (stream_->readyBits() & io::kReadable)) {
    onReadReady(true);
    return;
  }
  if (readBuffer_.empty() || callbacks_ == nullptr) return;
  callbacks_->onData(readBuffer_, readEnded_);
  if (state_ == State::kClosed) return;
  countRead();
  updateInterest();
}

void Connection::write(buffer::Buffer& data, bool endStream) {
  if (state_ != State::kOpen && state_ != State::kConnecting) {
    sometimes(Mark::kWriteDropped);
    data.clear();
    return;
  }
  if (endStream) writeEndPending_ = true;
  writeBuffer_.move(data);
  noteWritten();
}

void Connection::noteWritten() {
  if (state_ == State::kClosed) {
    writeBuffer_.clear();
    return;
  }
  countWritten();
  if (state_ != State::kConnecting && !writeBlocked_) worker_.dispatcher.scheduleFlush(flushTask_);
}

void Connection::flush() {
  if (state_ == State::kClosed || state_ == State::kConnecting || writeBlocked_) return;
  writeSome();
  if (state_ != State::kClosed) updateInterest();
}

// What the stream takes of the buffer; `size` is how much was offered. Mostly it is all in one piece.
io::IoResult Connection::writePieces(size_t& size) {
  if (const buffer::Piece first = writeBuffer_.front(); first.size == writeBuffer_.size()) {
    const io::ConstSlice slice{first.data, first.size};
    size = first.size;
    return stream_->write({&slice, 1});
  }
  std::array<buffer::Piece, kWritePieces> pieces;
  const size_t n = writeBuffer_.pieces(pieces);
  std::array<io::ConstSlice, kWritePieces> slices;
  size = 0;
  for (size_t i = 0; i < n; ++i) {
    slices[i] = {pieces[i].data, pieces[i].size};
    size += pieces[i].size;
  }
  return stream_->write(std::span(slices.data(), n));
}

void Connection::writeSome() {
  size_t written = 0;
  bool failed = false;
  while (!writeBuffer_.empty()) {
    size_t size = 0;
    const io::IoResult result = writePieces(size);
    if (!result.ok()) {
      writeBlocked_ = result.wouldBlock();
      failed = !writeBlocked_;
      sometimes(failed ? Mark::kFailedWrite : Mark::kBlockedWrite);
      if (result.error == io::IoError::kConnectionReset) detected_ = DetectedClose::kRemoteReset;
      break;
    }
    written += result.bytes;
    writeBuffer_.drain(result.bytes);
    if (state_ == State::kClosed) {  // a watermark notice may close
      sometimes(Mark::kWatermarkCloses);
      return;
    }
    if (result.bytes < size) {
      sometimes(Mark::kShortWrite);
      writeBlocked_ = true;
      break;
    }
  }
  bytesSent_ += written;
  if (stats_ != nullptr && written > 0) worker_.stats.add(stats_->txBytesTotal, written);
  countWritten();
  if (failed) {
    finish(CloseEvent::kRemoteClose);
    return;
  }
  const bool drained = writeBuffer_.empty();
  if (drained && writeEndPending_) {
    writeEndPending_ = false;
    stream_->shutdownWrite();
  }
  if (drained && delayedClose_ == DelayedClose::kAfterFlush) {
    finish(CloseEvent::kLocalClose);
    return;
  }
  // Only a write that moved bytes restarts the delayed close (Envoy #6437, #11833).
  if (written > 0 && delayedCloseTimer_ && delayedCloseTimer_->armed()) {
    sometimes(Mark::kDelayedCloseRestarted);
    delayedCloseTimer_->arm(options_.delayedCloseTimeout);
  }
  if (written > 0 && callbacks_ != nullptr) callbacks_->onBytesSent(written);
}

void Connection::close(CloseType type, std::string_view details) {
  if (state_ == State::kClosed) return;
  if (closeDetails_.empty()) closeDetails_ = details;
  const bool connecting = state_ == State::kConnecting;
  const bool pending = !writeBuffer_.empty();
  const bool waits = type == CloseType::kFlushWriteAndDelay && !options_.delayedCloseTimeout.isZero();
  const bool atOnce = type == CloseType::kNoFlush || type == CloseType::kAbort || type == CloseType::kAbortReset;
  if (connecting) sometimes(Mark::kClosedConnecting);
  if (connecting || atOnce || (!pending && !waits)) {
    if (type == CloseType::kNoFlush && pending && !connecting && !writeBlocked_) {
      // What the kernel takes now still goes (Envoy does the same).
      sometimes(Mark::kLastWrite);
      ConnectionCallbacks* const callbacks = std::exchange(callbacks_, nullptr);
      writeSome();
      callbacks_ = callbacks;
      if (state_ == State::kClosed) {
        closeEvent_ = CloseEvent::kLocalClose;
        worker_.dispatcher.schedule(noticeTask_);
        return;
      }
    }
    shutDown(CloseEvent::kLocalClose, type == CloseType::kAbortReset);
    worker_.dispatcher.schedule(noticeTask_);
    return;
  }
  startDelayedClose(type == CloseType::kFlushWrite ? DelayedClose::kAfterFlush : DelayedClose::kAfterFlushAndWait);
}

void Connection::startDelayedClose(DelayedClose kind) {
  if (delayedClose_ != DelayedClose::kNone) {
    // The last word counts, as in Envoy: a local reply first asks for a close after the flush, and the manager's look at
    // the end of the same read asks for the delay.
    sometimes(Mark::kCloseAskedAgain);
    if (!options_.delayedCloseTimeout.isZero()) delayedClose_ = kind;
    return;
  }
  delayedClose_ = kind;
  state_ = State::kClosing;
  resumeTask_.cancel();
  if (!options_.delayedCloseTimeout.isZero()) {
    delayedCloseTimer_.emplace(worker_.dispatcher, io::TimerKind::kDelayedClose,
                               Delegate<void()>::to<&Connection::onDelayedCloseTimeout>(this));
    delayedCloseTimer_->arm(options_.delayedCloseTimeout);
  } else {
    delayedClose_ = DelayedClose::kAfterFlush;
  }
  if (!writeBuffer_.empty() && !writeBlocked_) worker_.dispatcher.scheduleFlush(flushTask_);
  updateInterest();
}

void Connection::onDelayedCloseTimeout() {
  sometimes(Mark::kDelayedCloseTimedOut);
  delayedCloseTimedOut_ = true;
  if (stats_ != nullptr) worker_.stats.add(stats_->delayedCloseTimeout);
  finish(CloseEvent::kLocalClose);
}

void Connection::onWriteAboveHigh() {
  if (callbacks_ != nullptr) callbacks_->onAboveWriteBufferHighWatermark();
}

void Connection::onWriteBelowLow() {
  if (callbacks_ != nullptr && state_ != State::kClosed) callbacks_->onBelowWriteBufferLowWatermark();
}

// The socket goes, nobody is told yet.
void Connection::shutDown(CloseEvent event, bool reset) {
  state_ = State::kClosed;
  closeEvent_ = event;
  if (reset) detected_ = DetectedClose::kLocalReset;
  flushTask_.cancel();
  resumeTask_.cancel();
  if (delayedCloseTimer_) delayedCloseTimer_->disarm();
  if (!stream_) return;
  if (reset) {
    stream_->abort();
  } else {
    stream_->close();
  }
}

void Connection::finish(CloseEvent event) {
  shutDown(event, false);
  onCloseNotice();
}

void Connection::onCloseNotice() {
  noticeTask_.cancel();
  if (callbacks_ != nullptr) std::exchange(callbacks_, nullptr)->onClose(closeEvent_);
}

void Connection::countRead() {
  if (stats_ == nullptr || readBuffer_.size() == countedReadBuffer_) return;
  if (countedReadBuffer_ > 0) worker_.stats.decrement(stats_->rxBytesBuffered, countedReadBuffer_);
  countedReadBuffer_ = readBuffer_.size();
  if (countedReadBuffer_ > 0) worker_.stats.increment(stats_->rxBytesBuffered, countedReadBuffer_);
}

void Connection::countWritten() {
  if (stats_ == nullptr || writeBuffer_.size() == countedWriteBuffer_) return;
  if (countedWriteBuffer_ > 0) worker_.stats.decrement(stats_->txBytesBuffered, countedWriteBuffer_);
  countedWriteBuffer_ = writeBuffer_.size();
  if (countedWriteBuffer_ > 0) worker_.stats.increment(stats_->txBytesBuffered, countedWriteBuffer_);
}

}  // namespace orrery::net
