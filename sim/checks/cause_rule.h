#pragma once

#include <span>
#include <string>

#include "sim/checks/broken.h"
#include "sim/checks/log_line.h"
#include "sim/checks/proxy_facts.h"
#include "sim/checks/route_of.h"
#include "sim/ledger/ledger.h"

namespace orrery::sim {

// What the checks know of one finished request.
struct Case {
  const RequestRecord& request;
  const LogLine& line;
  const ListenerFacts& listener;
  RouteAnswer route;
  std::span<const AttemptRecord* const> attempts;
  std::span<const IpAddress> proxyAddresses;
  bool grpc;                 // replies to it are 200, the status is in grpc-status
  std::string_view upgrade;  // what it asked to change to; empty: nothing
  Duration lateness;         // of links and loops
};

// Every flag, and every reply that no origin gave, has one written precondition over ledger and configuration:
//   UC  an upstream connection ended under the proxy while the request ran
//   UF  an upstream connection could not be established while it ran
//   UT  the route's (or a try's) time-out has passed since the request was sent
//   SI  the stream's idle time-out has passed since it began
//   NR  no route matches       NC  the route's cluster does not exist      UH  the cluster has no endpoints, or not pools enough
//   UO  other requests, as many as one of the cluster's circuit breakers takes, were under way    DT  its duration has passed
//   URX the policy's retries were used      DC  the client ended its connection      DPE  the client sent bytes of its own
//   a refused upgrade: it asked for one, and the configuration does not grant it
//   DI FI RL and replies of filters: the filter is in the chain
//   no flag: a direct response or redirect of the route, or one of the proxy's own time-outs and refusals, by details
//
// Appends to `findings` what has no cause, and what the rule cannot judge.
void judgeCause(const Case& c, const Ledger& ledger, Findings& findings);

}  // namespace orrery::sim
