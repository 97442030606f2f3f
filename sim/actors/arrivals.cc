#include "sim/actors/arrivals.h"

#include <utility>

#include "proxy/base/assert.h"
#include "proxy/base/det_math.h"

namespace orrery::sim {

Arrivals::Arrivals(io::Dispatcher& dispatcher, io::Random* random, const LoadStep& step,
                   std::function<void()> onArrival)
    : random_(random),
      step_(step),
      onArrival_(std::move(onArrival)),
      timer_(dispatcher, io::TimerKind::kActor, Delegate<void()>::to<&Arrivals::onTimer>(this)) {
  ORRERY_ASSERT(random_ != nullptr || !step_.drawn, "where gaps are drawn there is chance");
}

void Arrivals::start() { onTimer(); }

// The next one is due whatever this one does.
void Arrivals::onTimer() {
  ++arrived_;
  if (arrived_ < step_.requests) timer_.arm(gap());
  onArrival_();
}

// At most 44 times as long as the mean: -ln(2^-64).
Duration Arrivals::gap() {
  if (!step_.drawn) return step_.every;
  const unsigned __int128 ns =
      static_cast<unsigned __int128>(step_.every.inNanoseconds()) * minusLogarithm(random_->bits());
  return Duration::nanoseconds(static_cast<int64_t>(ns / kFixedOne));
}

}  // namespace orrery::sim
