#pragma once

#include "proxy/filters/http/buffer/buffer_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::buffering {

struct BufferConfig {
  BufferConfig(const BufferOptions& o, const http::PlanInputs&) : options(o) {}
  BufferOptions options;
};

// Holds a request until it is complete, and says its length; past max_request_bytes it is answered with 413 (Envoy's
// buffer filter). Lifetime: in the stream's arena. Threading: the worker's.
class BufferFilter final : public http::PassThroughDecoder {
 public:
  explicit BufferFilter(const BufferConfig& config) : options_(config.options) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterDataStatus decodeData(buffer::Buffer& data, bool endStream) override;
  http::FilterTrailersStatus decodeTrailers(message::HeaderMap& trailers) override;

 private:
  void addLength();

  const BufferOptions& options_;
  message::HeaderMap* headers_ = nullptr;  // null: nothing is held
  uint64_t length_ = 0;
};

using BufferPlan = http::PlanOf<BufferFilter, BufferConfig>;

}  // namespace orrery::filters::buffering
