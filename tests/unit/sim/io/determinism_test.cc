// The same world gives the same run, whatever ran before; everything that differs shows in the hash.

#include <gtest/gtest.h>

#include <set>

#include "proxy/base/prng.h"
#include "tests/unit/sim/io/echo_world.h"

namespace orrery::sim {
namespace {

EchoOptions seeded(uint64_t seed) {
  EchoOptions o;
  if (seed != 0) o.run.strategy = Strategy::random(seed);
  return o;
}

TEST(EchoWorld, ThePlainRunAnswersEveryMessage) {
  EchoPools pools;
  const EchoOutcome out = runEcho(pools, {});
  EXPECT_EQ(out.end, RunEnd::kQuiet) << out.failure;
  ASSERT_EQ(out.answers.size(), 4u);
  EXPECT_EQ(out.answers[1], "message 1 1\nmessage 1 2\nmessage 1 3\nmessage 1 4\nmessage 1 5\n");
  EXPECT_EQ(out.log.size(), 4 * 5 * out.answers[0].size() / 5);
  EXPECT_TRUE(out.deviations.empty());
}

TEST(EchoWorld, NoSeedChangesWhatTheClientReads) {
  EchoPools pools;
  const EchoOutcome plain = runEcho(pools, {});
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    const EchoOutcome out = runEcho(pools, seeded(seed));
    EXPECT_EQ(out.end, RunEnd::kQuiet) << seed << out.failure;
    EXPECT_EQ(out.answers, plain.answers) << seed;
  }
}

// Sandwich: alone, and after a hundred other worlds on the same pools.
TEST(EchoWorld, AWorldDoesNotSeeThoseBeforeIt) {
  std::vector<uint64_t> fresh;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    EchoPools pools;
    fresh.push_back(runEcho(pools, seeded(seed)).hash);
  }
  EchoPools used;
  for (uint64_t seed = 100; seed < 200; ++seed) {
    EchoOptions o = seeded(seed);
    o.connections = 1 + seed % 7;
    o.message = std::string(seed * 10, 'm');
    runEcho(used, std::move(o));
  }
  for (uint64_t seed = 0; seed < 20; ++seed) EXPECT_EQ(runEcho(used, seeded(seed)).hash, fresh[seed]) << seed;
}

TEST(EchoWorld, SeedsGiveDifferentRuns) {
  EchoPools pools;
  std::set<uint64_t> hashes;
  for (uint64_t seed = 0; seed < 50; ++seed) hashes.insert(runEcho(pools, seeded(seed)).hash);
  EXPECT_GT(hashes.size(), 48u);
}

TEST(EchoWorld, OnePayloadByteChangesTheHash) {
  EchoPools pools;
  EchoOptions other;
  other.message = "messagf";
  EXPECT_NE(runEcho(pools, {}).hash, runEcho(pools, other).hash);
}

TEST(EchoWorld, OneTimerMovedByANanosecondChangesTheHash) {
  EchoPools pools;
  EchoOptions other;
  other.think = other.think + Duration::nanoseconds(1);
  EXPECT_NE(runEcho(pools, {}).hash, runEcho(pools, other).hash);
}

TEST(EchoWorld, OneChoiceChangesTheHash) {
  EchoPools pools;
  EventRecorder recorder;
  EchoOptions recorded;
  recorded.run.recorder = &recorder;
  const uint64_t plain = runEcho(pools, std::move(recorded)).hash;
  // Every 9th choice of the plain run, answered with its last value.
  size_t tried = 0;
  size_t at = 0;
  for (const RecordedEvent& e : recorder.events()) {
    if (e.name != "choice" || e.numberOf("n") == 0 || ++at % 9 != 0) continue;
    Deviations d;
    d.set({e.numberOf("key"), e.numberOf("n") - 1, ""});
    EchoOptions o;
    o.run.strategy = Strategy::replay(d);
    const EchoOutcome out = runEcho(pools, std::move(o));
    EXPECT_NE(out.hash, plain);
    EXPECT_EQ(out.fit.used, 1u);
    ++tried;
  }
  EXPECT_GT(tried, 20u);
}

TEST(EchoWorld, ALogReplaysToTheSameHash) {
  EchoPools pools;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const EchoOutcome original = runEcho(pools, seeded(seed));
    EchoOptions o;
    o.run.strategy = Strategy::replay(original.deviations, Strategy::runKeyOf(seed));
    const EchoOutcome again = runEcho(pools, std::move(o));
    EXPECT_EQ(again.hash, original.hash) << seed;
    EXPECT_TRUE(again.fit.exact()) << seed;
    EXPECT_EQ(again.fit.used, original.deviations.size());
  }
}

TEST(EchoWorld, EverySubsetOfALogIsAValidRun) {
  EchoPools pools;
  const EchoOutcome plain = runEcho(pools, {});
  Prng random(1);
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const EchoOutcome original = runEcho(pools, seeded(seed));
    for (int k = 0; k < 5; ++k) {
      Deviations subset;
      for (const Deviation& d : original.deviations.items()) {
        if (random.below(2) == 0) subset.set(d);
      }
      EchoOptions o;
      o.run.strategy = Strategy::replay(subset, Strategy::runKeyOf(seed));
      const EchoOutcome out = runEcho(pools, std::move(o));
      EXPECT_EQ(out.end, RunEnd::kQuiet) << out.failure;
      EXPECT_EQ(out.answers, plain.answers);
    }
  }
}

TEST(EchoWorld, KeysOfARecordedRunAreReadableAndMeanTheSame) {
  EchoPools pools;
  EchoOptions named = seeded(3);
  for (const SiteKind kind :
       {SiteKind::kSchedule, SiteKind::kTie, SiteKind::kLateness, SiteKind::kBytes, SiteKind::kDelay}) {
    named.run.strategy.setRate(kind, uint64_t{1} << 29);
  }
  named.run.names = true;
  const EchoOutcome out = runEcho(pools, std::move(named));
  ASSERT_FALSE(out.deviations.empty());
  Deviations fromText;
  for (const Deviation& d : out.deviations.items()) {
    EXPECT_EQ(d.text.find('?'), std::string::npos) << d.text;
    ASSERT_TRUE(fromText.add(d.text, d.value).has_value()) << d.text;
    EXPECT_GE(fromText.find(d.key), 0) << d.text;
  }
}

TEST(EchoWorld, RecordingDoesNotChangeTheHash) {
  EchoPools pools;
  EventRecorder recorder;
  EchoOptions o = seeded(5);
  o.run.recorder = &recorder;
  const EchoOutcome recorded = runEcho(pools, std::move(o));
  EXPECT_EQ(recorded.hash, runEcho(pools, seeded(5)).hash);
  EXPECT_EQ(recorder.events().size(), recorded.items);
}

// gcc and clang, debug, release and sanitizers must agree: the value stands here.
TEST(EchoWorld, TheHashIsTheSameInEveryBuild) {
  EchoPools pools;
  EXPECT_EQ(runEcho(pools, {}).hash, 5304162285924898172u);
  EXPECT_EQ(runEcho(pools, seeded(7)).hash, 17140606125771642769u);
}

}  // namespace
}  // namespace orrery::sim
