#include "proxy/filters/http/decompressor/decompressor_filter.h"

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

// What this filter can decode is put behind what the client can, whatever that said of it (as Envoy 1.40).
void advertise(HeaderMap& headers, std::string_view coding) {
  std::string all;
  forEachToken(headers.get(kAcceptEncoding), [&](std::string_view token) {
    if (trim(token.substr(0, token.find(';'))) != coding) all.append(token) += ',';
  });
  headers.set(kAcceptEncoding, all.append(coding));
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
    advertise(headers, coding);
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
  for (const std::string_view failure : compression::failureNames(config_.options.library.coding)) {
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
    const auto names = compression::failureNames(config_.options.library.coding);
    stats.addNamed(config_.libraryPrefix + std::string(names[decompressor.failure()]));
  }
  stats.add(of.totalUncompressedBytes, data.size());
}

}  // namespace orrery::filters::decompressor
