#include "tests/conformance/wire.h"

#include "cli/sockets/backend.h"
#include "cli/sockets/sim_backend.h"

namespace orrery::conformance {

namespace {
constexpr uint8_t kFinBit = 1;
constexpr uint8_t kSynBit = 2;
constexpr uint8_t kRstBit = 4;
constexpr uint8_t kAckBit = 16;
}  // namespace

void WireState::see(int64_t microseconds, bool fromClient, uint8_t flags, uint32_t seq, uint32_t payload) {
  std::string what;
  uint32_t& next = next_[fromClient ? 0 : 1];
  const uint32_t end = seq + payload + ((flags & (kSynBit | kFinBit)) != 0 ? 1 : 0);
  if ((flags & kSynBit) != 0) what = (flags & kAckBit) != 0 ? "SA" : "S";
  if ((flags & kRstBit) != 0) what = "R";
  if (payload > 0) what += std::to_string(payload);
  if ((flags & kFinBit) != 0) what += "F";
  if (what.empty() && seq + 1 == next) what = "probe";
  if (static_cast<int32_t>(end - next) > 0 || (flags & kSynBit) != 0) next = end;
  if (!what.empty()) segments_.push_back({microseconds, (fromClient ? ">" : "<") + what});
}

bool WireState::loses(bool fromClient, uint32_t payload) {
  switch (wire_) {
    case Wire::kCarries: return false;
    case Wire::kLosesAll: return true;
    case Wire::kLosesFromClient: return fromClient;
    case Wire::kLosesSecondData: return payload > 0 && ++data_ == 2;
  }
  return false;
}

namespace {

// Judges each segment as the TUN wire does.
class RecordingRule final : public sim::LinkRule {
 public:
  RecordingRule(WireState& state, bool fromClient) : state_(state), fromClient_(fromClient) {}
  sim::Verdict judge(const sim::Segment& s, TimePoint now) override {
    state_.see(now.inNanoseconds() / 1000, fromClient_, s.flags, static_cast<uint32_t>(s.seq), s.length);
    return state_.loses(fromClient_, s.length) ? sim::Verdict::drop() : sim::Verdict::pass();
  }

 private:
  WireState& state_;
  bool fromClient_;
};

}  // namespace

WireStory playOnSim(const std::vector<WireStep>& steps) {
  WireStory story;
  std::string text;
  for (const WireStep& s : steps) text += s.call.empty() ? "" : s.call + "\n";
  const auto script = sockets::parseScript(text);
  if (!script) {
    story.error = script.error().message;
    return story;
  }
  WireState state;
  sockets::SimBackend backend({"b", "a"});
  sim::Host& client = *backend.net().hostNamed("b");
  sim::Host& server = *backend.net().hostNamed("a");
  sim::LinkOptions link;
  link.mtu = 1500;
  link.latency = Duration::microseconds(50);
  backend.net().setLink(client, server, link);
  backend.net().setLink(server, client, link);
  backend.net().link(client, server).addRule(std::make_unique<RecordingRule>(state, true));
  backend.net().link(server, client).addRule(std::make_unique<RecordingRule>(state, false));
  auto next = script->operations.begin();
  for (const WireStep& s : steps) {
    if (!s.call.empty()) {
      story.answers.push_back(toLine(*next, backend.carryOut(*next)));
      ++next;
    }
    if (s.wire) state.become(*s.wire);
    if (s.milliseconds > 0) {
      sockets::Operation sleep;
      sleep.call = sockets::Call::kSleep;
      sleep.n = s.milliseconds;
      (void)backend.carryOut(sleep);
    }
  }
  story.segments = state.take();
  return story;
}

}  // namespace orrery::conformance
