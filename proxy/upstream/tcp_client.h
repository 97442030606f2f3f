#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "proxy/base/intrusive_list.h"
#include "proxy/io/timer.h"
#include "proxy/net/connection.h"
#include "proxy/upstream/client_life.h"
#include "proxy/upstream/upstream_stream.h"

namespace orrery::upstream {

class Cluster;
class TcpPool;

// One connection of a TcpPool: connects, carries the payload of one CONNECT both ways, ends (Envoy's TcpUpstream). The head
// of the request says nothing here and there is no head of a response: who sends takes the connection for the answer.
//
// Each direction ends by itself: the end of the request is a FIN to the host; the host's FIN is the end of the response,
// and with it the stream is over, as for every upstream stream, and the connection is closed. RST, and the end of the
// connection before that, is a termination.
//
// Lifetime: made by the pool; on any end it leaves the pool's lists and is handed to deferDelete. Threading: the worker's.
// Bounds: what the host says before somebody listens stays in the connection's buffer, up to its limit.
class TcpClient final : public io::DeferredDeletable,
                        public UpstreamStream,
                        public ListHook<TcpClient>,
                        private net::ConnectionCallbacks {
 public:
  explicit TcpClient(TcpPool& pool);
  ~TcpClient() override;

  // The pool gives this connection, connected, to a stream.
  void attach(ResponseCallbacks& stream);
  bool wasUsed() const { return used_; }
  // Ends without a word to the stream's owner but a reset.
  void shutDown();

  // UpstreamStream
  void sendHeaders(message::HeaderMap& headers, bool endStream) override;
  void sendData(buffer::Buffer& data, bool endStream) override;
  void sendTrailers(const message::HeaderMap& trailers) override;
  void reset() override;
  void readDisable(bool disable) override;
  uint64_t connectionId() const override { return life_.id(); }
  std::string_view localAddressText() const override { return connection_->localAddressText(); }
  stream_info::Protocol protocol() const override { return stream_info::Protocol::kHttp11; }
  TimePoint connectBegin() const override { return life_.created(); }
  TimePoint connectEnd() const override { return life_.connected(); }
  void countInto(message::BytesMeter& meter) override { meter_ = &meter; }

 private:
  // net::ConnectionCallbacks
  void onConnected() override;
  void onData(buffer::Buffer& data, bool endStream) override;
  void onClose(net::CloseEvent event) override;
  void onAboveWriteBufferHighWatermark() override;
  void onBelowWriteBufferLowWatermark() override;

  void onConnectTimeout();
  void onIdleTimeout();
  ResponseCallbacks* detach();
  // The end: closes, counts, leaves the pool, then resets the stream if it still has one. Once.
  void finish(ResetReason reason, std::string_view details);

  TcpPool& pool_;
  Cluster& cluster_;
  ClientLife life_;
  std::unique_ptr<net::Connection> connection_;
  io::Timer connectTimer_;
  io::Timer idleTimer_;  // of a connection that nobody uses
  bool connecting_ = true;
  bool used_ = false;
  bool closed_ = false;
  net::CloseEvent endedBy_ = net::CloseEvent::kLocalClose;
  ResponseCallbacks* stream_ = nullptr;
  bool requestComplete_ = false;
  bool responseComplete_ = false;
  uint32_t readDisables_ = 0;
  message::BytesMeter spare_;
  message::BytesMeter* meter_ = &spare_;  // of the present request
  std::string failureText_;
};

}  // namespace orrery::upstream
