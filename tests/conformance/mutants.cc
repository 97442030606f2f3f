#include "tests/conformance/mutants.h"

#include <cerrno>
#include <map>

namespace orrery::conformance {

using sockets::Call;
using sockets::Operation;
using sockets::Outcome;

namespace {

class Mutant final : public sockets::Backend {
 public:
  Mutant(Bug bug, const std::vector<std::string>& hosts) : bug_(bug), kernel_(sockets::newSimBackend(hosts)) {}

  Outcome carryOut(const Operation& asked) override {
    Operation o = asked;
    switch (bug_) {
      case Bug::kUnreadBytesAreForgotten:
        if (o.call == Call::kClose) readAll(o.socket);
        break;
      case Bug::kErrorIsToldTwice: {
        const auto told = told_.find(o.socket);
        if (told != told_.end() && o.call == Call::kWrite) return Outcome::failed(std::exchange(told->second, EPIPE));
        break;
      }
      case Bug::kBacklogIsOneLarger:
        if (o.call == Call::kListen) ++o.n;
        break;
      case Bug::kLingerZeroIsIgnored:
        if (o.call == Call::kAbort) o.call = Call::kClose;
        break;
      case Bug::kResetDropsUnread:
        if (o.call == Call::kRead && (flags(o.socket) & sockets::kErr) != 0) readAll(o.socket);
        break;
      case Bug::kHalfCloseEndsBoth:
        if (o.call == Call::kShutdown && o.name == "wr") o.name = "rdwr";
        break;
      case Bug::kHangUpIsNotTold: break;
    }
    Outcome out = kernel_->carryOut(o);
    if (bug_ == Bug::kHangUpIsNotTold) out.flags = static_cast<uint8_t>(out.flags & ~sockets::kHup);
    if (bug_ == Bug::kErrorIsToldTwice && o.call == Call::kWrite && out.error == ECONNRESET)
      told_[o.socket] = ECONNRESET;
    return out;
  }
  void settle() override { kernel_->settle(); }
  bool settled() override { return kernel_->settled(); }

 private:
  uint8_t flags(const std::string& label) {
    Operation o;
    o.call = Call::kPoll;
    o.socket = label;
    return kernel_->carryOut(o).flags;
  }
  void readAll(const std::string& label) {
    Operation o;
    o.call = Call::kRead;
    o.socket = label;
    o.n = 1 << 20;
    while ((flags(label) & sockets::kIn) != 0 && kernel_->carryOut(o).ret > 0) {
    }
  }

  Bug bug_;
  std::unique_ptr<sockets::Backend> kernel_;
  std::map<std::string, int> told_;
};

}  // namespace

std::string_view bugName(Bug bug) {
  constexpr std::string_view kNames[] = {"unread bytes are forgotten",
                                         "an error is told twice",
                                         "the backlog is one larger",
                                         "linger 0 is ignored",
                                         "hang-up is not told",
                                         "a reset drops what is unread",
                                         "a half-close ends both directions"};
  return kNames[static_cast<size_t>(bug)];
}

std::unique_ptr<sockets::Backend> newMutant(Bug bug, const std::vector<std::string>& hosts) {
  return std::make_unique<Mutant>(bug, hosts);
}

}  // namespace orrery::conformance
