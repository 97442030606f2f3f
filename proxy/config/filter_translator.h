#pragma once

#include <google/protobuf/any.pb.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/config/filter_list.h"
#include "proxy/config/translate.h"

// HTTP filters from messages to their own options. A filter brings one filter_<name>.cc with a FilterTranslator and one
// line in filter_list.h.
namespace orrery::config {

// Which chains a filter may be in: those of connection managers, those on the way to hosts (upstream_http_filters of a router,
// http_filters of a cluster), or both. Envoy has a list of either.
enum class FilterSide : uint8_t { kDownstream, kUpstream, kBoth };

struct FilterTranslator {
  using Options = std::shared_ptr<const void>;
  using Translate = Options (*)(Translation& t, const google::protobuf::Any& message);

  std::string_view typeName;  // "envoy.filters.http.fault", as in the list of proxy/server
  std::string_view message;   // the type of typed_config
  Translate translate = nullptr;
  // What typed_per_filter_config holds for it; empty: Envoy knows no such settings.
  std::string_view routeMessage;
  Translate translateRoute = nullptr;
  bool terminal = false;  // must be the last one
  FilterSide side = FilterSide::kDownstream;
  std::string_view upstreamName = {};  // Envoy's name for it in upstream chains, where that is another one
  // Of a filter that has upstream filters of its own: their chain.
  std::vector<http::HttpFilterOptions> (*upstream)(Translation& t, const google::protobuf::Any& message) = nullptr;

  bool on(FilterSide of) const { return side == FilterSide::kBoth || side == of; }
};

#define ORRERY_X(name) extern const FilterTranslator name;
ORRERY_HTTP_FILTERS(ORRERY_X)
#undef ORRERY_X

// Null: there is no such filter on that side.
const FilterTranslator* findFilter(std::string_view message, FilterSide side);
const FilterTranslator* findRouteFilter(std::string_view routeMessage);

// The translation of a message of type M by a function of (Translation&, const M&) that returns options by value. The
// type was looked up and the bytes were read before, so unpacking cannot fail.
template <class M, auto F>
FilterTranslator::Options translated(Translation& t, const google::protobuf::Any& any) {
  M message;
  any.UnpackTo(&message);
  using Options = std::remove_cvref_t<decltype(F(t, message))>;
  return std::make_shared<const Options>(F(t, message));
}

}  // namespace orrery::config
