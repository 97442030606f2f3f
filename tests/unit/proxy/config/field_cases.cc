#include "tests/unit/proxy/config/field_cases.h"

#include <optional>
#include <type_traits>

#include "proxy/filters/http/bandwidth_limit/bandwidth_limit_options.h"
#include "proxy/filters/http/basic_auth/basic_auth_options.h"
#include "proxy/filters/http/buffer/buffer_options.h"
#include "proxy/filters/http/compressor/compressor_options.h"
#include "proxy/filters/http/cors/cors_options.h"
#include "proxy/filters/http/csrf/csrf_options.h"
#include "proxy/filters/http/decompressor/decompressor_options.h"
#include "proxy/filters/http/ext_authz/ext_authz_options.h"
#include "proxy/filters/http/fault/fault_options.h"
#include "proxy/filters/http/header_mutation/header_mutation_options.h"
#include "proxy/filters/http/health_check/health_check_options.h"
#include "proxy/filters/http/local_ratelimit/local_ratelimit_options.h"
#include "proxy/filters/http/rbac/rbac_options.h"
#include "proxy/filters/http/router/router_options.h"
#include "proxy/filters/http/set_metadata/set_metadata_options.h"
#include "proxy/format/format.h"
#include "tests/unit/proxy/config/field_macros_rate_limit.h"

namespace orrery::config {

namespace {

// What is seen of a value, as text.

std::string show(bool value) { return value ? "true" : "false"; }
std::string show(uint32_t value) { return std::to_string(value); }
std::string show(uint64_t value) { return std::to_string(value); }
std::string show(int64_t value) { return std::to_string(value); }
std::string show(const std::string& value) { return value; }
std::string show(Duration value) { return std::to_string(value.inMilliseconds()) + "ms"; }
std::string show(const io::Address& value) { return value.text(); }
std::string show(const message::HeaderName& value) { return std::string(value.text()); }
template <class Enum>
  requires std::is_enum_v<Enum>
std::string show(Enum value) {
  return std::to_string(static_cast<int>(value));
}
// Defined last: they look for the overload of T among those above them.
template <class T>
std::string show(const std::optional<T>& value);
template <class T>
std::string show(const std::vector<T>& values);

std::string show(const route::StringMatcher& matcher) {
  constexpr const char* kinds[] = {"exact", "prefix", "suffix", "contains", "regex"};
  return std::string(kinds[static_cast<int>(matcher.kind)]) + ":" + matcher.value + (matcher.ignoreCase ? ":i" : "");
}
std::string show(const route::HeaderMatcher& matcher) {
  std::string out = show(matcher.name) + " ";
  if (matcher.kind == route::HeaderMatcher::Kind::kString) out += show(matcher.string);
  if (matcher.kind == route::HeaderMatcher::Kind::kPresent) out += matcher.presentMatch ? "present" : "absent";
  if (matcher.kind == route::HeaderMatcher::Kind::kRange)
    out += show(matcher.rangeStart) + ".." + show(matcher.rangeEnd);
  if (matcher.invert) out += " inverted";
  if (matcher.treatMissingAsEmpty) out += " missing=empty";
  return out;
}
std::string show(const route::QueryParameterMatcher& matcher) {
  return matcher.name + " " + (matcher.string ? show(*matcher.string) : matcher.present ? "present" : "absent");
}
std::string show(const route::HeaderMutation& mutation) {
  constexpr const char* kinds[] = {"append", "absent", "set", "replace", "remove", "remove matching"};
  return std::string(kinds[static_cast<int>(mutation.kind)]) + " " + show(mutation.name) +
         (mutation.value.empty() ? "" : "=" + mutation.value) + (mutation.keepEmptyValue ? " keep" : "");
}
std::string show(const route::CookieMatcher& matcher) {
  return matcher.name + " " + show(matcher.string) + (matcher.invert ? " inverted" : "");
}
std::string show(const match::RegexSubstitution& rewrite) { return rewrite.pattern + " -> " + rewrite.substitution; }
std::string show(const route::HashPolicy& policy) {
  using Kind = route::HashPolicy::Kind;
  std::string out = policy.kind == Kind::kHeader     ? show(*policy.header)
                    : policy.kind == Kind::kCookie   ? "cookie " + policy.name
                    : policy.kind == Kind::kSourceIp ? "source"
                                                     : "query " + policy.name;
  if (policy.rewrite) out += " " + show(*policy.rewrite);
  if (policy.ttl) out += " " + show(*policy.ttl);
  for (const auto& [name, value] : policy.attributes) out += " " + name + "=" + value;
  return out + (policy.terminal ? " terminal" : "");
}
std::string show(const route::RateLimitedBackoff& backoff) {
  std::string out;
  for (const route::ResetHeader& header : backoff.headers) {
    out += show(header.name) + (header.format == route::ResetHeader::Format::kSeconds ? " seconds " : " unix ");
  }
  return out + show(backoff.maxInterval);
}
std::string show(const route::WeightedCluster& cluster) {
  const std::string name = cluster.clusterHeader ? show(*cluster.clusterHeader)
                                                 : cluster.cluster.name + "/" + std::to_string(cluster.cluster.index);
  return name + ":" + show(cluster.weight) + (cluster.runtimeKey.empty() ? "" : " " + cluster.runtimeKey);
}
std::string show(const runtime::Layer& layer) {
  std::string out = layer.name + (layer.admin ? " admin" : "");
  for (const auto& [key, value] : layer.values) out += " " + key + "=" + value;
  return out;
}
std::string show(const io::KeepaliveOptions& options) {
  return show(options.probes) + "," + show(options.idle) + "," + show(options.interval);
}
std::string show(const upstream::EndpointOptions& endpoint) { return show(endpoint.address); }
std::string show(const http::Cidr& range) { return range.address.ipText() + "/" + std::to_string(range.prefixLength); }
std::string show(const route::VirtualHost& host) { return host.name; }
std::string show(const net::ListenerOptions& listener) { return listener.name; }
std::string show(const upstream::ClusterOptions& cluster) { return cluster.name; }
std::string show(const access_log::AccessLogOptions& log) { return log.name + ">" + log.path; }
std::string show(const net::NetworkFilterOptions& filter) { return filter.name; }
std::string show(const http::HttpFilterOptions& filter) { return filter.name; }
std::string show(const http::UpgradeOptions& upgrade) {
  std::string out = upgrade.type + (upgrade.enabled ? "" : " off");
  for (const http::HttpFilterOptions& filter : upgrade.filters) out += " " + filter.name;
  return out;
}
std::string show(const route::RouteUpgrade& upgrade) { return upgrade.type + (upgrade.enabled ? "" : " off"); }
std::string show(const route::Route& route) { return route.name; }
std::string show(const match::MatchPredicate& predicate);
std::string show(const route::RateLimitAction& action);
std::string show(const route::RateLimit& limit);
std::string show(const filters::local_ratelimit::DescriptorOptions& descriptor) {
  std::string out;
  for (const auto& entry : descriptor.entries) out += (out.empty() ? "" : ",") + entry.key + "=" + entry.value;
  return out;
}
std::string show(const route::HeaderLevel& level);
std::string show(const route::ValueMatcher& value);
std::string show(const route::MetadataMatcher& matcher);

template <class T>
std::string show(const std::optional<T>& value) {
  return value ? show(*value) : "none";
}
template <class T>
std::string show(const std::vector<T>& values) {
  std::string out;
  for (const auto& value : values) out += (out.empty() ? "" : "; ") + show(value);
  return out;
}
std::string show(const route::HeaderLevel& level) { return show(level.mutations); }

std::string show(const route::ValueMatcher& value) {
  constexpr std::string_view kNames[] = {"null", "number", "range", "string", "bool", "present", "one of", "or"};
  std::string out(kNames[static_cast<int>(value.kind)]);
  using Kind = route::ValueMatcher::Kind;
  if (value.kind == Kind::kNumber || value.kind == Kind::kRange) {
    out += " " + show(static_cast<int64_t>(value.number)) + ".." + show(static_cast<int64_t>(value.end));
  }
  if (value.kind == Kind::kString) out += " " + show(value.string);
  if (value.kind == Kind::kBool || value.kind == Kind::kPresent) out += " " + show(value.wanted);
  if (!value.others.empty()) out += "(" + show(value.others) + ")";
  return out;
}
std::string show(const route::MetadataMatcher& matcher) {
  return matcher.metadataNamespace + " " + show(matcher.path) + " " + show(matcher.value) +
         (matcher.invert ? " inverted" : "");
}

std::string show(const route::RateLimitAction& action) {
  constexpr std::string_view kinds[] = {"cluster", "header",  "query",   "address",  "masked",        "in",
                                        "fixed",   "headers", "queries", "metadata", "route metadata"};
  std::string out = std::string(kinds[static_cast<int>(action.kind)]) + " " + action.key;
  if (!action.value.empty()) out += "=" + action.value;
  if (!action.defaultValue.empty()) out += " or " + action.defaultValue;
  if (action.header) out += " of " + show(*action.header);
  if (!action.parameter.empty()) out += " of " + action.parameter;
  if (!action.headers.empty()) out += " " + show(action.headers);
  if (!action.parameters.empty()) out += " " + show(action.parameters);
  for (const auto& [address, bits] : action.ranges) out += " " + address.ipText() + "/" + show(bits);
  if (action.invertRanges) out += " inverted";
  if (action.kind == route::RateLimitAction::Kind::kMaskedRemoteAddress) {
    out += " /" + show(action.maskV4) + " /" + show(action.maskV6);
  }
  if (!action.metadataPath.empty()) out += " of " + action.metadataNamespace + " " + show(action.metadataPath);
  return out + (action.skipIfAbsent ? " skip" : "") + (action.expectMatch ? "" : " unless");
}
std::string show(const route::RateLimit& limit) {
  return show(limit.actions) +
         (limit.hitsFormat ? " hits by format"
          : limit.hits     ? " hits " + show(*limit.hits)
                           : "") +
         (limit.givesBack ? " given back" : "");
}

std::string show(const access_log::LogFilter& filter) {
  using Kind = access_log::LogFilter::Kind;
  std::string out;
  switch (filter.kind) {
    case Kind::kAnd:
    case Kind::kOr:
      out = filter.kind == Kind::kAnd ? "and(" : "or(";
      for (const auto& inner : filter.filters) out += (out.back() == '(' ? "" : " ") + show(inner);
      return out + ")";
    case Kind::kStatus:
    case Kind::kDuration:
      return (filter.kind == Kind::kStatus ? "status" : "duration") + show(filter.comparison) + " " +
             show(filter.value) + " " + filter.runtimeKey;
    case Kind::kRuntime:
      return "runtime " + show(filter.fraction.numerator) + "/" + show(filter.fraction.denominator) + " " +
             filter.runtimeKey + (filter.independentRandomness ? " own" : "");
    case Kind::kNotHealthCheck: return "nohealth";
    case Kind::kHeader: return "header " + show(filter.headers);
    case Kind::kResponseFlag: return "flags" + show(filter.flags);
    case Kind::kGrpcStatus: out = "grpc " + show(filter.statuses); break;
    case Kind::kMetadata: return "metadata " + show(filter.metadata) + (filter.ifMissing ? " or missing" : "");
    case Kind::kLogType: out = "types " + show(filter.types); break;
  }
  return out + (filter.exclude ? " excluded" : "");
}

// Where the sample's parts are.

using B = Bootstrap;
const net::ListenerOptions& listener(const B& b) { return b.listeners[0]; }
const upstream::ClusterOptions& cluster(const B& b) { return b.clusters[0]; }
const http::HcmOptions& hcm(const B& b) {
  return *static_cast<const http::HcmOptions*>(listener(b).chain.filters[0].options.get());
}
const filters::router::RouterOptions& router(const B& b) {
  return *static_cast<const filters::router::RouterOptions*>(hcm(b).filters[0].options.get());
}
std::string show(const match::MatchTree& tree);
std::string show(const match::MatchOutcome& outcome) {
  return outcome.tree != nullptr ? "(" + show(*outcome.tree) + ")" : show(outcome.action);
}
std::string show(const match::AddressRange& range) { return range.network.ipText() + "/" + std::to_string(range.bits); }
std::string show(const match::MatchPredicate& predicate) {
  const char* const kinds[] = {"", "any", "all", "not"};
  if (predicate.kind == match::MatchPredicate::Kind::kValue) {
    const std::string input = show(predicate.input.field) + " ";
    return predicate.ranges.empty() ? input + show(predicate.value) : input + "in " + show(predicate.ranges[0]);
  }
  return kinds[static_cast<int>(predicate.kind)] + ("(" + show(predicate.parts)) + ")";
}
std::string show(const match::MatchTree& tree) {
  std::string out;
  const auto add = [&out](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
  for (const auto& c : tree.list) add(show(c.predicate) + " -> " + show(c.then));
  const char* const how = tree.kind == match::MatchTree::Kind::kExact ? "=" : "^";
  for (const auto& [value, then] : tree.values) add(show(tree.input.field) + how + value + " -> " + show(then));
  for (const auto& r : tree.ranges) add(show(r.range) + (r.exclusive ? " only" : "") + " -> " + show(r.then));
  if (tree.otherwise.action || tree.otherwise.tree != nullptr) add("else " + show(tree.otherwise));
  return out;
}
const route::RouteConfig& routes(const B& b) { return *hcm(b).routes; }
const route::VirtualHost& host(const B& b) { return routes(b).virtualHosts[0]; }
std::string tree(const B& b) { return show(*host(b).matcher); }
const route::Route& firstRoute(const B& b) { return host(b).routes[0]; }
const route::RouteMatch& match(const B& b) { return firstRoute(b).match; }
const route::RouteAction& action(const B& b) { return *firstRoute(b).action; }
const route::RetryPolicy& retry(const B& b) { return *action(b).retry; }
const route::RedirectAction& redirect(const B& b) { return *firstRoute(b).redirect; }

const access_log::LogFilter& logFilter(const B& b) { return *hcm(b).accessLogs[0].filter; }

const http::LocalReplyRules& localReplies(const B& b) { return *hcm(b).localReplies; }
std::string localBody(const B& b) {
  const stream_info::StreamInfo info{};
  std::string out;
  localReplies(b).format->formatter->append({info}, out);
  return out;
}

std::string formatText(const format::Formatter& formatter) {
  const stream_info::StreamInfo info{};
  std::string out;
  formatter.append({info}, out);
  return out;
}

std::string pathOf(const B& b) {
  constexpr const char* kinds[] = {"prefix", "exact", "regex", "separated", "connect", "template"};
  return std::string(kinds[static_cast<int>(match(b).pathKind)]) + ":" + match(b).path;
}
// The line that the first access log writes of an empty record.
std::string line(const B& b) {
  const stream_info::StreamInfo info{};
  const stream_info::LogRecord record{info};
  std::string out;
  hcm(b).accessLogs[0].formatter->append(record, out);
  return out;
}
std::string actionOf(const B& b) {
  const auto& route = firstRoute(b);
  return route.action ? "route" : route.redirect ? "redirect" : route.direct ? "direct" : "none";
}

// The options of the filter before the router, and what the first route says to it.
template <class Options>
const Options& filter(const B& b) {
  return *static_cast<const Options*>(hcm(b).filters[0].options.get());
}
template <class Options>
const Options& setting(const B& b) {
  return *static_cast<const Options*>(firstRoute(b).filterSettings[0].options.get());
}
#define LIMIT_OPTIONS filter<filters::local_ratelimit::LocalRateLimitOptions>(b)
#define LIMITS_SEEN LIMIT_OPTIONS.rateLimits
std::string settings(const route::FilterSettings& list) {
  std::string out;
  for (const auto& s : list) out += s.filter + ":" + (s.disabled ? " off" : s.typeName);
  return out;
}
std::string share(const match::RuntimeFraction& f) {
  return std::to_string(f.defaultValue.numerator) + "/" + std::to_string(f.defaultValue.denominator);
}

std::string ruleText(const filters::rbac::Rule& rule) {
  std::string out = std::to_string(static_cast<int>(rule.kind));
  if (!rule.children.empty()) out += "(";
  for (const auto& child : rule.children) out += ruleText(child);
  if (!rule.children.empty()) out += ")";
  for (const auto& header : rule.header) out += show(header);
  if (!rule.text.value.empty()) out += show(rule.text);
  for (const auto& range : rule.range) out += show(range);
  if (rule.endPort != 0) out += ":" + std::to_string(rule.firstPort) + "-" + std::to_string(rule.endPort);
  return out;
}

#define SEE(expression) [](const Bootstrap& b) -> std::string { return show(expression); }
#define TEXT(expression) [](const Bootstrap& b) -> std::string { return expression; }

// Pieces of snippets.
#define TYPE(name) "\"@type\": type.googleapis.com/" name
#define HCM_TYPE TYPE("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager")
#define ROUTER_TYPE TYPE("envoy.extensions.filters.http.router.v3.Router")
#define ROUTER(name) "{name: " name ", typed_config: {" ROUTER_TYPE "}}"
#define HCM(name) \
  "{name: " name ", typed_config: {" HCM_TYPE ", stat_prefix: s, route_config: {}, http_filters: [" ROUTER("r") "]}}"
#define WITHOUT_QUERY \
  "{name: q, typed_config: {" TYPE("envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery") "}}"
#define NOT_LISTED(line, where)                                                            \
  "refused: sample.yaml:" line                                                             \
  ": error: static_resources.listeners[0].filter_chains[0].filters[0].typed_config." where \
  ": %REQ_WITHOUT_QUERY% is no operator where its extension is not among the formatters\n"
#define PIPE_HOST "{endpoint: {address: {pipe: {path: /a}}}}"
#define FLEET(local, rest) \
  "static_resources: {listeners: [{name: a, address: {pipe: {path: /tmp/a}}, filter_chains: [{filters: [{name: h, "   \
  "typed_config: {" HCM_TYPE ", stat_prefix: s, route_config: {}, http_filters: [{name: f, typed_config: {" TYPE(     \
      "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit") ", stat_prefix: a, token_bucket: "           \
  "{max_tokens: 1, fill_interval: 1s}, " rest "}}, " ROUTER("r") "]}}]}]}], clusters: [{name: none}, {name: three, "  \
  "load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [" PIPE_HOST ", " PIPE_HOST ", " PIPE_HOST "]}]}}]}" \
  "\ncluster_manager: {local_cluster_name: " local "}"
#define SCOPE(name, key, status)                          \
  "{name: " name ", key: {fragments: [{string_key: " key  \
  "}]}, route_configuration: {virtual_hosts: [{name: h, " \
  "domains: [\"*\"], routes: [{match: {prefix: /}, direct_response: {status: " status "}}]}]}}"
#define SCOPED(extractor, scopes)                                                                                     \
  "static_resources: {listeners: [{name: front, address: {socket_address: {address: 127.0.0.1, port_value: 10000}}, " \
  "filter_chains: [{filters: [{name: h, typed_config: {" HCM_TYPE ", stat_prefix: s, http_filters: [" ROUTER(         \
      "r") "], scoped_routes: {name: s, scope_key_builder: {fragments: [{header_value_extractor: {" extractor         \
           "}}]}, scoped_route_configurations_list: {scoped_route_configurations: [" scopes "]}}}}]}]}]}"
// A list item of its own line.
#define FILTER(type, rest) \
  "\n          - {name: f, typed_config: {" TYPE("envoy.extensions.filters.http." type) ", " rest "}}"
#define ON_ROUTE(type, rest) "typed_per_filter_config: {f: {" TYPE("envoy.extensions.filters.http." type) ", " rest "}}"
// The filter that asks cluster `origin`.
#define SERVER "server_uri: {uri: x, cluster: origin, timeout: 1s}"
#define AUTHZ_SERVICE(service) FILTER("ext_authz.v3.ExtAuthz", "http_service: {" service "}")
#define AUTHZ(rest) FILTER("ext_authz.v3.ExtAuthz", "http_service: {" SERVER "}, " rest)
#define AUTHZ_ASKS(rest) AUTHZ_SERVICE(SERVER ", authorization_request: {" rest "}")
#define AUTHZ_SAYS(rest) AUTHZ_SERVICE(SERVER ", authorization_response: {" rest "}")
#define TYPES_MATCHED(matcher) \
  FILTER("compressor.v3.Compressor", "compressor_library: {name: l, typed_config: {" TYPE( \
      "envoy.extensions.compression.gzip.compressor.v3.Gzip") "}}, response_direction_config: {common_config: {content_type_matcher: [{" matcher "}]}}")
#define DENIES_METADATA(rule)                                                        \
  FILTER("rbac.v3.RBAC", "rules: {action: DENY, policies: {p: {permissions: [{" rule \
                         "}], principals: [{any: "                                   \
                         "true}]}}}")
#define DENIES_PEER_METADATA(rule)                                                                              \
  FILTER("rbac.v3.RBAC", "rules: {action: DENY, policies: {p: {permissions: [{any: true}], principals: [{" rule \
                         "}]}}"                                                                                 \
                         "}")
#define FIRST_PERMISSION filter<filters::rbac::RbacOptions>(b).rules->policies.at("p").permissions[0]
#define FIRST_PRINCIPAL filter<filters::rbac::RbacOptions>(b).rules->policies.at("p").principals[0]
#define QUERY_CHANGE(rule) \
  FILTER("header_mutation.v3.HeaderMutation", "mutations: {query_parameter_mutations: [{" rule "}]}")
#define QUERY_CHANGES filter<filters::header_mutation::HeaderMutationOptions>(b).mutations.query[0]
#define AUTHZ_OPTIONS filter<filters::ext_authz::ExtAuthzOptions>(b)
#define AUTHZ_RULES(rules) AUTHZ("decoder_header_mutation_rules: {" rules "}")
#define METADATA(entry) FILTER("set_metadata.v3.Config", "metadata: [{" entry "}]")
#define FILE_TYPE TYPE("envoy.extensions.access_loggers.file.v3.FileAccessLog")
#define FILE_LOG(rest) "access_log: [{name: f, typed_config: {" FILE_TYPE ", " rest "}}]"
#define UPSTREAM_LOG "upstream_log: [{name: f, typed_config: {" FILE_TYPE ", path: /a}}]"
#define DETECT_XFF(rest)                                               \
  "original_ip_detection_extensions: [{name: x, typed_config: {" TYPE( \
      "envoy.extensions.http.original_ip_detection.xff.v3.XffConfig") ", " rest "}}]"
#define DETECT_HEADER(rest)                                            \
  "original_ip_detection_extensions: [{name: x, typed_config: {" TYPE( \
      "envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig") ", " rest "}}]"
#define FILTERED_LOG(filter) "access_log: [{name: f, filter: {" filter "}, typed_config: {" FILE_TYPE ", path: /a}}]"
#define STREAM_TYPE(name) TYPE("envoy.extensions.access_loggers.stream.v3." name "AccessLog")
#define STREAM_LOG(name, rest) "access_log: [{name: f, typed_config: {" STREAM_TYPE(name) ", " rest "}}]"
#define PROTOCOL_OPTIONS(common) \
  "typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {" \
  TYPE("envoy.extensions.upstreams.http.v3.HttpProtocolOptions") \
  ", explicit_http_config: {http_protocol_options: {}}, common_http_protocol_options: {" common "}}}"
#define UPSTREAM_CODEC \
  "{name: codec, typed_config: {" TYPE("envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec") "}}"
#define SETS_X(name) \
  "{name: " name ", typed_config: {" TYPE("envoy.extensions.filters.http.header_mutation.v3.HeaderMutation") ", mutations: " \
  "{response_mutations: [{append: {header: {key: x, value: b}}}]}}}"
#define CLUSTER_FILTERS(filters) \
  "typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {" TYPE( \
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions") ", explicit_http_config: {http_protocol_options: {}}, " filters "}}"
#define HTTP2(rest) "http2_protocol_options: {" rest "}"
#define KEEPALIVE(rest) HTTP2("connection_keepalive: {" rest "}")
#define LOCAL(rest) "local_reply_config: {" rest "}"
#define ANY_STATUS "filter: {status_code_filter: {comparison: {op: GE, value: {default_value: 0, runtime_key: k}}}}"
#define MAPPER(filter, rest) LOCAL("mappers: [{" filter ", " rest "}]")
#define LB(type)                                                                                \
  "load_balancing_policy: {policies: [{typed_extension_config: {name: p, typed_config: {" TYPE( \
      "envoy.extensions.load_balancing_policies." type) "}}}]}"
#define LB_WITH(type, rest)                                                                     \
  "load_balancing_policy: {policies: [{typed_extension_config: {name: p, typed_config: {" TYPE( \
      "envoy.extensions.load_balancing_policies." type) ", " rest "}}}]}"
#define LEAST_BIAS(bias) "lb_policy: LEAST_REQUEST\n    least_request_lb_config: {active_request_bias: {" bias "}}"
#define RING(rest) "lb_policy: RING_HASH\n    ring_hash_lb_config: {" rest "}"
#define ENDPOINT(more, address)                                           \
  "load_assignment: {cluster_name: x, endpoints: [{lb_endpoints: [{" more \
  " endpoint: {address: {socket_address: {" address "}}}}]}]}"
#define HASH(policy) "hash_policy: [{" policy "}]"
#define HTTP1_OPTIONS(rest) \
  "typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {" TYPE(             \
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions") ", explicit_http_config: {http_protocol_options: " \
                                                                "{" rest "}}}}"
#define PRESERVE_CASE(rest)                                                             \
  "header_key_format: {stateful_formatter: {name: preserve_case, typed_config: {" TYPE( \
      "envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig") rest "}}}"
#define ASKED_METADATA(rest) "match: {prefix: /, dynamic_metadata: [{" rest "}]}"
#define ASKED_VALUE(value) ASKED_METADATA("filter: a, path: [{key: b}], value: {" value "}")
#define METADATA_LOG(rest) \
  FILTERED_LOG("metadata_filter: {matcher: {filter: a, path: [{key: b}], value: {bool_match: true}}" rest "}")
#define TEMPLATE(text)                                 \
  "path_match_policy: {name: m, typed_config: {" TYPE( \
      "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig") ", path_template: \"" text "\"}}"
#define TEMPLATE_REWRITE(text)                                                                                         \
  ROUTES(                                                                                                              \
      TEMPLATE("/{x}"),                                                                                                \
      "route: {cluster: origin, path_rewrite_policy: {name: w, typed_config: {" TYPE(                                  \
          "envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig") ", path_template_rewrite: \"" text \
                                                                                    "\"}}}")
#define ROUTES(match, rest) "routes: [{name: r, match: {" match "}, " rest "}]"
// Conditions under which something is retried; a case that gives its own replaces them (the last of equal keys counts).
#define RETRY(rest) "retry_policy: {retry_on: \"5xx,reset,retriable-status-codes,retriable-headers\", " rest "}"
#define PREVIOUS_HOSTS \
  "{name: p, typed_config: {" TYPE("envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate") "}}"
#define OMIT_HOSTS(rest)            \
  "{name: o, typed_config: {" TYPE( \
      "envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig") ", " rest "}}"
#define PREVIOUS_PRIORITIES(frequency) \
  "name: p, typed_config: {" TYPE(                                                                           \
      "envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig") ", "                \
                                                                                         "update_frequency:" \
                                                                                         " " frequency "}"
#define MIRROR(rest) "request_mirror_policies: [{" rest "}]"
#define FOLLOW(rest) "internal_redirect_policy: {" rest "}"
#define ALLOWED_ROUTES(names)                    \
  "predicates: [{name: p, typed_config: {" TYPE( \
      "envoy.extensions.internal_redirect.allow_listed_routes.v3.AllowListedRoutesConfig") ", " names "}}]"
#define REDIRECT(rest) ROUTES("prefix: /", "redirect: {" rest "}")
#define WEIGHTED(clusters) ROUTES("prefix: /", "route: {weighted_clusters: {clusters: [" clusters "]}}")
#define FRACTION(rest) "match: {prefix: /, runtime_fraction: {" rest "}}"
#define HEADER(rest) "match: {prefix: /, headers: [{" rest "}]}"
#define QUERY(rest) "match: {prefix: /, query_parameters: [{" rest "}]}"
#define ONE_HOST(config, host, rest) \
  "route_config: {" config ", virtual_hosts: [{name: h, domains: [\"*\"], " host ROUTES("prefix: /", rest) "}]}"
#define UNKNOWN_CLUSTER(config) ONE_HOST(config, "", "route: {cluster: nope}")
#define DIRECT(config, text) ONE_HOST(config, "", "direct_response: {status: 200, body: {inline_string: " text "}}")
#define TREE(matcher) "route_config: {virtual_hosts: [{name: h, domains: [\"*\"], matcher: {" matcher "}}]}"
#define TO_TYPE(type, rest) "{action: {name: a, typed_config: {" TYPE("envoy.config.route.v3." type) ", " rest "}}}"
#define TO(status) TO_TYPE("Route", "match: {prefix: /}, direct_response: {status: " status "}")
#define TO_LIST(routes) TO_TYPE("RouteList", "routes: [" routes "]")
#define INPUT(name) \
  "{name: i, typed_config: {" TYPE("envoy.type.matcher.v3.HttpRequestHeaderMatchInput") ", header_name: " name "}}"
#define ONE(name, value) "single_predicate: {input: " INPUT(name) ", value_match: {" value "}}"
#define BOTH(one, other) "{predicate: [{" ONE("a", "exact: " one) "}, {" ONE("a", "exact: " other) "}]}"
#define LIST(predicate, then) \
  "matcher_list: {matchers: [{predicate: {" predicate "}, on_match: " then "}]}, on_no_match: " TO("299")
#define CHOOSE(value, cluster)                                                                                        \
  "matcher_tree: {input: " INPUT("a") ", exact_match_map: {map: {" value ": {action: {name: c, typed_config: {" TYPE( \
      "envoy.extensions.router.cluster_specifiers.matcher.v3.ClusterAction") ", cluster: " cluster "}}}}}}"
#define SPECIFIER(tree)                                                                                            \
  "{extension: {name: m, typed_config: {" TYPE(                                                                    \
      "envoy.extensions.router.cluster_specifiers.matcher.v3.MatcherClusterSpecifier") ", cluster_matcher: {" tree \
                                                                                       "}}}}"
#define MAP(kind, name, entries) \
  "matcher_tree: {input: " INPUT(name) ", " kind "_match_map: {map: {" entries "}}}, on_no_match: " TO("299")
#define RANGE(network) "{address_prefix: " network ", prefix_len: 8}"
#define ONE_IP(network)                                                                     \
  "single_predicate: {input: " INPUT("a") ", custom_match: {name: c, typed_config: {" TYPE( \
      "envoy.extensions.matching.input_matchers.ip.v3.Ip") ", stat_prefix: p, cidr_ranges: [" RANGE(network) "]}}}"
#define RANGE_TREE(matcher)                                                                  \
  TREE("matcher_tree: {input: " INPUT("a") ", custom_match: {name: c, typed_config: {" TYPE( \
      "xds.type.matcher.v3.IPMatcher") ", range_matchers: [{" matcher "}]}}}, on_no_match: " TO("299"))
#define LEVELS(config)                                                                             \
  ONE_HOST(config ", request_headers_to_remove: [config]", "request_headers_to_remove: [vhost], ", \
           "request_headers_to_remove: [route], route: {cluster: origin}")

}  // namespace

std::span<const FieldCase> fieldCases() {
  // Not constexpr: so much text is more steps than a compiler takes.
  static const FieldCase kCases[] = {
#include "tests/unit/proxy/config/field_cases_bootstrap.inc"
#include "tests/unit/proxy/config/field_cases_cluster.inc"
#include "tests/unit/proxy/config/field_cases_filters.inc"
#include "tests/unit/proxy/config/field_cases_hcm.inc"
#include "tests/unit/proxy/config/field_cases_http2.inc"
#include "tests/unit/proxy/config/field_cases_local_reply.inc"
#include "tests/unit/proxy/config/field_cases_log_filter.inc"
#include "tests/unit/proxy/config/field_cases_match_tree.inc"
#include "tests/unit/proxy/config/field_cases_rate_limit.inc"
#include "tests/unit/proxy/config/field_cases_route.inc"
#include "tests/unit/proxy/config/field_cases_scoped_routes.inc"
  };
  return kCases;
}

}  // namespace orrery::config
