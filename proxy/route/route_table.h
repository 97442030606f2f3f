#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/message/header_map.h"
#include "proxy/route/route_config.h"
#include "proxy/runtime/runtime.h"

namespace orrery::route {

// What a request matched. Pointers live as long as the table.
struct RouteResult {
  const VirtualHost* virtualHost = nullptr;
  const Route* route = nullptr;
  const WeightedCluster* weighted = nullptr;  // of the route's, the one that was picked (weighted_clusters.h)

  // What is said to filters; null: nothing.
  const FilterSlots* slots() const {
    if (route == nullptr) return nullptr;
    return weighted != nullptr ? weighted->slots.get() : route->slots.get();
  }
};

// A compiled route configuration: virtual hosts by domain (exact, then longest suffix wildcard, then longest prefix
// wildcard, then "*"; RFC 9110 section 4.2.3: hosts do not depend on case), then the first route that matches, as Envoy
// does. Immutable and shared by all workers; a match allocates nothing.
//
// Lifetime: keeps the configuration alive. Threading: any. Errors: compile() names the domain or expression it refuses.
class RouteTable {
 public:
  // `chain`: the filters that settings of typed_per_filter_config are for; null: nobody reads them. `layout` gets the
  // statistics of virtual clusters and routes; null: they are not counted.
  static Result<std::shared_ptr<const RouteTable>> compile(std::shared_ptr<const RouteConfig> config,
                                                           const FilterChainShape* chain = nullptr,
                                                           stats::Layout* layout = nullptr);
  ~RouteTable();
  RouteTable(const RouteTable&) = delete;
  RouteTable& operator=(const RouteTable&) = delete;

  // Whether match() or pickWeighted() looks at `random`: when false, 0 may be passed and no draw is needed.
  bool usesRandom() const;
  // `random`: 64 random bits of the stream, for runtime fractions and weighted clusters; the same for every match of one
  // stream.
  // A route of virtual hosts with require_tls that must be redirected is a redirect route of the table's own.
  // `metadata`: the stream's dynamic one; null: none yet.
  RouteResult match(const message::HeaderMap& headers, const runtime::Snapshot& runtime, uint64_t random,
                    const stream_info::Value::Object* metadata = nullptr) const;
  const RouteConfig& config() const;

 private:
  struct Impl;
  explicit RouteTable(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace orrery::route
