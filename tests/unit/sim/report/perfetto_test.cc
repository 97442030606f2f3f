#include "sim/report/perfetto.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "sim/report/perfetto.pb.h"
#include "tests/support/worlds.h"

// That Perfetto's own definitions read it, and what stands in it, is tests/e2e/reports_test.py.
namespace orrery::sim {
namespace {

using perfetto::TrackEvent;

struct PlainRun {
  explicit PlainRun(const std::string& path) : scenario(tests::compileFile(path)) {
    WorldPools pools;
    result = runScenario(*scenario, {.strategy = Strategy::plain(), .record = true}, pools);
  }
  perfetto::Trace trace() const {
    perfetto::Trace out;
    EXPECT_TRUE(out.ParseFromString(perfettoTrace(result, scenario->scenario())));
    return out;
  }

  std::shared_ptr<const CompiledScenario> scenario;
  RunResult result;
};

TEST(Perfetto, SlicesOfATrackFollowEachOther) {
  std::map<uint64_t, int> depth;
  size_t slices = 0;
  const perfetto::Trace trace = PlainRun("scenarios/http/one_connection_carries_many_requests.yaml").trace();
  for (const auto& packet : trace.packet()) {
    if (!packet.has_track_event()) continue;
    EXPECT_TRUE(packet.has_timestamp());  // the first instant is 0, and said
    const TrackEvent& e = packet.track_event();
    if (e.type() == TrackEvent::INSTANT) continue;
    int& open = depth[e.track_uuid()];
    open += e.type() == TrackEvent::SLICE_BEGIN ? 1 : -1;
    EXPECT_TRUE(open == 0 || open == 1);
    ++slices;
  }
  for (const auto& [track, open] : depth) EXPECT_EQ(open, 0) << track;
  EXPECT_GT(slices, 100u);
}

TEST(Perfetto, BytesThatAreNoTextAreReplaced) {
  PlainRun run("scenarios/upstream/connection_refused.yaml");
  run.result.failures.push_back({"always", "", TimePoint(), "\xff\xc3 x"});
  const perfetto::Trace trace = run.trace();
  const TrackEvent& last = trace.packet(trace.packet_size() - 1).track_event();
  EXPECT_EQ(last.name(), "always");
  EXPECT_EQ(last.debug_annotations(0).string_value(), "\xef\xbf\xbd\xef\xbf\xbd x");
}

TEST(Perfetto, TheSameRunIsTheSameTrace) {
  const PlainRun a("scenarios/upstream/route_timeout.yaml"), b("scenarios/upstream/route_timeout.yaml");
  EXPECT_TRUE(perfettoTrace(a.result, a.scenario->scenario()) == perfettoTrace(b.result, b.scenario->scenario()));
}

}  // namespace
}  // namespace orrery::sim
