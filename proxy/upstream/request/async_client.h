#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/intrusive_list.h"
#include "proxy/http/filter.h"
#include "proxy/io/task.h"
#include "proxy/upstream/cluster_manager.h"
#include "proxy/upstream/request/request.h"
#include "proxy/upstream/request/router_stats.h"

namespace orrery::upstream {

class AsyncClient;

// How a request of the proxy's own ends. One of the two, once, never from inside AsyncClient::start().
class AsyncCallbacks {
 public:
  // A whole response; of the proxy itself too (503 without a host, 504 past the time). Both live during the call.
  virtual void onAsyncResponse(message::HeaderMap& headers, buffer::Buffer& body) = 0;
  // It broke off.
  virtual void onAsyncFailure() = 0;

 protected:
  ~AsyncCallbacks() = default;
};

// Who sends the body of such a request and must pause while it cannot be taken.
class AsyncBackPressure {
 public:
  virtual void pauseAsyncBody() = 0;  // counted
  virtual void resumeAsyncBody() = 0;

 protected:
  ~AsyncBackPressure() = default;
};

struct AsyncOptions {
  Duration timeout;               // of the route that it stands for; 0: none
  bool sendForwardedFor = false;  // x-forwarded-for gets this machine's address
  uint32_t bufferLimit = 0;       // of what waits for a connection; 0: none
  AsyncBackPressure* backPressure = nullptr;
  const route::RetryPolicy* retry = nullptr;  // when it is tried again; null: never. Outlives the call only
  const UpstreamLogs* logs = nullptr;         // of its tries; null: none. Outlives the client
};

// One request of the proxy's own, over the same machinery as a client's: a route of its own to one cluster, an
// upstream::Request, and the response kept until it is whole.
//
// Lifetime: made by AsyncClient::start() and kept by the client. The pointer is good until a callback or cancel().
// Threading: the worker's. Bounds: a response body of kMostBody bytes, beyond which it counts as broken off.
class AsyncStream final : public io::DeferredDeletable,
                          public ListHook<AsyncStream>,
                          private http::StreamDecoderFilterCallbacks {
 public:
  static constexpr size_t kMostBody = 16 * 1024 * 1024;

  AsyncStream(AsyncClient& client, uint32_t cluster, const AsyncOptions& options, AsyncCallbacks* callbacks);
  ~AsyncStream() override;

  // Takes the bytes. Nothing happens once the response has ended.
  void sendData(buffer::Buffer& data, bool endStream);
  void sendTrailers(const message::HeaderMap& trailers);
  // Resets it, without a callback.
  void cancel();
  // Nobody waits any more: it goes on by itself.
  void detach();

 private:
  friend class AsyncClient;
  void start(const message::HeaderMap& headers, bool endStream);

  // http::StreamDecoderFilterCallbacks
  net::Worker& worker() override;
  stream_info::StreamInfo& streamInfo() override { return info_; }
  Arena& arena() override { return arena_; }
  const route::Route* route() override { return &route_; }
  const route::VirtualHost* virtualHost() override { return &virtualHost_; }
  const route::WeightedCluster* weightedCluster() override { return nullptr; }
  void clearRouteCache() override {}
  void refreshCluster() override {}
  const void* routeSetting() override { return nullptr; }
  std::array<const void*, 4> routeSettings() override { return {}; }
  void resetStream() override { end(false); }
  message::HeaderMap* requestHeaders() override { return &headers_; }
  message::HeaderMap* responseHeaders() override { return response_; }
  void sendLocalReply(const http::LocalReply& reply) override;
  void continueDecoding() override {}
  const buffer::Buffer* decodingBuffer() override { return nullptr; }
  void addDecodedData(buffer::Buffer&, bool) override {}
  void injectDecodedDataToFilterChain(buffer::Buffer&, bool) override {}
  message::HeaderMap& addDecodedTrailers() override { return trailers_; }
  void encode1xxHeaders(message::HeaderMap&) override {}
  void encodeHeaders(message::HeaderMap& headers, bool endStream, std::string_view details) override;
  void encodeData(buffer::Buffer& data, bool endStream) override;
  void encodeTrailers(message::HeaderMap&) override { end(true); }
  void onDecoderFilterAboveWriteBufferHighWatermark() override;
  void onDecoderFilterBelowWriteBufferLowWatermark() override;
  void addDownstreamWatermarkCallbacks(http::DownstreamWatermarkCallbacks&) override {}
  void removeDownstreamWatermarkCallbacks(http::DownstreamWatermarkCallbacks&) override {}
  void setDecoderBufferLimit(uint32_t) override {}
  uint32_t decoderBufferLimit() override { return options_.bufferLimit; }
  bool recreateStream() override { return false; }
  void setIdleTimeout(Duration) override {}
  void endAfterPartialResponse(std::string_view) override { end(false); }

  // The response is whole, or broken off.
  void end(bool whole);
  void tell();
  // Nothing more comes of it; it dies at the end of the iteration.
  void retire();
  void dropBackPressure();

  AsyncClient& client_;
  AsyncOptions options_;
  AsyncCallbacks* callbacks_;
  Arena arena_;
  stream_info::StreamInfo info_;
  message::HeaderMap headers_;
  message::HeaderMap trailers_;
  route::Route route_;
  route::VirtualHost virtualHost_;
  message::HeaderMap* response_ = nullptr;
  buffer::Buffer body_;
  uint32_t pauses_ = 0;
  bool starting_ = false;
  bool ended_ = false;
  bool whole_ = false;
  bool retired_ = false;
  std::optional<Request> request_;
  io::Task tellTask_;  // of what ended while it was started
};

// Sends requests of the proxy's own (mirrored ones, questions of filters) to clusters. One per worker and user.
// Lifetime: the cluster manager outlives it; what is under way ends with it, without a callback. Threading: its worker.
class AsyncClient {
 public:
  // Of the layout that the worker's block is made from.
  static RouterStats registerStats(stats::Layout& layout) { return RouterStats(layout, "async-client"); }

  AsyncClient(ClusterManager& clusters, const RouterStats& stats, std::string_view ownAddress);
  ~AsyncClient();
  AsyncClient(const AsyncClient&) = delete;
  AsyncClient& operator=(const AsyncClient&) = delete;

  // Sends `headers` (copied); the body follows unless endStream. `callbacks` may be null; it outlives the stream or
  // detaches from it.
  AsyncStream& start(uint32_t cluster, const message::HeaderMap& headers, bool endStream, const AsyncOptions& options,
                     AsyncCallbacks* callbacks);
  ClusterManager& clusters() { return clusters_; }

 private:
  friend class AsyncStream;
  void shutdown();

  ClusterManager& clusters_;
  const RouterStats stats_;
  const std::string ownAddress_;
  IntrusiveList<AsyncStream> streams_;
  ShutdownHook shutdownHook_;
};

}  // namespace orrery::upstream
