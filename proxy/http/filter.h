#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "proxy/buffer/buffer.h"
#include "proxy/message/grpc.h"
#include "proxy/message/header_map.h"
#include "proxy/net/worker.h"
#include "proxy/route/route_config.h"
#include "proxy/stream_info/stream_info.h"

// Envoy's contract of HTTP filters (envoy/http/filter.h), names and meanings as there.
namespace orrery::http {

enum class FilterHeadersStatus : uint8_t {
  kContinue,
  kStopIteration,
  kContinueAndDontEndStream,
  kStopAllIterationAndBuffer,
  kStopAllIterationAndWatermark,
};
enum class FilterDataStatus : uint8_t {
  kContinue,
  kStopIterationAndBuffer,
  kStopIterationAndWatermark,
  kStopIterationNoBuffer,
};
enum class FilterTrailersStatus : uint8_t { kContinue, kStopIteration };
enum class Filter1xxHeadersStatus : uint8_t { kContinue, kStopIteration };

// What a local reply says. Texts are literals or live in the stream's arena.
struct LocalReply {
  uint32_t status = 500;
  std::string_view body;
  std::string_view details;  // %RESPONSE_CODE_DETAILS%, one of Envoy's names
  // Extra headers (location, retry-after, ...); may be null. Copied.
  const message::HeaderMap* headers = nullptr;
  // Said to a gRPC request; unset: what belongs to `status`.
  std::optional<message::GrpcStatus> grpcStatus = {};
};

// Told when the downstream can take no more (its write buffer is above the mark) and when it can again: pause counters.
class DownstreamWatermarkCallbacks {
 public:
  virtual void onAboveWriteBufferHighWatermark() = 0;
  virtual void onBelowWriteBufferLowWatermark() = 0;

 protected:
  ~DownstreamWatermarkCallbacks() = default;
};

// What both directions may ask of the stream. Valid until onDestroy().
class StreamFilterCallbacks {
 public:
  virtual net::Worker& worker() = 0;
  virtual stream_info::StreamInfo& streamInfo() = 0;
  virtual Arena& arena() = 0;
  // The route chosen for the request (null: none). Cached; clearRouteCache() makes the next call match again.
  virtual const route::Route* route() = 0;
  virtual const route::VirtualHost* virtualHost() = 0;
  // The one of its weighted clusters that was picked along with it; null: it has none.
  virtual const route::WeightedCluster* weightedCluster() = 0;
  virtual void clearRouteCache() = 0;
  // For a retry: the tree of the route's clusters is asked again, or another of its weighted ones is picked that was not yet,
  // and once all were, any (Envoy's refresh_cluster_on_retry, measured at 1.40). It is what weightedCluster() and the stream's
  // routeCluster say from then on; where nothing can be picked they stay.
  virtual void refreshCluster() = 0;
  // What the route says to this filter (typed_per_filter_config), most specific level; null: nothing. Of the type that
  // the filter's FilterPlan made; valid as long as the route is.
  virtual const void* routeSetting() = 0;
  // All levels, from the most general to the most specific; null where nothing is said.
  virtual std::array<const void*, 4> routeSettings() = 0;
  // Ends the stream at once, both sides, without a reply.
  virtual void resetStream() = 0;
  virtual message::HeaderMap* requestHeaders() = 0;
  virtual message::HeaderMap* responseHeaders() = 0;
  // Answers the request from here: response goes through the encoder filters from the outermost. After response headers
  // were sent it resets the stream instead. Nothing of this filter's direction may be touched afterwards but by return.
  virtual void sendLocalReply(const LocalReply& reply) = 0;

 protected:
  ~StreamFilterCallbacks() = default;
};

class StreamDecoderFilterCallbacks : public StreamFilterCallbacks {
 public:
  // Resumes iteration after a stop status; buffered data and trailers follow. Never called from inside this filter's own
  // decode callback (return kContinue there).
  virtual void continueDecoding() = 0;
  virtual const buffer::Buffer* decodingBuffer() = 0;
  virtual void addDecodedData(buffer::Buffer& data, bool streaming) = 0;
  // Skips this filter's own buffering and hands data to the next filter now.
  virtual void injectDecodedDataToFilterChain(buffer::Buffer& data, bool endStream) = 0;
  virtual message::HeaderMap& addDecodedTrailers() = 0;

  // For the terminal filter: the response, on its way to the client. Maps live in the stream's arena.
  virtual void encode1xxHeaders(message::HeaderMap& headers) = 0;
  virtual void encodeHeaders(message::HeaderMap& headers, bool endStream, std::string_view details) = 0;
  virtual void encodeData(buffer::Buffer& data, bool endStream) = 0;
  virtual void encodeTrailers(message::HeaderMap& trailers) = 0;

  // Pauses reading of the request body from the client (counted).
  virtual void onDecoderFilterAboveWriteBufferHighWatermark() = 0;
  virtual void onDecoderFilterBelowWriteBufferLowWatermark() = 0;
  virtual void addDownstreamWatermarkCallbacks(DownstreamWatermarkCallbacks& callbacks) = 0;
  virtual void removeDownstreamWatermarkCallbacks(DownstreamWatermarkCallbacks& callbacks) = 0;

  virtual void setDecoderBufferLimit(uint32_t limit) = 0;
  virtual uint32_t decoderBufferLimit() = 0;
  // Starts the request over on a new stream with the same headers (internal redirects); false if it cannot.
  virtual bool recreateStream() = 0;
  // The stream idle timer becomes this (route idle_timeout); zero: off.
  virtual void setIdleTimeout(Duration timeout) = 0;
  // Response trailers or body will not come: the upstream ended badly after the response began. HTTP/1: the connection
  // ends after delayed_close_timeout (measured at Envoy 1.40).
  virtual void endAfterPartialResponse(std::string_view details) = 0;

 protected:
  ~StreamDecoderFilterCallbacks() = default;
};

class StreamEncoderFilterCallbacks : public StreamFilterCallbacks {
 public:
  virtual void continueEncoding() = 0;
  virtual const buffer::Buffer* encodingBuffer() = 0;
  virtual void addEncodedData(buffer::Buffer& data, bool streaming) = 0;
  virtual void injectEncodedDataToFilterChain(buffer::Buffer& data, bool endStream) = 0;
  virtual message::HeaderMap& addEncodedTrailers() = 0;
  virtual void onEncoderFilterAboveWriteBufferHighWatermark() = 0;
  virtual void onEncoderFilterBelowWriteBufferLowWatermark() = 0;
  virtual void setEncoderBufferLimit(uint32_t limit) = 0;
  virtual uint32_t encoderBufferLimit() = 0;

 protected:
  ~StreamEncoderFilterCallbacks() = default;
};

class StreamFilterBase {
 public:
  virtual ~StreamFilterBase() = default;
  // Called exactly once, before destruction; no callback is made afterwards, and none may be used.
  virtual void onDestroy() = 0;
  // The stream is complete; called before onDestroy().
  virtual void onStreamComplete() {}
};

class StreamDecoderFilter : public virtual StreamFilterBase {
 public:
  virtual FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) = 0;
  virtual FilterDataStatus decodeData(buffer::Buffer& data, bool endStream) = 0;
  virtual FilterTrailersStatus decodeTrailers(message::HeaderMap& trailers) = 0;
  virtual void decodeComplete() {}
  virtual void setDecoderFilterCallbacks(StreamDecoderFilterCallbacks& callbacks) = 0;
};

class StreamEncoderFilter : public virtual StreamFilterBase {
 public:
  virtual Filter1xxHeadersStatus encode1xxHeaders(message::HeaderMap&) { return Filter1xxHeadersStatus::kContinue; }
  virtual FilterHeadersStatus encodeHeaders(message::HeaderMap& headers, bool endStream) = 0;
  virtual FilterDataStatus encodeData(buffer::Buffer& data, bool endStream) = 0;
  virtual FilterTrailersStatus encodeTrailers(message::HeaderMap& trailers) = 0;
  virtual void encodeComplete() {}
  virtual void setEncoderFilterCallbacks(StreamEncoderFilterCallbacks& callbacks) = 0;
};

// Receives the filters of a chain in order of configuration. Filters live in the stream's arena or on the heap; the
// stream calls onDestroy() and then the destructor, it does not free the memory of arena-made ones.
class FilterChainBuilder {
 public:
  virtual Arena& arena() = 0;
  virtual void addDecoderFilter(StreamDecoderFilter& filter) = 0;
  virtual void addEncoderFilter(StreamEncoderFilter& filter) = 0;
  // A filter of both directions: one object, one onDestroy().
  virtual void addFilter(StreamDecoderFilter& decoder, StreamEncoderFilter& encoder) = 0;

 protected:
  ~FilterChainBuilder() = default;
};

// Makes the filters of one configured entry for each stream. One per worker and configured filter, so it may hold
// per-worker state (the router's is the worker's cluster manager). Registered in the plain list of proxy/server.
class FilterFactory {
 public:
  virtual ~FilterFactory() = default;
  virtual void addFilters(FilterChainBuilder& builder) = 0;
};

}  // namespace orrery::http
