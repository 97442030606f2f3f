#include "proxy/config/translate_filter_chain.h"

#include <google/protobuf/any.pb.h>

#include <string>

#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "proxy/config/any_type.h"
#include "proxy/config/filter_translator.h"

namespace orrery::config {

namespace {

using envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter;

// Envoy's word for a chain.
std::string_view wordOf(FilterChainKind kind) {
  switch (kind) {
    case FilterChainKind::kDownstream: return "http";
    case FilterChainKind::kUpgrade: return "http upgrade";
    case FilterChainKind::kRoutersUpstream: return "router upstream http";
    case FilterChainKind::kCluster: return "upstream http";
  }
  return "";
}

bool isUpstream(FilterChainKind kind) {
  return kind == FilterChainKind::kRoutersUpstream || kind == FilterChainKind::kCluster;
}

void checkPlace(Translation& t, const HttpFilter& message, const FilterTranslator& translator, bool last,
                FilterChainKind kind) {
  if (translator.terminal && message.disabled()) {
    t.refuse("disabled",
             "Error: the last (terminal) filter (" + message.name() + ") in the chain cannot be disabled by default.");
  }
  if (translator.terminal == last) return;
  const bool upstream = isUpstream(kind);
  const std::string_view type =
      upstream && !translator.upstreamName.empty() ? translator.upstreamName : translator.typeName;
  const std::string who = "filter named " + message.name() + " of type " + std::string(type);
  if (!last) {
    t.refuse("Error: terminal " + who + " must be the last filter in a " + std::string(wordOf(kind)) +
             " filter chain.");
  } else if (kind == FilterChainKind::kCluster) {
    t.refuse(
        "The codec filter is the only valid terminal upstream HTTP filter, use "
        "'envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec'");
  } else {
    t.refuse("Error: non-terminal " + who + " is the last filter in a " + std::string(wordOf(kind)) + " filter chain." +
             (upstream
                  ? " When upstream_http_filters are specified, they must explicitly end with an UpstreamCodec filter."
                  : ""));
  }
}

http::HttpFilterOptions toHttpFilter(Translation& t, const HttpFilter& message, bool last, FilterChainKind kind) {
  http::HttpFilterOptions out;
  out.name = message.name();
  out.disabled = message.disabled();
  const std::string_view type = typeName(message.typed_config().type_url());
  const FilterSide side = isUpstream(kind) ? FilterSide::kUpstream : FilterSide::kDownstream;
  const FilterTranslator* translator = findFilter(type, side);
  if (translator == nullptr) {
    // A type that the API has and Orrery lacks is refused by the table of fields; what Orrery has on the other side is not.
    const bool elsewhere =
        findFilter(type, FilterSide::kUpstream) != nullptr || findFilter(type, FilterSide::kDownstream) != nullptr;
    if (type.empty() || elsewhere) {
      refuseUnregistered(t, message.name(), type);
    }
    return out;
  }
  out.typeName = translator->typeName;
  {
    const auto scope = t.path.field("typed_config");
    out.options = translator->translate(t, message.typed_config());
    if (translator->upstream != nullptr) out.upstream = translator->upstream(t, message.typed_config());
  }
  checkPlace(t, message, *translator, last, kind);
  return out;
}

}  // namespace

std::vector<http::HttpFilterOptions> toChain(Translation& t, const google::protobuf::RepeatedPtrField<HttpFilter>& list,
                                             FilterChainKind kind) {
  std::vector<http::HttpFilterOptions> out;
  for (int i = 0; i < list.size(); ++i) {
    const auto item = t.path.index(i);
    out.push_back(toHttpFilter(t, list[i], i + 1 == list.size(), kind));
  }
  if (isUpstream(kind) && !out.empty()) out.pop_back();
  return out;
}

}  // namespace orrery::config
