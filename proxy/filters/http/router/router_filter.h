#pragma once

#include <optional>
#include <string_view>

#include "proxy/filters/http/router/router_options.h"
#include "proxy/http/filter.h"
#include "proxy/upstream/request/request.h"

namespace orrery::filters::router {

// The router as a filter of one stream. Lifetime: in the stream's arena; factory outlives it. Threading: the worker's.
class RouterFilter final : public http::StreamDecoderFilter {
 public:
  RouterFilter(upstream::ClusterManager& clusters, const upstream::RouterStats& stats, const RouterOptions& options,
               const http::UpstreamFilters* upstream, const upstream::UpstreamLogs* logs, upstream::AsyncClient& async)
      : clusters_(clusters), stats_(stats), options_(options), upstream_(upstream), logs_(logs), async_(async) {}

  void setDecoderFilterCallbacks(http::StreamDecoderFilterCallbacks& callbacks) override { callbacks_ = &callbacks; }
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterDataStatus decodeData(buffer::Buffer& data, bool endStream) override;
  http::FilterTrailersStatus decodeTrailers(message::HeaderMap& trailers) override;
  void onStreamComplete() override;
  void onDestroy() override;

 private:
  void sendNoRoute();
  void sendNoCluster();
  void sendWrongHeader(const StrictHeader& header, const message::HeaderMap& headers);
  void sendDirectResponse(const route::Route& route, message::HeaderMap& headers);
  std::string_view formattedBody(const route::DirectResponse& direct, const message::HeaderMap& headers,
                                 message::HeaderMap& extra);

  upstream::ClusterManager& clusters_;
  const upstream::RouterStats& stats_;
  const RouterOptions& options_;
  const http::UpstreamFilters* const upstream_;  // null: none
  const upstream::UpstreamLogs* const logs_;     // null: none
  upstream::AsyncClient& async_;
  http::StreamDecoderFilterCallbacks* callbacks_ = nullptr;
  std::optional<upstream::Request> request_;  // none: answered here
};

}  // namespace orrery::filters::router
