#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "proxy/codec/http2/session.h"
#include "proxy/http/hcm_config.h"
#include "proxy/http/ping_keeper.h"
#include "proxy/http/server_connection.h"
#include "proxy/io/task.h"
#include "proxy/io/timer.h"
#include "proxy/net/connection.h"

namespace orrery::http {

// HTTP/2 on a downstream connection: a session of the codec, an Exchange for each of its streams, keepalive.
//
// Lifetime: inside its connection manager; connection and configuration outlive it. Re-entry: see ServerConnection.
class Http2ServerConnection final : public ServerConnection, private http2::SessionCallbacks {
 public:
  Http2ServerConnection(net::Connection& connection, ServerConnectionCallbacks& callbacks, const CompiledHcm& config);
  ~Http2ServerConnection() override;

  DispatchStatus dispatch(buffer::Buffer& data) override;
  stream_info::Protocol protocol() const override { return stream_info::Protocol::kHttp2; }
  std::string_view errorDetails() const override { return session_.errorDetails(); }
  void shutdownNotice() override { session_.shutdownNotice(); }
  void goAway() override { session_.goAway(); }
  void onBytesSent(size_t bytes) override { session_.onBytesSent(bytes); }
  void onConnectionAboveHighWatermark() override;
  void onConnectionBelowLowWatermark() override;

 private:
  // A stream of the codec as the connection manager sees it, and the reverse. Used again when both have let go.
  class Exchange final : public ResponseEncoder, public http2::StreamCallbacks {
   public:
    explicit Exchange(Http2ServerConnection& owner);
    void begin(http2::Stream& codec, ServerStream& stream);
    ServerStream* stream() { return stream_; }

    // ResponseEncoder
    void encode1xxHeaders(const message::HeaderMap& headers) override;
    void encodeHeaders(message::HeaderMap& headers, bool endStream) override;
    void encodeData(buffer::Buffer& data, bool endStream) override;
    void encodeTrailers(const message::HeaderMap& trailers) override;
    void resetStream(ResetReason reason) override;
    void readDisable(bool disable) override;
    void handOver(ServerStream& to) override;
    void detach() override;
    std::string_view responseDetails() const override { return details_; }

    // http2::StreamCallbacks
    message::HeaderMap* onSectionBegin(bool trailers) override;
    void onHead(bool endStream) override;
    void onData(buffer::Buffer& data, bool endStream) override;
    void onTrailers() override;
    void onSendProgress() override { armFlush(); }
    void onLocalEnd() override;
    void onReset(const http2::StreamReset& reset) override;
    void onClosed() override;
    void onAboveSendHighWatermark() override;
    void onBelowSendLowWatermark() override;

   private:
    void armFlush();
    void onFlushTimeout();
    void release();

    Http2ServerConnection& owner_;
    http2::Stream* codec_ = nullptr;
    ServerStream* stream_ = nullptr;
    std::string_view details_;
    bool ended_ = false;     // the whole answer was given
    bool attached_ = false;  // to the connection manager
    bool inUse_ = false;
    std::optional<io::Timer> flush_;
  };

  // http2::SessionCallbacks
  http2::StreamCallbacks& onStream(http2::Stream& stream) override;
  bool closing() const override;
  void onResumeWanted() override;
  void onFrameReceived() override { keeper_.onFrame(); }
  void onPingAck(uint64_t data) override { keeper_.onAnswer(data); }
  void onOutboundFlood() override;

  void onWritten() { connection_.noteWritten(); }
  void onResume() { session_.resume(); }
  void onPing(uint64_t data) { session_.ping(data); }
  void onPeerDead();

  net::Connection& connection_;
  ServerConnectionCallbacks& callbacks_;
  const HcmOptions& options_;
  const http2::CodecStats& stats_;
  http2::Session session_;
  io::Task resumeTask_;
  std::vector<std::unique_ptr<Exchange>> exchanges_;
  std::vector<Exchange*> idle_;
  PingKeeper keeper_;
};

}  // namespace orrery::http
