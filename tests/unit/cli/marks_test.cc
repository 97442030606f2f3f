#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/mark_counts.h"

#include "tests/unit/cli/fake_simulator.h"

namespace orrery::cli {
namespace {

using nlohmann::json;

// The runs in which each branch was taken, of those that were.
std::string taken(const json& document) {
  std::string out;
  for (const json& mark : document["marks"]) {
    if (mark["runs"] != 0) out += mark["name"].get<std::string>() + '=' + mark["runs"].dump() + ' ';
  }
  return out;
}

TEST(Marks, AreCountedOverAllRunsOfACampaign) {
  CommandLine line;
  line.write("s/a.yaml", "claim: a\nmark\n");
  line.write("s/b.yaml", "claim: b\n");
  EXPECT_EQ(line.run("run --json --marks --seeds 60 " + line.path("s")), kNothingFailed);
  const json document = json::parse(line.out);
  EXPECT_EQ(document["marks"].size(), kMarks);
  uint64_t runs = 0;
  ASSERT_EQ(std::sscanf(taken(document).c_str(), "net.short_write=%lu ", &runs), 1) << taken(document);
  EXPECT_GT(runs, 0u);
  EXPECT_LT(runs, 60u);

  EXPECT_EQ(line.run("run --marks --seeds 60 " + line.path("s")), kNothingFailed);
  EXPECT_NE(line.out.find("marks: 1 of "), std::string::npos) << line.out;
  EXPECT_NE(line.out.find(std::to_string(runs) + " runs  net.short_write "), std::string::npos) << line.out;
  EXPECT_NE(line.out.find("never  net.failed_write "), std::string::npos) << line.out;
}

TEST(Marks, NobodyWhoDidNotAskGetsThemFromRun) {
  CommandLine line;
  const std::string path = line.write("a.yaml", "claim: a\nmark\n");
  line.run("run " + path);
  EXPECT_EQ(line.out.find("marks"), std::string::npos) << line.out;
  line.run("run --json " + path);
  EXPECT_FALSE(json::parse(line.out).contains("marks"));
}

TEST(Marks, ExploreSaysWhatNoRunHasTaken) {
  CommandLine line;
  const std::string explore = "explore --budget 200runs --artifacts " + line.path("out") + ' ';
  const std::string never = line.write("a/a.yaml", "claim: a\n") + ' ' + line.write("a/c.yaml", "claim: c\n");
  const std::string once = line.write("b/b.yaml", "claim: b\nmark\n") + ' ' + line.write("b/c.yaml", "claim: c\n");
  EXPECT_EQ(line.run(explore + never), kNothingFailed);
  EXPECT_NE(line.out.find("marks      0 of "), std::string::npos) << line.out;
  EXPECT_NE(line.out.find("net.short_write"), std::string::npos) << line.out;
  EXPECT_EQ(line.run(explore + once), kNothingFailed);
  EXPECT_NE(line.out.find("marks      1 of "), std::string::npos) << line.out;
  EXPECT_EQ(line.out.find("net.short_write"), std::string::npos) << line.out;
  EXPECT_EQ(line.run(explore + "--json " + once), kNothingFailed);
  EXPECT_EQ(taken(json::parse(line.out)).substr(0, 16), "net.short_write=");
}

TEST(Marks, ExploreOfOneStorySaysHowManyAndNamesThemWhenAsked) {
  CommandLine line;
  const std::string explore =
      "explore --budget 200runs --artifacts " + line.path("out") + ' ' + line.write("a.yaml", "claim: a\nmark\n");
  EXPECT_EQ(line.run(explore), kNothingFailed);
  EXPECT_NE(line.out.find("marks      1 of "), std::string::npos) << line.out;
  EXPECT_EQ(line.out.find("net."), std::string::npos) << line.out;
  EXPECT_EQ(line.run(explore + " --marks"), kNothingFailed);
  EXPECT_NE(line.out.find("never  net.failed_write "), std::string::npos) << line.out;
}

TEST(Marks, ARealProcessShowsNone) {
  CommandLine line;
  EXPECT_EQ(line.run("run --marks --backend real " + line.write("a.yaml", "claim: a\n")), kBadInput);
  EXPECT_NE(line.err.find("--marks: expected --backend sim"), std::string::npos) << line.err;
}

}  // namespace
}  // namespace orrery::cli
