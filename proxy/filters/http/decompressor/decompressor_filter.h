#pragma once

#include <memory>
#include <string>

#include "proxy/filters/http/decompressor/decompressor_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::decompressor {

struct DirectionStats {
  DirectionStats(stats::Layout& layout, const std::string& prefix);
  stats::CounterId decompressed;
  stats::CounterId notDecompressed;
  stats::CounterId totalUncompressedBytes;
  stats::CounterId totalCompressedBytes;
};

struct DecompressorConfig {
  DecompressorConfig(const DecompressorFilterOptions& options, const http::PlanInputs& inputs);
  DecompressorFilterOptions options;
  DirectionStats request;
  DirectionStats response;
  std::string libraryPrefix;  // of what went wrong in the library
};

// Decodes bodies of one coding, and tells the upstream that it may use it (Envoy's decompressor filter). A body that is not
// what it says comes through as far as it could be decoded.
//
// Lifetime: in the stream's arena; the decoder's state is on the heap. Threading: the worker's.
class DecompressorFilter final : public http::PassThroughFilter {
 public:
  explicit DecompressorFilter(const DecompressorConfig& config) : config_(config) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterDataStatus decodeData(buffer::Buffer& data, bool endStream) override;
  http::FilterHeadersStatus encodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterDataStatus encodeData(buffer::Buffer& data, bool endStream) override;

 private:
  std::unique_ptr<compression::Decompressor> start(const DirectionOptions& direction, const DirectionStats& stats,
                                                   message::HeaderMap& headers, bool endStream);
  void run(compression::Decompressor& decompressor, const DirectionStats& stats, buffer::Buffer& data);

  const DecompressorConfig& config_;
  std::unique_ptr<compression::Decompressor> request_;
  std::unique_ptr<compression::Decompressor> response_;
};

using DecompressorPlan = http::PlanOf<DecompressorFilter, DecompressorConfig>;

}  // namespace orrery::filters::decompressor
