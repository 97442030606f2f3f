#include "proxy/config/translate_balancing.h"

#include <algorithm>

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/extensions/load_balancing_policies/least_request/v3/least_request.pb.h"
#include "envoy/extensions/load_balancing_policies/maglev/v3/maglev.pb.h"
#include "envoy/extensions/load_balancing_policies/random/v3/random.pb.h"
#include "envoy/extensions/load_balancing_policies/ring_hash/v3/ring_hash.pb.h"
#include "envoy/extensions/load_balancing_policies/round_robin/v3/round_robin.pb.h"
#include "proxy/base/det_math.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {
namespace {

using envoy::config::cluster::v3::Cluster;
using envoy::extensions::load_balancing_policies::least_request::v3::LeastRequest;
using envoy::extensions::load_balancing_policies::maglev::v3::Maglev;
using envoy::extensions::load_balancing_policies::random::v3::Random;
using envoy::extensions::load_balancing_policies::ring_hash::v3::RingHash;
using envoy::extensions::load_balancing_policies::round_robin::v3::RoundRobin;

bool isPrime(uint64_t n) {
  if (n < 2) return false;
  for (uint64_t divisor = 2; divisor * divisor <= n; ++divisor) {
    if (n % divisor == 0) return false;
  }
  return true;
}

// What Cluster.LeastRequestLbConfig and the extension say alike; and below, of ring hash and maglev.
template <class Message>
void setLeastRequest(Translation& t, const Message& message, upstream::ClusterOptions& out) {
  if (message.has_choice_count()) out.leastRequest.choices = message.choice_count().value();
  if (!message.has_active_request_bias()) return;
  const auto scope = t.path.field("active_request_bias");
  const double bias = message.active_request_bias().default_value();
  if (bias >= 0) {
    out.leastRequest.activeRequestBias = toFixed(std::min(bias, 1000.0));
  } else {
    t.report.warn(t.path.text(), "default_value must be at least 0; 1 counts instead, as in Envoy");
  }
  out.leastRequest.activeRequestBiasKey = message.active_request_bias().runtime_key();
  if (out.leastRequest.activeRequestBiasKey.empty()) return;
  t.runtimeKeys.insert(out.leastRequest.activeRequestBiasKey);
}

template <class Message>
void setRingHash(Translation& t, const Message& message, upstream::ClusterOptions& out) {
  upstream::HashTableOptions& table = out.hashTable;
  if (message.has_minimum_ring_size()) table.minimumRingSize = message.minimum_ring_size().value();
  if (message.has_maximum_ring_size()) table.maximumRingSize = message.maximum_ring_size().value();
  table.murmur = message.hash_function() == Message::MURMUR_HASH_2;
  if (table.minimumRingSize <= table.maximumRingSize) return;
  t.refuse("ring hash: minimum_ring_size (" + std::to_string(table.minimumRingSize) + ") > maximum_ring_size (" +
           std::to_string(table.maximumRingSize) + ")");
}

template <class Message>
void setMaglev(Translation& t, const Message& message, upstream::ClusterOptions& out) {
  if (message.has_table_size()) out.hashTable.tableSize = message.table_size().value();
  if (!isPrime(out.hashTable.tableSize)) t.refuse("The table size of maglev must be prime number");
}

// Cluster.lb_policy and what stands beside it.
void setByField(Translation& t, const Cluster& message, upstream::ClusterOptions& out) {
  switch (message.lb_policy()) {
    case Cluster::RANDOM: out.lbPolicy = upstream::LbPolicy::kRandom; return;
    case Cluster::LEAST_REQUEST: {
      const auto scope = t.path.field("least_request_lb_config");
      out.lbPolicy = upstream::LbPolicy::kLeastRequest;
      setLeastRequest(t, message.least_request_lb_config(), out);
      return;
    }
    case Cluster::RING_HASH: {
      const auto scope = t.path.field("ring_hash_lb_config");
      out.lbPolicy = upstream::LbPolicy::kRingHash;
      setRingHash(t, message.ring_hash_lb_config(), out);
      return;
    }
    case Cluster::MAGLEV: {
      const auto scope = t.path.field("maglev_lb_config");
      out.lbPolicy = upstream::LbPolicy::kMaglev;
      setMaglev(t, message.maglev_lb_config(), out);
      return;
    }
    default: return;
  }
}

template <class Message>
Message unpacked(const google::protobuf::Any& any) {
  Message message;
  any.UnpackTo(&message);
  return message;
}

// False: a policy that is not known.
bool setByExtension(Translation& t, const google::protobuf::Any& any, upstream::ClusterOptions& out) {
  if (any.Is<RoundRobin>()) {
    out.lbPolicy = upstream::LbPolicy::kRoundRobin;
  } else if (any.Is<Random>()) {
    out.lbPolicy = upstream::LbPolicy::kRandom;
  } else if (any.Is<LeastRequest>()) {
    const auto message = unpacked<LeastRequest>(any);
    out.lbPolicy = upstream::LbPolicy::kLeastRequest;
    out.leastRequest.fullScan =
        message.selection_method() == LeastRequest::FULL_SCAN || message.enable_full_scan().value();
    setLeastRequest(t, message, out);
  } else if (any.Is<RingHash>()) {
    const auto message = unpacked<RingHash>(any);
    out.lbPolicy = upstream::LbPolicy::kRingHash;
    out.hashTable.useHostname = message.has_consistent_hashing_lb_config()
                                    ? message.consistent_hashing_lb_config().use_hostname_for_hashing()
                                    : message.use_hostname_for_hashing();
    setRingHash(t, message, out);
  } else if (any.Is<Maglev>()) {
    const auto message = unpacked<Maglev>(any);
    out.lbPolicy = upstream::LbPolicy::kMaglev;
    out.hashTable.useHostname = message.consistent_hashing_lb_config().use_hostname_for_hashing();
    setMaglev(t, message, out);
  } else {
    return false;
  }
  return true;
}

}  // namespace

void setLoadBalancing(Translation& t, const Cluster& message, upstream::ClusterOptions& out) {
  if (message.common_lb_config().has_healthy_panic_threshold()) {
    // As Envoy: the nearest whole percent.
    out.panicThreshold = static_cast<uint32_t>(message.common_lb_config().healthy_panic_threshold().value() + 0.5);
  }
  if (!message.has_load_balancing_policy()) {
    if (message.lb_policy() == Cluster::LOAD_BALANCING_POLICY_CONFIG) {
      t.refuse("cluster: field load_balancing_policy need to be set");
    }
    setByField(t, message, out);
    return;
  }
  const auto scope = t.path.field("load_balancing_policy");
  const auto list = t.path.field("policies");
  const auto& policies = message.load_balancing_policy().policies();
  // Envoy takes the first policy that it knows.
  for (int i = 0; i < policies.size(); ++i) {
    const auto item = t.path.index(i);
    const auto config = t.path.field("typed_extension_config");
    const auto& any = policies[i].typed_extension_config().typed_config();
    if (!setByExtension(t, any, out)) {
      t.refuse("only RoundRobin, LeastRequest, Random, RingHash and Maglev are supported yet, found " +
               (any.type_url().empty() ? "no typed_config" : any.type_url()));
    }
    return;
  }
  t.refuse("Didn't find a registered load balancer factory for cluster: '" + message.name() + "'");
}

}  // namespace orrery::config
