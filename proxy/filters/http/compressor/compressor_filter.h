#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "proxy/filters/http/compressor/compressor_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::compressor {

struct DirectionStats {
  DirectionStats(stats::Layout& layout, const std::string& prefix);
  stats::CounterId compressed;
  stats::CounterId notCompressed;
  stats::CounterId totalUncompressedBytes;
  stats::CounterId totalCompressedBytes;
  stats::CounterId contentLengthTooSmall;
};

struct CompressorConfig {
  CompressorConfig(const CompressorFilterOptions& options, const http::PlanInputs& inputs);
  CompressorFilterOptions options;
  DirectionStats request;
  DirectionStats response;
  stats::CounterId noAcceptHeader;
  stats::CounterId headerIdentity;
  stats::CounterId headerCompressorUsed;
  stats::CounterId headerWildcard;
  stats::CounterId headerNotValid;
  stats::CounterId notCompressedEtag;

 private:
  CompressorConfig(const CompressorFilterOptions& options, const http::PlanInputs& inputs, const std::string& prefix);
};

// Compresses bodies for those who accept it (Envoy's compressor filter). Each compressor of a chain judges for itself: the
// last configured one that may compress does.
//
// Lifetime: in the stream's arena; the coder's state is on the heap. Threading: the worker's.
class CompressorFilter final : public http::PassThroughFilter {
 public:
  explicit CompressorFilter(const CompressorConfig& config) : config_(config) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterDataStatus decodeData(buffer::Buffer& data, bool endStream) override;
  http::FilterTrailersStatus decodeTrailers(message::HeaderMap& trailers) override;
  http::FilterHeadersStatus encodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterDataStatus encodeData(buffer::Buffer& data, bool endStream) override;
  http::FilterTrailersStatus encodeTrailers(message::HeaderMap& trailers) override;

 private:
  bool enabled(const DirectionOptions& direction) const;
  bool longEnough(const DirectionOptions& direction, const DirectionStats& stats,
                  const message::HeaderMap& headers) const;
  bool etagAllows(const message::HeaderMap& headers) const;
  bool accepted();
  void run(compression::Compressor& compressor, const DirectionStats& stats, buffer::Buffer& data, bool finish);

  const CompressorConfig& config_;
  const CompressorRouteOptions* route_ = nullptr;
  std::string_view acceptEncoding_;
  bool hasAcceptEncoding_ = false;
  std::unique_ptr<compression::Compressor> request_;
  std::unique_ptr<compression::Compressor> response_;
};

using CompressorPlan = http::PlanOf<CompressorFilter, CompressorConfig>;

}  // namespace orrery::filters::compressor
