#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/intrusive_list.h"
#include "proxy/codec/http2/session.h"
#include "proxy/http/ping_keeper.h"
#include "proxy/io/task.h"
#include "proxy/io/timer.h"
#include "proxy/net/connection.h"
#include "proxy/upstream/client_life.h"
#include "proxy/upstream/upstream_stream.h"

namespace orrery::upstream {

class Cluster;
class Http2Pool;

// One HTTP/2 connection of a pool: connects, carries requests side by side, ends.
//
// It takes no new request after GOAWAY, after its last allowed one and after max_connection_duration, and ends when those it
// has are done. Lifetime: made by the pool; on any end it leaves the pool's lists and is handed to deferDelete. Threading:
// the worker's.
class Http2Client final : public io::DeferredDeletable,
                          public ListHook<Http2Client>,
                          private net::ConnectionCallbacks,
                          private http2::SessionCallbacks {
 public:
  explicit Http2Client(Http2Pool& pool);
  ~Http2Client() override;

  // The pool gives this connection, which has room, to a request.
  UpstreamStream& attach(ResponseCallbacks& stream);
  bool hasRoom() const;
  // How many requests it was expected to take when it was made.
  uint64_t expectedRoom() const { return expectedRoom_; }
  // Ends without a word to the streams' owners but a reset.
  void shutDown();

 private:
  enum class State : uint8_t { kConnecting, kReady, kClosed };

  // A stream of the codec as a request sees it, and the reverse.
  class Exchange final : public UpstreamStream, public http2::StreamCallbacks {
   public:
    explicit Exchange(Http2Client& client) : client_(client) {}
    void begin(http2::Stream& codec, ResponseCallbacks& stream);
    bool active() const { return stream_ != nullptr; }
    // The connection has ended.
    void fail(ResetReason reason);

    // UpstreamStream
    void sendHeaders(message::HeaderMap& headers, bool endStream) override;
    void sendData(buffer::Buffer& data, bool endStream) override;
    void sendTrailers(const message::HeaderMap& trailers) override;
    void reset() override;
    void readDisable(bool disable) override;
    uint64_t connectionId() const override { return client_.life_.id(); }
    std::string_view localAddressText() const override { return client_.connection_->localAddressText(); }
    stream_info::Protocol protocol() const override { return stream_info::Protocol::kHttp2; }
    TimePoint connectBegin() const override { return client_.life_.created(); }
    TimePoint connectEnd() const override { return client_.life_.connected(); }
    void countInto(message::BytesMeter& meter) override {
      if (codec_ != nullptr) codec_->countInto(&meter);
    }

    // http2::StreamCallbacks
    message::HeaderMap* onSectionBegin(bool trailers) override;
    void onHead(bool endStream) override;
    void onInterimHead() override;
    void onData(buffer::Buffer& data, bool endStream) override;
    void onTrailers() override;
    void onLocalEnd() override {}
    void onReset(const http2::StreamReset& reset) override;
    void onClosed() override {}
    void onAboveSendHighWatermark() override;
    void onBelowSendLowWatermark() override;

   private:
    void sendTunnelHead(message::HeaderMap& headers, bool endStream);
    // The response is complete, or given up: lets go of both sides.
    ResponseCallbacks& finish();

    Http2Client& client_;
    http2::Stream* codec_ = nullptr;
    ResponseCallbacks* stream_ = nullptr;
    message::HeaderMap* section_ = nullptr;
    bool requestComplete_ = false;
    std::string_view upgradeType_;  // in the request's arena: it was an upgrade, as HTTP/1 says it
  };

  // net::ConnectionCallbacks
  void onConnected() override;
  void onData(buffer::Buffer& data, bool endStream) override;
  void onClose(net::CloseEvent event) override;
  void onAboveWriteBufferHighWatermark() override;
  void onBelowWriteBufferLowWatermark() override;
  void onBytesSent(size_t bytes) override { session_.onBytesSent(bytes); }

  // http2::SessionCallbacks
  http2::StreamCallbacks& onStream(http2::Stream& stream) override;
  bool closing() const override { return state_ == State::kClosed; }
  void onResumeWanted() override;
  void onFrameReceived() override { keeper_.onFrame(); }
  void onPingAck(uint64_t data) override { keeper_.onAnswer(data); }
  void onGoAway(http2::ErrorCode code, uint32_t lastStream) override;
  void onPeerSettings() override { roomChanged_ = true; }
  void onOutboundFlood() override;

  void onWritten() { connection_->noteWritten(); }
  void onResume();
  void onExchangeEnded(Exchange& exchange);
  void countReset(ResetReason reason);
  // Tells the pool of room that came, and ends a connection that has served its time. Not inside the codec.
  void settle();
  void onPing(uint64_t data) { session_.ping(data); }
  void onPeerDead();
  void onConnectTimeout();
  void onIdleTimeout();
  void onMaxDuration();
  void armIdle();
  // The end: closes, counts, leaves the pool, then resets the streams that it still has. Once.
  void finish(ResetReason reason, std::string_view details);

  Http2Pool& pool_;
  Cluster& cluster_;
  ClientLife life_;
  const uint64_t expectedRoom_;
  std::unique_ptr<net::Connection> connection_;
  http2::Session session_;
  http::PingKeeper keeper_;
  io::Task resumeTask_;
  io::Timer connectTimer_;
  io::Timer idleTimer_;
  std::optional<io::Timer> durationTimer_;

  State state_ = State::kConnecting;
  bool draining_ = false;  // closes when its streams have ended
  bool roomChanged_ = false;
  bool inCodec_ = false;
  net::CloseEvent endedBy_ = net::CloseEvent::kLocalClose;
  uint32_t remainingRequests_;  // UINT32_MAX: unlimited
  std::vector<std::unique_ptr<Exchange>> exchanges_;
  std::vector<Exchange*> idle_;
  size_t active_ = 0;
  std::string failureText_;
};

}  // namespace orrery::upstream
