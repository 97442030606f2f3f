#pragma once

#include <span>
#include <string>

#include "sim/checks/proxy_facts.h"
#include "sim/ledger/ledger.h"

namespace orrery::sim {

// At most as asked: whether the attempts of one request are what its route's retry policy asks for, by Envoy's documentation
// (router_filter.rst, x-envoy-retry-on), not by proxy/upstream. `attempts` are those that origins saw, in order of arrival.
//
// Empty: they are. Else what is wrong, for people: "seen twice by origin (retry_on was empty)".
std::string brokenBudget(const RouteFacts& route, std::span<const AttemptRecord* const> attempts, const Ledger& ledger);

}  // namespace orrery::sim
