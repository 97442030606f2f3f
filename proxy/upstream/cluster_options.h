#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/codec/http2/options.h"
#include "proxy/http/filter_options.h"
#include "proxy/http/keepalive.h"
#include "proxy/io/address.h"
#include "proxy/io/socket_options.h"
#include "proxy/message/header_case.h"
#include "proxy/route/route_action.h"
#include "proxy/stream_info/value.h"

// Clusters as plain data (envoy.config.cluster.v3), made by proxy/config.
namespace orrery::upstream {

enum class LbPolicy : uint8_t { kRoundRobin, kRandom, kLeastRequest, kRingHash, kMaglev };

// What is known of a host. `kUnhealthy` hosts get requests in panic only, `kDegraded` ones what the healthy cannot take.
enum class HostHealth : uint8_t { kHealthy, kDegraded, kUnhealthy };

struct EndpointOptions {
  io::Address address;
  std::string hostname;
  uint32_t weight = 1;
  uint32_t priority = 0;  // 0 goes first
  HostHealth health = HostHealth::kHealthy;
  bool canary = false;        // metadata of envoy.lb
  stream_info::Value labels;  // all metadata of envoy.lb
  stream_info::MetadataTable metadata;
};

// Of LbPolicy::kLeastRequest.
struct LeastRequestOptions {
  uint32_t choices = 2;   // hosts drawn, of which the least busy is taken
  bool fullScan = false;  // all hosts are looked at instead
  uint64_t activeRequestBias =
      1u << 16;                      // with unequal weights: weight / (active + 1)^bias, in fixed point (det_math.h)
  std::string activeRequestBiasKey;  // of the runtime, whose decimal number replaces it; empty: none
};

// Of LbPolicy::kRingHash and kMaglev.
struct HashTableOptions {
  bool useHostname = false;  // hosts stand at the hash of their host name, else of their address
  // Ring hash.
  uint64_t minimumRingSize = 1024;
  uint64_t maximumRingSize = 8 * 1024 * 1024;
  bool murmur = false;  // murmur2, else xxHash64
  // Maglev; a prime.
  uint64_t tableSize = 65537;
};

// So many retries may run at a time as `percent` of the requests under way and waiting, or of those begun in the last
// `interval`, but always `leastRetries`.
struct RetryBudget {
  double percent = 20;
  uint64_t leastRetries = 3;
  std::optional<Duration> interval;
};

// Circuit breakers of one priority; Envoy's defaults.
struct CircuitBreakerThresholds {
  uint64_t maxConnections = 1024;
  uint64_t maxConnectionsPerHost = UINT64_MAX;
  uint64_t maxPendingRequests = 1024;
  uint64_t maxRequests = 1024;
  uint64_t maxRetries = 3;
  std::optional<RetryBudget> retryBudget;  // instead of maxRetries
  uint64_t maxPools = UINT64_MAX;          // hosts with connections, of all workers (max_connection_pools)
  bool trackRemaining = false;             // gauges tell how much is left
};

// Routes say which of the two counts for their requests.
enum class RoutePriority : uint8_t { kDefault, kHigh };
constexpr size_t kRoutePriorities = 2;

// http_protocol_options of a cluster.
struct Http1Options {
  bool properCaseHeaders = false;
  std::optional<message::PreserveCase> preserveCase;  // responses keep the case of their names
  bool enableTrailers = false;                        // of both directions; else they are dropped
  bool allowChunkedLength = false;
  bool fullyQualifiedUrl = false;  // requests name their target as a whole URI
};

struct ClusterOptions {
  std::string name;
  stream_info::MetadataTable metadata;
  std::string altStatName;
  LbPolicy lbPolicy = LbPolicy::kRoundRobin;
  LeastRequestOptions leastRequest;
  HashTableOptions hashTable;
  uint32_t overprovisioningFactor = 140;  // percent: how much more than its share the healthy part of a priority takes
  uint32_t panicThreshold = 50;           // percent of healthy hosts below which health is not looked at; 0: never
  std::vector<EndpointOptions> endpoints;
  Duration connectTimeout = Duration::seconds(5);
  CircuitBreakerThresholds breakers;      // priority DEFAULT
  CircuitBreakerThresholds highBreakers;  // priority HIGH

  const CircuitBreakerThresholds& breakersOf(RoutePriority priority) const {
    return priority == RoutePriority::kHigh ? highBreakers : breakers;
  }
  uint32_t perConnectionBufferLimit = 1024 * 1024;
  // common_http_protocol_options of the cluster's HttpProtocolOptions
  Duration idleTimeout = Duration::seconds(3600);  // 0: none
  // TcpProtocolOptions: of connections that wait for a tunnel to end in them; 0: none
  Duration tcpIdleTimeout = Duration::seconds(600);
  uint32_t maxRequestsPerConnection = 0;  // 0: unlimited
  std::optional<Duration> maxConnectionDuration;
  Duration maxStreamDuration;          // 0: none
  uint32_t maxResponseHeadersKb = 80;  // Envoy's for HTTP/1 (60 for HTTP/2, in http2.headers); seen at 1.40
  uint32_t maxResponseHeadersCount = 100;
  Http1Options http1;
  bool http2Upstream = false;  // http2_protocol_options are given
  http2::Options http2;
  http::Keepalive http2Keepalive;
  io::SocketOptions socket;
  // What requests to this cluster get instead of what their route says; empty: what it says. The time-outs of a try stay the
  // route's.
  std::vector<route::HashPolicy> hashPolicies;
  std::vector<route::MirrorPolicy> mirrors;
  std::optional<route::RetryPolicy> retry;
  // http_filters, without the codec behind them: what each try goes through; none: the upstream filters of its router.
  std::optional<std::vector<http::HttpFilterOptions>> upstreamFilters;
};

}  // namespace orrery::upstream
