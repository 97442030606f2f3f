#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/base/intrusive_list.h"
#include "proxy/buffer/buffer.h"
#include "proxy/message/bytes_meter.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"
#include "proxy/upstream/reset_reason.h"

namespace orrery::upstream {

// One request on a connection of a pool. Valid until the response's end or a reset was delivered, or reset() was called.
// Threading: the worker's. Re-entry: any method may be called from the callbacks below; none calls back synchronously
// except the watermark notices of sendHeaders() and sendData().
class UpstreamStream {
 public:
  // May add content-length: 0 where the method wants a body and none comes (Envoy's HTTP/1 encoder).
  virtual void sendHeaders(message::HeaderMap& headers, bool endStream) = 0;
  virtual void sendData(buffer::Buffer& data, bool endStream) = 0;
  virtual void sendTrailers(const message::HeaderMap& trailers) = 0;
  // Gives the stream up; no callback follows. HTTP/1: closes the connection. HTTP/2: RST_STREAM.
  virtual void reset() = 0;
  // Counted; the pool undoes what is left when the stream ends.
  virtual void readDisable(bool disable) = 0;
  // HTTP/1, which says that a change of protocol was granted by 101.
  virtual bool switchesBy101() const { return false; }

  virtual uint64_t connectionId() const = 0;
  virtual std::string_view localAddressText() const = 0;  // lives as long as the connection
  virtual stream_info::Protocol protocol() const = 0;
  // When its connection was begun and made, which may be long ago.
  virtual TimePoint connectBegin() const = 0;
  virtual TimePoint connectEnd() const = 0;
  // What the request takes on the wire from now on is counted there, as long as the stream is valid.
  virtual void countInto(message::BytesMeter& meter) = 0;

 protected:
  ~UpstreamStream() = default;
};

// The response on its way back. After a callback with endStream, after trailers and after a reset nothing follows and the
// UpstreamStream is no longer valid (it is given back before the call).
class ResponseCallbacks {
 public:
  // A head (also an interim one) or trailers begin: the map that receives it. Only to make the map; nothing else may be
  // called.
  virtual message::HeaderMap& onResponseBegin() = 0;
  virtual void onInterimResponse(message::HeaderMap& headers) = 0;
  virtual void onResponseHeaders(message::HeaderMap& headers, bool endStream) = 0;
  virtual void onResponseData(buffer::Buffer& data, bool endStream) = 0;
  virtual void onResponseTrailers(message::HeaderMap& trailers) = 0;
  virtual void onStreamReset(ResetReason reason, std::string_view transportFailure) = 0;
  // The connection's write buffer, as net::ConnectionCallbacks.
  virtual void onAboveUpstreamHighWatermark() = 0;
  virtual void onBelowUpstreamLowWatermark() = 0;

 protected:
  ~ResponseCallbacks() = default;
};

// Who asks a pool for a stream, and may wait in its queue. Destruction leaves the queue uncounted: call Pool::cancel.
class StreamSeeker : public ResponseCallbacks, public ListHook<StreamSeeker> {
 public:
  // Out of the queue: either of the two, once.
  virtual void onPoolReady(UpstreamStream& stream) = 0;
  virtual void onPoolFailure(ResetReason reason, std::string_view transportFailure) = 0;

 protected:
  ~StreamSeeker() = default;
};

}  // namespace orrery::upstream
