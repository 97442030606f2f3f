#include "envoy/extensions/compression/brotli/decompressor/v3/brotli.pb.h"
#include "envoy/extensions/compression/gzip/decompressor/v3/gzip.pb.h"
#include "envoy/extensions/compression/zstd/decompressor/v3/zstd.pb.h"
#include "envoy/extensions/filters/http/decompressor/v3/decompressor.pb.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/decompressor/decompressor_options.h"

namespace orrery::config {

namespace {

namespace decompressor = filters::decompressor;
using DecompressorMessage = envoy::extensions::filters::http::decompressor::v3::Decompressor;
using GzipDecoder = envoy::extensions::compression::gzip::decompressor::v3::Gzip;
using BrotliDecoder = envoy::extensions::compression::brotli::decompressor::v3::Brotli;
using ZstdDecoder = envoy::extensions::compression::zstd::decompressor::v3::Zstd;

compression::DecompressorOptions toDecoder(Translation& t, const google::protobuf::Any& any) {
  const auto library = t.path.field("decompressor_library");
  const auto scope = t.path.field("typed_config");
  compression::DecompressorOptions out;
  if (any.Is<BrotliDecoder>()) out.coding = compression::Coding::kBrotli;
  if (ZstdDecoder zstd; any.Is<ZstdDecoder>() && any.UnpackTo(&zstd)) {
    out.coding = compression::Coding::kZstd;
    auto dictionaries = std::make_shared<compression::DecoderDictionaries>();
    for (int i = 0; i < zstd.dictionaries_size(); ++i) {
      const std::string place = "dictionaries[" + std::to_string(i) + "]";
      if (const std::string bytes = toZstdDictionary(t, place, zstd.dictionaries(i)); !bytes.empty())
        dictionaries->add(bytes);
    }
    if (dictionaries->size() != 0) out.dictionaries = std::move(dictionaries);
  }
  if (GzipDecoder gzip; any.Is<GzipDecoder>() && any.UnpackTo(&gzip)) {
    if (gzip.has_window_bits()) out.windowBits = gzip.window_bits().value();
    if (gzip.has_max_inflate_ratio()) out.maxInflateRatio = gzip.max_inflate_ratio().value();
  }
  return out;
}

decompressor::DirectionOptions toDecodedDirection(Translation& t, const DecompressorMessage::CommonDirectionConfig& m) {
  decompressor::DirectionOptions out;
  if (m.has_enabled()) out.enabled = toFlag(t, m.enabled());
  out.ignoreNoTransform = m.ignore_no_transform_header();
  return out;
}

decompressor::DecompressorFilterOptions toDecompressor(Translation& t, const DecompressorMessage& m) {
  decompressor::DecompressorFilterOptions out;
  out.library = toDecoder(t, m.decompressor_library().typed_config());
  out.libraryName = m.decompressor_library().name();
  const auto& request = m.request_direction_config();
  out.request = toDecodedDirection(t, request.common_config());
  out.response = toDecodedDirection(t, m.response_direction_config().common_config());
  out.advertise = !request.has_advertise_accept_encoding() || request.advertise_accept_encoding().value();
  return out;
}

}  // namespace

const FilterTranslator kDecompressorTranslator{.typeName = "envoy.filters.http.decompressor",
                                               .message = "envoy.extensions.filters.http.decompressor.v3.Decompressor",
                                               .translate = translated<DecompressorMessage, toDecompressor>,
                                               .routeMessage = {}};

}  // namespace orrery::config
