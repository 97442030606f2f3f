#pragma once

#include "tests/unit/proxy/config/field_macros_rate_limit.h"

// What the snippets of field cases (field_cases_*.inc) are put together from.

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
#define CONDITION_WITH(rest, tree)                                                                           \
  FILTER("rbac.v3.RBAC",                                                                                     \
         "rules: {action: DENY, policies: {p: {permissions: [{any: true}], principals: [{any: true}], " rest \
         ", condition: {" tree "}}}}")
#define CONDITION(tree) CONDITION_WITH("cel_config: {}", tree)
#define NO_FUNCTION(column, where, name)                                             \
  "refused: sample.yaml:17:" column                                                  \
  ": error: static_resources.listeners[0].filter_chains[0].filters[0].typed_config." \
  "http_filters[0].typed_config.rules.policies[p].condition." where                  \
  ": failed to create an expression: No overload "                                   \
  "found in reference resolve step for " name "\n"
#define DENIES \
  "on_match: {action: {name: a, typed_config: {" TYPE("envoy.config.rbac.v3.Action") ", name: a, action: DENY}}}"
#define ALLOWS \
  "on_match: {action: {name: a, typed_config: {" TYPE("envoy.config.rbac.v3.Action") ", name: b, action: ALLOW}}}"
#define RBAC_TREE(tree)                                                                              \
  FILTER("rbac.v3.RBAC", "matcher: {" tree ", on_no_match: {action: {name: a, typed_config: {" TYPE( \
                             "envoy.config.rbac.v3.Action") ", name: none, action: ALLOW}}}}")
#define RBAC_DOMAINS(matcher)                                                                     \
  RBAC_TREE("matcher_tree: {input: " INPUT("a") ", custom_match: {name: c, typed_config: {" TYPE( \
      "xds.type.matcher.v3.ServerNameMatcher") ", " matcher "}}}")
#define RBAC_CUSTOM(input, custom)                                                                             \
  RBAC_TREE("matcher_list: {matchers: [{predicate: {single_predicate: {input: {name: i, typed_config: {" input \
            "}}, custom_match: {name: c, typed_config: {" custom "}}}}, " DENIES "}]}")
#define RBAC_METADATA(where, what)                                                                        \
  RBAC_CUSTOM(TYPE("envoy.extensions.matching.common_inputs.network.v3.DynamicMetadataInput") ", " where, \
              TYPE("envoy.extensions.matching.input_matchers.metadata.v3.Metadata") ", " what)
#define RBAC_CEL(form) \
  RBAC_CUSTOM(TYPE("xds.type.matcher.v3.HttpAttributesCelMatchInput"), TYPE("xds.type.matcher.v3.CelMatcher") form)
#define CEL_PATH(path)                                                                                         \
  "{call_expr: {function: _==_, args: [{select_expr: {operand: {ident_expr: {name: request}}, field: path}}, " \
  "{const_expr: {string_value: " path "}}]}}"
#define QUERY_CHANGE(rule) \
  FILTER("header_mutation.v3.HeaderMutation", "mutations: {query_parameter_mutations: [{" rule "}]}")
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
