#include "tests/unit/proxy/config/field_pairs_cluster.h"

namespace orrery::config {

namespace {

// Hosts .2, which answers, and .3 and .4, which nobody is at.
#define HOST(last, more)                                                                        \
  "{" more " endpoint: {hostname: h" last ", address: {socket_address: {address: 127.0.0." last \
  ", port_value: "                                                                              \
  "8080}}}}"
#define HOSTS(policy, locality)                                                \
  "\n    load_assignment: {cluster_name: o, " policy " endpoints: [{" locality \
  " lb_endpoints: [" HOST("2", "") ", " HOST("3", "") "]}]}"
#define WEIGHTED_HOSTS                                                          \
  "\n    load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [" HOST( \
      "2", "load_balancing_weight: 3,") ", " HOST("3", "") "]}]}"
#define HEALTH(of2, of3)                                                        \
  "\n    load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [" HOST( \
      "2", "health_status: " of2 ",") ", " HOST("3", "health_status: " of3 ",") "]}]}"
#define PRIORITIES(of2, of3)                                       \
  "load_assignment: {cluster_name: o, endpoints: [{priority: " of2 \
  ", lb_endpoints: [" HOST("2", "") "]}, {priority: " of3 ", lb_endpoints: [" HOST("3", "") "]}]}"
#define LB(type, rest)                                                                               \
  "load_balancing_policy: {policies: [{typed_extension_config: {name: p, typed_config: {\"@type\": " \
  "type.googleapis.com/envoy.extensions.load_balancing_policies." type ", " rest "}}}]}"
#define LEAST(rest) LB("least_request.v3.LeastRequest", rest) HOSTS("", "")
#define LEAST_FIELD(rest) "lb_policy: LEAST_REQUEST\n    least_request_lb_config: {" rest "}"
#define RING(rest) LB("ring_hash.v3.RingHash", rest) HOSTS("", "")
#define RING_FIELD(rest) "lb_policy: RING_HASH\n    ring_hash_lb_config: {" rest "}" HOSTS("", "")
#define MAGLEV(rest) LB("maglev.v3.Maglev", rest) HOSTS("", "")
#define HASHED {At::kRouteAction, "hash_policy: [{header: {header_name: a}}]"}
#define HALF(factor)                                                             \
  "load_assignment: {cluster_name: o, policy: {overprovisioning_factor: " factor \
  "}, endpoints: [{lb_endpoints: [" HOST("2", "") ", " HOST(                     \
      "3", "health_status: UNHEALTHY,") "]}, {priority: 1, lb_endpoints: [" HOST("4", "") "]}]}"

#define LABELLED                                                                                            \
  {At::kCluster, "load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [" HOST("2", "") ", " HOST( \
                     "3", "metadata: {filter_metadata: {envoy.lb: {a: b}}},") "]}]}"}
#define TRIES(rest) "retry_policy: {retry_on: \"5xx,reset,connect-failure\", num_retries: 3, " rest "}"
#define RETRY_TYPE(type) "\"@type\": type.googleapis.com/envoy.extensions.retry." type
#define PREVIOUS \
  "retry_host_predicate: [{name: p, typed_config: {" RETRY_TYPE("host.previous_hosts.v3.PreviousHostsPredicate") "}}]"
#define OMIT(match)                                                                                                  \
  "retry_host_predicate: [{name: p, typed_config: {" RETRY_TYPE("host.omit_host_metadata.v3.OmitHostMetadataConfig") \
      match "}}]"
#define OTHER_PRIORITY(frequency)                         \
  "retry_priority: {name: p, typed_config: {" RETRY_TYPE( \
      "priority.previous_priorities.v3.PreviousPrioritiesConfig") ", update_frequency: " frequency "}}"
#define TWO_PRIORITIES {At::kCluster, PRIORITIES("1", "0")}
#define RETRIED {At::kRouteAction, TRIES("")}
#define REQUEST_POLICY(rest)                                                                                \
  "typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {\"@type\": " \
  "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: "      \
  "{http_protocol_options: {}}, " rest "}}"
#define BREAKERS(rest) "circuit_breakers: {thresholds: [{" rest "}]}"

constexpr FieldPair kPairs[] = {
    {"RetryPolicy.retry_host_predicate", At::kRouteAction, TRIES(PREVIOUS), TRIES(""), LABELLED},
    {"RetryHostPredicate.typed_config", At::kRouteAction, TRIES(PREVIOUS), TRIES(OMIT("")), LABELLED},
    {"RetryPolicy.host_selection_retry_max_attempts", At::kRouteAction,
     TRIES(PREVIOUS ", host_selection_retry_max_attempts: 1"), TRIES(PREVIOUS ", host_selection_retry_max_attempts: 4"),
     LABELLED},
    {"OmitHostMetadataConfig.metadata_match", At::kRouteAction,
     TRIES(OMIT(", metadata_match: {filter_metadata: {envoy.lb: {a: b}}}")),
     TRIES(OMIT(", metadata_match: {filter_metadata: {envoy.lb: {a: c}}}")), LABELLED},
    {"LbEndpoint.metadata",
     At::kCluster,
     "load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [" HOST("2", "") ", " HOST(
         "3", "metadata: {filter_metadata: {envoy.lb: {a: b}}},") "]}]}",
     "load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [" HOST("2", "") ", " HOST("3", "") "]}]}",
     {At::kRouteAction, TRIES(OMIT(", metadata_match: {filter_metadata: {envoy.lb: {a: b}}}"))}},
    {"Metadata.filter_metadata",
     At::kCluster,
     "load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [" HOST("2", "") ", " HOST(
         "3", "metadata: {filter_metadata: {envoy.lb: {canary: true}}},") "]}]}",
     "load_assignment: {cluster_name: o, endpoints: [{lb_endpoints: [" HOST("2", "") ", " HOST(
         "3", "metadata: {filter_metadata: {envoy.lb: {canary: false}}},") "]}]}",
     {At::kRouteAction, TRIES("retry_host_predicate: [{name: p, typed_config: {" RETRY_TYPE(
                            "host.omit_canary_hosts.v3.OmitCanaryHostsPredicate") "}}]")}},
    {"RetryPolicy.retry_priority", At::kRouteAction, TRIES(OTHER_PRIORITY("1")), TRIES(""), TWO_PRIORITIES},
    {"RetryPriority.typed_config", At::kRouteAction, TRIES(OTHER_PRIORITY("1")), TRIES(""), TWO_PRIORITIES},
    {"PreviousPrioritiesConfig.update_frequency", At::kRouteAction, TRIES(OTHER_PRIORITY("1")),
     TRIES(OTHER_PRIORITY("2")), TWO_PRIORITIES},
    {"RouteAction.priority",
     At::kRouteAction,
     "priority: HIGH",
     "priority: DEFAULT",
     {At::kCluster, BREAKERS("priority: HIGH, max_pending_requests: 0")}},
    {"Thresholds.retry_budget", At::kCluster, BREAKERS("max_retries: 0, retry_budget: {}"), BREAKERS("max_retries: 0"),
     RETRIED},
    {"RetryBudget.budget_percent", At::kCluster,
     BREAKERS("retry_budget: {budget_percent: {value: 100}, min_retry_concurrency: 0}"),
     BREAKERS("retry_budget: {budget_percent: {value: 0}, min_retry_concurrency: 0}"), RETRIED},
    {"RetryBudget.min_retry_concurrency", At::kCluster,
     BREAKERS("retry_budget: {budget_percent: {value: 0}, min_retry_concurrency: 0}"),
     BREAKERS("retry_budget: {budget_percent: {value: 0}, min_retry_concurrency: 2}"), RETRIED},
    {"upstreams.http.v3.HttpProtocolOptions.retry_policy", At::kCluster,
     REQUEST_POLICY("retry_policy: {retry_on: 5xx, num_retries: 2}"), REQUEST_POLICY("")},
    {"upstreams.http.v3.HttpProtocolOptions.request_mirror_policies", At::kCluster,
     REQUEST_POLICY("request_mirror_policies: [{cluster: origin}]"), REQUEST_POLICY("")},
    {"upstreams.http.v3.HttpProtocolOptions.hash_policy", At::kCluster,
     REQUEST_POLICY("hash_policy: [{cookie: {name: c, ttl: 10s}}]"), REQUEST_POLICY("")},
    {"RetryBudget.budget_interval", At::kCluster,
     BREAKERS("retry_budget: {budget_percent: {value: 100}, min_retry_concurrency: 0, budget_interval: 100s}"),
     BREAKERS("retry_budget: {budget_percent: {value: 100}, min_retry_concurrency: 0, budget_interval: 0.005s}"),
     RETRIED},
    {"LocalityLbEndpoints.priority", At::kCluster, PRIORITIES("0", "1"), PRIORITIES("1", "0")},
    {"LbEndpoint.health_status", At::kCluster, "name: origin" HEALTH("UNHEALTHY", "HEALTHY"),
     "name: origin" HEALTH("HEALTHY", "UNHEALTHY")},
    {"Policy.overprovisioning_factor", At::kCluster, HALF("100"), HALF("200")},
    {"CommonLbConfig.healthy_panic_threshold", At::kCluster,
     "common_lb_config: {healthy_panic_threshold: {value: 100}}" HEALTH("HEALTHY", "UNHEALTHY"),
     "common_lb_config: {healthy_panic_threshold: {value: 0}}" HEALTH("HEALTHY", "UNHEALTHY")},
    {"Percent.value", At::kCluster,
     "common_lb_config: {healthy_panic_threshold: {value: 100}}" HEALTH("HEALTHY", "UNHEALTHY"),
     "common_lb_config: {healthy_panic_threshold: {value: 0}}" HEALTH("HEALTHY", "UNHEALTHY")},
    {"LeastRequest.choice_count", At::kCluster, LEAST("choice_count: 2"), LEAST("choice_count: 9")},
    {"LeastRequestLbConfig.choice_count", At::kCluster, LEAST_FIELD("choice_count: 2") HOSTS("", ""),
     LEAST_FIELD("choice_count: 9") HOSTS("", "")},
    {"LeastRequest.enable_full_scan", At::kCluster, LEAST("enable_full_scan: true"), LEAST("")},
    {"LeastRequest.selection_method", At::kCluster, LEAST("selection_method: FULL_SCAN"),
     LEAST("selection_method: N_CHOICES")},
    {"LeastRequest.active_request_bias", At::kCluster,
     LB("least_request.v3.LeastRequest", "active_request_bias: {default_value: 9, runtime_key: k}") WEIGHTED_HOSTS,
     LB("least_request.v3.LeastRequest", "active_request_bias: {default_value: 0, runtime_key: k}") WEIGHTED_HOSTS},
    {"LeastRequestLbConfig.active_request_bias", At::kCluster,
     LEAST_FIELD("active_request_bias: {default_value: 9}") WEIGHTED_HOSTS,
     LEAST_FIELD("active_request_bias: {default_value: 0}") WEIGHTED_HOSTS},
    {"RuntimeDouble.default_value", At::kCluster, LEAST_FIELD("active_request_bias: {default_value: 9}") WEIGHTED_HOSTS,
     LEAST_FIELD("active_request_bias: {default_value: 0}") WEIGHTED_HOSTS},
    {"RuntimeDouble.runtime_key",
     At::kCluster,
     LEAST_FIELD("active_request_bias: {default_value: 9, runtime_key: k}") WEIGHTED_HOSTS,
     LEAST_FIELD("active_request_bias: {default_value: 9, runtime_key: l}") WEIGHTED_HOSTS,
     {At::kBootstrap, "layered_runtime: {layers: [{name: a, static_layer: {k: 0}}]}"}},
    {"RingHash.minimum_ring_size", At::kCluster, RING("minimum_ring_size: 2"), RING(""), HASHED},
    {"RingHash.maximum_ring_size", At::kCluster, RING("minimum_ring_size: 2, maximum_ring_size: 3"),
     RING("minimum_ring_size: 3"), HASHED},
    {"RingHash.hash_function", At::kCluster, RING("hash_function: MURMUR_HASH_2"), RING("hash_function: XX_HASH"),
     HASHED},
    {"RingHash.use_hostname_for_hashing", At::kCluster, RING("use_hostname_for_hashing: true"), RING(""), HASHED},
    {"RingHashLbConfig.minimum_ring_size", At::kCluster, RING_FIELD("minimum_ring_size: 2"), RING_FIELD(""), HASHED},
    {"RingHashLbConfig.maximum_ring_size", At::kCluster, RING_FIELD("minimum_ring_size: 2, maximum_ring_size: 3"),
     RING_FIELD("minimum_ring_size: 3"), HASHED},
    {"RingHashLbConfig.hash_function", At::kCluster, RING_FIELD("hash_function: MURMUR_HASH_2"),
     RING_FIELD("hash_function: XX_HASH"), HASHED},
    {"Maglev.table_size", At::kCluster, MAGLEV("table_size: 3"), MAGLEV(""), HASHED},
    {"MaglevLbConfig.table_size", At::kCluster,
     "lb_policy: MAGLEV\n    maglev_lb_config: {table_size: 3}" HOSTS("", ""), "lb_policy: MAGLEV" HOSTS("", ""),
     HASHED},
    {"ConsistentHashingLbConfig.use_hostname_for_hashing", At::kCluster,
     MAGLEV("consistent_hashing_lb_config: {use_hostname_for_hashing: true}"), MAGLEV(""), HASHED},
};

}  // namespace

std::span<const FieldPair> clusterFieldPairs() { return kPairs; }

}  // namespace orrery::config
