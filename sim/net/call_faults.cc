#include "sim/net/call_faults.h"

#include <algorithm>

namespace orrery::sim {

namespace {
constexpr Duration kReadyAgain = Duration::milliseconds(1);
}

CallVerdict ShortCalls::judge(const SocketCall& call, TimePoint now) {
  CallVerdict v;
  if (call.kind == kind_ && scope_.covers(now) && strikes_.strike()) v.atMost = atMost_;
  return v;
}

CallVerdict SlowReader::judge(const SocketCall& call, TimePoint now) {
  CallVerdict v;
  if (call.kind != SocketCall::Kind::kRead || !scope_.covers(now)) return v;
  const int64_t since = (now - scope_.begin).inNanoseconds();
  const int64_t period = since / every_.inNanoseconds();
  if (period != period_) {
    period_ = period;
    left_ = bytes_;
  }
  if (left_ == 0) {
    v.error = SockError::kAgain;
    v.readyAfter = Duration::nanoseconds((period + 1) * every_.inNanoseconds() - since);
    return v;
  }
  // What is granted is taken: a reader asks for no more than it wants, and gets no more than is there.
  v.atMost = std::min(left_, call.bytes);
  left_ -= v.atMost;
  return v;
}

CallVerdict WouldBlockStorm::judge(const SocketCall& call, TimePoint now) {
  CallVerdict v;
  const bool moves = call.kind == SocketCall::Kind::kRead || call.kind == SocketCall::Kind::kWrite;
  if (!moves || !scope_.covers(now) || !strikes_.strike()) return v;
  v.error = SockError::kAgain;
  v.readyAfter = kReadyAgain;
  return v;
}

CallVerdict DescriptorLimit::judge(const SocketCall& call, TimePoint now) {
  CallVerdict v;
  if (call.makesDescriptor() && scope_.covers(now) && call.descriptors >= limit_) v.error = SockError::kTooManyFiles;
  return v;
}

}  // namespace orrery::sim
