#include "tests/unit/proxy/config/field_pairs_rate_limit.h"

#include "tests/unit/proxy/config/field_macros_rate_limit.h"

namespace orrery::config {

namespace {

#define LIMITING \
  Snippet { At::kFilter, LIMIT_OF_ROUTE("") }
// A host that is limited, and a route that has nothing to say of it.
#define OF_HOST Snippet{At::kHost, "rate_limits: [{actions: [" FIXED("a") "]}]"}
#define OF_ROUTE(rest) "rate_limits: [{" rest " actions: [" FIXED("a") "]}]"
// A filter in front says what the metadata is.
#define KNOWN                                                                                                      \
  "\n          - {name: m, typed_config: {\"@type\": "                                                             \
  "type.googleapis.com/envoy.extensions.filters.http.set_metadata.v3.Config, metadata: [{metadata_namespace: ns, " \
  "value: {p: v}}]}}"

#define RBAC_BY(rule)                                                                                    \
  KNOWN                                                                                                  \
  "\n          - {name: f, typed_config: {\"@type\": "                                                   \
  "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC, rules: {action: DENY, policies: {p: " \
  "{permissions: [{" rule "}], principals: [{any: true}]}}}}}"
#define MD(member) "{filter: ns, path: [{key: " member "}], value: {string_match: {exact: v}}}"

constexpr FieldPair kPairs[] = {
    {"SourcedMetadata.metadata_matcher", At::kFilter, RBAC_BY("sourced_metadata: {metadata_matcher: " MD("p") "}"),
     RBAC_BY("sourced_metadata: {metadata_matcher: " MD("q") "}")},
    {"SourcedMetadata.metadata_source", At::kFilter, RBAC_BY("sourced_metadata: {metadata_matcher: " MD("p") "}"),
     RBAC_BY("sourced_metadata: {metadata_source: ROUTE, metadata_matcher: " MD("p") "}")},
    {"LocalRateLimit.stage",
     At::kFilter,
     LIMIT_OF_ROUTE("stage: 1"),
     LIMIT_OF_ROUTE("stage: 0"),
     {At::kRouteAction, OF_ROUTE("")}},
    {"LocalRateLimit.vh_rate_limits", At::kFilter, LIMIT_OF_ROUTE("vh_rate_limits: INCLUDE"),
     LIMIT_OF_ROUTE("vh_rate_limits: IGNORE"), OF_HOST},
    {"VirtualHost.rate_limits", At::kHost, "rate_limits: [{actions: [" FIXED("a") "]}]", "", LIMITING},
    {"RouteAction.rate_limits", At::kRouteAction, OF_ROUTE(""), "", LIMITING},
    {"RouteAction.include_vh_rate_limits", At::kHost,
     "routes: [{match: {prefix: /}, route: {cluster: origin, include_vh_rate_limits: true, rate_limits: [{actions: "
     "[" FIXED("x") "]}]}}]\n              rate_limits: [{actions: [" FIXED("a") "]}]",
     "routes: [{match: {prefix: /}, route: {cluster: origin, rate_limits: [{actions: [" FIXED(
         "x") "]}]}}]\n              rate_limits: [{actions: [" FIXED("a") "]}]",
     LIMITING},
    {"RateLimit.stage", At::kRouteAction, OF_ROUTE("stage: 1,"), OF_ROUTE(""), LIMITING},
    {"RateLimit.disable_key", At::kRouteAction, OF_ROUTE("disable_key: d,"), OF_ROUTE(""), LIMITING},
    {"MetaData.metadata_key", At::kFilter, KNOWN LIMIT_BY(BY_METADATA("descriptor_key: k", "ns", "p"), ANY_OF("k")),
     KNOWN LIMIT_BY(BY_METADATA("descriptor_key: k", "other", "p"), ANY_OF("k"))},
    {"MetaData.source", At::kFilter, KNOWN LIMIT_BY(BY_METADATA("descriptor_key: k", "ns", "p"), ANY_OF("k")),
     KNOWN LIMIT_BY(BY_METADATA("source: ROUTE_ENTRY, descriptor_key: k", "ns", "p"), ANY_OF("k"))},
    {"MetadataKey.key", At::kFilter, KNOWN LIMIT_BY(BY_METADATA("descriptor_key: k", "ns", "p"), ANY_OF("k")),
     KNOWN LIMIT_BY(BY_METADATA("descriptor_key: k", "other", "p"), ANY_OF("k"))},
    {"MetadataKey.path", At::kFilter, KNOWN LIMIT_BY(BY_METADATA("descriptor_key: k", "ns", "p"), ANY_OF("k")),
     KNOWN LIMIT_BY(BY_METADATA("descriptor_key: k", "ns", "q"), ANY_OF("k"))},
    {"MetadataKey.PathSegment.key", At::kFilter,
     KNOWN LIMIT_BY(BY_METADATA("descriptor_key: k", "ns", "p"), ANY_OF("k")),
     KNOWN LIMIT_BY(BY_METADATA("descriptor_key: k", "ns", "q"), ANY_OF("k"))},
};

}  // namespace

std::span<const FieldPair> rateLimitFieldPairs() { return kPairs; }

}  // namespace orrery::config
