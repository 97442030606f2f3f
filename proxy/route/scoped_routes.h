#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/message/header_map.h"
#include "proxy/route/route_config.h"
#include "proxy/route/route_table.h"

namespace orrery::route {

// How one fragment of a request's scope key is read from a header (envoy ScopeKeyBuilder.FragmentBuilder). The first value
// of the header is cut at `elementSeparator` (empty: it is one element); the fragment is the element at `index`, or, with
// `key`, what stands behind `keySeparator` in the first element that begins with `key`. Nothing is trimmed (Envoy 1.40).
struct ScopeKeyFragment {
  message::HeaderName header;
  std::string elementSeparator;
  uint32_t index = 0;
  std::optional<std::string> key;
  std::string keySeparator;  // not empty where there is a key
};

// Scoped routes as plain data: the route configuration of a request is that of the scope whose key equals its own.
struct ScopedRoutesConfig {
  struct Scope {
    std::string name;
    std::vector<std::string> key;
    std::shared_ptr<const RouteConfig> routes;
  };
  std::vector<ScopeKeyFragment> builder;
  std::vector<Scope> scopes;  // of equal names, and of equal keys, the last one counts, as in Envoy
};

// The route tables of a connection manager: one, or one by scope. Immutable, shared by workers and worlds. Threading: any.
class RouteTables {
 public:
  using Compile = std::function<Result<std::shared_ptr<const RouteTable>>(std::shared_ptr<const RouteConfig>)>;

  explicit RouteTables(std::shared_ptr<const RouteTable> table) : single_(std::move(table)) {}
  // Errors: what `compile` refuses.
  static Result<RouteTables> byScope(std::shared_ptr<const ScopedRoutesConfig> config, const Compile& compile);

  // The table for a request; null: its scope has none.
  const RouteTable* of(const message::HeaderMap& headers) const {
    return config_ == nullptr ? single_.get() : inScope(headers);
  }

 private:
  RouteTables() = default;
  const RouteTable* inScope(const message::HeaderMap& headers) const;

  std::shared_ptr<const RouteTable> single_;
  std::shared_ptr<const ScopedRoutesConfig> config_;
  std::map<std::string, std::shared_ptr<const RouteTable>, std::less<>> byKey_;
};

}  // namespace orrery::route
