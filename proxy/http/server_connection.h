#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/buffer/buffer.h"
#include "proxy/message/bytes_meter.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"

// What lies between the connection manager and a codec on its connection: the manager never sees net::Connection's bytes,
// so that HTTP/2 fits in by another ServerConnection.
namespace orrery::http {

// kConnectError: the other side of a CONNECT's tunnel failed (RFC 9113 section 8.5).
enum class ResetReason : uint8_t { kLocalReset, kRemoteReset, kProtocolError, kConnectionTermination, kConnectError };

// The request side of one stream, called by the codec. Implemented by Stream.
class ServerStream {
 public:
  // Where the codec puts the fields; live as long as the stream.
  virtual message::HeaderMap& requestHeaderMap() = 0;
  virtual message::HeaderMap& requestTrailerMap() = 0;
  // What the exchange takes on the wire; lives as long as the stream. The codec counts before it calls.
  virtual message::BytesMeter& bytesMeter() = 0;
  virtual void decodeHeaders(bool endStream) = 0;
  virtual void decodeData(buffer::Buffer& data, bool endStream) = 0;
  virtual void decodeTrailers() = 0;
  // The codec refuses the message; answers if nothing was answered yet.
  virtual void onProtocolError(uint32_t status, std::string_view body, std::string_view details) = 0;
  // The whole response has been given to the connection (HTTP/2: as far as the client's windows allow, which may be later).
  virtual void onEncodeComplete() = 0;
  // The stream was reset, by either side. It is gone for the codec.
  virtual void onResetStream(ResetReason reason) = 0;
  virtual void onAboveWriteBufferHighWatermark() = 0;
  virtual void onBelowWriteBufferLowWatermark() = 0;

 protected:
  ~ServerStream() = default;
};

// The response side of one stream, called by the stream.
class ResponseEncoder {
 public:
  virtual void encode1xxHeaders(const message::HeaderMap& headers) = 0;
  // May add framing fields to `headers`.
  virtual void encodeHeaders(message::HeaderMap& headers, bool endStream) = 0;
  virtual void encodeData(buffer::Buffer& data, bool endStream) = 0;
  virtual void encodeTrailers(const message::HeaderMap& trailers) = 0;
  // Ends the stream without a proper end; calls the stream's onResetStream() before it returns.
  virtual void resetStream(ResetReason reason) = 0;
  // Pauses the request body (counted).
  virtual void readDisable(bool disable) = 0;
  // The answer is `to`'s from now on; the whole request has been read.
  virtual void handOver(ServerStream& to) = 0;
  // The stream is gone: no further callback to it.
  virtual void detach() = 0;
  // A detail the codec knows of the reset ("http1.codec_error"), or empty.
  virtual std::string_view responseDetails() const = 0;

 protected:
  ~ResponseEncoder() = default;
};

class ServerConnectionCallbacks {
 public:
  // A request has begun: its first byte was seen.
  virtual ServerStream& newStream(ResponseEncoder& encoder) = 0;
  // An answer that waited for its client, perhaps longer than its stream, never goes.
  virtual void onAnswerGivenUp() {}

 protected:
  ~ServerConnectionCallbacks() = default;
};

enum class DispatchStatus : uint8_t { kOk, kProtocolError, kFlood };

// A codec on a downstream connection. Lifetime: its connection manager's. Threading: the worker's.
// Re-entry: dispatch() calls the streams; they may encode, reset and end inside.
class ServerConnection {
 public:
  virtual ~ServerConnection() = default;
  // Takes bytes from the front of `data`. HTTP/1 stops after each complete request; HTTP/2 takes all.
  virtual DispatchStatus dispatch(buffer::Buffer& data) = 0;
  virtual stream_info::Protocol protocol() const = 0;
  // After kProtocolError: what was wrong.
  virtual std::string_view errorDetails() const = 0;
  // The two steps of a drain (GOAWAY twice); nothing for HTTP/1.
  virtual void shutdownNotice() {}
  virtual void goAway() {}
  virtual void onBytesSent(size_t) {}
  virtual void onConnectionAboveHighWatermark() = 0;
  virtual void onConnectionBelowLowWatermark() = 0;
};

}  // namespace orrery::http
