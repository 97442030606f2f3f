#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/base/intrusive_list.h"
#include "proxy/buffer/buffer.h"
#include "proxy/codec/http2/frame.h"
#include "proxy/codec/http2/receive_window.h"
#include "proxy/message/bytes_meter.h"
#include "proxy/message/header_map.h"

namespace orrery::http2 {

class Session;

// How a stream ended before its proper end.
struct StreamReset {
  enum class By : uint8_t { kRemote, kLocal };  // kLocal: this side refused what the peer sent
  By by = By::kRemote;
  ErrorCode code = ErrorCode::kNoError;
  std::string_view details;  // "http2.remote_reset"; a literal
};

// What the peer says on one stream. Every stream ends with onReset() or onClosed(), unless it is detached or reset by its
// owner; the Stream is not to be touched afterwards.
class StreamCallbacks {
 public:
  // A section of fields begins: the map that receives it (null: nobody wants it). Nothing else may be called.
  virtual message::HeaderMap* onSectionBegin(bool trailers) = 0;
  // The head is complete.
  virtual void onHead(bool endStream) = 0;
  // A 1xx head; another follows. Clients only.
  virtual void onInterimHead() {}
  virtual void onData(buffer::Buffer& data, bool endStream) = 0;
  virtual void onTrailers() = 0;
  // A part of an answer that was given whole has gone, not all.
  virtual void onSendProgress() {}
  // All that was given has gone to the connection, with its end.
  virtual void onLocalEnd() = 0;
  virtual void onReset(const StreamReset& reset) = 0;
  virtual void onClosed() = 0;
  // What waits for the peer's window has passed the limit / fallen to half of it.
  virtual void onAboveSendHighWatermark() = 0;
  virtual void onBelowSendLowWatermark() = 0;

 protected:
  ~StreamCallbacks() = default;
};

// One stream of a session, as its owner uses it. Lifetime: the session's, until its last callback. Threading: one worker.
// Re-entry: every method may be called from any callback but onSectionBegin(). Watermark notices may come from inside
// sendData(), onLocalEnd() and onClosed() from inside whatever sent the end.
class Stream final : public ListHook<Stream> {
 public:
  // A client's stream has no id before its head was sent.
  uint32_t id() const { return id_; }

  // A 1xx head of a server may come before.
  void sendHeaders(const message::HeaderMap& headers, bool endStream);
  void sendData(buffer::Buffer& data, bool endStream);
  void sendTrailers(const message::HeaderMap& trailers);
  // All was given, and not all has gone.
  bool sending() const { return open_ && localEnd_ && !localEndSent_; }
  // RST_STREAM. No callback follows. A server that has given its whole answer sends that first (it may tell the client
  // that the rest of the request is not wanted: RFC 9113 section 8.1).
  void reset(ErrorCode code);
  // The same at once, whatever waits to be sent.
  void resetNow(ErrorCode code);
  // The session has failed and says no more: gives back what waits. No callback follows.
  void abandon();
  // Counted. While it is paused nothing is delivered, and the windows are not opened for what arrives.
  void readDisable(bool disable);
  // No callback from now on; the stream goes on to its end by itself.
  void detach();

  // What the stream takes on the wire from now on is counted there, which must live until this is called again; null: nobody
  // wants to know any more.
  void countInto(message::BytesMeter* meter) { meter_ = meter == nullptr ? &spare_ : meter; }
  // A detail of a refused message, for the log.
  std::string_view details() const { return details_; }

 private:
  friend class Session;
  Stream(Session& session, StreamCallbacks* callbacks);
  void onPendingAbove() {
    if (callbacks_ != nullptr) callbacks_->onAboveSendHighWatermark();
  }
  void onPendingBelow() {
    if (callbacks_ != nullptr) callbacks_->onBelowSendLowWatermark();
  }
  // Received, and not delivered yet.
  bool waiting() const { return !received_.empty() || (remoteEnd_ && !endDelivered_); }

  Session& session_;
  StreamCallbacks* callbacks_ = nullptr;
  uint32_t id_ = 0;
  bool open_ = true;
  message::BytesMeter spare_;
  message::BytesMeter* meter_ = &spare_;

  // Sending
  int64_t sendWindow_ = 0;
  buffer::Buffer pending_;
  std::vector<std::pair<std::string, std::string>> trailers_;  // behind pending_
  bool hasTrailers_ = false;
  bool localEnd_ = false;      // all was given
  bool localEndSent_ = false;  // and has gone
  bool deferredReset_ = false;
  ErrorCode deferredCode_ = ErrorCode::kNoError;

  // Receiving
  ReceiveWindow receiveWindow_;
  bool headSeen_ = false;   // the (final) head is complete
  bool remoteEnd_ = false;  // the peer's end was received
  bool endDelivered_ = false;
  bool trailersReady_ = false;  // received, not delivered
  bool remoteReset_ = false;    // behind what is not delivered yet
  bool isHead_ = false;         // a HEAD request: the length of its answer is of nothing
  bool isConnect_ = false;
  bool hasLength_ = false;
  uint64_t expectedBody_ = 0;
  uint64_t receivedBody_ = 0;
  uint32_t readDisabled_ = 0;
  int64_t unconsumed_ = 0;
  buffer::Buffer received_;  // while it is paused
  std::string_view details_;
};

}  // namespace orrery::http2
