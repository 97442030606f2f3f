#include "envoy/extensions/compression/brotli/compressor/v3/brotli.pb.h"
#include "envoy/extensions/compression/gzip/compressor/v3/gzip.pb.h"
#include "envoy/extensions/compression/zstd/compressor/v3/zstd.pb.h"
#include "envoy/extensions/filters/http/compressor/v3/compressor.pb.h"
#include "proxy/base/ascii.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/compressor/compressor_options.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

namespace compressor = filters::compressor;
using CompressorMessage = envoy::extensions::filters::http::compressor::v3::Compressor;
using CompressorRouteMessage = envoy::extensions::filters::http::compressor::v3::CompressorPerRoute;
using GzipCoder = envoy::extensions::compression::gzip::compressor::v3::Gzip;
using BrotliCoder = envoy::extensions::compression::brotli::compressor::v3::Brotli;
using ZstdCoder = envoy::extensions::compression::zstd::compressor::v3::Zstd;

compression::CompressorOptions toGzip(const GzipCoder& m) {
  compression::CompressorOptions out{.coding = compression::Coding::kGzip};
  if (m.compression_level() != GzipCoder::DEFAULT_COMPRESSION) out.level = m.compression_level();
  if (m.has_window_bits()) out.windowBits = m.window_bits().value();
  if (m.has_memory_level()) out.memoryLevel = m.memory_level().value();
  out.strategy = static_cast<uint32_t>(m.compression_strategy());
  return out;
}

compression::CompressorOptions toBrotli(const BrotliCoder& m) {
  compression::CompressorOptions out{.coding = compression::Coding::kBrotli, .level = 3, .windowBits = 18};
  if (m.has_quality()) out.level = static_cast<int32_t>(m.quality().value());
  if (m.has_window_bits()) out.windowBits = m.window_bits().value();
  out.inputBlockBits = m.has_input_block_bits() ? m.input_block_bits().value() : 24;
  out.literalContext = !m.disable_literal_context_modeling();
  if (m.encoder_mode() == BrotliCoder::TEXT) out.strategy = 1;
  if (m.encoder_mode() == BrotliCoder::FONT) out.strategy = 2;
  return out;
}

compression::CompressorOptions toZstd(Translation& t, const ZstdCoder& m) {
  compression::CompressorOptions out{.coding = compression::Coding::kZstd, .level = 3};
  if (m.has_compression_level()) out.level = static_cast<int32_t>(m.compression_level().value());
  out.checksum = m.enable_checksum();
  out.strategy = static_cast<uint32_t>(m.strategy());
  if (!m.has_dictionary()) return out;
  if (const std::string bytes = toZstdDictionary(t, "dictionary", m.dictionary()); !bytes.empty())
    out.dictionary = std::make_shared<compression::CoderDictionary>(bytes, out.level);
  return out;
}

compression::CompressorOptions toCoder(Translation& t, const google::protobuf::Any& any) {
  const auto library = t.path.field("compressor_library");
  const auto scope = t.path.field("typed_config");
  if (GzipCoder gzip; any.Is<GzipCoder>() && any.UnpackTo(&gzip)) return toGzip(gzip);
  if (BrotliCoder brotli; any.Is<BrotliCoder>() && any.UnpackTo(&brotli)) return toBrotli(brotli);
  if (ZstdCoder zstd; any.Is<ZstdCoder>() && any.UnpackTo(&zstd)) return toZstd(t, zstd);
  return {};  // refused by the table of fields
}

// Fields of the filter itself are the older way to say the same of responses.
compressor::DirectionOptions toDirection(Translation& t, const CompressorMessage::CommonDirectionConfig& m,
                                         const CompressorMessage* older) {
  compressor::DirectionOptions out;
  if (m.has_enabled()) {
    out.enabled = toFlag(t, m.enabled());
  } else if (older != nullptr && older->has_runtime_enabled()) {
    out.enabled = toFlag(t, older->runtime_enabled());
  }
  if (m.has_min_content_length()) {
    out.minContentLength = m.min_content_length().value();
  } else if (older != nullptr && older->has_content_length()) {
    out.minContentLength = older->content_length().value();
  }
  const auto& types = m.content_type_size() == 0 && older != nullptr ? older->content_type() : m.content_type();
  for (const std::string& type : types) out.contentTypes.insert(toLower(type));
  forEachOf(t, "content_type_matcher", m.content_type_matcher(),
            [&](const auto& matcher) { out.contentTypeMatchers.push_back(toReadyMatcher(t, matcher)); });
  if (out.contentTypes.empty()) {
    out.contentTypes = {"application/javascript",
                        "application/json",
                        "application/xhtml+xml",
                        "image/svg+xml",
                        "text/css",
                        "text/html",
                        "text/plain",
                        "text/xml"};
  }
  return out;
}

compressor::CompressorFilterOptions toCompressor(Translation& t, const CompressorMessage& m) {
  compressor::CompressorFilterOptions out;
  out.library = toCoder(t, m.compressor_library().typed_config());
  out.chooseFirst = m.choose_first();
  out.libraryName = m.compressor_library().name();
  if (m.has_request_direction_config()) {
    const auto scope = t.path.field("request_direction_config");
    const auto common = t.path.field("common_config");
    out.request = toDirection(t, m.request_direction_config().common_config(), nullptr);
  }
  const auto& response = m.response_direction_config();
  out.responseConfigured = m.has_response_direction_config();
  {
    const auto scope = t.path.field("response_direction_config");
    const auto common = t.path.field("common_config");
    out.response = toDirection(t, response.common_config(), out.responseConfigured ? nullptr : &m);
  }
  out.disableOnEtag = out.responseConfigured ? response.disable_on_etag_header() : m.disable_on_etag_header();
  out.removeAcceptEncoding =
      out.responseConfigured ? response.remove_accept_encoding_header() : m.remove_accept_encoding_header();
  out.tellsStatus = response.status_header_enabled();
  out.weakenEtag = response.weaken_etag_on_compress();
  out.uncompressibleCodes.insert(response.uncompressible_response_codes().begin(),
                                 response.uncompressible_response_codes().end());
  return out;
}

compressor::CompressorRouteOptions toCompressorRoute(Translation& t, const CompressorRouteMessage& m) {
  compressor::CompressorRouteOptions out;
  out.disabled = m.disabled();
  if (m.overrides().has_compressor_library()) {
    const auto scope = t.path.field("overrides");
    out.library = toCoder(t, m.overrides().compressor_library().typed_config());
  }
  if (m.overrides().has_response_direction_config()) {
    out.enabled = true;
    const auto& response = m.overrides().response_direction_config();
    if (response.has_remove_accept_encoding_header()) {
      out.removeAcceptEncoding = response.remove_accept_encoding_header().value();
    }
  }
  return out;
}

}  // namespace

const FilterTranslator kCompressorTranslator{
    .typeName = "envoy.filters.http.compressor",
    .message = "envoy.extensions.filters.http.compressor.v3.Compressor",
    .translate = translated<CompressorMessage, toCompressor>,
    .routeMessage = "envoy.extensions.filters.http.compressor.v3.CompressorPerRoute",
    .translateRoute = translated<CompressorRouteMessage, toCompressorRoute>,
    .side = FilterSide::kBoth};

}  // namespace orrery::config
