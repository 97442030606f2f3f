#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/checks/conditions.h"
#include "sim/checks/proxy_facts.h"
#include "sim/checks/route_of.h"
#include "sim/ledger/ledger.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// What a request asks the connection to change to: "CONNECT", or what its upgrade field names beside "connection: upgrade".
// Empty: nothing.
std::string askedUpgrade(const RequestStep& step);

// Whether the configuration grants it: the route's word counts before the connection manager's. Read once more,
// independently of the proxy.
Fulfilled grants(const ListenerFacts& listener, const RouteAnswer& route, std::string_view type);

// What came out of a tunnel at one end is a beginning of what went in at the other, byte for byte. Empty: it is, or no
// attempt has the other end.
std::string brokenTunnel(const RequestRecord& request, std::span<const AttemptRecord* const> attempts,
                         const Ledger& ledger);

}  // namespace orrery::sim
