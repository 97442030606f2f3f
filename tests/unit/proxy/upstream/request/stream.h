#pragma once

#include <optional>
#include <string>

#include "proxy/filters/http/router/router_filter.h"
#include "proxy/http/filter.h"
#include "proxy/route/weighted_clusters.h"
#include "proxy/upstream/request/async_client.h"
#include "tests/unit/proxy/upstream/world.h"

// A downstream stream with the router as its only filter; what it is told is written down.
namespace orrery::upstream::test {

class FakeStream final : public http::StreamDecoderFilterCallbacks {
 public:
  FakeStream(World& world, const RouterStats& stats, const route::Route* r,
             std::initializer_list<std::pair<std::string_view, std::string_view>> headers = {},
             const http::UpstreamFilters* upstream = nullptr)
      : world_(world),
        arena_(world.worker.arenas),
        headers_(arena_),
        route_(r),
        async_(world.clusters, world.asyncStats, "192.0.2.2"),
        filter_(std::in_place, world.clusters, stats, options_, upstream, nullptr, async_) {
    headers_.add(message::HeaderId::kMethod, "GET");
    headers_.add(message::HeaderId::kPath, "/");
    headers_.add(message::HeaderId::kAuthority, "h");
    for (const auto& [name, value] : headers) headers_.add(message::HeaderName(name), value);
    filter_->setDecoderFilterCallbacks(*this);
  }
  ~FakeStream() { destroy(); }

  FakeStream& headers(bool end) {
    filter_->decodeHeaders(headers_, end);
    return *this;
  }
  FakeStream& data(std::string_view bytes, bool end) {
    buffer::Buffer buffer(world_.worker.blocks);
    buffer.append(bytes);
    filter_->decodeData(buffer, end);
    return *this;
  }
  void destroy() {
    if (!std::exchange(destroyed_, true)) filter_->onDestroy();
  }
  std::string get(std::string_view name) const { return std::string(headers_.get(message::HeaderName(name))); }
  std::string flags() const { return info_.flags.text(); }
  http::DownstreamWatermarkCallbacks* watermarks() { return watermarks_; }

  std::string log;
  std::string responseHeader;  // name to note of responses
  std::string responseValue;
  bool destroyOnReply = true;
  bool quiet = false;  // writes no log: for counting allocations
  uint32_t limit = 0;
  uint64_t random = 0;  // picks a weighted cluster

  net::Worker& worker() override { return world_.worker; }
  stream_info::StreamInfo& streamInfo() override { return info_; }
  Arena& arena() override { return arena_; }
  const route::Route* route() override { return route_; }
  const route::VirtualHost* virtualHost() override { return &virtualHost_; }
  route::VirtualHost& mutableVirtualHost() { return virtualHost_; }
  const route::WeightedCluster* weightedCluster() override {
    if (!route_->action || route_->action->weighted.empty()) return nullptr;
    return route::pickWeighted(*route_->action, headers_, info_, *world_.worker.runtime, random);
  }
  void clearRouteCache() override {}
  void refreshCluster() override {}
  const void* routeSetting() override { return nullptr; }
  std::array<const void*, 4> routeSettings() override { return {}; }
  void resetStream() override { log += "reset;"; }
  message::HeaderMap* requestHeaders() override { return &headers_; }
  message::HeaderMap* responseHeaders() override { return nullptr; }
  void sendLocalReply(const http::LocalReply& reply) override {
    log += "local " + std::to_string(reply.status) + " '" + std::string(reply.body) + "' " +
           std::string(reply.details) + ";";
    if (reply.headers != nullptr) note(*reply.headers);
    if (destroyOnReply) destroy();
  }
  void continueDecoding() override {}
  const buffer::Buffer* decodingBuffer() override { return nullptr; }
  void addDecodedData(buffer::Buffer&, bool) override {}
  void injectDecodedDataToFilterChain(buffer::Buffer&, bool) override {}
  message::HeaderMap& addDecodedTrailers() override { return headers_; }
  void encode1xxHeaders(message::HeaderMap& h) override { log += std::to_string(h.status()) + ";"; }
  void encodeHeaders(message::HeaderMap& h, bool end, std::string_view) override {
    if (!quiet) log += std::to_string(h.status()) + (end ? " end;" : ";");
    note(h);
    if (end) destroy();
  }
  void encodeData(buffer::Buffer& data, bool end) override {
    if (!quiet) log += "'" + data.toString() + (end ? "' end;" : "';");
    data.clear();
    if (end) destroy();
  }
  void encodeTrailers(message::HeaderMap&) override {}
  void onDecoderFilterAboveWriteBufferHighWatermark() override { log += "above;"; }
  void onDecoderFilterBelowWriteBufferLowWatermark() override { log += "below;"; }
  void addDownstreamWatermarkCallbacks(http::DownstreamWatermarkCallbacks& c) override { watermarks_ = &c; }
  void removeDownstreamWatermarkCallbacks(http::DownstreamWatermarkCallbacks&) override { watermarks_ = nullptr; }
  void setDecoderBufferLimit(uint32_t l) override { limit = l; }
  uint32_t decoderBufferLimit() override { return limit; }
  bool recreateStream() override { return false; }
  void setIdleTimeout(Duration timeout) override { idleTimeout = timeout; }
  void endAfterPartialResponse(std::string_view details) override {
    log += "cut " + std::string(details) + ";";
    destroy();
  }
  std::optional<Duration> idleTimeout;

 private:
  void note(const message::HeaderMap& h) {
    if (!responseHeader.empty()) responseValue = h.get(message::HeaderName(responseHeader));
  }
  World& world_;
  Arena arena_;
  message::HeaderMap headers_;
  stream_info::StreamInfo info_;
  route::VirtualHost virtualHost_;
  const route::Route* route_;
  const filters::router::RouterOptions options_;
  AsyncClient async_;
  http::DownstreamWatermarkCallbacks* watermarks_ = nullptr;
  bool destroyed_ = false;
  std::optional<filters::router::RouterFilter> filter_;
};

}  // namespace orrery::upstream::test
