#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/live/bootstrap_copy.h"
#include "sim/world/values.h"

namespace orrery::live {

// The values of expectations after a run on real sockets: what the actors saw is as in a simulated run, what the proxy says of
// itself comes from its admin endpoint and its logs. Lifetime: what is given outlives it.
class LiveValues final : public sim::ValueSource {
 public:
  struct Proxy {
    bool speaksEnvoy = true;  // else nothing that it says of itself is known
    std::map<std::string, uint64_t, std::less<>> stats;
    std::string logText;
    std::vector<RequestLine> requests;
  };
  LiveValues(sim::RunValues::Sources sources, const Proxy& proxy);

  std::optional<sim::Value> value(std::string_view name) const override;
  // Not: statistics that this proxy does not have, flags of requests without an id (raw bytes), anything that a proxy with words of its
  // own says.
  bool observable(std::string_view name) const override;
  uint64_t requestsSeenBy(std::string_view host) const override { return seen_.requestsSeenBy(host); }
  uint64_t requestSeenBy(std::string_view host, std::string_view request) const override {
    return seen_.requestSeenBy(host, request);
  }
  uint64_t mostForOneRequestAt(std::string_view host) const override { return seen_.mostForOneRequestAt(host); }
  Duration longestRequest() const override { return seen_.longestRequest(); }
  bool atMostOnceBroken() const override { return seen_.atMostOnceBroken(); }

 private:
  // The id of the request that the story gives this name; 0: none.
  uint64_t idOf(std::string_view request) const;
  std::optional<sim::Value> lineValue(uint64_t request, std::string_view field) const;

  std::vector<std::pair<std::string_view, const sim::Client*>> clients_;
  sim::RunValues seen_;
  const Proxy& proxy_;
};

}  // namespace orrery::live
