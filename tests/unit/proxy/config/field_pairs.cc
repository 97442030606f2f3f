#include "tests/unit/proxy/config/field_pairs.h"

namespace orrery::config {

namespace {

#define ADDRESS "\n          use_remote_address: true"
#define DIRECT_HOST(status)                                                                     \
  "virtual_hosts: [{name: h, domains: [\"*\"], routes: [{match: {prefix: /}, direct_response: " \
  "{status: " status "}}]}]"
#define ANY(type) "\"@type\": type.googleapis.com/envoy.extensions.filters." type
#define CHAIN(status) \
  "{name: c, filters: [{name: h, typed_config: {" ANY(                                                            \
      "network.http_connection_manager.v3.HttpConnectionManager") ", stat_prefix: s, route_config: {" DIRECT_HOST( \
      status) "}, http_filters: [{name: r, typed_config: {" ANY("http.router.v3.Router") "}}]}}]}"
#define TWO_HOSTS                                                                                               \
  "\n    load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: " \
  "{address: 127.0.0.2, port_value: 8080}}}}, {endpoint: {address: {socket_address: {address: 127.0.0.3, "      \
  "port_value: 8080}}}}]}]}"
#define POLICY(type)                                                                                 \
  "load_balancing_policy: {policies: [{typed_extension_config: {name: p, typed_config: {\"@type\": " \
  "type.googleapis.com/envoy.extensions.load_balancing_policies." type "}}}]}" TWO_HOSTS
#define WEIGHTS(other)                                                                               \
  "routes: [{match: {prefix: /}, route: {weighted_clusters: {clusters: [{name: origin, weight: 1}, " \
  "{name: other, weight: " other "}]}}}]"
#define REFRESH(when)                                                                                    \
  "routes: [{match: {prefix: /}, route: {weighted_clusters: {clusters: [{name: origin, weight: 1}, "     \
  "{name: other, weight: 1}]}, retry_policy: {retry_on: \"5xx,reset,connect-failure\", num_retries: 1, " \
  "refresh_cluster_on_retry: " when "}}}]"
#define FRACTION(denominator) \
  "match: {prefix: /, runtime_fraction: {default_value: {numerator: 4000, denominator: " denominator "}}}"
#define LEVELS(wins)                                                                                                  \
  "most_specific_header_mutations_wins: " wins                                                                        \
  "\n            response_headers_to_add: [{header: {key: a, value: c}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}]"  \
  "\n            virtual_hosts: [{name: h, domains: [\"*\"], response_headers_to_add: [{header: {key: a, value: h}, " \
  "append_action: OVERWRITE_IF_EXISTS_OR_ADD}], routes: [{match: {prefix: /}, route: {cluster: origin}}]}]"
#define PORTS(ignore)                     \
  "ignore_port_in_host_matching: " ignore \
  "\n            "                        \
  "virtual_hosts: [{name: h, domains: [h.c], routes: [{match: {prefix: /}, route: {cluster: origin}}]}]"
#define LOG(rest)                                                                                                   \
  "access_log: [{name: f, " rest                                                                                    \
  " typed_config: {\"@type\": "                                                                                     \
  "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: /a, log_format: {text_format: " \
  "\"x\\n\"}}}]"
#define STATUS_FROM(status) \
  "{status_code_filter: {comparison: {op: GE, value: {default_value: " status ", runtime_key: k}}}}"
#define SAMPLED(rest) LOG("filter: {runtime_filter: {runtime_key: a, percent_sampled: {numerator: 50}" rest "}},")
#define COOKIE(name, value) "match: {prefix: /, cookies: [{name: " name ", string_match: {exact: \"" value "\"}}]}"
#define PARAMETERS(ignore)                           \
  "ignore_path_parameters_in_path_matching: " ignore \
  "\n            "                                   \
  "virtual_hosts: [{name: h, domains: [\"*\"], routes: [{match: {path: /a}, route: {cluster: origin}}]}]"
#define DETECT(type, rest)                                                  \
  "original_ip_detection_extensions: [{name: d, typed_config: {\"@type\": " \
  "type.googleapis.com/envoy.extensions.http.original_ip_detection." type ", " rest "}}]" SHOWS_ADDRESS
#define SHOWS_ADDRESS                                                                                               \
  "\n          access_log: [{name: f, typed_config: {\"@type\": "                                                   \
  "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: /a, log_format: {text_format: " \
  "\"%DOWNSTREAM_REMOTE_ADDRESS%\\n\"}}}]"
#define HASHED(policies)                                          \
  "routes: [{match: {prefix: /}, route: {hash_policy: [" policies \
  "], weighted_clusters: {clusters: [{name: "                     \
  "origin, weight: 1}, {name: other, weight: 1}], use_hash_policy: true}}}]"
#define BY_HEADER(name)                                                          \
  "routes: [{match: {prefix: /}, route: {weighted_clusters: {header_name: " name \
  ", clusters: [{name: origin, weight: "                                         \
  "4}, {name: other, weight: 4}]}}}]"
#define BY_RUNTIME(prefix)                                                                \
  "routes: [{match: {prefix: /}, route: {weighted_clusters: {runtime_key_prefix: " prefix \
  ", clusters: [{name: "                                                                  \
  "origin, weight: 100}, {name: other, weight: 0}]}}}]"
#define KEYED(key) "match: {prefix: /, runtime_fraction: {default_value: {numerator: 100}, runtime_key: " key "}}"
#define NAMED(name)                                                                                                  \
  Snippet{At::kCluster, "load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [{endpoint: {hostname: " name \
                        ", address: {socket_address: {address: 127.0.0.2, port_value: 8080}}}}]}]}"}
#define LIMITED_RETRY(rest)                                                                                          \
  "retry_policy: {retry_on: 5xx, num_retries: 2, rate_limited_retry_back_off: {reset_headers: [{name: reset-after, " \
  "format: SECONDS}], " rest "}}"
#define INTERNAL "\n          internal_address_config: {cidr_ranges: [{address_prefix: 11.0.0.0, prefix_len: 8}]}"
#define HEADER_HASH(name) "{header: {header_name: " name "}}"
#define COOKIE_HASH(rest) HASHED("{cookie: {" rest "}}")
#define RETRIED Snippet{At::kRouteAction, "retry_policy: {retry_on: 5xx, num_retries: 2}"}
#define SLOW_RETRY Snippet{At::kRouteAction, "retry_policy: {retry_on: 5xx, per_try_timeout: 2s}"}
#define MIRROR(rest) "request_mirror_policies: [{" rest "}]"
#define FOLLOW(rest) "internal_redirect_policy: {" rest "}"
#define PREDICATE(type)                                                                                           \
  "predicates: [{name: p, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.internal_redirect." type \
  "}}"                                                                                                            \
  "]"
#define DURATION(rest) "max_stream_duration: {" rest "}"
#define GRPC_TIMEOUT                                                                            \
  Snippet{At::kHcm,                                                                             \
          "early_header_mutation_extensions: [{name: e, typed_config: {\"@type\": "             \
          "type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3." \
          "HeaderMutation, mutations: [{append: {header: {key: grpc-timeout, value: 5S}}}]}}]"}
#define UPGRADE(rest) "upgrade_configs: [{upgrade_type: a" rest "}]"
#define OWN_CHAIN \
  ", filters: [{name: m, typed_config: {" ANY(                                                                  \
      "http.header_mutation.v3.HeaderMutation") ", mutations: {request_mutations: [{append: {header: {key: own, " \
                                                "value: chain}}}]}}}, {name: r, typed_config: {" ANY(           \
      "http.router.v3.Router") "}}]"
#define CONNECTS(rest)                                                                                             \
  "routes: [{match: {connect_matcher: {}}, route: {cluster: origin, upgrade_configs: [{upgrade_type: CONNECT" rest \
  "}]}}]"
#define ONE_SECOND "\n          common_http_protocol_options: {max_connection_duration: 1s}"
#define UPSTREAM_LOG(options)                                                                                       \
  "upstream_log: [{name: f, typed_config: {\"@type\": "                                                             \
  "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: /a, log_format: {text_format: " \
  "\"x\\n\"}}}]\n              upstream_log_options: {" options "}"
constexpr FieldPair kPairs[] = {
    {"UpstreamAccessLogOptions.flush_upstream_log_on_upstream_stream", At::kRouter,
     UPSTREAM_LOG("flush_upstream_log_on_upstream_stream: true"), UPSTREAM_LOG("")},
    {"UpstreamAccessLogOptions.upstream_log_flush_interval", At::kRouter,
     UPSTREAM_LOG("upstream_log_flush_interval: 1s"), UPSTREAM_LOG("upstream_log_flush_interval: 2s")},
    {"HttpProtocolOptions.max_connection_duration_jitter", At::kHcm,
     "common_http_protocol_options: {max_connection_duration: 1s, max_connection_duration_jitter: {value: 100}}",
     "common_http_protocol_options: {max_connection_duration: 1s}"},
    {"HttpConnectionManager.http1_safe_max_connection_duration", At::kHcm,
     "http1_safe_max_connection_duration: true" ONE_SECOND, "http1_safe_max_connection_duration: false" ONE_SECOND},
    {"UpgradeConfig.filters", At::kHcm, UPGRADE(OWN_CHAIN), UPGRADE("")},
    {"Router.reject_connect_request_early_data",
     At::kRouter,
     "reject_connect_request_early_data: true",
     "",
     {At::kHost, CONNECTS("")}},
    {"UpgradeConfig.connect_config", At::kHost, CONNECTS(", connect_config: {}"), CONNECTS("")},
    {"ConnectConfig.allow_post", At::kRouteAction,
     "upgrade_configs: [{upgrade_type: CONNECT, connect_config: {allow_post: true}}]",
     "upgrade_configs: [{upgrade_type: CONNECT, connect_config: {allow_post: false}}]"},
    {"HedgePolicy.hedge_on_per_try_timeout", At::kRouteAction,
     "hedge_policy: {hedge_on_per_try_timeout: true}\n                  retry_policy: {retry_on: 5xx, "
     "per_try_timeout: 2s}",
     "hedge_policy: {hedge_on_per_try_timeout: false}\n                  retry_policy: {retry_on: 5xx, "
     "per_try_timeout: 2s}"},
    {"VirtualHost.hedge_policy", At::kHost, "hedge_policy: {hedge_on_per_try_timeout: true}",
     "hedge_policy: {hedge_on_per_try_timeout: false}", SLOW_RETRY},
    {"VirtualHost.include_is_timeout_retry_header", At::kHost, "include_is_timeout_retry_header: true", "", RETRIED},
    {"RouteConfiguration.vhost_header", At::kRouteConfig, "vhost_header: a", "",
     Snippet{At::kHost, "domains: [\"1\"]"}},
    {"RouteConfiguration.internal_only_headers", At::kRouteConfig, "internal_only_headers: [a]", ""},
    {"RouteAction.max_internal_redirects", At::kRouteAction,
     "internal_redirect_action: HANDLE_INTERNAL_REDIRECT\n                  max_internal_redirects: 0",
     "internal_redirect_action: HANDLE_INTERNAL_REDIRECT\n                  max_internal_redirects: 3"},
    {"RouteAction.max_grpc_timeout", At::kRouteAction, "max_grpc_timeout: 2s", "max_grpc_timeout: 3s", GRPC_TIMEOUT},
    {"RouteAction.grpc_timeout_offset", At::kRouteAction,
     "max_grpc_timeout: 9s\n                  grpc_timeout_offset: 2s", "max_grpc_timeout: 9s", GRPC_TIMEOUT},
    {"RouteAction.internal_redirect_policy", At::kRouteAction, FOLLOW(""), ""},
    {"InternalRedirectPolicy.max_internal_redirects", At::kRouteAction, FOLLOW("max_internal_redirects: 0"),
     FOLLOW("max_internal_redirects: 3")},
    {"InternalRedirectPolicy.redirect_response_codes", At::kRouteAction, FOLLOW("redirect_response_codes: [301]"),
     FOLLOW("redirect_response_codes: [302]")},
    {"InternalRedirectPolicy.predicates", At::kRouteAction,
     FOLLOW("max_internal_redirects: 3, " PREDICATE(
         "allow_listed_routes.v3.AllowListedRoutesConfig, allowed_route_names: [none]")),
     FOLLOW("max_internal_redirects: 3")},
    {"InternalRedirectPolicy.allow_cross_scheme_redirect", At::kRouteAction,
     FOLLOW("max_internal_redirects: 3, allow_cross_scheme_redirect: true"), FOLLOW("max_internal_redirects: 3")},
    {"InternalRedirectPolicy.response_headers_to_copy", At::kRouteAction, FOLLOW("response_headers_to_copy: [a]"),
     FOLLOW("response_headers_to_copy: [b]")},
    {"AllowListedRoutesConfig.allowed_route_names", At::kHost,
     "routes: [{name: r1, match: {prefix: /}, route: {cluster: origin, " FOLLOW(
         PREDICATE("allow_listed_routes.v3.AllowListedRoutesConfig, allowed_route_names: [r1]")) "}}]",
     "routes: [{name: r1, match: {prefix: /}, route: {cluster: origin, " FOLLOW(
         PREDICATE("allow_listed_routes.v3.AllowListedRoutesConfig, allowed_route_names: [r2]")) "}}]"},
    {"RouteAction.MaxStreamDuration.grpc_timeout_header_max", At::kRouteAction, DURATION("grpc_timeout_header_max: 2s"),
     DURATION("grpc_timeout_header_max: 3s"), GRPC_TIMEOUT},
    {"RouteAction.MaxStreamDuration.grpc_timeout_header_offset", At::kRouteAction,
     DURATION("grpc_timeout_header_max: 9s, grpc_timeout_header_offset: 2s"), DURATION("grpc_timeout_header_max: 9s"),
     GRPC_TIMEOUT},
    {"RequestMirrorPolicy.cluster_header", At::kRouteAction, MIRROR("cluster_header: a"),
     MIRROR("cluster_header: none"),
     Snippet{At::kHost,
             "request_headers_to_add: [{header: {key: a, value: origin}, append_action: "
             "OVERWRITE_IF_EXISTS_OR_ADD}]"}},
    {"RequestMirrorPolicy.runtime_fraction", At::kRouteAction,
     MIRROR("cluster: origin, runtime_fraction: {default_value: {numerator: 100}}"),
     MIRROR("cluster: origin, runtime_fraction: {default_value: {numerator: 0}}")},
    {"VirtualHost.request_body_buffer_limit", At::kHost, "request_body_buffer_limit: 100", "", RETRIED},
    {"VirtualHost.per_request_buffer_limit_bytes", At::kHost, "per_request_buffer_limit_bytes: 100", "", RETRIED},
    {"Route.request_body_buffer_limit", At::kRoute, "request_body_buffer_limit: 100", "", RETRIED},
    {"Route.per_request_buffer_limit_bytes", At::kRoute, "per_request_buffer_limit_bytes: 100", "", RETRIED},
    {"XffConfig.xff_num_trusted_hops", At::kHcm, DETECT("xff.v3.XffConfig", "xff_num_trusted_hops: 1"),
     DETECT("xff.v3.XffConfig", "xff_num_trusted_hops: 2")},
    {"XffTrustedCidrs.cidrs", At::kHcm,
     DETECT("xff.v3.XffConfig", "xff_trusted_cidrs: {cidrs: [{address_prefix: 127.0.0.0, prefix_len: 8}]}"),
     DETECT("xff.v3.XffConfig", "xff_trusted_cidrs: {cidrs: [{address_prefix: 1.0.0.0, prefix_len: 8}]}")},
    {"CustomHeaderConfig.header_name", At::kHcm,
     DETECT("custom_header.v3.CustomHeaderConfig", "header_name: x-real-ip"),
     DETECT("custom_header.v3.CustomHeaderConfig", "header_name: x-other")},
    {"CustomHeaderConfig.allow_extension_to_set_address_as_trusted", At::kHcm,
     DETECT("custom_header.v3.CustomHeaderConfig",
            "header_name: x-real-ip, allow_extension_to_set_address_as_trusted: true") INTERNAL,
     DETECT("custom_header.v3.CustomHeaderConfig", "header_name: x-real-ip") INTERNAL},
    {"RouteAction.hash_policy", At::kHost, HASHED(HEADER_HASH("a")), HASHED("")},
    {"HashPolicy.header", At::kHost, HASHED(HEADER_HASH("a")), HASHED(HEADER_HASH("user-agent"))},
    {"HashPolicy.Header.header_name", At::kHost, HASHED(HEADER_HASH("a")), HASHED(HEADER_HASH("user-agent"))},
    {"HashPolicy.Header.regex_rewrite", At::kHost,
     HASHED("{header: {header_name: a, regex_rewrite: {pattern: {regex: \"x.*\"}, substitution: w}}}"),
     HASHED(HEADER_HASH("a"))},
    {"HashPolicy.terminal", At::kHost,
     HASHED("{header: {header_name: a}, terminal: true}, {query_parameter: {name: a}}"),
     HASHED("{header: {header_name: a}}, {query_parameter: {name: a}}")},
    {"HashPolicy.query_parameter", At::kHost, HASHED("{query_parameter: {name: a}}"),
     HASHED("{query_parameter: {name: b}}")},
    {"HashPolicy.QueryParameter.name", At::kHost, HASHED("{query_parameter: {name: a}}"),
     HASHED("{query_parameter: {name: b}}")},
    {"HashPolicy.connection_properties", At::kHost, HASHED("{connection_properties: {source_ip: true}}"),
     HASHED(HEADER_HASH("a"))},
    {"HashPolicy.cookie", At::kHost, COOKIE_HASH("name: a, ttl: 1s"), COOKIE_HASH("name: b, ttl: 1s")},
    {"HashPolicy.Cookie.name", At::kHost, COOKIE_HASH("name: a, ttl: 1s"), COOKIE_HASH("name: b, ttl: 1s")},
    {"HashPolicy.Cookie.path", At::kHost, COOKIE_HASH("name: a, ttl: 1s, path: /p"),
     COOKIE_HASH("name: a, ttl: 1s, path: /q")},
    {"HashPolicy.Cookie.attributes", At::kHost, COOKIE_HASH("name: a, ttl: 1s, attributes: [{name: x, value: v1}]"),
     COOKIE_HASH("name: a, ttl: 1s")},
    {"HashPolicy.CookieAttribute.name", At::kHost, COOKIE_HASH("name: a, ttl: 1s, attributes: [{name: x, value: v1}]"),
     COOKIE_HASH("name: a, ttl: 1s, attributes: [{name: z, value: v1}]")},
    {"HashPolicy.CookieAttribute.value", At::kHost, COOKIE_HASH("name: a, ttl: 1s, attributes: [{name: x, value: v1}]"),
     COOKIE_HASH("name: a, ttl: 1s, attributes: [{name: x, value: v2}]")},
    {"WeightedCluster.use_hash_policy", At::kHost, HASHED(HEADER_HASH("a")),
     "routes: [{match: {prefix: /}, route: {hash_policy: [" HEADER_HASH(
         "a") "], weighted_clusters: {clusters: [{name: origin, weight: 1}, {name: other, weight: 1}]}}}]"},
    {"RetryPolicy.refresh_cluster_on_retry", At::kHost, REFRESH("true"), REFRESH("false")},
    {"WeightedCluster.header_name", At::kHost, BY_HEADER("a"), BY_HEADER("b")},
    {"WeightedCluster.runtime_key_prefix",
     At::kHost,
     BY_RUNTIME("k"),
     BY_RUNTIME("l"),
     {At::kBootstrap, "layered_runtime: {layers: [{name: a, static_layer: {k.origin: 0, k.other: 100}}]}"}},
    {"RuntimeFractionalPercent.runtime_key",
     At::kRoute,
     KEYED("k"),
     KEYED("l"),
     {At::kBootstrap, "layered_runtime: {layers: [{name: a, static_layer: {k: 0}}]}"}},
    {"RuntimeUInt32.runtime_key",
     At::kHcm,
     LOG("filter: {status_code_filter: {comparison: {op: GE, value: {default_value: 100, runtime_key: k}}}},"),
     LOG("filter: {status_code_filter: {comparison: {op: GE, value: {default_value: 100, runtime_key: l}}}},"),
     {At::kBootstrap, "layered_runtime: {layers: [{name: a, static_layer: {k: 600}}]}"}},
    {"RuntimeFilter.runtime_key",
     At::kHcm,
     LOG("filter: {runtime_filter: {runtime_key: k, percent_sampled: {numerator: 50}}},"),
     LOG("filter: {runtime_filter: {runtime_key: l, percent_sampled: {numerator: 50}}},"),
     {At::kBootstrap, "layered_runtime: {layers: [{name: a, static_layer: {k: 0}}]}"}},
    {"RouteAction.auto_host_rewrite", At::kRouteAction, "auto_host_rewrite: true", "auto_host_rewrite: false",
     NAMED("h1")},
    {"Endpoint.hostname",
     At::kCluster,
     NAMED("h1").text,
     NAMED("h2").text,
     {At::kRouteAction, "auto_host_rewrite: true"}},
    {"RetryPolicy.rate_limited_retry_back_off", At::kRouteAction, LIMITED_RETRY("max_interval: 300s"),
     "retry_policy: {retry_on: 5xx, num_retries: 2}"},
    {"RateLimitedRetryBackOff.max_interval", At::kRouteAction, LIMITED_RETRY("max_interval: 300s"),
     LIMITED_RETRY("max_interval: 0.5s")},
    {"CookieMatcher.name", At::kRoute, COOKIE("a", "1"), COOKIE("b", "1")},
    {"CookieMatcher.string_match", At::kRoute, COOKIE("a", "1"), COOKIE("a", "2")},
    {"RouteConfiguration.ignore_path_parameters_in_path_matching", At::kRouteConfig, PARAMETERS("true"),
     PARAMETERS("false")},
    {"RouteAction.host_rewrite_header", At::kRouteAction, "host_rewrite_header: a", "host_rewrite_header: b"},
    {"AndFilter.filters", At::kHcm,
     LOG("filter: {and_filter: {filters: [" STATUS_FROM("100") ", " STATUS_FROM("200") "]}},"),
     LOG("filter: {and_filter: {filters: [" STATUS_FROM("100") ", " STATUS_FROM("600") "]}},")},
    {"RuntimeUInt32.default_value", At::kHcm, LOG("filter: " STATUS_FROM("100") ","),
     LOG("filter: " STATUS_FROM("600") ",")},
    {"RuntimeFilter.use_independent_randomness", At::kHcm, SAMPLED(""), SAMPLED(", use_independent_randomness: true")},
    {"ResponseFlagFilter.flags", At::kHcm, LOG("filter: {response_flag_filter: {flags: [UF]}},"),
     LOG("filter: {response_flag_filter: {flags: [UT]}},")},
    {"GrpcStatusFilter.statuses", At::kHcm, LOG("filter: {grpc_status_filter: {statuses: [UNAVAILABLE]}},"),
     LOG("filter: {grpc_status_filter: {statuses: [UNKNOWN]}},")},
    {"HttpConnectionManager.access_log_flush_interval", At::kHcm, LOG("") "\n          access_log_flush_interval: 1s",
     LOG("") "\n          access_log_flush_interval: 2s"},
    {"HttpConnectionManager.flush_access_log_on_new_request", At::kHcm,
     LOG("") "\n          flush_access_log_on_new_request: true",
     LOG("") "\n          flush_access_log_on_new_request: false"},
    {"HcmAccessLogOptions.access_log_flush_interval", At::kHcm,
     LOG("") "\n          access_log_options: {access_log_flush_interval: 1s}",
     LOG("") "\n          access_log_options: {access_log_flush_interval: 2s}"},
    {"HcmAccessLogOptions.flush_access_log_on_new_request", At::kHcm,
     LOG("") "\n          access_log_options: {flush_access_log_on_new_request: true}",
     LOG("") "\n          access_log_options: {}"},
    {"HttpConnectionManager.xff_num_trusted_hops", At::kHcm, "xff_num_trusted_hops: 1" ADDRESS,
     "xff_num_trusted_hops: 2" ADDRESS},
    {"HttpConnectionManager.skip_xff_append", At::kHcm, "skip_xff_append: true" ADDRESS,
     "skip_xff_append: false" ADDRESS},
    {"HttpConnectionManager.preserve_external_request_id", At::kHcm, "preserve_external_request_id: true" ADDRESS,
     "preserve_external_request_id: false" ADDRESS},
    {"HttpConnectionManager.route_config", At::kHcm, "route_config: {" DIRECT_HOST("201") "}",
     "route_config: {" DIRECT_HOST("202") "}"},
    {"HttpConnectionManager.http_filters", At::kHcm,
     "http_filters: [{name: r, typed_config: {" ANY("http.router.v3.Router") "}}]",
     "http_filters: [{name: r, typed_config: {" ANY("http.router.v3.Router") ", suppress_envoy_headers: true}}]"},
    {"Listener.filter_chains", At::kListener, "filter_chains: [" CHAIN("201") "]", "filter_chains: [" CHAIN("202") "]"},
    {"Listener.default_filter_chain", At::kListener, "filter_chains: []\n    default_filter_chain: " CHAIN("201"),
     "filter_chains: []\n    default_filter_chain: " CHAIN("202")},
    {"FilterChain.filters", At::kListener, "filter_chains: [" CHAIN("201") "]", "filter_chains: [" CHAIN("202") "]"},
    {"Cluster.lb_policy", At::kCluster, "lb_policy: RANDOM" TWO_HOSTS, "lb_policy: ROUND_ROBIN" TWO_HOSTS},
    {"Cluster.load_balancing_policy", At::kCluster, POLICY("random.v3.Random"), POLICY("round_robin.v3.RoundRobin")},
    {"LoadBalancingPolicy.policies", At::kCluster, POLICY("random.v3.Random"), POLICY("round_robin.v3.RoundRobin")},
    {"Http1ProtocolOptions.default_host_for_http_10", At::kHcm,
     "http_protocol_options: {accept_http_10: true, default_host_for_http_10: a}",
     "http_protocol_options: {accept_http_10: true, default_host_for_http_10: b}"},
    {"RouteConfiguration.most_specific_header_mutations_wins", At::kRouteConfig, LEVELS("true"), LEVELS("false")},
    {"RouteConfiguration.ignore_port_in_host_matching", At::kRouteConfig, PORTS("true"), PORTS("false")},
    {"VirtualHost.require_tls", At::kHost, "require_tls: ALL", "require_tls: NONE"},
    {"RouteMatch.safe_regex", At::kRoute, "match: {safe_regex: {regex: /a.*}}", "match: {safe_regex: {regex: /b.*}}"},
    {"RegexMatcher.regex", At::kRoute, "match: {safe_regex: {regex: /a.*}}", "match: {safe_regex: {regex: /b.*}}"},
    {"RouteMatch.case_sensitive", At::kRoute, "match: {prefix: /A, case_sensitive: false}",
     "match: {prefix: /A, case_sensitive: true}"},
    {"FractionalPercent.denominator", At::kRoute, FRACTION("TEN_THOUSAND"), FRACTION("MILLION")},
    {"RouteAction.weighted_clusters", At::kHost, WEIGHTS("1"),
     "routes: [{match: {prefix: /}, route: {cluster: origin}}]"},
    {"ClusterWeight.weight", At::kHost, WEIGHTS("1"), WEIGHTS("9")},
    {"RouteAction.append_x_forwarded_host", At::kRouteAction,
     "append_x_forwarded_host: true\n                  host_rewrite_literal: z",
     "append_x_forwarded_host: false\n                  host_rewrite_literal: z"},
    {"RetryBackOff.max_interval", At::kRouteAction,
     "retry_policy: {retry_on: 5xx, num_retries: 6, retry_back_off: {base_interval: 1s, max_interval: 1s}}",
     "retry_policy: {retry_on: 5xx, num_retries: 6, retry_back_off: {base_interval: 1s, max_interval: 9s}}"},
};

}  // namespace

std::span<const FieldPair> fieldPairs() { return kPairs; }

}  // namespace orrery::config
