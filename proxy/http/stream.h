#pragma once

#include <span>

#include "proxy/base/arena.h"
#include "proxy/base/intrusive_list.h"
#include "proxy/http/filter_manager.h"
#include "proxy/http/hcm_context.h"
#include "proxy/http/server_connection.h"
#include "proxy/http/stream_timers.h"
#include "proxy/io/task.h"

namespace orrery::http {

class ConnectionManager;

// One request and its response (Envoy's ActiveStream): between the codec and the filter chain, with the head rules, the
// timers, the record for the access log, and one arena for everything a request needs.
//
// Lifetime: made by its connection manager when the first byte of a request is seen, ended by it through deferDelete; its
// memory is used again. Threading: the worker's.
// Re-entry: any callback may end the stream; it stays readable until the end of the iteration.
class Stream final : public io::DeferredDeletable,
                     public ListHook<Stream>,
                     public ServerStream,
                     public StreamTimers::Delegate,
                     private FilterManagerOwner {
 public:
  Stream(ConnectionManager& manager, ResponseEncoder& encoder, uint32_t bufferLimit, uint64_t number);
  ~Stream() override;

  static void* operator new(size_t size, StreamPool& pool) { return pool.take(size); }
  static void operator delete(void* object, StreamPool&) { StreamPool::give(object); }
  static void operator delete(void* object) { StreamPool::give(object); }

  // ServerStream
  message::HeaderMap& requestHeaderMap() override { return requestHeaders_; }
  message::HeaderMap& requestTrailerMap() override { return requestTrailers_; }
  message::BytesMeter& bytesMeter() override { return info_.downstreamBytes; }
  void decodeHeaders(bool endStream) override;
  void decodeData(buffer::Buffer& data, bool endStream) override;
  void decodeTrailers() override;
  void onProtocolError(uint32_t status, std::string_view body, std::string_view details) override;
  void onEncodeComplete() override;
  void onResetStream(ResetReason reason) override;
  void onAboveWriteBufferHighWatermark() override { filters_.onAboveHighWatermark(); }
  void onBelowWriteBufferLowWatermark() override { filters_.onBelowLowWatermark(); }

  // Timers
  void onStreamIdle() override;
  void onRequestTimeout() override;
  void onRequestHeadersTimeout() override;
  void onMaxStreamDuration() override;
  void onLogInterval() override;

  // What the connection manager asks.
  bool requestComplete() const { return info_.lastDownstreamRxByte.set; }
  // The whole response was given to the codec / has gone to the connection.
  bool localComplete() const { return localComplete_; }
  bool encodeComplete() const { return encodeComplete_; }
  // Nothing is left but the codec's word that the response has gone: then it is destroyed.
  void awaitEncodeComplete();
  // Reset before it was answered, within overload.premature_reset_min_stream_lifetime_seconds.
  bool resetPrematurely() const;
  // A CONNECT, or a request for an upgrade.
  bool asksForTunnel() const {
    return headersComplete_ &&
           (requestHeaders_.has(message::HeaderId::kUpgrade) || requestHeaders_.method() == "CONNECT");
  }
  bool sawConnectionClose() const { return sawConnectionClose_; }
  void setSawConnectionClose() { sawConnectionClose_ = true; }
  bool responseHasLength() const { return responseHeaders_ != nullptr && responseHadLength_; }
  ResponseEncoder& encoder() { return encoder_; }
  stream_info::StreamInfo& info() { return info_; }
  Arena& memory() { return arena_; }
  // Runs the request of `old`, which has ended, from the beginning.
  void startOver(Stream& old, buffer::Buffer* body);
  // Local answer is on the wire or given up: nothing further of the request goes into the chain.
  void noteLocalComplete() { filters_.noteLocalComplete(); }
  void noteReset() { filters_.noteReset(); }
  // The end: counts, logs, tells the filters. `remoteClose`: the client's connection is what ended.
  void finish(bool remoteClose);

 private:
  // FilterManagerOwner
  net::Worker& worker() override { return context_.worker; }
  stream_info::StreamInfo& streamInfo() override { return info_; }
  Arena& arena() override { return arena_; }
  const route::Route* route() override;
  const route::VirtualHost* virtualHost() override;
  const route::WeightedCluster* weightedCluster() override;
  const route::FilterSlot* filterSlot(uint32_t slot) override;
  void clearRouteCache() override { routeKnown_ = false; }
  void refreshCluster() override;
  message::HeaderMap* requestHeaders() override { return headersComplete_ ? &requestHeaders_ : nullptr; }
  message::HeaderMap* requestTrailers() override { return hasRequestTrailers_ ? &requestTrailers_ : nullptr; }
  message::HeaderMap& addRequestTrailers() override;
  message::HeaderMap* responseHeaders() override { return responseHeaders_; }
  message::HeaderMap* responseTrailers() override { return responseTrailers_; }
  void setResponseHeaders(message::HeaderMap& headers) override { responseHeaders_ = &headers; }
  void setResponseTrailers(message::HeaderMap& trailers) override { responseTrailers_ = &trailers; }
  void encode1xxHeaders(message::HeaderMap& headers) override;
  void encodeHeaders(message::HeaderMap& headers, bool endStream) override;
  void encodeData(buffer::Buffer& data, bool endStream) override;
  void encodeTrailers(message::HeaderMap& trailers) override;
  void endStream() override;
  void resetStream() override;
  bool recreateStream(buffer::Buffer* body) override;
  bool passLocalReply(const LocalReply&) override { return false; }
  bool createFilterChain(FilterChainBuilder& builder) override;
  void onLocalReply(const LocalReply& reply) override;
  void finalizeLocalReply(message::HeaderMap& headers) override;
  void rewriteLocalReply(message::HeaderMap& headers, LocalReplyText& text) override;
  void resetIdleTimer() override;
  void disarmRequestTimeout() override;
  void setIdleTimeout(Duration timeout) override;
  void pauseRequestBody(bool pause) override;
  void onRequestTooLarge() override;
  void onResponseTooLarge() override;

  bool filterDisabled(size_t slot) const;
  CompiledHcm::Chain mainChain() const;
  CompiledHcm::Chain chooseChain();
  CompiledHcm::Chain upgradeChain(std::string_view type);
  bool checkHead();
  bool checkPath();
  bool adaptHead();
  void refuse(uint32_t status, std::string_view details);
  void noteRequestEnd();
  void findRoute();
  void noteCluster(const route::RouteAction& action);
  void findRouteAgain();
  void applyRouteTimeout();
  void replyTimeout(std::string_view body, std::string_view details);
  void encodeDrain(message::HeaderMap& headers, uint32_t status);
  void log(stream_info::LogType type);
  void emitFinished();

  ConnectionManager& manager_;
  HcmContext& context_;
  const HcmOptions& options_;
  ResponseEncoder& encoder_;
  Arena arena_;
  stream_info::StreamInfo info_;
  message::HeaderMap requestHeaders_;
  message::HeaderMap requestTrailers_;
  message::HeaderMap* responseHeaders_ = nullptr;
  message::HeaderMap* responseTrailers_ = nullptr;
  StreamTimers* timers_;
  route::RouteResult route_;
  uint64_t routeRandom_ = 0;
  std::span<bool> pickedClusters_;  // in the arena, by weighted cluster of the route; empty: only one was picked so far
  std::string_view path_;           // as received
  Duration idleTimeout_;
  bool routeKnown_ = false;
  bool randomDrawn_ = false;
  bool headersComplete_ = false;
  bool hasRequestTrailers_ = false;
  bool localComplete_ = false;
  bool encodeComplete_ = false;
  bool awaitsEncode_ = false;
  bool sawConnectionClose_ = false;
  bool responseHadLength_ = false;
  bool http10_ = false;
  bool upgradeRefused_ = false;
  bool upgradeAccepted_ = false;
  bool finished_ = false;
  bool startedOver_ = false;
  FilterManager filters_;
};

}  // namespace orrery::http
