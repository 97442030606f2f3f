#include "envoy/extensions/filters/http/upstream_codec/v3/upstream_codec.pb.h"
#include "proxy/config/filter_translator.h"

namespace orrery::config {

namespace {

using CodecMessage = envoy::extensions::filters::http::upstream_codec::v3::UpstreamCodec;

// It has no settings: upstream::UpstreamChain puts it behind the filters of every try.
struct UpstreamCodecOptions {};
UpstreamCodecOptions toCodec(Translation&, const CodecMessage&) { return {}; }

}  // namespace

const FilterTranslator kUpstreamCodecTranslator{
    .typeName = "envoy.filters.http.upstream_codec",
    .message = "envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec",
    .translate = translated<CodecMessage, toCodec>,
    .routeMessage = {},
    .terminal = true,
    .side = FilterSide::kUpstream};

}  // namespace orrery::config
