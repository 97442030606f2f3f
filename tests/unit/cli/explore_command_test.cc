#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/cli/fake_simulator.h"

namespace orrery::cli {
namespace {

using nlohmann::json;

class ExploreCommandTest : public testing::Test {
 protected:
  ExitCode explore(const std::string& rest) { return line.run("explore --artifacts " + line.path("out") + " " + rest); }
  json exploreJson(const std::string& rest) {
    code = explore("--json " + rest);
    return json::parse(line.out);
  }
  // Without what the clock on the wall says.
  static json timeless(json document) {
    document["summary"].erase("wall_ns");
    for (json& story : document["stories"]) story.erase("wall_ns");
    return document;
  }
  static bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

  CommandLine line;
  ExitCode code = kOwnError;
};

TEST_F(ExploreCommandTest, AFailureIsMadeSmallAndItsRepeatCommandWorks) {
  const std::string path = line.write("s/a.yaml", "claim: never late at 7\nfails: 7\n");
  EXPECT_EQ(explore(path + " --budget 300runs --strategy walk"), kClaimFailed);
  EXPECT_EQ(line.err, "");
  EXPECT_TRUE(has(line.out, "FAIL " + path)) << line.out;
  EXPECT_TRUE(has(line.out, "claim     never late at 7")) << line.out;
  EXPECT_TRUE(has(line.out, "found by walk in run ")) << line.out;
  EXPECT_TRUE(has(line.out, "12 choices, 1 of them not the default")) << line.out;
  const std::string run = line.path("out/a.run");
  EXPECT_TRUE(has(line.out, "repeat: orrery replay " + run)) << line.out;
  EXPECT_TRUE(has(line.read("out/a.run"), "\ndeviation 1 /client:lateness:7\n")) << line.read("out/a.run");
  EXPECT_EQ(line.run("replay " + run), kClaimFailed);
  EXPECT_TRUE(has(line.out, "repeated exactly")) << line.out;
}

// 12 choices of 4 answers: 36 single deviations and the plain run.
TEST_F(ExploreCommandTest, ACompleteDomainIsCalledSo) {
  const std::string path = line.write("a.yaml", "claim: a\n");
  const json document = exploreJson(path + " --budget 1000runs --strategy single");
  EXPECT_EQ(code, kNothingFailed);
  const json& story = document["stories"][0];
  EXPECT_EQ(story["result"], "pass");
  EXPECT_EQ(story["runs"], 37);
  EXPECT_EQ(story["exhausted"], true);
  EXPECT_EQ(story["covered"][0],
            "every run with at most 1 deviation among lateness over the plain run: 37 runs, complete");
}

TEST_F(ExploreCommandTest, TheSameForAnyNumberOfJobs) {
  line.write("s/a.yaml", "claim: a\nfails: 3\n");
  line.write("s/b.yaml", "claim: b\nsometimes: late\n");
  const json one = timeless(exploreJson(line.path("s") + " --budget 900runs --seed 5 --jobs 1"));
  EXPECT_EQ(code, kClaimFailed);
  EXPECT_EQ(one["summary"]["runs"], 900);
  EXPECT_EQ(one, timeless(exploreJson(line.path("s") + " --budget 900runs --seed 5 --jobs 7")));
  EXPECT_NE(one, timeless(exploreJson(line.path("s") + " --budget 900runs --seed 6 --jobs 7")));
  EXPECT_EQ(one["stories"][1]["sometimes"][0]["text"], "late");
  EXPECT_GT(one["stories"][1]["sometimes"][0]["runs"], 0);
}

TEST_F(ExploreCommandTest, FilesForOtherProgramsHaveAStoryACaseAndACauseAResult) {
  line.write("s/a.yaml", "claim: a\nfails: 3\n");
  line.write("s/b.yaml", "claim: b\n");
  line.write("s/c.yaml", "claim: c\nsometimes: late\nfails: never\n");
  EXPECT_EQ(explore(line.path("s") + " --budget 300runs --strategy walk --junit " + line.path("e.xml") + " --sarif " +
                    line.path("e.sarif")),
            kClaimFailed);
  const std::string xml = line.read("e.xml");
  EXPECT_TRUE(has(xml, "tests=\"3\" failures=\"1\" errors=\"0\"")) << xml;
  EXPECT_TRUE(has(xml, "run: found by walk in run ")) << xml;
  EXPECT_TRUE(has(xml, "repeat: orrery replay " + line.path("out/a.run"))) << xml;
  EXPECT_TRUE(has(xml, "<system-out>100 runs&#10;</system-out>")) << xml;
  const json sarif = json::parse(line.read("e.sarif"));
  const json& results = sarif["runs"][0]["results"];
  ASSERT_EQ(results.size(), 1u) << results;
  EXPECT_EQ(results[0]["properties"]["run_file"], line.path("out/a.run"));
}

TEST_F(ExploreCommandTest, WhatNoRunShowedIsUnshownAndNoFailure) {
  const std::string path = line.write("a.yaml", "claim: a\nsometimes: late\n");
  EXPECT_EQ(explore(path + " --budget 1runs"), kNothingFailed);
  EXPECT_TRUE(has(line.out, "sometimes  `late` in no run: unshown")) << line.out;
}

TEST_F(ExploreCommandTest, EndsAtTheFirstFailureIfAsked) {
  const std::string path = line.write("a.yaml", "claim: a\nfails: plain\n");
  const json document = exploreJson(path + " --budget 1000runs --first");
  EXPECT_EQ(code, kClaimFailed);
  EXPECT_EQ(document["stories"][0]["runs"], 1);
  EXPECT_EQ(document["stories"][0]["failures"][0]["first_by"], "plain");
}

TEST_F(ExploreCommandTest, AStoryThatCannotBeCarriedOutIsBadInput) {
  const std::string path = line.write("a.yaml", "claim: a\nerror\n");
  EXPECT_EQ(explore(path + " --budget 20runs"), kBadInput);
  EXPECT_TRUE(has(line.out, "ERROR")) << line.out;
  EXPECT_TRUE(has(line.out, "line 3: no such host")) << line.out;
}

TEST_F(ExploreCommandTest, WrongUseIsOneLine) {
  const std::string path = line.write("a.yaml", "claim: a\n");
  EXPECT_EQ(explore(path + " --budget 60"), kBadInput);
  EXPECT_EQ(line.err,
            "orrery: explore: --budget: expected a time or a number of runs such as 60s or 5000runs, found '60'\n");
  EXPECT_EQ(explore(path + " --budget 0runs"), kBadInput);
  EXPECT_EQ(explore(path + " --strategy pctt"), kBadInput);
  EXPECT_TRUE(has(line.err, "explore: --strategy: expected plain, kept, witness, alike,")) << line.err;
  EXPECT_TRUE(has(line.err, "found 'pctt'; did you mean 'pct'?")) << line.err;
  EXPECT_EQ(explore(path + " --shard 3/2"), kBadInput);
  EXPECT_TRUE(has(line.err, "expected a part such as 3/16, from 1/16 to 16/16, found '3/2'")) << line.err;
}

TEST_F(ExploreCommandTest, KeptFailuresAreTriedFirst) {
  const std::string path = line.write("s/a.yaml", "claim: a\nfails: 7\n");
  const std::string keep = " --keep " + line.path("kept");
  EXPECT_EQ(explore(path + keep + " --budget 200runs"), kClaimFailed) << line.err;
  line.write("kept/damaged.run", "orrery-run 1\n");
  json document = exploreJson(path + keep + " --budget 3runs");
  EXPECT_EQ(code, kClaimFailed);
  EXPECT_TRUE(has(line.err, "kept/damaged.run: ")) << line.err;
  EXPECT_TRUE(has(line.err, ": skipped\n")) << line.err;
  EXPECT_EQ(document["stories"][0]["failures"][0]["first_by"], "kept");
  EXPECT_EQ(document["stories"][0]["failures"][0]["first_run"], 2);
  // Mended: the file is tried and stays.
  line.write("s/a.yaml", "claim: a\n");
  document = exploreJson(path + keep + " --budget 3runs");
  EXPECT_EQ(code, kNothingFailed);
  EXPECT_EQ(document["stories"][0]["strategies"][1]["name"], "kept");
  EXPECT_EQ(document["stories"][0]["strategies"][1]["runs"], 1);
}

class FailingRunTest : public ExploreCommandTest {
 protected:
  // A run in which nearly everything is late.
  std::string failingRun() {
    const std::string path = line.write("a.yaml", "claim: a\nfails: 7\n");
    line.run("explore --no-shrink --strategy walk --budget 500runs --artifacts " + line.path("out") + " " + path);
    return line.path("out/a.run");
  }
};

TEST_F(FailingRunTest, ShrinkWritesTheSmallestRun) {
  const std::string run = failingRun();
  EXPECT_EQ(line.run("shrink " + run), kNothingFailed) << line.err;
  EXPECT_TRUE(has(line.out, " to 1 deviations in ")) << line.out;
  EXPECT_TRUE(has(line.read("out/a.small.run"), "\ndeviation 1 /client:lateness:7\n"));
  EXPECT_EQ(line.run("replay " + line.path("out/a.small.run")), kClaimFailed);
  EXPECT_EQ(line.run("shrink --json " + run + " -o " + line.path("b.run")), kNothingFailed);
  const json document = json::parse(line.out);
  EXPECT_EQ(document["deviations"].size(), 1u);
  EXPECT_EQ(document["to_the_end"], true);
  EXPECT_TRUE(line.exists("b.run"));
}

TEST_F(FailingRunTest, ShrinkLeavesOutLinesOfTheStoryThatTheFailureDoesNotNeed) {
  const std::string run = failingRun();
  line.write("a.yaml", "claim: a\nnoise\n  more of it\nfails: 7\nsometimes: late\n");
  const std::string small = line.path("small.yaml");
  EXPECT_EQ(line.run("shrink " + run + " --story " + small), kNothingFailed) << line.err;
  EXPECT_TRUE(has(line.out, "; its story from 5 to 2 lines")) << line.out;
  EXPECT_EQ(line.read("small.yaml"), "claim: a\nfails: 7\n");
  EXPECT_EQ(line.run("replay " + line.path("small.run")), kClaimFailed) << line.err << line.out;
  EXPECT_TRUE(has(line.out, "repeated exactly")) << line.out;
}

TEST_F(FailingRunTest, ExplainNamesWhatDecides) {
  const std::string run = failingRun();
  EXPECT_EQ(line.run("explain " + run), kNothingFailed) << line.err;
  EXPECT_TRUE(has(line.out, "nearest run that passes: the same without /client:lateness:7 = 1")) << line.out;
  EXPECT_TRUE(has(line.out, "they part at event 15")) << line.out;
  EXPECT_TRUE(has(line.out, "decides: fails in 64 of 64 with it, in 0 of 64 without")) << line.out;
  EXPECT_EQ(line.run("explain --json " + run), kNothingFailed);
  const json document = json::parse(line.out);
  EXPECT_EQ(document["interventions"][0]["verdict"], "decides");
  EXPECT_EQ(document["interventions"][0]["meaning"], "/client wakes only when one more thing has become ready");
}

TEST_F(FailingRunTest, ARunThatPassesIsRefused) {
  const std::string run = failingRun();
  line.write("a.yaml", "claim: a\n");
  EXPECT_EQ(line.run("shrink " + run), kBadInput);
  EXPECT_TRUE(has(line.err, "shrink: " + run + ": the run passes here; expected one that fails\n")) << line.err;
  EXPECT_EQ(line.run("explain " + run), kBadInput);
  EXPECT_EQ(line.run("explain " + line.path("nowhere.run")), kBadInput);
}

}  // namespace
}  // namespace orrery::cli
