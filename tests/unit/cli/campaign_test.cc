#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/campaign_story.h"
#include "tests/unit/cli/fake_simulator.h"

namespace orrery::cli {
namespace {

using nlohmann::json;

class CampaignTest : public testing::Test {
 protected:
  json explore(const std::string& rest) {
    code = line.run("explore --json --jobs 1 --artifacts " + line.path("out") + " " + rest);
    return json::parse(line.out);
  }
  json merge(const std::string& rest) {
    code = line.run("merge --json " + rest);
    return json::parse(line.out);
  }
  static uint64_t runsOf(const json& story, const std::string& strategy) {
    for (const json& s : story["strategies"]) {
      if (s["name"] == strategy) return s["runs"];
    }
    return 0;
  }

  CommandLine line;
  ExitCode code = kOwnError;
};

TEST_F(CampaignTest, GoesOnWhereItWas) {
  const std::string path = line.write("a.yaml", "claim: a\nsometimes: late\n");
  const std::string rest = path + " --keep " + line.path("kept") + " --strategy walk --strategy alike";
  json story = explore(rest + " --budget 100runs")["stories"][0];
  EXPECT_FALSE(story.contains("runs_before"));
  const uint64_t shown = story["sometimes"][0]["runs"];
  story = explore(rest + " --budget 50runs")["stories"][0];
  const uint64_t shownThen = story["sometimes"][0]["runs"];
  EXPECT_EQ(story["runs_before"], 100);
  EXPECT_EQ(runsOf(story, "alike"), 0u);  // gone through the first time
  const json all = merge(line.path("kept"))["stories"][0];
  EXPECT_EQ(code, kNothingFailed) << line.err;
  EXPECT_EQ(all["runs"], 150);
  EXPECT_EQ(all["sometimes"][0]["runs"], shown + shownThen);
  EXPECT_TRUE(all["covered"][0].get<std::string>().ends_with(", complete")) << all;
}

TEST_F(CampaignTest, OfAnotherTextItTakesFailuresAndCorpusOnly) {
  const std::string path = line.write("a.yaml", "claim: a\n");
  const std::string rest = path + " --keep " + line.path("kept");
  explore(rest + " --budget 100runs");
  line.write("a.yaml", "claim: another\n");
  const json story = explore(rest + " --budget 30runs")["stories"][0];
  EXPECT_FALSE(story.contains("runs_before"));
  EXPECT_NE(line.err.find("is of another text of the story: its failures and its corpus are used as far as they fit"),
            std::string::npos)
      << line.err;
}

TEST_F(CampaignTest, ADamagedFileIsSkippedByName) {
  const std::string path = line.write("a.yaml", "claim: a\n");
  const std::string rest = path + " --keep " + line.path("kept") + " --budget 30runs";
  explore(rest);
  line.write("kept/b.12345678.campaign.json", "{\"format\": \"orrery campaign 1\"");
  line.write("kept/c.12345678.campaign.json", "{\"format\": \"orrery campaign 99\"}");
  const json all = merge(line.path("kept"));
  EXPECT_EQ(all["summary"]["stories"], 1);
  EXPECT_NE(line.err.find("b.12345678.campaign.json: "), std::string::npos) << line.err;
  EXPECT_NE(line.err.find("c.12345678.campaign.json: expected format 'orrery campaign 1', found 'orrery campaign 99'"),
            std::string::npos)
      << line.err;
}

TEST_F(CampaignTest, ShardsAreMergedIntoOne) {
  const std::string path = line.write("a.yaml", "claim: a\nfails: 7\n");
  const std::string rest = path + " --budget 300runs --strategy single --strategy pair --keep ";
  explore(rest + line.path("one") + " --shard 1/2");
  json half = merge(line.path("one"))["stories"][0];
  EXPECT_FALSE(half["covered"][0].get<std::string>().ends_with("complete")) << half;
  explore(rest + line.path("two") + " --shard 2/2");
  const json all = merge(line.path("one") + " " + line.path("two") + " -o " + line.path("all"))["stories"][0];
  EXPECT_EQ(code, kClaimFailed);
  EXPECT_EQ(all["shards"], json({0, 1}));
  EXPECT_EQ(all["covered"][0],
            "every run with at most 1 deviation among lateness over the plain run: 38 runs, complete");
  ASSERT_EQ(all["failures"].size(), 1u);
  EXPECT_EQ(all["failures"][0]["deviations"], 1);
  // The folder is one as `explore --keep` takes it.
  const json next = explore(path + " --budget 3runs --keep " + line.path("all"))["stories"][0];
  EXPECT_EQ(next["failures"][0]["first_by"], "kept");
}

TEST_F(CampaignTest, WhatIsNoCampaignIsNamed) {
  EXPECT_EQ(line.run("merge " + line.path("nothing")), kBadInput);
  EXPECT_NE(line.err.find("nothing: expected *.campaign.json"), std::string::npos) << line.err;
}

TEST(CampaignStory, IsReadAsItWasWritten) {
  CampaignStory s;
  s.scenario = "a.yaml";
  s.content = "c0ffee";
  s.build = "1 release";
  s.seed = UINT64_MAX;
  s.of = 3;
  s.shards = {1};
  s.runs = 7;
  s.strategies = {{"walk", 7, 5, 2, 1}};
  s.covered = {{"run", " with x", 7, 9, false, "r"}};
  s.marks = {{"late", {3, 2, "walk"}}};
  s.causes = {{{"always", "/client", "x"}, 2, "walk", {{UINT64_MAX, 3}}, 5, false, "a.run"}};
  s.corpus.push_back({{{11, 2}}, 13});
  const std::string text = writeCampaignStory(s);
  const auto read = readCampaignStory(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(writeCampaignStory(*read), text);
}

}  // namespace
}  // namespace orrery::cli
