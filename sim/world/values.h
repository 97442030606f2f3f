#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sim/actors/client.h"
#include "sim/actors/dns_server.h"
#include "sim/actors/origin.h"
#include "sim/checks/checks.h"
#include "sim/checks/expectations.h"
#include "sim/world/world_parts.h"

namespace orrery::sim {

// The values of expectations at the end of a run. Lifetime: made when the run is over, everything given outlives it.
class RunValues final : public ValueSource {
 public:
  struct Sources {
    const CompiledScenario::Parts& parts;
    Checks& checks;
    std::vector<std::pair<std::string_view, const Client*>> clients;
    std::vector<std::pair<std::string_view, const Origin*>> origins;
    std::vector<std::pair<std::string_view, const DnsServer*>> nameServers;
    const StatSums& stats;
    // What is in the logs; made when an expectation asks for it.
    std::function<std::string()> logText;
    // From which instants are counted.
    TimePoint begun = TimePoint();
  };
  explicit RunValues(Sources sources) : s_(std::move(sources)) {}

  std::optional<Value> value(std::string_view name) const override;
  uint64_t requestsSeenBy(std::string_view host) const override { return s_.checks.attemptsAt(host); }
  uint64_t requestSeenBy(std::string_view host, std::string_view request) const override;
  uint64_t mostForOneRequestAt(std::string_view host) const override { return s_.checks.mostAttemptsAt(host); }
  Duration longestRequest() const override { return s_.checks.longestRequest(); }
  bool atMostOnceBroken() const override;

 private:
  const SeenResponse* seen(const std::string& request) const;
  std::optional<Value> requestValue(const SeenResponse& seen, std::string_view field) const;
  std::optional<Value> lookupValue(const SeenLookup& seen, std::string_view field) const;
  std::optional<Value> hostValue(std::string_view host, std::string_view field) const;
  Duration sinceStart(TimePoint at) const { return at == kNever ? Duration::max() : at - s_.begun; }

  Sources s_;
};

}  // namespace orrery::sim
