#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/entity.h"
#include "sim/core/occurrences.h"
#include "sim/core/strategy.h"
#include "sim/core/trace.h"

namespace orrery::sim {

// `choose`: the one function that everything undetermined is asked of. Every choice has an address (entity path, site,
// occurrence within that entity) and goes into the rolling hash; answers other than 0 are deviations and are logged.
//
// Threading: the run's OS thread. Bounds: at most kMaxTaken deviations are logged; the hash knows all.
class Chooser {
 public:
  static constexpr size_t kMaxTaken = 1u << 20;

  Chooser(Trace& trace, Names& names, Strategy strategy)
      : trace_(trace), names_(names), strategy_(std::move(strategy)), simple_(strategy_.isPlain()) {
    if (strategy_.isReplay()) seen_.resize(strategy_.deviations().size());
  }

  // 0 .. n-1; 0 is the default. A choice with one outcome is not asked.
  uint32_t choose(Entity& who, Site site, uint32_t n, const Rivals* rivals = nullptr) {
    if (n < 2) return 0;
    return decide(who.id, site, who.asked[static_cast<size_t>(site)]++, n, rivals);
  }
  // The same for entities that ask at a few sites only and keep the counters themselves (an Entity has one for each site).
  uint32_t choose(EntityId who, Site site, uint32_t n, uint32_t& asked) {
    if (n < 2) return 0;
    return decide(who, site, asked++, n, nullptr);
  }
  // The same for entities known by id only.
  uint32_t choose(EntityId who, Site site, uint32_t n) {
    if (n < 2) return 0;
    return decide(who, site, occurrences_.next(siteKey(who, site)), n, nullptr);
  }

  // 64 bits that belong to this key under the run key: for picks, jitter, ids. Not a deviation unless a replayed map
  // overrides it.
  uint64_t draw(Entity& who, Site site) { return drawAt(who.id, site, who.asked[static_cast<size_t>(site)]++); }
  uint64_t draw(EntityId who, Site site, uint32_t& asked) { return drawAt(who, site, asked++); }
  uint64_t draw(EntityId who, Site site) { return drawAt(who, site, occurrences_.next(siteKey(who, site))); }

  // For names that count: how often `what` happened to `who` so far (and once more now).
  uint64_t count(EntityId who, uint64_t whatHash) { return occurrences_.next(mix64(who ^ whatHash)); }

  // The answers other than 0, in the order in which they were given.
  struct Taken {
    EntityId entity;
    Site site;
    uint64_t occurrence;
    uint64_t key;
    uint64_t value;
  };
  const std::vector<Taken>& taken() const { return taken_; }
  // All choices that were asked (no draws), in order: what could have been otherwise. Kept from listQuestions() on; stops at
  // kMaxTaken.
  struct Asked {
    uint64_t key = 0;
    EntityId entity = 0;
    uint64_t occurrence = 0;
    Site site{};
    uint32_t n = 0;
    uint32_t value = 0;
    uint64_t order = 0;     // Rivals::order(), of schedule points and thread orders
    bool loopLate = false;  // HappensBefore::anyLoopLate(), if that is kept
  };
  void listQuestions() {
    listing_ = true;
    simple_ = false;
  }
  std::vector<Asked> takeQuestions() { return std::move(questions_); }
  // As a map for a .run file; without texts if names are not kept.
  Deviations deviations() const;
  // Choices asked (draws not counted).
  uint64_t asked() const { return asked_; }
  FitReport fit() const;
  const Strategy& strategy() const { return strategy_; }

 private:
  static uint64_t siteKey(EntityId who, Site site) { return mix64(who + static_cast<uint64_t>(site) + 1); }

  uint32_t decide(EntityId who, Site site, uint64_t occurrence, uint32_t n, const Rivals* rivals) {
    const uint64_t key = choiceKey(who, site, occurrence);
    ++asked_;
    uint32_t value = 0;
    if (!simple_) [[unlikely]]
      value = deviate(occurrence, {key, who, site, n, rivals});
    trace_.choice(who, site, occurrence, key, n, value);
    return value;
  }
  uint32_t deviate(uint64_t occurrence, const Question& question);
  uint32_t answer(const Question& question);
  uint64_t drawAt(EntityId who, Site site, uint64_t occurrence);

  Trace& trace_;
  Names& names_;
  Strategy strategy_;
  bool simple_;  // the plain run, of which no list is kept
  bool listing_ = false;
  Occurrences occurrences_;
  uint64_t asked_ = 0;
  std::vector<Taken> taken_;
  std::vector<Asked> questions_;
  std::vector<bool> seen_;  // which entries of a replayed map were asked for
  uint64_t clamped_ = 0;
  uint64_t absent_ = 0;
};

}  // namespace orrery::sim
