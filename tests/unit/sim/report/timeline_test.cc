#include "sim/report/timeline.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/report/page.h"
#include "tests/support/worlds.h"

namespace orrery::sim {
namespace {

using nlohmann::json;

RunResult runOf(const std::string& path) {
  WorldPools pools;
  return runScenario(*tests::compileFile(path), {.strategy = Strategy::plain(), .record = true}, pools);
}

TEST(Timeline, HasEveryEventAndEveryArrival) {
  const RunResult result = runOf("scenarios/upstream/route_timeout.yaml");
  const json run = json::parse(timelineJson(result, {"a.yaml", "claim", "seed 0", "orrery run a.yaml"}));
  EXPECT_EQ(run["lanes"], json({"client", "proxy w0", "origin"}));
  const size_t events = result.recording->events.events().size();
  ASSERT_EQ(run["events"].size(), events);
  size_t sent = 0;
  for (const auto& e : result.recording->events.events()) sent += e.name == "segment_sent" ? 1 : 0;
  EXPECT_EQ(run["pairs"].size(), sent);
  for (const json& pair : run["pairs"]) {
    EXPECT_LT(pair[0], pair[1]);
    EXPECT_EQ(run["events"][pair[0].get<size_t>()][1], 0);
  }
  for (const json& span : run["spans"]) {
    EXPECT_LE(span[0], span[1]);
    EXPECT_LE(span[1], events);
    EXPECT_LT(span[2], run["lanes"].size());
  }
}

TEST(Timeline, ATimerIsABarFromItsArmingToItsFiring) {
  const json run = json::parse(timelineJson(runOf("scenarios/upstream/route_timeout.yaml"), {}));
  bool found = false;
  for (const json& span : run["spans"]) {
    if (span[4] != "route") continue;
    found = true;
    const int64_t lasted =
        run["events"][span[1].get<size_t>()][0].get<int64_t>() - run["events"][span[0].get<size_t>()][0].get<int64_t>();
    EXPECT_EQ(lasted, 15'000'000'000);
  }
  EXPECT_TRUE(found);
}

// A page is one script element: nothing of a run may end it, or be no UTF-8.
TEST(Timeline, BytesOfARunCannotLeaveTheirString) {
  RunResult result = runOf("scenarios/upstream/connection_refused.yaml");
  result.failures.push_back(
      {"always", "", TimePoint(), "</script><script>alert(1)</script> \xff\xc3 \xed\xa0\x80 \xf0\x9f\x98\x80"});
  const std::string text = timelineJson(result, {"<!--", "\"", "\\", "\n"});
  EXPECT_EQ(text.find('<'), std::string::npos);
  const json run = json::parse(text);  // strict about UTF-8
  EXPECT_EQ(run["failures"].back()["message"],
            "</script><script>alert(1)</script> \xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
            "\xf0\x9f\x98\x80");
  EXPECT_EQ(run["title"], "<!--");
}

TEST(Page, FetchesNothing) {
  const std::string run = timelineJson(runOf("scenarios/upstream/connection_refused.yaml"), {});
  const std::string page = timelinePage({run, run}, 3);
  for (const char* outside : {"src=\"", "href=", "@import", "url(", "fetch(", "XMLHttpRequest"})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  EXPECT_NE(page.find("const DIFFERENCE = 3;"), std::string::npos);
}

}  // namespace
}  // namespace orrery::sim
