#pragma once

#include "proxy/codec/http1/codec.h"
#include "proxy/codec/http1/writer.h"
#include "proxy/http/hcm_config.h"
#include "proxy/http/server_connection.h"
#include "proxy/net/connection.h"

namespace orrery::http {

// HTTP/1 on a downstream connection: one request at a time, as Envoy's ServerConnectionImpl. From the end of a request
// until the end of its response the connection reads nothing, so that pipelined requests wait in order and the client's
// early close is seen (it aborts the request).
//
// Behind the head of a CONNECT or of a request for an upgrade nothing is HTTP any more, whether it is granted or not: all
// bytes are the body of that request, which has no end but the connection's.
//
// Lifetime: inside its connection manager; connection and configuration outlive it. Re-entry: see ServerConnection.
class Http1ServerConnection final : public ServerConnection, private ResponseEncoder, private http1::ParserCallbacks {
 public:
  Http1ServerConnection(net::Connection& connection, ServerConnectionCallbacks& callbacks, const CompiledHcm& config);

  DispatchStatus dispatch(buffer::Buffer& data) override;
  stream_info::Protocol protocol() const override { return protocol_; }
  std::string_view errorDetails() const override { return details_; }
  void onConnectionAboveHighWatermark() override;
  void onConnectionBelowLowWatermark() override;

 private:
  // ResponseEncoder
  void encode1xxHeaders(const message::HeaderMap& headers) override;
  void encodeHeaders(message::HeaderMap& headers, bool endStream) override;
  void encodeData(buffer::Buffer& data, bool endStream) override;
  void encodeTrailers(const message::HeaderMap& trailers) override;
  void resetStream(ResetReason reason) override;
  void readDisable(bool disable) override;
  void handOver(ServerStream& to) override;
  void detach() override { stream_ = nullptr; }
  std::string_view responseDetails() const override { return details_; }

  // ParserCallbacks
  message::HeaderMap& onMessageBegin() override;
  void onHeadersComplete(const http1::Framing& framing) override;
  void onBody(buffer::Buffer& data) override;
  message::HeaderMap* onTrailersBegin() override;
  void onMessageComplete() override;

  void beginRequest();
  void takeOver(ServerStream& stream);
  void countReceived();
  // Bytes of the present answer stand in the write buffer behind `before`, of which `fields` are lines of fields.
  void noteWritten(size_t before, size_t fields = 0);
  void deliverBody(bool endStream);
  void encodeEnd(const message::HeaderMap* trailers);
  void endRequest();
  void refuse(uint32_t status, std::string_view details);
  bool checkHead(const http1::Framing& framing, message::HeaderMap& headers, bool tunnel);
  void passOn(buffer::Buffer& data);

  net::Connection& connection_;
  ServerConnectionCallbacks& callbacks_;
  const HcmOptions& options_;
  const HcmStats& stats_;
  http1::MessageParser parser_;
  buffer::Buffer body_;  // of the request, as far as this dispatch has seen it

  // The request in progress. stream_ is null while there is none, or when it has ended early.
  ServerStream* stream_ = nullptr;
  message::BytesMeter* meter_ = nullptr;  // of stream_
  uint64_t tunnelBytes_ = 0;
  bool active_ = false;          // begun, and response or request not complete yet
  bool remoteComplete_ = false;  // the request was read to its end
  bool localComplete_ = false;   // the response was given to the end
  bool headersDelivered_ = false;
  bool hasTrailers_ = false;
  bool startedResponse_ = false;
  bool reset_ = false;
  bool refused_ = false;
  bool headRequest_ = false;
  bool connectRequest_ = false;
  bool tunnel_ = false;   // the present request is the last one: a CONNECT, or one that asks for an upgrade
  bool rawBody_ = false;  // an answer with an upgrade: no chunks are made of what follows
  http1::BodyFraming framing_ = http1::BodyFraming::kNone;
  uint32_t readDisableCalls_ = 0;
  uint32_t minor_ = 1;
  stream_info::Protocol protocol_ = stream_info::Protocol::kHttp11;
  std::string_view details_;
};

}  // namespace orrery::http
