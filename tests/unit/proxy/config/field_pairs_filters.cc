#include "tests/unit/proxy/config/field_pairs_filters.h"

#include "tests/support/zstd_dictionary.h"

namespace orrery::config {

namespace {

#define TYPE(name) "\"@type\": type.googleapis.com/" name
// A filter before the router, and what the route says to it.
#define FILTER(type, rest) \
  "\n          - {name: f, typed_config: {" TYPE("envoy.extensions.filters.http." type) ", " rest "}}"
#define ON_ROUTE(type, rest) "typed_per_filter_config: {f: {" TYPE("envoy.extensions.filters.http." type) ", " rest "}}"

#define BUFFER \
  Snippet { At::kFilter, FILTER("buffer.v3.Buffer", "max_request_bytes: 100") }
#define WRAPPED(rest) "typed_per_filter_config: {f: {" TYPE("envoy.config.route.v3.FilterConfig") ", " rest "}}"
#define BUFFER_OFF "config: {" TYPE("envoy.extensions.filters.http.buffer.v3.BufferPerRoute") ", disabled: true}"

#define BANDWIDTH(rest) \
  FILTER("bandwidth_limit.v3.BandwidthLimit", "stat_prefix: a, enable_mode: RESPONSE, limit_kbps: 100, " rest)
#define RUNTIME(key, value) \
  Snippet{At::kBootstrap, "layered_runtime: {layers: [{name: a, static_layer: {" key ": " value "}}]}"}

#define USERS(name) "users: {inline_string: \"" name ":{SHA}tESsBmE/yNY3lb6a0L6vVQEZNqw=\"}"
#define AUTH(rest) FILTER("basic_auth.v3.BasicAuth", rest)

#define CORS \
  Snippet { At::kFilter, FILTER("cors.v3.Cors", "") }
#define POLICY(rest) ON_ROUTE("cors.v3.CorsPolicy", "allow_origin_string_match: [{exact: a}], " rest)
#define SHARE(n) "{default_value: {numerator: " n "}}"
#define CSRF(enabled, rest) FILTER("csrf.v3.CsrfPolicy", "filter_enabled: " SHARE(enabled) ", " rest)

#define FAULT(rest) FILTER("fault.v3.HTTPFault", rest)
#define ALWAYS "percentage: {numerator: 100}"
#define ABORT(rest) "abort: {" rest ", " ALWAYS "}"
#define DELAY(rest) "delay: {" rest ", " ALWAYS "}"
#define RATE(rest) "response_rate_limit: {" rest ", " ALWAYS "}"

#define CHECK_OF(cluster)                                                                                             \
  FILTER("health_check.v3.HealthCheck",                                                                               \
         "pass_through_mode: false, headers: [{name: \":path\", exact_match: /a}], cluster_min_healthy_percentages: " \
         "{" cluster ": {value: 50}}")
#define LIMIT(bucket, rest)                                                                                         \
  FILTER("local_ratelimit.v3.LocalRateLimit", "stat_prefix: a, token_bucket: {" bucket "}, filter_enabled: " SHARE( \
                                                  "100") ", filter_enforced: " SHARE("100") ", " rest)
#define FEW "max_tokens: 1, tokens_per_fill: 1, fill_interval: 10s"
// One more cluster, of two hosts; `local` is the one that the proxy is of.
#define FLEET(local)                                                                                              \
  "  - {name: fleet, load_assignment: {cluster_name: f, endpoints: [{lb_endpoints: [{endpoint: {address: {pipe: " \
  "{path: /a}}}}, {endpoint: {address: {pipe: {path: /b}}}}]}]}}\ncluster_manager: {local_cluster_name: " local "}"
#define HEADER(name) "{header: {key: " name ", value: v}}"

#define RULES(permissions, principals) \
  "rules: {action: DENY, policies: {p: {permissions: [" permissions "], principals: [" principals "]}}}"
#define DENY(permission) FILTER("rbac.v3.RBAC", RULES(permission, "{any: true}"))
#define DENY_PEER(principal) FILTER("rbac.v3.RBAC", RULES("{any: true}", principal))
#define JUDGES(action)                                                                                      \
  "{action: {name: a, typed_config: {\"@type\": type.googleapis.com/envoy.config.rbac.v3.Action, name: a, " \
  "action: " action "}}}"
#define ALLOWS JUDGES("ALLOW")
#define DENIES JUDGES("DENY")
#define CLIENT_IP                             \
  "{name: i, typed_config: {\"@type\": type." \
  "googleapis.com/envoy.extensions.matching.common_inputs.network.v3.SourceIPInput}}"
#define NOWHERE                                                                            \
  "{matcher: {matcher_list: {matchers: [{predicate: {single_predicate: {input: " CLIENT_IP \
  ", value_match: {exact: nobody}}}, on_match: " DENIES "}]}}}"
// Everybody else is refused.
#define JUDGE_IP(network, bits)                                                                                     \
  FILTER("rbac.v3.RBAC",                                                                                            \
         "matcher: {matcher_list: {matchers: [{predicate: {single_predicate: {input: " CLIENT_IP                    \
         ", custom_match: {name: c, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.matching.input_" \
         "matchers.ip.v3.Ip, stat_prefix: p, cidr_ranges: [{address_prefix: " network ", prefix_len: " bits         \
         "}]}}}}, on_match: " ALLOWS "}]}, on_no_match: " DENIES "}")
// Behind it stands the range of all, which refuses; what is in no range passes.
#define JUDGE_RANGE(rest, network, bits, then)                                                                     \
  FILTER("rbac.v3.RBAC",                                                                                           \
         "matcher: {matcher_tree: {input: " CLIENT_IP                                                              \
         ", custom_match: {name: c, typed_config: {\"@type\": type.googleapis.com/xds.type.matcher.v3.IPMatcher, " \
         "range_matchers: [{ranges: [{address_prefix: " network ", prefix_len: " bits "}], on_match: " then        \
         "}, {" rest                                                                                               \
         "ranges: [{address_prefix: 128.0.0.0, prefix_len: 1}, {address_prefix: 0.0.0.0, prefix_len: 0}], "        \
         "on_match: " DENIES "}]}}}, on_no_match: " ALLOWS "}")
#define NETWORK(address) "{address_prefix: " address ", prefix_len: 32}"

#define CODER(name, rest) \
  "compressor_library: {name: l, typed_config: {" TYPE("envoy.extensions.compression." name) ", " rest "}}"
#define COMPRESSOR(coder, rest) FILTER("compressor.v3.Compressor", coder ", " rest)
#define GZIP(rest) COMPRESSOR(CODER("gzip.compressor.v3.Gzip", rest), "")
#define BROTLI(rest) COMPRESSOR(CODER("brotli.compressor.v3.Brotli", rest), "")
#define ZSTD(rest) COMPRESSOR(CODER("zstd.compressor.v3.Zstd", rest), "")
#define PLAIN_GZIP CODER("gzip.compressor.v3.Gzip", "")
#define RESPONSES(rest) COMPRESSOR(PLAIN_GZIP, "response_direction_config: {" rest "}")
#define OVERRIDE(rest) ON_ROUTE("compressor.v3.CompressorPerRoute", rest)
#define DECODER(library, rest)                                   \
  FILTER("decompressor.v3.Decompressor",                         \
         "decompressor_library: {name: l, typed_config: {" TYPE( \
             "envoy.extensions.compression.gzip.decompressor.v3.Gzip") ", " library "}}, " rest)

#define WEIGHTED(rest) \
  "routes: [{match: {prefix: /}, route: {weighted_clusters: {clusters: [{name: origin, weight: 1, " rest "}]}}}]"

#define SETS_X(value) \
  "typed_per_filter_config: {f: {" TYPE(                                                                       \
      "envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute") ", mutations: {response_mutations: " \
  "[{append: {header: {key: x, value: " value "}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}}]}}}"

#define SERVER(time) "server_uri: {uri: x, cluster: origin, timeout: " time "}"
#define AUTHZ_OF(service, rest) FILTER("ext_authz.v3.ExtAuthz", "http_service: {" service "}, " rest)
#define AUTHZ(rest) AUTHZ_OF(SERVER("1s"), rest)
#define AUTHZ_ASKS(rest) AUTHZ_OF(SERVER("1s") ", authorization_request: {" rest "}", "")
#define AUTHZ_SAYS(rest) AUTHZ_OF(SERVER("1s") ", authorization_response: {" rest "}", "")
#define NAMES(name) "{patterns: [{exact: " name "}]}"
#define AUTHZ_RULED(name, rules)                                                                 \
  AUTHZ_OF(SERVER("1s") ", authorization_response: {allowed_upstream_headers: " NAMES(name) "}", \
           "decoder_header_mutation_rules: {" rules "}")
#define ASKING \
  Snippet { At::kFilter, AUTHZ("with_request_body: {max_request_bytes: 10000}") }
#define SHOWS_METADATA(what)                                                                                  \
  Snippet{At::kHcm,                                                                                           \
          "access_log: [{name: f, typed_config: {\"@type\": "                                                 \
          "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: /a, log_format: " \
          "{text_format: \"" what "\\n\"}}}]"}
#define METADATA(entries) FILTER("set_metadata.v3.Config", entries)

constexpr FieldPair kPairs[] = {
    {"ext_authz.v3.ExtAuthz.failure_mode_allow_header_add", At::kFilter,
     AUTHZ("failure_mode_allow: true, failure_mode_allow_header_add: true"), AUTHZ("failure_mode_allow: true")},
    {"ext_authz.v3.ExtAuthz.filter_enabled", At::kFilter, AUTHZ("filter_enabled: " SHARE("0")),
     AUTHZ("filter_enabled: " SHARE("100"))},
    {"ext_authz.v3.ExtAuthz.deny_at_disable", At::kFilter,
     AUTHZ("filter_enabled: " SHARE("0") ", deny_at_disable: {default_value: true, runtime_key: k}"),
     AUTHZ("filter_enabled: " SHARE("0"))},
    {"ext_authz.v3.ExtAuthz.clear_route_cache",
     At::kFilter,
     AUTHZ_OF(SERVER("1s") ", authorization_response: {allowed_upstream_headers: " NAMES("a") "}",
              "clear_route_cache: true"),
     AUTHZ_OF(SERVER("1s") ", authorization_response: {allowed_upstream_headers: " NAMES("a") "}", ""),
     {At::kHost,
      "routes: [{match: {prefix: /, headers: [{name: a, string_match: {exact: \"1\"}}]}, direct_response: "
      "{status: 201}}, {match: {prefix: /}, route: {cluster: origin}}]"}},
    {"ext_authz.v3.ExtAuthz.clear_route_cache_headers",
     At::kFilter,
     AUTHZ_OF(SERVER("1s") ", authorization_response: {allowed_upstream_headers: " NAMES("a") "}",
              "clear_route_cache: true, clear_route_cache_headers: [other]"),
     AUTHZ_OF(SERVER("1s") ", authorization_response: {allowed_upstream_headers: " NAMES("a") "}",
              "clear_route_cache: true"),
     {At::kHost,
      "routes: [{match: {prefix: /, headers: [{name: a, string_match: {exact: \"1\"}}]}, direct_response: "
      "{status: 201}}, {match: {prefix: /}, route: {cluster: origin}}]"}},
    {"ext_authz.v3.ExtAuthz.decoder_header_mutation_rules", At::kFilter, AUTHZ_RULED("a", "disallow_all: true"),
     AUTHZ_RULED("a", "")},
    {"ext_authz.v3.ExtAuthz.enable_dynamic_metadata_ingestion", At::kFilter,
     AUTHZ_OF(SERVER("1s") ", authorization_response: {dynamic_metadata_from_headers: " NAMES("a") "}",
              "enable_dynamic_metadata_ingestion: false"),
     AUTHZ_SAYS("dynamic_metadata_from_headers: " NAMES("a")),
     SHOWS_METADATA("%DYNAMIC_METADATA(envoy.filters.http.ext_authz)%")},
    {"HeaderMutationRules.allow_envoy", At::kFilter, AUTHZ_RULED("x-envoy-upstream-service-time", "allow_envoy: true"),
     AUTHZ_RULED("x-envoy-upstream-service-time", "")},
    {"HeaderMutationRules.disallow_all", At::kFilter, AUTHZ_RULED("a", "disallow_all: true"), AUTHZ_RULED("a", "")},
    {"HeaderMutationRules.allow_expression", At::kFilter,
     AUTHZ_RULED("a", "disallow_all: true, allow_expression: {regex: a}"), AUTHZ_RULED("a", "disallow_all: true")},
    {"HeaderMutationRules.disallow_expression", At::kFilter, AUTHZ_RULED("a", "disallow_expression: {regex: a}"),
     AUTHZ_RULED("a", "")},
    {"HeaderMutationRules.disallow_is_error", At::kFilter,
     AUTHZ_RULED("a", "disallow_all: true, disallow_is_error: true"), AUTHZ_RULED("a", "disallow_all: true")},
    {"ext_authz.v3.ExtAuthz.disallowed_headers", At::kFilter,
     AUTHZ("allowed_headers: {patterns: [{prefix: \"a\"}]}, disallowed_headers: " NAMES("a")),
     AUTHZ("allowed_headers: {patterns: [{prefix: \"a\"}]}")},
    {"AuthorizationResponse.dynamic_metadata_from_headers", At::kFilter,
     AUTHZ_SAYS("dynamic_metadata_from_headers: " NAMES("a")), AUTHZ_SAYS("dynamic_metadata_from_headers: " NAMES("b")),
     SHOWS_METADATA("%DYNAMIC_METADATA(envoy.filters.http.ext_authz)%")},
    {"CheckSettings.http_service", At::kRoute,
     ON_ROUTE("ext_authz.v3.ExtAuthzPerRoute", "check_settings: {http_service: {" SERVER("1s") ", path_prefix: /r}}"),
     "", ASKING},
    {"ext_authz.v3.ExtAuthz.emit_filter_state_stats", At::kFilter, AUTHZ("emit_filter_state_stats: true"), AUTHZ(""),
     SHOWS_METADATA("%FILTER_STATE(f:FIELD:latency_us)%")},
    {"BufferSettings.max_request_bytes", At::kFilter, AUTHZ("with_request_body: {max_request_bytes: 2}"),
     AUTHZ("with_request_body: {max_request_bytes: 100000}")},
    {"BufferSettings.allow_partial_message", At::kFilter,
     AUTHZ("with_request_body: {max_request_bytes: 5, allow_partial_message: true}"),
     AUTHZ("with_request_body: {max_request_bytes: 5}")},
    {"ExtAuthzPerRoute.disabled", At::kRoute, ON_ROUTE("ext_authz.v3.ExtAuthzPerRoute", "disabled: true"), "", ASKING},
    {"CheckSettings.disable_request_body_buffering", At::kRoute,
     ON_ROUTE("ext_authz.v3.ExtAuthzPerRoute", "check_settings: {disable_request_body_buffering: true}"), "", ASKING},
    {"CheckSettings.with_request_body", At::kRoute,
     ON_ROUTE("ext_authz.v3.ExtAuthzPerRoute", "check_settings: {with_request_body: {max_request_bytes: 5}}"), "",
     ASKING},
    {"set_metadata.v3.Config.metadata_namespace", At::kFilter, METADATA("metadata_namespace: m1, value: {k: v}"),
     METADATA("metadata_namespace: m2, value: {k: v}"), SHOWS_METADATA("%DYNAMIC_METADATA(m1)%")},
    {"set_metadata.v3.Config.value", At::kFilter, METADATA("metadata_namespace: m1, value: {k: v}"),
     METADATA("metadata_namespace: m1, value: {k: w}"), SHOWS_METADATA("%DYNAMIC_METADATA(m1:k)%")},
    {"set_metadata.v3.Config.metadata", At::kFilter, METADATA("metadata: [{metadata_namespace: m1, value: {k: v}}]"),
     METADATA(""), SHOWS_METADATA("%DYNAMIC_METADATA(m1:k)%")},
    {"set_metadata.v3.Metadata.metadata_namespace", At::kFilter,
     METADATA("metadata: [{metadata_namespace: m1, value: {k: v}}]"),
     METADATA("metadata: [{metadata_namespace: m2, value: {k: v}}]"), SHOWS_METADATA("%DYNAMIC_METADATA(m1:k)%")},
    {"set_metadata.v3.Metadata.allow_overwrite", At::kFilter,
     METADATA("metadata: [{metadata_namespace: m1, value: {k: v}}, {metadata_namespace: m1, allow_overwrite: true, "
              "value: {k: w}}]"),
     METADATA("metadata: [{metadata_namespace: m1, value: {k: v}}, {metadata_namespace: m1, value: {k: w}}]"),
     SHOWS_METADATA("%DYNAMIC_METADATA(m1:k)%")},
    {"set_metadata.v3.Metadata.typed_value", At::kFilter,
     METADATA("metadata: [{metadata_namespace: m1, typed_value: {" TYPE("google.protobuf.Duration") ", value: 1s}}]"),
     METADATA("metadata: [{metadata_namespace: m1, value: {k: v}}]"), SHOWS_METADATA("%DYNAMIC_METADATA(m1)%")},
    {"set_metadata.v3.Metadata.value", At::kFilter, METADATA("metadata: [{metadata_namespace: m1, value: {k: v}}]"),
     METADATA("metadata: [{metadata_namespace: m1, value: {k: w}}]"), SHOWS_METADATA("%DYNAMIC_METADATA(m1:k)%")},
    {"FilterConfig.config", At::kRoute, WRAPPED(BUFFER_OFF),
     WRAPPED("disabled: false, config: {" TYPE(
         "envoy.extensions.filters.http.buffer.v3.BufferPerRoute") ", buffer: {max_request_bytes: 200}}"),
     BUFFER},
    {"FilterConfig.disabled", At::kRoute, WRAPPED("disabled: true"), "", BUFFER},
    {"HttpFilter.disabled", At::kFilter,
     "\n          - {name: f, disabled: true, typed_config: {" TYPE(
         "envoy.extensions.filters.http.buffer.v3.Buffer") ", max_request_bytes: 100}}",
     BUFFER.text},
    {"RouteConfiguration.typed_per_filter_config", At::kRouteConfig,
     ON_ROUTE("buffer.v3.BufferPerRoute", "disabled: true"), "", BUFFER},
    {"VirtualHost.typed_per_filter_config", At::kHost, ON_ROUTE("buffer.v3.BufferPerRoute", "disabled: true"), "",
     BUFFER},
    {"Route.typed_per_filter_config", At::kRoute, ON_ROUTE("buffer.v3.BufferPerRoute", "disabled: true"), "", BUFFER},
    {"ClusterWeight.typed_per_filter_config", At::kHost,
     WEIGHTED(ON_ROUTE("buffer.v3.BufferPerRoute", "disabled: true")), WEIGHTED(""), BUFFER},
    {"BufferPerRoute.disabled", At::kRoute, ON_ROUTE("buffer.v3.BufferPerRoute", "disabled: true"), "", BUFFER},
    {"BufferPerRoute.buffer", At::kRoute, ON_ROUTE("buffer.v3.BufferPerRoute", "buffer: {max_request_bytes: 100}"),
     ON_ROUTE("buffer.v3.BufferPerRoute", "buffer: {max_request_bytes: 100000}"), BUFFER},

    {"BandwidthLimit.enable_mode", At::kFilter, BANDWIDTH("enable_mode: REQUEST"), BANDWIDTH("")},
    {"BandwidthLimit.limit_kbps", At::kFilter, BANDWIDTH("limit_kbps: 200"), BANDWIDTH("")},
    {"BandwidthLimit.fill_interval", At::kFilter, BANDWIDTH("fill_interval: 0.1s"), BANDWIDTH("")},
    {"BandwidthLimit.runtime_enabled", At::kFilter,
     BANDWIDTH("runtime_enabled: {default_value: false, runtime_key: k}"), BANDWIDTH("")},
    {"RuntimeFeatureFlag.default_value", At::kFilter,
     BANDWIDTH("runtime_enabled: {default_value: false, runtime_key: k}"),
     BANDWIDTH("runtime_enabled: {default_value: true, runtime_key: k}")},
    {"RuntimeFeatureFlag.runtime_key", At::kFilter, BANDWIDTH("runtime_enabled: {default_value: true, runtime_key: k}"),
     BANDWIDTH("runtime_enabled: {default_value: true, runtime_key: l}"), RUNTIME("k", "false")},

    {"BasicAuth.forward_username_header", At::kFilter, AUTH(USERS("a") ", forward_username_header: x-user"),
     AUTH(USERS("a"))},
    {"BasicAuth.authentication_header", At::kFilter, AUTH(USERS("a") ", authentication_header: x-a"), AUTH(USERS("a"))},
    {"BasicAuthPerRoute.users",
     At::kRoute,
     ON_ROUTE("basic_auth.v3.BasicAuthPerRoute", USERS("a")),
     ON_ROUTE("basic_auth.v3.BasicAuthPerRoute", USERS("b")),
     {At::kFilter, AUTH(USERS("c"))}},
    {"BasicAuthPerRoute.realm",
     At::kRoute,
     ON_ROUTE("basic_auth.v3.BasicAuthPerRoute", USERS("a") ", realm: a"),
     ON_ROUTE("basic_auth.v3.BasicAuthPerRoute", USERS("a") ", realm: b"),
     {At::kFilter, AUTH(USERS("c"))}},

    {"CorsPolicy.allow_origin_string_match", At::kRoute, POLICY(""),
     ON_ROUTE("cors.v3.CorsPolicy", "allow_origin_string_match: [{exact: b}]"), CORS},
    {"CorsPolicy.allow_methods", At::kRoute, POLICY("allow_methods: a"), POLICY("allow_methods: b"), CORS},
    {"CorsPolicy.allow_headers", At::kRoute, POLICY("allow_headers: a"), POLICY("allow_headers: b"), CORS},
    {"CorsPolicy.expose_headers", At::kRoute, POLICY("expose_headers: a"), POLICY("expose_headers: b"), CORS},
    {"CorsPolicy.max_age", At::kRoute, POLICY("max_age: \"1\""), POLICY("max_age: \"2\""), CORS},
    {"CorsPolicy.allow_credentials", At::kRoute, POLICY("allow_credentials: true"), POLICY("allow_credentials: false"),
     CORS},
    {"CorsPolicy.allow_private_network_access", At::kRoute, POLICY("allow_private_network_access: true"),
     POLICY("allow_private_network_access: false"), CORS},
    {"CorsPolicy.forward_not_matching_preflights", At::kRoute, POLICY("forward_not_matching_preflights: true"),
     POLICY("forward_not_matching_preflights: false"), CORS},
    {"CorsPolicy.filter_enabled", At::kRoute, POLICY("filter_enabled: " SHARE("100")),
     POLICY("filter_enabled: " SHARE("0")), CORS},

    {"CorsPolicy.shadow_enabled", At::kRoute, POLICY("filter_enabled: " SHARE("0") ", shadow_enabled: " SHARE("100")),
     POLICY("filter_enabled: " SHARE("0") ", shadow_enabled: " SHARE("0")), CORS},
    {"CsrfPolicy.shadow_enabled", At::kFilter, CSRF("0", "shadow_enabled: " SHARE("100")),
     CSRF("0", "shadow_enabled: " SHARE("0"))},
    {"CsrfPolicy.filter_enabled", At::kFilter, CSRF("100", ""), CSRF("0", "")},
    {"CsrfPolicy.additional_origins", At::kFilter, CSRF("100", "additional_origins: [{exact: \"a:1\"}]"),
     CSRF("100", "additional_origins: [{exact: b}]")},

    {"HTTPFault.upstream_cluster", At::kFilter, FAULT(ABORT("http_status: 500") ", upstream_cluster: origin"),
     FAULT(ABORT("http_status: 500") ", upstream_cluster: other")},
    {"HTTPFault.headers", At::kFilter, FAULT(ABORT("http_status: 500") ", headers: [{name: a}]"),
     FAULT(ABORT("http_status: 500") ", headers: [{name: b}]")},
    {"HTTPFault.downstream_nodes", At::kFilter, FAULT(ABORT("http_status: 500") ", downstream_nodes: [a]"),
     FAULT(ABORT("http_status: 500") ", downstream_nodes: [b]")},
    {"HTTPFault.max_active_faults", At::kFilter, FAULT(DELAY("fixed_delay: 1s") ", max_active_faults: 1"),
     FAULT(DELAY("fixed_delay: 1s") ", max_active_faults: 2")},
    {"HTTPFault.delay_percent_runtime", At::kFilter, FAULT(DELAY("fixed_delay: 1s") ", delay_percent_runtime: k"),
     FAULT(DELAY("fixed_delay: 1s")), RUNTIME("k", "0")},
    {"HTTPFault.abort_percent_runtime", At::kFilter, FAULT(ABORT("http_status: 500") ", abort_percent_runtime: k"),
     FAULT(ABORT("http_status: 500")), RUNTIME("k", "0")},
    {"HTTPFault.delay_duration_runtime", At::kFilter, FAULT(DELAY("fixed_delay: 1s") ", delay_duration_runtime: k"),
     FAULT(DELAY("fixed_delay: 1s")), RUNTIME("k", "7")},
    {"HTTPFault.abort_http_status_runtime", At::kFilter,
     FAULT(ABORT("http_status: 500") ", abort_http_status_runtime: k"), FAULT(ABORT("http_status: 500")),
     RUNTIME("k", "418")},
    {"HTTPFault.max_active_faults_runtime", At::kFilter,
     FAULT(DELAY("fixed_delay: 1s") ", max_active_faults_runtime: k"), FAULT(DELAY("fixed_delay: 1s")),
     RUNTIME("k", "0")},
    {"HTTPFault.response_rate_limit_percent_runtime", At::kFilter,
     FAULT(RATE("fixed_limit: {limit_kbps: 100}") ", response_rate_limit_percent_runtime: k"),
     FAULT(RATE("fixed_limit: {limit_kbps: 100}")), RUNTIME("k", "0")},
    {"HTTPFault.abort_grpc_status_runtime", At::kFilter,
     FAULT(ABORT("grpc_status: 5") ", abort_grpc_status_runtime: k"), FAULT(ABORT("grpc_status: 5")),
     RUNTIME("k", "7")},
    {"FaultAbort.http_status", At::kFilter, FAULT(ABORT("http_status: 500")), FAULT(ABORT("http_status: 501"))},
    {"FaultAbort.grpc_status", At::kFilter, FAULT(ABORT("grpc_status: 5")), FAULT(ABORT("grpc_status: 6"))},
    {"FaultAbort.header_abort", At::kFilter, FAULT(ABORT("header_abort: {}")), FAULT(ABORT("http_status: 501"))},
    {"FaultAbort.response_body", At::kFilter, FAULT(ABORT("http_status: 500, response_body: a")),
     FAULT(ABORT("http_status: 500, response_body: b"))},
    {"FaultDelay.fixed_delay", At::kFilter, FAULT(DELAY("fixed_delay: 1s")), FAULT(DELAY("fixed_delay: 2s"))},
    {"FaultDelay.header_delay", At::kFilter, FAULT(DELAY("header_delay: {}")), FAULT(DELAY("fixed_delay: 2s"))},
    {"FaultRateLimit.fixed_limit", At::kFilter, FAULT(RATE("fixed_limit: {limit_kbps: 100}")),
     FAULT(RATE("header_limit: {}"))},
    {"FaultRateLimit.header_limit", At::kFilter, FAULT(RATE("header_limit: {}")), FAULT("")},
    {"FaultRateLimit.percentage", At::kFilter, FAULT(RATE("fixed_limit: {limit_kbps: 100}")),
     FAULT("response_rate_limit: {fixed_limit: {limit_kbps: 100}}")},
    {"FixedLimit.limit_kbps", At::kFilter, FAULT(RATE("fixed_limit: {limit_kbps: 100}")),
     FAULT(RATE("fixed_limit: {limit_kbps: 200}"))},

    {"HealthCheck.cache_time", At::kFilter,
     FILTER("health_check.v3.HealthCheck",
            "pass_through_mode: true, cache_time: 3600s, headers: [{name: \":path\", exact_match: /a}]"),
     FILTER("health_check.v3.HealthCheck", "pass_through_mode: true, headers: [{name: \":path\", exact_match: /a}]")},

    {"HealthCheck.cluster_min_healthy_percentages", At::kFilter, CHECK_OF("origin"), CHECK_OF("nobody")},

    {"LocalRateLimit.status", At::kFilter, LIMIT(FEW, "status: {code: 503}"), LIMIT(FEW, "status: {code: 429}")},
    {"HttpStatus.code", At::kFilter, LIMIT(FEW, "status: {code: 503}"), LIMIT(FEW, "status: {code: 429}")},
    {"LocalRateLimit.token_bucket", At::kFilter, LIMIT(FEW, ""), LIMIT("max_tokens: 2, fill_interval: 10s", "")},
    {"TokenBucket.max_tokens", At::kFilter, LIMIT(FEW, ""), LIMIT("max_tokens: 2, fill_interval: 10s", "")},
    {"TokenBucket.tokens_per_fill", At::kFilter, LIMIT("max_tokens: 1, tokens_per_fill: 3, fill_interval: 30s", ""),
     LIMIT("max_tokens: 1, fill_interval: 30s", "")},
    {"TokenBucket.fill_interval", At::kFilter, LIMIT("max_tokens: 1, fill_interval: 10s", ""),
     LIMIT("max_tokens: 1, fill_interval: 0.05s", "")},
    {"LocalRateLimit.local_cluster_rate_limit",
     At::kFilter,
     LIMIT(FEW, "local_cluster_rate_limit: {}"),
     LIMIT(FEW, ""),
     {At::kBootstrap, FLEET("fleet")}},
    {"ClusterManager.local_cluster_name",
     At::kBootstrap,
     FLEET("other"),
     FLEET("fleet"),
     {At::kFilter, LIMIT(FEW, "local_cluster_rate_limit: {}")}},
    {"LocalRateLimit.filter_enabled", At::kFilter, LIMIT(FEW, ""), LIMIT(FEW, "filter_enabled: " SHARE("0"))},
    {"LocalRateLimit.filter_enforced", At::kFilter, LIMIT(FEW, ""), LIMIT(FEW, "filter_enforced: " SHARE("0"))},
    {"LocalRateLimit.request_headers_to_add_when_not_enforced", At::kFilter,
     LIMIT(FEW, "filter_enforced: " SHARE("0") ", request_headers_to_add_when_not_enforced: [" HEADER("x-a") "]"),
     LIMIT(FEW, "filter_enforced: " SHARE("0"))},
    {"LocalRateLimit.response_headers_to_add", At::kFilter, LIMIT(FEW, "response_headers_to_add: [" HEADER("x-a") "]"),
     LIMIT(FEW, "")},
    {"LocalRateLimit.enable_x_ratelimit_headers", At::kFilter,
     LIMIT(FEW, "enable_x_ratelimit_headers: DRAFT_VERSION_03"), LIMIT(FEW, "")},
    {"LocalRateLimit.rate_limited_as_resource_exhausted", At::kFilter,
     LIMIT(FEW, "rate_limited_as_resource_exhausted: true"), LIMIT(FEW, "")},

    {"header_mutation.v3.HeaderMutation.most_specific_header_mutations_wins",
     At::kFilter,
     FILTER("header_mutation.v3.HeaderMutation", "most_specific_header_mutations_wins: true"),
     FILTER("header_mutation.v3.HeaderMutation", ""),
     {At::kRouteConfig, SETS_X("c") "\n            virtual_hosts: [{name: h, domains: [\"*\"], " SETS_X(
                            "h") ", routes: [{match: {prefix: /}, route: {cluster: origin}}]}]"}},

    {"SinglePredicate.custom_match", At::kFilter, JUDGE_IP("0.0.0.0", "0"), JUDGE_IP("1.2.3.4", "32")},
    {"Ip.cidr_ranges", At::kFilter, JUDGE_IP("0.0.0.0", "0"), JUDGE_IP("1.2.3.4", "32")},
    {"MatcherTree.custom_match", At::kFilter, JUDGE_RANGE("", "0.0.0.0", "0", ALLOWS),
     JUDGE_RANGE("", "1.2.3.4", "32", ALLOWS)},
    {"IPMatcher.range_matchers", At::kFilter, JUDGE_RANGE("", "0.0.0.0", "0", ALLOWS),
     JUDGE_RANGE("", "1.2.3.4", "32", ALLOWS)},
    {"IPRangeMatcher.ranges", At::kFilter, JUDGE_RANGE("", "0.0.0.0", "0", ALLOWS),
     JUDGE_RANGE("", "1.2.3.4", "32", ALLOWS)},
    {"IPRangeMatcher.on_match", At::kFilter, JUDGE_RANGE("", "0.0.0.0", "0", ALLOWS),
     JUDGE_RANGE("", "0.0.0.0", "0", DENIES)},
    {"IPRangeMatcher.exclusive", At::kFilter, JUDGE_RANGE("exclusive: true, ", "0.0.0.0", "1", NOWHERE),
     JUDGE_RANGE("", "0.0.0.0", "1", NOWHERE)},
    {"RBACPerRoute.rbac",
     At::kRoute,
     ON_ROUTE("rbac.v3.RBACPerRoute", "rbac: {" RULES("{any: true}", "{any: true}") "}"),
     ON_ROUTE("rbac.v3.RBACPerRoute", "rbac: {}"),
     {At::kFilter, FILTER("rbac.v3.RBAC", "")}},
    {"RBAC.policies", At::kFilter, DENY("{any: true}"), FILTER("rbac.v3.RBAC", "rules: {action: DENY}")},
    {"Permission.and_rules", At::kFilter, DENY("{and_rules: {rules: [{header: {name: a}}, {any: true}]}}"),
     DENY("{any: true}")},
    {"Permission.Set.rules", At::kFilter, DENY("{and_rules: {rules: [{header: {name: a}}]}}"),
     DENY("{and_rules: {rules: [{header: {name: b}}]}}")},
    {"Permission.or_rules", At::kFilter, DENY("{or_rules: {rules: [{header: {name: a}}, {any: true}]}}"),
     DENY("{and_rules: {rules: [{header: {name: a}}, {any: true}]}}")},
    {"Permission.url_path", At::kFilter, DENY("{url_path: {path: {exact: /a}}}"),
     DENY("{url_path: {path: {exact: /b}}}")},
    {"PathMatcher.path", At::kFilter, DENY("{url_path: {path: {exact: /a}}}"), DENY("{url_path: {path: {prefix: /}}}")},
    {"Permission.destination_ip", At::kFilter, DENY("{destination_ip: " NETWORK("127.0.0.1") "}"),
     DENY("{destination_ip: " NETWORK("127.0.0.9") "}")},
    {"Permission.destination_port", At::kFilter, DENY("{destination_port: 10000}"), DENY("{destination_port: 10001}")},
    {"Permission.destination_port_range", At::kFilter, DENY("{destination_port_range: {start: 10000, end: 10001}}"),
     DENY("{destination_port_range: {start: 1, end: 5}}")},
    {"Int32Range.start", At::kFilter, DENY("{destination_port_range: {start: 10000, end: 10002}}"),
     DENY("{destination_port_range: {start: 10001, end: 10002}}")},
    {"Int32Range.end", At::kFilter, DENY("{destination_port_range: {start: 1, end: 10000}}"),
     DENY("{destination_port_range: {start: 1, end: 10001}}")},
    {"Principal.and_ids", At::kFilter, DENY_PEER("{and_ids: {ids: [{header: {name: a}}, {any: true}]}}"),
     DENY_PEER("{any: true}")},
    {"Principal.Set.ids", At::kFilter, DENY_PEER("{and_ids: {ids: [{header: {name: a}}]}}"),
     DENY_PEER("{and_ids: {ids: [{header: {name: b}}]}}")},
    {"Principal.or_ids", At::kFilter, DENY_PEER("{or_ids: {ids: [{header: {name: a}}, {any: true}]}}"),
     DENY_PEER("{and_ids: {ids: [{header: {name: a}}, {any: true}]}}")},
    {"Principal.source_ip", At::kFilter, DENY_PEER("{source_ip: {address_prefix: 127.0.0.0, prefix_len: 8}}"),
     DENY_PEER("{source_ip: " NETWORK("1.2.3.4") "}")},
    {"Principal.direct_remote_ip", At::kFilter,
     DENY_PEER("{direct_remote_ip: {address_prefix: 127.0.0.0, prefix_len: 8}}"),
     DENY_PEER("{direct_remote_ip: " NETWORK("1.2.3.4") "}")},
    {"Principal.remote_ip", At::kFilter, DENY_PEER("{remote_ip: {address_prefix: 127.0.0.0, prefix_len: 8}}"),
     DENY_PEER("{remote_ip: " NETWORK("1.2.3.4") "}")},
    {"Principal.url_path", At::kFilter, DENY_PEER("{url_path: {path: {exact: /a}}}"),
     DENY_PEER("{url_path: {path: {exact: /b}}}")},

    {"Compressor.content_type", At::kFilter, COMPRESSOR(PLAIN_GZIP, "content_type: [text/plain]"),
     COMPRESSOR(PLAIN_GZIP, "content_type: [text/other]")},
    {"Compressor.disable_on_etag_header", At::kFilter,
     COMPRESSOR(PLAIN_GZIP, "content_type: [text/other], disable_on_etag_header: true"),
     COMPRESSOR(PLAIN_GZIP, "content_type: [text/other]")},
    {"CommonDirectionConfig.content_type", At::kFilter, RESPONSES("common_config: {content_type: [text/plain]}"),
     RESPONSES("common_config: {content_type: [text/other]}")},
    {"ResponseDirectionConfig.disable_on_etag_header", At::kFilter,
     RESPONSES("common_config: {content_type: [text/other]}, disable_on_etag_header: true"),
     RESPONSES("common_config: {content_type: [text/other]}")},
    {"ResponseDirectionConfig.weaken_etag_on_compress", At::kFilter,
     RESPONSES("common_config: {content_type: [text/other]}, weaken_etag_on_compress: true"),
     RESPONSES("common_config: {content_type: [text/other]}")},
    {"CompressorPerRoute.disabled",
     At::kRoute,
     OVERRIDE("disabled: true"),
     OVERRIDE("overrides: {}"),
     {At::kFilter, GZIP("")}},
    {"CompressorOverrides.response_direction_config",
     At::kRoute,
     OVERRIDE("overrides: {response_direction_config: {}}"),
     OVERRIDE("overrides: {}"),
     {At::kFilter, RESPONSES("common_config: {enabled: {default_value: false, runtime_key: k}}")}},
    {"ResponseDirectionOverrides.remove_accept_encoding_header",
     At::kRoute,
     OVERRIDE("overrides: {response_direction_config: {remove_accept_encoding_header: true}}"),
     OVERRIDE("overrides: {response_direction_config: {}}"),
     {At::kFilter, GZIP("")}},
    {"gzip.compressor.v3.Gzip.window_bits", At::kFilter, GZIP("window_bits: 9"), GZIP("window_bits: 15")},
    {"gzip.decompressor.v3.Gzip.window_bits", At::kFilter, DECODER("window_bits: 9", ""),
     DECODER("window_bits: 15", "")},
    {"gzip.decompressor.v3.Gzip.max_inflate_ratio", At::kFilter, DECODER("max_inflate_ratio: 1", ""), DECODER("", "")},
    {"CommonDirectionConfig.ignore_no_transform_header", At::kFilter,
     DECODER("", "request_direction_config: {common_config: {ignore_no_transform_header: true}}"), DECODER("", "")},
    {"Brotli.encoder_mode", At::kFilter, BROTLI("encoder_mode: TEXT, quality: 11"),
     BROTLI("encoder_mode: FONT, quality: 11")},
    {"Zstd.compression_level", At::kFilter, ZSTD("compression_level: 1"), ZSTD("compression_level: 19")},
    {"Zstd.dictionary", At::kFilter, ZSTD("dictionary: { inline_bytes: " ZSTD_DICTIONARY " }"), ZSTD("")},
    {"Zstd.strategy", At::kFilter, ZSTD("strategy: FAST"), ZSTD("strategy: BTULTRA2")},
};

}  // namespace

std::span<const FieldPair> filterFieldPairs() { return kPairs; }

}  // namespace orrery::config
