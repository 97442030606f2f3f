#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "proxy/base/intrusive_list.h"
#include "proxy/codec/http1/codec.h"
#include "proxy/codec/http1/writer.h"
#include "proxy/io/timer.h"
#include "proxy/net/connection.h"
#include "proxy/upstream/client_life.h"
#include "proxy/upstream/upstream_stream.h"

namespace orrery::upstream {

class Cluster;
class Http1Pool;

// One connection of a pool: connects, carries one request at a time, ends.
//
// What one read brings is parsed whole, then handed on: no callback runs inside the parser. The stream is given back to
// the pool before the end of its response is told, so that whoever reacts to the end finds the pool in order.
//
// How a response may end (measured at Envoy 1.40): by its framing; FIN ends one that has no length; FIN or RST inside a
// message is a protocol error; before its first byte it is a connection termination. Bytes after a complete response
// close the connection, bytes without a request are a protocol error.
//
// A granted upgrade or CONNECT makes the connection a tunnel: what follows the head is the body of the response, as it
// comes, and the end of the connection is the only end of it, which counts as a termination (measured at Envoy 1.40). The
// body of such a request goes out as it is, too; its end is a FIN for a CONNECT, after which the origin's FIN is the proper
// end (Envoy closes both ways at once), and nothing for an upgrade, as in Envoy.
//
// Lifetime: made by the pool; on any end it leaves the pool's lists and is handed to deferDelete. Threading: the worker's.
class Http1Client final : public io::DeferredDeletable,
                          public UpstreamStream,
                          public ListHook<Http1Client>,
                          private net::ConnectionCallbacks,
                          private http1::ParserCallbacks {
 public:
  explicit Http1Client(Http1Pool& pool);
  ~Http1Client() override;

  // The pool gives this connection, ready, to a request.
  void attach(ResponseCallbacks& stream);
  void noteCooled() { state_ = State::kReady; }
  // Ends without a word to the stream's owner but a reset.
  void shutDown();

  // UpstreamStream
  void sendHeaders(message::HeaderMap& headers, bool endStream) override;
  void sendData(buffer::Buffer& data, bool endStream) override;
  void sendTrailers(const message::HeaderMap& trailers) override;
  void reset() override;
  void readDisable(bool disable) override;
  bool switchesBy101() const override { return true; }
  uint64_t connectionId() const override { return life_.id(); }
  std::string_view localAddressText() const override { return connection_->localAddressText(); }
  stream_info::Protocol protocol() const override { return stream_info::Protocol::kHttp11; }
  TimePoint connectBegin() const override { return life_.created(); }
  TimePoint connectEnd() const override { return life_.connected(); }
  void countInto(message::BytesMeter& meter) override { meter_ = &meter; }

 private:
  enum class State : uint8_t { kConnecting, kReady, kBusy, kCooling, kClosed };

  // net::ConnectionCallbacks
  void onConnected() override;
  void onData(buffer::Buffer& data, bool endStream) override;
  void onClose(net::CloseEvent event) override;
  void onAboveWriteBufferHighWatermark() override;
  void onBelowWriteBufferLowWatermark() override;

  // http1::ParserCallbacks
  message::HeaderMap& onMessageBegin() override;
  void onHeadersComplete(const http1::Framing& framing) override;
  void onBody(buffer::Buffer& data) override;
  message::HeaderMap* onTrailersBegin() override;
  void onMessageComplete() override;

  // Hands on what the parser found. False: the stream has ended or was given up.
  bool deliver(bool leftover);
  void complete(bool leftover);
  void onTunnelClosed();
  void onProtocolError(std::string_view details);
  void onUnaskedBytes(const buffer::Buffer& data);
  http1::WriteOptions writeOptions() const;
  // Takes the stream off this connection. `reusable`: for the pool's next request.
  ResponseCallbacks* detach(bool reusable);
  // The end: closes, counts, leaves the pool, then resets the stream if it still has one. Once.
  // `incomplete`: a request was not answered in full.
  void finish(bool incomplete, ResetReason reason, std::string_view details);
  void countReceived();
  void onConnectTimeout();
  void onIdleTimeout();
  void onMaxDuration();

  Http1Pool& pool_;
  Cluster& cluster_;
  ClientLife life_;
  std::unique_ptr<net::Connection> connection_;
  http1::MessageParser parser_;
  io::Timer connectTimer_;
  io::Timer idleTimer_;
  std::optional<io::Timer> durationTimer_;

  State state_ = State::kConnecting;
  bool draining_ = false;  // closes when its stream ends
  bool timedOut_ = false;
  net::CloseEvent endedBy_ = net::CloseEvent::kLocalClose;
  uint32_t remainingRequests_;  // UINT32_MAX: unlimited

  // The present request.
  ResponseCallbacks* stream_ = nullptr;
  message::HeaderMap* head_ = nullptr;
  message::HeaderMap* trailers_ = nullptr;
  buffer::Buffer body_;
  std::string method_;
  http1::BodyFraming framing_ = http1::BodyFraming::kNone;
  bool parserSet_ = false;  // for the present request; else its head was not sent yet, and nothing has come
  bool requestComplete_ = false;
  bool closeAfter_ = false;
  bool headReady_ = false;
  bool interim_ = false;
  bool complete_ = false;
  bool upgradeAsked_ = false;  // the request has upgrade and connection fields
  bool tunnel_ = false;        // granted
  bool halfClosed_ = false;    // a CONNECT's client has ended its side of it
  uint32_t readDisables_ = 0;
  message::BytesMeter spare_;
  message::BytesMeter* meter_ = &spare_;  // of the present request
  uint64_t countedReceived_ = 0;
  std::string failureText_;
};

}  // namespace orrery::upstream
