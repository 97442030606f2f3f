#pragma once

#include <vector>

#include "proxy/http/filter.h"
#include "proxy/route/route_config.h"
#include "proxy/upstream/request/async_client.h"

namespace orrery::upstream {

// The copies of one request that its route sends to other clusters (request_mirror_policies): head, body and trailers as
// they come, answers thrown away. Once the request is complete they go on by themselves; a request that ends before takes
// them with it. What a mirror cannot take pauses the client, as in Envoy.
//
// Lifetime: in the request's arena; the async client outlives it. Threading: the worker's.
class Mirrors final : private AsyncBackPressure {
 public:
  Mirrors(AsyncClient& client, http::StreamDecoderFilterCallbacks& callbacks)
      : client_(client), callbacks_(callbacks) {}

  // `headers`: as they go to the first cluster. `timeout`: of the route. `logs`: of their tries; null: none.
  void start(const std::vector<route::MirrorPolicy>& policies, message::HeaderMap& headers, bool endStream,
             Duration timeout, const UpstreamLogs* logs);
  // Shares the bytes of `data`, which stay.
  void sendData(buffer::Buffer& data, bool endStream);
  void sendTrailers(const message::HeaderMap& trailers);
  // The request has ended: copies that are not complete are given up.
  void cancel();

 private:
  // One copy under way; forgets its stream when that ends.
  class Copy final : private AsyncCallbacks {
   public:
    void start(Mirrors& all, uint32_t cluster, const message::HeaderMap& headers, bool endStream,
               const AsyncOptions& options);
    AsyncStream* stream = nullptr;

   private:
    void onAsyncResponse(message::HeaderMap&, buffer::Buffer&) override { stream = nullptr; }
    void onAsyncFailure() override { stream = nullptr; }
  };

  void pauseAsyncBody() override { callbacks_.onDecoderFilterAboveWriteBufferHighWatermark(); }
  void resumeAsyncBody() override { callbacks_.onDecoderFilterBelowWriteBufferLowWatermark(); }
  void release();

  AsyncClient& client_;
  http::StreamDecoderFilterCallbacks& callbacks_;
  std::vector<std::unique_ptr<Copy>> copies_;
};

// Puts the bytes of `data` into `copy` too; both share the blocks.
void shareBytes(buffer::Buffer& data, buffer::Buffer& copy);

}  // namespace orrery::upstream
