#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "sim/ledger/ledger.h"
#include "sim/ledger/observer.h"

namespace orrery::sim {

// Who watches the actors where nothing is judged (RunRequest::judge): only steps are told on, as they are in the run's hash.
//
// Bounds: the ledger is kept as short as the checks keep it, for runs with at most kInFlight requests at a time.
class Nobody final : public ActorObserver {
 public:
  static constexpr uint64_t kInFlight = 1024;

  Nobody(Ledger& ledger, std::function<void(std::string_view, std::string_view)> step)
      : ledger_(ledger), step_(std::move(step)) {}

  void onStep(std::string_view host, std::string_view text) override { step_(host, text); }
  void onRequestEnded(const RequestRecord& record) override {
    if (record.id % kInFlight != 0) return;
    ledger_.requests.dropBefore(record.id - kInFlight + 1);
    const uint64_t attempts = ledger_.attempts.lastId();
    if (attempts > kInFlight) ledger_.attempts.dropBefore(attempts - kInFlight);
  }

 private:
  Ledger& ledger_;
  const std::function<void(std::string_view, std::string_view)> step_;
};

}  // namespace orrery::sim
