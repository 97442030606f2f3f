#pragma once

#include <string>
#include <string_view>

#include "sim/checks/proxy_facts.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// The route that a request must take, found by reading the configuration once more, independently of proxy/route.
struct RouteAnswer {
  enum class Kind : uint8_t {
    kRoute,     // `route`
    kNone,      // none: 404 NR
    kUnjudged,  // `why`
  };
  Kind kind = Kind::kUnjudged;
  const RouteFacts* route = nullptr;
  std::string_view why;
};

// `authority` is used unless the step says a host of its own.
RouteAnswer routeOf(const ListenerFacts& listener, const RequestStep& step, std::string_view authority);

// The listener that serves this address; null: none.
const ListenerFacts* listenerOf(const ProxyFacts& facts, Endpoint server);

}  // namespace orrery::sim
