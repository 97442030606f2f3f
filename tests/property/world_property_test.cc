#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "sim/world/world.h"
#include "tests/support/worlds.h"

// Whatever the order of events, however segments, reads and writes are cut: what the client and the origin see of a story
// without time-outs is the same. The oracles (pairing, attempts, conservation, access log) judge every byte of it.
namespace orrery::sim {
namespace {

constexpr const char* kMethods[] = {"get", "head", "post", "put", "delete"};

struct Story {
  std::string text;
  int requests = 0;
};

// A story of one to six requests with bodies of any size both ways, written down as a person would.
Story anyStory() {
  Story story;
  std::string steps;
  std::string claims;
  const uint32_t answerBytes = *rc::gen::inRange<uint32_t>(0, 200'000);
  const bool answerChunked = *rc::gen::arbitrary<bool>();
  story.requests = *rc::gen::inRange(1, 7);
  for (int i = 0; i < story.requests; ++i) {
    const std::string method = kMethods[*rc::gen::inRange(0, 5)];
    const std::string name = "r" + std::to_string(i);
    steps += "    - " + method + " /" + name;
    if (method == "post" || method == "put") {
      steps += " body " + std::to_string(*rc::gen::inRange(0, 150'000));
      if (*rc::gen::arbitrary<bool>()) steps += " chunked";
    }
    steps += " -> " + name + "\n";
    claims += "  - " + name + ".status == 200 and " + name + ".complete\n";
    claims += "  - " + name + ".body_bytes == " + (method == "head" ? "0" : std::to_string(answerBytes)) + "\n";
  }
  story.text = "claim: Generated.\nproxy: { bootstrap: bootstraps/edge.yaml, workers: " +
               std::to_string(*rc::gen::inRange(1, 4)) +
               " }\nhosts:\n  client:\n  origin: { listens: 8080 }\nstory:\n  client:\n    - connect proxy:10000\n" +
               steps + "  origin:\n    - from then on, answer 200 body " + std::to_string(answerBytes) +
               (answerChunked ? " chunked" : "") + "\nalways:\n" + claims + "  - origin saw " +
               std::to_string(story.requests) + " requests\n  - origin saw each request at most once\n";
  return story;
}

RC_GTEST_PROP(World, ShowsClientAndOriginTheSameUnderEverySeed, ()) {
  const Story story = anyStory();
  RC_TAG(story.requests);
  const auto scenario = tests::compileText(story.text);
  WorldPools pools;
  for (int i = 0; i < 8; ++i) {
    const uint64_t seed = i == 0 ? 0 : *rc::gen::arbitrary<uint64_t>();
    const RunRequest request{.strategy = seed == 0 ? Strategy::plain() : Strategy::random(seed)};
    const RunResult result = runScenario(*scenario, request, pools);
    if (result.outcome != RunOutcome::kPass) {
      RC_FAIL("seed " + std::to_string(seed) + ": " + tests::failuresOf(result) + "\n" + story.text);
    }
  }
}

// Faults that TCP is there to hide.
RC_GTEST_PROP(World, ShowsClientAndOriginTheSameUnderFaultsThatTcpHides, ()) {
  Story story = anyStory();
  static constexpr const char* kFaults[] = {"duplicate 20% on proxy-origin",
                                            "duplicate 20% on client-proxy",
                                            "reorder 20% on proxy->origin",
                                            "reorder on client-proxy",
                                            "latency 3ms on origin->proxy matching data",
                                            "loss 2% on proxy-origin matching data",
                                            "loss 10% on client-proxy matching bare-ack",
                                            "corrupt 2% on proxy-origin matching data",
                                            "short reads of 100 bytes on origin",
                                            "short reads of 1000 bytes on proxy",
                                            "short writes of 1000 bytes on proxy",
                                            "maybe short writes of 10 bytes on client",
                                            "would block 20% on proxy",
                                            "would block on client",
                                            "slow reader proxy 64KiB every 1ms",
                                            "maybe pause origin from 1ms to 100ms",
                                            "pause proxy from 2ms to 50ms",
                                            "maybe clock of proxy steps forward 3600s at 1ms"};
  std::string faults = "links:\n  proxy-origin: { mtu: " + std::to_string(*rc::gen::element(576, 1500, 65536)) +
                       ", jitter: 1ms, bandwidth: 100Mbit/s }\nfaults:\n";
  const int count = *rc::gen::inRange(1, 5);
  for (int i = 0; i < count; ++i) {
    faults += "  - " + std::string(kFaults[*rc::gen::inRange<size_t>(0, std::size(kFaults))]) + "\n";
  }
  story.text += faults;
  const auto scenario = tests::compileText(story.text);
  WorldPools pools;
  for (int i = 0; i < 4; ++i) {
    const uint64_t seed = i == 0 ? 0 : *rc::gen::arbitrary<uint64_t>();
    const RunRequest request{.strategy = seed == 0 ? Strategy::plain() : Strategy::random(seed)};
    const RunResult result = runScenario(*scenario, request, pools);
    if (result.outcome != RunOutcome::kPass) {
      RC_FAIL("seed " + std::to_string(seed) + ": " + tests::failuresOf(result) + "\n" + story.text);
    }
  }
}

// A log of choices is a map: replaying it repeats the run, and any part of it is a run too.
RC_GTEST_PROP(World, RepeatsFromItsDeviations, ()) {
  const Story story = anyStory();
  const auto scenario = tests::compileText(story.text);
  WorldPools pools;
  const uint64_t seed = *rc::gen::inRange<uint64_t>(1, 1'000'000'000);
  const RunResult first = runScenario(*scenario, {.strategy = Strategy::random(seed), .record = true}, pools);
  const RunResult again = runScenario(*scenario, {.strategy = Strategy::replay(first.deviations, first.runKey)}, pools);
  RC_ASSERT(again.hash == first.hash);
  RC_ASSERT(again.fit.exact());

  Deviations part;
  for (const Deviation& d : first.deviations.items()) {
    if (*rc::gen::arbitrary<bool>()) part.set(d);
  }
  const RunResult partial = runScenario(*scenario, {.strategy = Strategy::replay(part, first.runKey)}, pools);
  if (partial.outcome != RunOutcome::kPass) RC_FAIL(tests::failuresOf(partial) + "\n" + story.text);
}

}  // namespace
}  // namespace orrery::sim
