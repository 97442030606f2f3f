#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "tests/unit/sim/world/story_world.h"

namespace orrery::sim {
namespace {

class UseAfterClose : public World {
 protected:
  // What is found when a proxy does this with a stream of its own, on its first worker, as soon as it serves.
  RunResult runWith(const std::function<void(io::Stream&)>& use) {
    WorldRun::Sabotage sabotage;
    sabotage.serving = [&](server::Server& server) {
      io::Dispatcher& dispatcher = server.workerRuntime(0).worker().dispatcher;
      auto stream = dispatcher.connect(io::Address::ipv4(0x7f000003, 8080), {});
      ASSERT_TRUE(stream);
      use(**stream);
    };
    return runPlanted(story(kGet, kAnswer), std::move(sabotage), bootstrap(), {Strategy::plain(), true});
  }
};

TEST_F(UseAfterClose, NamesTheCallAndTheConnection) {
  std::array<char, 8> room{};
  const std::pair<const char*, std::function<void(io::Stream&)>> calls[] = {
      {"read",
       [&](io::Stream& s) {
         const io::MutableSlice into{room.data(), room.size()};
         EXPECT_EQ(s.read({&into, 1}).error, io::IoError::kOther);
       }},
      {"peek", [&](io::Stream& s) { EXPECT_FALSE(s.peek({room.data(), room.size()}).ok()); }},
      {"write",
       [&](io::Stream& s) {
         const io::ConstSlice from{room.data(), room.size()};
         EXPECT_EQ(s.write({&from, 1}).error, io::IoError::kOther);
       }},
      {"shutdownWrite", [](io::Stream& s) { s.shutdownWrite(); }},
      {"close", [](io::Stream& s) { s.close(); }},
      {"abort", [](io::Stream& s) { s.abort(); }},
      {"takeError", [](io::Stream& s) { EXPECT_EQ(s.takeError(), io::IoError::kOther); }},
      {"info", [](io::Stream& s) { EXPECT_STREQ(s.info().state, ""); }},
  };
  for (const auto& [name, call] : calls) {
    const RunResult r = runWith([&](io::Stream& s) {
      s.close();
      call(s);
    });
    EXPECT_EQ(r.outcome, RunOutcome::kFail);
    const std::string expected = std::string("use-after-close: ") + name + "() on the stream from 127.0.0.1:";
    EXPECT_EQ(first(r).substr(0, expected.size()), expected);
    EXPECT_NE(first(r).find(" to 127.0.0.3:8080, which was closed before"), std::string::npos) << first(r);
  }
}

TEST_F(UseAfterClose, IsSilentAboutWhatAStreamTakes) {
  EXPECT_EQ(runWith([](io::Stream&) {}).outcome, RunOutcome::kPass);
  EXPECT_EQ(runWith([](io::Stream& s) { s.close(); }).outcome, RunOutcome::kPass);
  EXPECT_EQ(runWith([](io::Stream& s) {
              s.shutdownWrite();
              s.takeError();
              s.abort();
            }).outcome,
            RunOutcome::kPass);
  EXPECT_EQ(runWith([](io::Stream& s) {
              s.close();
              // What is left of it: its numbers, and who listened.
              EXPECT_EQ(s.peerAddress().text(), "127.0.0.3:8080");
              s.setCallbacks(nullptr);
              s.setInterest(0);
            }).outcome,
            RunOutcome::kPass);
}

}  // namespace
}  // namespace orrery::sim
