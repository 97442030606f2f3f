#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/core/entity.h"

namespace orrery::sim {

// Who would go ahead of the one that is asked to wait, first to last. Valid while the question is being answered.
class Rivals {
 public:
  virtual size_t count() const = 0;
  virtual EntityId id(size_t i) const = 0;
  // Both stand before an operation on the same object: their order can matter. Objects are alive then, so that this is the
  // same in every repetition of a run; nothing else may be learnt of them.
  virtual bool sameObject(size_t i) const = 0;
  // HappensBefore::value() so far; 0: it is not kept.
  virtual uint64_t order() const = 0;

 protected:
  ~Rivals() = default;
};

// One call of `choose`.
struct Question {
  uint64_t key = 0;
  EntityId entity = 0;
  Site site{};
  uint32_t n = 0;                  // answers are 0 .. n-1; at least 2
  const Rivals* rivals = nullptr;  // of schedule points and thread orders
};

// Answers the choices of one run as they come, with a memory of those before: for strategies that no function of the key
// alone can express. What it answered is in the log of the run, which replays without it.
//
// Lifetime: made for one run. Threading: the run's OS thread. Its answers follow from the questions alone.
class Decider {
 public:
  virtual ~Decider() = default;
  virtual uint32_t decide(const Question& question) = 0;
};

}  // namespace orrery::sim
