#include "tests/conformance/tally.h"

#include <cerrno>

namespace orrery::conformance {

using sockets::Call;

namespace {

struct Known {
  std::string state = "CLOSE";
  uint8_t flags = 0;
  bool wasReset = false;
};

std::string resultName(const Seen& s) {
  if (s.outcome.ret < 0) return sockets::errnoName(s.outcome.error);
  const bool moves = s.operation.call == Call::kRead || s.operation.call == Call::kPeek;
  if (moves || s.operation.call == Call::kWrite) return s.outcome.ret == 0 ? "0" : "n";
  return "0";
}

}  // namespace

std::string_view hardName(Hard hard) {
  constexpr std::string_view kNames[] = {
      "EPIPE after RST",           "read after RST with data waiting", "HUP with ERR",
      "linger 0 with unread data", "accept after the peer reset",      "connect to a full backlog",
      "write in CLOSE_WAIT",       "both ends closing at once"};
  return kNames[static_cast<size_t>(hard)];
}

void Tally::add(const Transcript& transcript) {
  std::map<std::string, Known> known;
  const auto count = [this](Hard hard) { ++hard_[static_cast<size_t>(hard)]; };
  for (size_t i = 0; i < transcript.size(); ++i) {
    const Seen& s = transcript[i];
    const Call call = s.operation.call;
    const Known before = known[s.operation.socket];
    const std::string name =
        std::string(callName(call)) + (call == Call::kShutdown ? " " + s.operation.name : std::string());
    ++seen_[name + " in " + before.state + " = " + resultName(s)];

    const bool unread = (before.flags & sockets::kIn) != 0 && (before.flags & sockets::kRdHup) == 0;
    if (call == Call::kWrite && s.outcome.error == EPIPE && before.wasReset) count(Hard::kPipeAfterReset);
    if (call == Call::kRead && s.outcome.ret > 0 && before.wasReset) count(Hard::kReadAfterReset);
    if (call == Call::kAbort && unread) count(Hard::kLingerZeroUnread);
    if (call == Call::kWrite && s.outcome.ret > 0 && before.state == "CLOSE_WAIT") count(Hard::kWriteInCloseWait);
    const bool ends = call == Call::kShutdown || call == Call::kClose;
    if (ends && i > 0 && !transcript[i - 1].operation.settle && transcript[i - 1].operation.call == call) {
      count(Hard::kBothClose);
    }
    for (const Look& l : s.after) {
      Known& k = known[l.label];
      const bool error = (l.flags & sockets::kErr) != 0;
      const bool both = error && (l.flags & sockets::kHup) != 0;
      if (both && ((k.flags & sockets::kErr) == 0 || (k.flags & sockets::kHup) == 0)) count(Hard::kHangUpWithError);
      if (call == Call::kAccept && l.label == s.operation.as && error) count(Hard::kAcceptAfterReset);
      if (call == Call::kConnect && l.label == s.operation.socket && l.state == "SYN_SENT") count(Hard::kFullBacklog);
      k = {l.state, l.flags, k.wasReset || (error && k.state != "SYN_SENT" && call != Call::kConnect)};
    }
  }
}

std::string Tally::table() const {
  std::string out;
  for (const auto& [what, n] : seen_) out += "  " + std::to_string(n) + "\t" + what + "\n";
  for (size_t i = 0; i < kHards; ++i) {
    out += "  " + std::to_string(hard_[i]) + "\t" + std::string(hardName(static_cast<Hard>(i))) + "\n";
  }
  return out;
}

}  // namespace orrery::conformance
