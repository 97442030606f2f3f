#include "proxy/filters/http/decompressor/decompressor_filter.h"

#include <span>

#include "proxy/base/ascii.h"

namespace orrery::filters::decompressor {

using http::FilterDataStatus;
using http::FilterHeadersStatus;
using message::HeaderId;
using message::HeaderMap;
using message::HeaderName;

namespace {

const HeaderName kAcceptEncoding("accept-encoding");
const HeaderName kCacheControl("cache-control");
const HeaderName kContentEncoding("content-encoding");

// The names that a library's failures have; the first is the one of bytes that are not of the coding.
std::span<const std::string_view> failuresOf(compression::Coding coding) {
  static constexpr std::string_view kZlib[] = {"zlib_data_error", "zlib_buf_error",    "zlib_errno",
                                               "zlib_mem_error",  "zlib_stream_error", "zlib_version_error"};
  static constexpr std::string_view kBrotli[] = {"brotli_error", "brotli_output_overflow", "brotli_redundant_input"};
  static constexpr std::string_view kZstd[] = {"zstd_generic_error", "zstd_checksum_wrong_error",
                                               "zstd_dictionary_error", "zstd_memory_error"};
  switch (coding) {
    case compression::Coding::kGzip: return kZlib;
    case compression::Coding::kBrotli: return kBrotli;
    case compression::Coding::kZstd: return kZstd;
  }
  return {};
}

}  // namespace

DirectionStats::DirectionStats(stats::Layout& layout, const std::string& prefix)
    : decompressed(layout.counter(prefix + "decompressed")),
      notDecompressed(layout.counter(prefix + "not_decompressed")),
      totalUncompressedBytes(layout.counter(prefix + "total_uncompressed_bytes")),
      totalCompressedBytes(layout.counter(prefix + "total_compressed_bytes")) {}

DecompressorConfig::DecompressorConfig(const DecompressorFilterOptions& o, const http::PlanInputs& inputs)
    : options(o),
      request(inputs.layout, inputs.prefix() + "decompressor." + o.libraryName + "." +
                                 std::string(compression::codingStatName(o.library.coding)) + ".request."),
      response(inputs.layout, inputs.prefix() + "decompressor." + o.libraryName + "." +
                                  std::string(compression::codingStatName(o.library.coding)) + ".response."),
      libraryPrefix(inputs.prefix() + "decompressor." + o.libraryName + "." +
                    std::string(compression::codingStatName(o.library.coding)) + ".decompressor_library.") {}

FilterHeadersStatus DecompressorFilter::decodeHeaders(HeaderMap& headers, bool endStream) {
  const std::string_view coding = compression::codingName(config_.options.library.coding);
  if (config_.options.advertise && decoder_->worker().runtime->enabled(config_.options.response.enabled)) {
    // What this filter can decode is put beside what the client can.
    headers.add(kAcceptEncoding, coding);
  }
  request_ = start(config_.options.request, config_.request, headers, endStream);
  return FilterHeadersStatus::kContinue;
}

FilterHeadersStatus DecompressorFilter::encodeHeaders(HeaderMap& headers, bool endStream) {
  response_ = start(config_.options.response, config_.response, headers, endStream);
  return FilterHeadersStatus::kContinue;
}

std::unique_ptr<compression::Decompressor> DecompressorFilter::start(const DirectionOptions& direction,
                                                                     const DirectionStats& stats, HeaderMap& headers,
                                                                     bool endStream) {
  if (endStream) return nullptr;
  const std::string_view all = headers.get(kContentEncoding);
  const std::string_view coding = compression::codingName(config_.options.library.coding);
  const bool forbidden =
      !direction.ignoreNoTransform && headers.get(kCacheControl).find("no-transform") != std::string_view::npos;
  const size_t comma = all.find(',');
  const bool ours = equalsIgnoreCase(trim(all.substr(0, comma)), coding);
  if (!decoder_->worker().runtime->enabled(direction.enabled) || forbidden || !ours) {
    decoder_->worker().stats.add(stats.notDecompressed);
    return nullptr;
  }
  decoder_->worker().stats.add(stats.decompressed);
  headers.remove(HeaderId::kContentLength);
  // As Envoy: the first of the list is the one that is undone.
  if (comma == std::string_view::npos) {
    headers.remove(kContentEncoding);
  } else {
    headers.set(kContentEncoding, trim(all.substr(comma + 1)));
  }
  // There from the first body on, as in Envoy.
  for (const std::string_view failure : failuresOf(config_.options.library.coding)) {
    decoder_->worker().stats.addNamed(config_.libraryPrefix + std::string(failure), 0);
  }
  return compression::newDecompressor(config_.options.library);
}

FilterDataStatus DecompressorFilter::decodeData(buffer::Buffer& data, bool) {
  if (request_ != nullptr) run(*request_, config_.request, data);
  return FilterDataStatus::kContinue;
}

FilterDataStatus DecompressorFilter::encodeData(buffer::Buffer& data, bool) {
  if (response_ != nullptr) run(*response_, config_.response, data);
  return FilterDataStatus::kContinue;
}

void DecompressorFilter::run(compression::Decompressor& decompressor, const DirectionStats& of, buffer::Buffer& data) {
  stats::Block& stats = decoder_->worker().stats;
  stats.add(of.totalCompressedBytes, data.size());
  if (!decompressor.decompress(data)) {
    stats.addNamed(config_.libraryPrefix + std::string(failuresOf(config_.options.library.coding).front()));
  }
  stats.add(of.totalUncompressedBytes, data.size());
}

}  // namespace orrery::filters::decompressor
