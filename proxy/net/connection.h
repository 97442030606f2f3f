#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/buffer/buffer.h"
#include "proxy/io/stream.h"
#include "proxy/io/task.h"
#include "proxy/io/timer.h"
#include "proxy/net/worker.h"

namespace orrery::net {

// Envoy's close types (envoy/network/connection.h).
enum class CloseType : uint8_t {
  kFlushWrite,          // send what is buffered, then close
  kFlushWriteAndDelay,  // send, then wait for the peer's close up to delayed_close_timeout
  kNoFlush,             // close now
  kAbort,               // close now, as kNoFlush, for protocol abuse
  kAbortReset,          // RST
};

enum class CloseEvent : uint8_t { kRemoteClose, kLocalClose };
// How the other side ended it: Envoy's DetectedCloseType.
enum class DetectedClose : uint8_t { kNormal, kLocalReset, kRemoteReset };

class ConnectionCallbacks {
 public:
  // connect() succeeded (client connections only).
  virtual void onConnected() {}
  // Bytes arrived and lie in `data` (the connection's read buffer): take what you can use; what you leave is shown again
  // with the next bytes. `endStream`: the peer's FIN, only with half-close enabled.
  virtual void onData(buffer::Buffer& data, bool endStream) = 0;
  // The end, exactly once; no callback follows. The connection is still readable for its addresses and details, and is
  // to be handed to deferDelete by its owner.
  virtual void onClose(CloseEvent event) = 0;
  // The write buffer has passed its high watermark / fallen below half of it.
  virtual void onAboveWriteBufferHighWatermark() {}
  virtual void onBelowWriteBufferLowWatermark() {}
  // Bytes were given to the kernel (for stream flush and idle accounting); not called for zero bytes.
  virtual void onBytesSent(size_t) {}

 protected:
  ~ConnectionCallbacks() = default;
};

// Where a connection counts its bytes; ids not set go to the cell nobody reads.
struct ConnectionStats {
  stats::CounterId rxBytesTotal;
  stats::GaugeId rxBytesBuffered;
  stats::CounterId txBytesTotal;
  stats::GaugeId txBytesBuffered;
  stats::CounterId delayedCloseTimeout;
};

struct ConnectionOptions {
  uint32_t bufferLimit = 1024 * 1024;  // read and write high watermark; low = half
  Duration delayedCloseTimeout;        // 0: off
  bool halfClose = false;              // deliver the peer's FIN as onData(endStream) instead of closing
  // Whether the peer's end is noticed while reads are disabled. Off for upstream connections: bytes that a paused reader
  // has left in the kernel come before the FIN behind them (Envoy #1679).
  bool detectEarlyClose = true;
};

// One TCP connection of either side with Envoy's rules (Envoy: connection_impl.cc): write() only appends and all dirty
// connections flush once per iteration; one callback handles closed, then write, then read; readDisable() counts; while
// reads are disabled the peer's FIN or RST is still noticed (early close) unless half-close is on.
//
// Lifetime: owned through unique_ptr, ended by close() or the peer, then given to Dispatcher::deferDelete. Threading: its
// worker. Bounds: reads stop at the limit (one read may pass it by 16 KiB).
// Re-entry: any method may be called from the callbacks, also close(); write() never calls back synchronously except
// the watermark notices, which go to the callbacks object. close() never calls back: its onClose(kLocalClose) comes later
// in the same iteration (for kFlushWrite when the bytes have gone), before deferred deletes run. An owner that does not
// want to hear of it says setCallbacks(nullptr).
class Connection final : public io::DeferredDeletable, private io::StreamCallbacks {
 public:
  // A connected (accepted) stream.
  static std::unique_ptr<Connection> accepted(Worker& worker, std::unique_ptr<io::Stream> stream,
                                              const ConnectionOptions& options);
  // Starts to connect. Failure, also at once, arrives as onClose(kRemoteClose) in a later callback with
  // transportFailure() set; the caller owns the connect timeout.
  static std::unique_ptr<Connection> connect(Worker& worker, const io::Address& to, const io::SocketOptions& socket,
                                             const ConnectionOptions& options);
  ~Connection() override;

  // Starts reading; callbacks outlive the connection or its close.
  void start(ConnectionCallbacks& callbacks);
  // Hands the connection to another owner, or (null) to nobody: no callback is made then.
  void setCallbacks(ConnectionCallbacks* callbacks) { callbacks_ = callbacks; }
  // Counts bytes from now on; `stats` outlives the connection.
  void setStats(const ConnectionStats& stats) { stats_ = &stats; }

  // Takes all of `data` into the write buffer. endStream: FIN after it (half-close).
  void write(buffer::Buffer& data, bool endStream);
  // The buffer that write() appends to, for codecs that write heads in place; follow with noteWritten().
  buffer::Buffer& writeBuffer() { return writeBuffer_; }
  void noteWritten();

  void close(CloseType type, std::string_view details);
  void readDisable(bool disable);
  // Shows the bytes that lie in the read buffer again in the next iteration (after an owner left some).
  void resumeReading();

  enum class State : uint8_t { kConnecting, kOpen, kClosing, kClosed };
  State state() const { return state_; }
  bool connecting() const { return state_ == State::kConnecting; }
  DetectedClose detectedClose() const { return detected_; }
  // Why the transport failed: kNone if it did not ("Connection refused" by io::ioErrorText).
  io::IoError transportFailure() const { return failure_; }
  std::string_view closeDetails() const { return closeDetails_; }
  uint32_t bufferLimit() const { return options_.bufferLimit; }
  bool aboveHighWatermark() const { return writeBuffer_.aboveHigh(); }
  void setDelayedCloseTimeout(Duration d) { options_.delayedCloseTimeout = d; }
  // The delayed close ran into its timeout (the peer neither closed nor took the bytes).
  bool delayedCloseTimedOut() const { return delayedCloseTimedOut_; }

  // Texts live as long as the connection.
  std::string_view localAddressText() const { return localText_; }
  std::string_view peerAddressText() const { return peerText_; }
  const io::Address& localAddress() const { return local_; }
  const io::Address& peerAddress() const { return peer_; }
  Worker& worker() { return worker_; }
  uint64_t bytesReceived() const { return bytesReceived_; }
  uint64_t bytesSent() const { return bytesSent_; }

 private:
  // How far a close that waits has come (Envoy's DelayedCloseState).
  enum class DelayedClose : uint8_t { kNone, kAfterFlush, kAfterFlushAndWait };

  Connection(Worker& worker, std::unique_ptr<io::Stream> stream, const ConnectionOptions& options, State state);
  void onStreamReady(uint8_t bits) override;
  void onConnectReady();
  void onReadReady(bool showBuffered);
  void onResume();
  void flush();
  void writeSome();
  io::IoResult writePieces(size_t& size);
  void onCloseNotice();
  void onDelayedCloseTimeout();
  void onWriteAboveHigh();
  void onWriteBelowLow();

  bool wantsToRead() const;
  void updateInterest();
  void countRead();
  void countWritten();
  void startDelayedClose(DelayedClose kind);
  void shutDown(CloseEvent event, bool reset);
  void finish(CloseEvent event);

  Worker& worker_;
  std::unique_ptr<io::Stream> stream_;
  ConnectionOptions options_;
  ConnectionCallbacks* callbacks_ = nullptr;
  const ConnectionStats* stats_ = nullptr;
  buffer::Buffer readBuffer_;
  buffer::Buffer writeBuffer_;
  State state_;
  DelayedClose delayedClose_ = DelayedClose::kNone;
  CloseEvent closeEvent_ = CloseEvent::kLocalClose;
  DetectedClose detected_ = DetectedClose::kNormal;
  io::IoError failure_ = io::IoError::kNone;
  bool started_ = false;
  bool writeBlocked_ = false;     // the kernel's send buffer is full
  bool writeEndPending_ = false;  // FIN after the write buffer
  bool readEnded_ = false;        // the peer's FIN was read (half-close)
  bool delayedCloseTimedOut_ = false;
  uint32_t readDisabled_ = 0;
  size_t lastRead_ = 0;
  std::string_view closeDetails_;
  io::Address local_;
  io::Address peer_;
  std::string localText_;
  std::string peerText_;
  uint64_t bytesReceived_ = 0;
  uint64_t bytesSent_ = 0;
  uint64_t countedReadBuffer_ = 0;  // what the gauges hold of this connection
  uint64_t countedWriteBuffer_ = 0;
  io::Task flushTask_;
  io::Task resumeTask_;
  io::Task noticeTask_;
  std::optional<io::Timer> delayedCloseTimer_;
};

}  // namespace orrery::net
