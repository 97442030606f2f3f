#include "tests/conformance/compare.h"

#include <algorithm>
#include <cerrno>

#include "tests/conformance/sequence.h"

namespace orrery::conformance {

using sockets::Call;
using sockets::Outcome;

namespace {

// A quarter of what a send buffer holds when nothing was set (tcp_wmem[1] = 16 KiB grows, tcp_rmem[1] is 128 KiB).
constexpr int64_t kExactByDefault = 16 * 1024;

std::string relaxed(const std::string& state) {
  if (state == "FIN_WAIT1" || state == "FIN_WAIT2") return "FIN_WAIT";
  if (state == "LAST_ACK" || state == "CLOSING") return "CLOSE";
  return state;
}

// Follows how much may be under way: beyond a quarter of a buffer the kernel's own book-keeping decides.
class Exactness {
 public:
  bool loose() const { return tuned_ ? underWay_ > 0 : underWay_ > limit_; }
  // It was loose once: autotuning has made of the buffers what it wanted.
  bool tuned() const { return tuned_; }
  void next(const Seen& s) {
    if (s.operation.call == Call::kSetOption && (s.operation.name == "SO_SNDBUF" || s.operation.name == "SO_RCVBUF")) {
      limit_ = std::min(limit_, std::max<int64_t>(s.operation.n, 1) / 4);
    }
    if (s.operation.call == Call::kWrite && s.outcome.ret > 0) underWay_ += s.outcome.ret;
    if (s.operation.call == Call::kRead && s.outcome.ret > 0) underWay_ -= s.outcome.ret;
    tuned_ = tuned_ || loose();
  }

 private:
  int64_t limit_ = kExactByDefault;
  int64_t underWay_ = 0;
  bool tuned_ = false;
};

bool tookSome(const Outcome& o) { return o.ret >= 0 || o.error == EAGAIN; }

bool sameOutcome(const Seen& a, const Seen& b, bool loose, bool tuned) {
  const Outcome& x = a.outcome;
  const Outcome& y = b.outcome;
  if (a.operation.call == Call::kRead && a.operation.n == kWhole) return true;
  const bool moves =
      a.operation.call == Call::kWrite || a.operation.call == Call::kRead || a.operation.call == Call::kPeek;
  if (a.operation.call == Call::kWrite && a.operation.n == kWhole) {
    if (tuned && tookSome(x) && tookSome(y)) return true;
    if (x.ret <= 0 || y.ret <= 0) return x.ret == y.ret && x.error == y.error;
    return x.ret * 4 <= y.ret * 5 && y.ret * 4 <= x.ret * 5;
  }
  if (loose && moves && tookSome(x) && tookSome(y)) return true;
  if (a.operation.call == Call::kGetOption && a.operation.name == "SO_RCVBUF" && tuned) return true;
  return x.ret == y.ret && x.error == y.error && x.bytes == y.bytes && x.flags == y.flags && x.value == y.value;
}

bool sameLooks(const std::vector<Look>& a, const std::vector<Look>& b, bool loose) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const Look& x, const Look& y) {
    return x.label == y.label && (loose || (x.flags == y.flags && relaxed(x.state) == relaxed(y.state)));
  });
}

}  // namespace

std::string describe(const Seen& s) {
  std::string out = toLine(s.operation, s.outcome) + (s.after.empty() ? "" : "   ");
  for (const Look& l : s.after) {
    out += " " + l.label + ":";
    for (const auto& [bit, name] : {std::pair{sockets::kIn, "in"},
                                    {sockets::kOut, "out"},
                                    {sockets::kRdHup, "rdhup"},
                                    {sockets::kHup, "hup"},
                                    {sockets::kErr, "err"}}) {
      if ((l.flags & bit) != 0) out += std::string(name) + ",";
    }
    out += l.state;
  }
  return out;
}

std::optional<std::string> difference(const Transcript& simulated, const Transcript& real) {
  Exactness exactSim;
  Exactness exactReal;
  bool endedTogether = false;
  for (size_t i = 0; i < simulated.size(); ++i) {
    const Call call = simulated[i].operation.call;
    endedTogether = endedTogether || !simulated[i].operation.settle;
    // Which end waits in TIME_WAIT, and so who may have its port, is part of that race.
    if (endedTogether && (call == Call::kBind || call == Call::kListen)) return std::nullopt;
    const bool before = exactSim.loose() || exactReal.loose();
    const bool tuned = exactSim.tuned() || exactReal.tuned();
    exactSim.next(simulated[i]);
    exactReal.next(real[i]);
    const bool after = exactSim.loose() || exactReal.loose();
    // Where both ends end at once, a call may come before or after the other's FIN.
    const bool race = i > 0 && !simulated[i - 1].operation.settle;
    const bool same = (race || sameOutcome(simulated[i], real[i], before, tuned)) &&
                      sameLooks(simulated[i].after, real[i].after, after);
    if (!same) {
      return "line " + std::to_string(i + 1) + "\n  sim:  " + describe(simulated[i]) + "\n  real: " + describe(real[i]);
    }
  }
  return std::nullopt;
}

}  // namespace orrery::conformance
