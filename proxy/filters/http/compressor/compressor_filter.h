#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
  stats::CounterId headerOvershadowed;

 private:
  CompressorConfig(const CompressorFilterOptions& options, const http::PlanInputs& inputs, const std::string& prefix);
};

// Compresses bodies for those who accept it (Envoy's compressor filter). Of several compressors in a chain the client's
// accept-encoding chooses one.
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
  void onDestroy() override { std::erase(ofTheChain(), this); }

 private:
  // The compressors of this stream's chain that have seen its request, in their order.
  std::vector<const CompressorFilter*>& ofTheChain();
  bool enabled(const DirectionOptions& direction) const;
  bool longEnough(const DirectionOptions& direction, const DirectionStats& stats,
                  const message::HeaderMap& headers) const;
  bool etagAllows(const message::HeaderMap& headers) const;
  const compression::CompressorOptions& coder() const;
  std::string_view coding() const { return compression::codingName(coder().coding); }
  bool enabledForResponse() const;
  // Whether the client wants this filter's coding, among those of all compressors of the chain.
  bool accepted(const message::HeaderMap& headers);
  void start(message::HeaderMap& headers);
  bool judge(message::HeaderMap& headers, bool endStream);
  bool judgeAndTell(message::HeaderMap& headers, bool endStream);
  // Why a response that could be compressed is not; empty: it is.
  std::string_view objection(const message::HeaderMap& headers) const;
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
