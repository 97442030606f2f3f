#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/unit/cli/fake_simulator.h"

namespace orrery::cli {
namespace {

using nlohmann::json;
using testing::Test;

class RunCommandTest : public Test {
 protected:
  json runJson(const std::string& rest) {
    code = line.run("run --json --artifacts " + line.path("out") + " " + rest);
    return json::parse(line.out);
  }
  // Hashes by scenario and seed, in order.
  static std::string hashesOf(const json& document) {
    std::string out;
    for (const json& run : document["runs"]) {
      out += run["scenario"].get<std::string>() + ' ' + std::to_string(run["seed"].get<uint64_t>()) + ' ' +
             run["hash"].get<std::string>() + '\n';
    }
    return out;
  }

  CommandLine line;
  ExitCode code = kOwnError;
};

TEST_F(RunCommandTest, PrintsALineForEachStoryAndASummary) {
  line.write("s/b.yaml", "claim: b\n");
  line.write("s/a.yaml", "claim: a\n");
  EXPECT_EQ(line.run("run " + line.path("s")), kNothingFailed);
  EXPECT_EQ(line.err, "");
  EXPECT_LT(line.out.find("s/a.yaml"), line.out.find("s/b.yaml"));
  EXPECT_NE(line.out.find("pass    "), std::string::npos) << line.out;
  EXPECT_NE(line.out.find("2 stories, 2 runs in "), std::string::npos) << line.out;
  EXPECT_NE(line.out.find("2 passed, 0 failed, 0 errors, 0 skipped, 0 unshown; 2 checks not judged\n"),
            std::string::npos)
      << line.out;
}

TEST_F(RunCommandTest, ShardsMakeEachRunOnce) {
  line.write("s/a.yaml", "claim: a\n");
  line.write("s/b.yaml", "claim: b\n");
  std::vector<std::string> parts;
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    const json document = runJson(line.path("s") + " --seeds 10 --shard " + shard);
    EXPECT_EQ(code, kNothingFailed);
    for (const json& run : document["runs"]) {
      parts.push_back(run["scenario"].get<std::string>() + ' ' + std::to_string(run["seed"].get<uint64_t>()));
    }
  }
  EXPECT_EQ(parts.size(), 20u);
  EXPECT_EQ(std::set<std::string>(parts.begin(), parts.end()).size(), 20u);
}

TEST_F(RunCommandTest, JsonHasThePromisedFields) {
  const std::string path = line.write("a.yaml", "claim: it holds\n");
  const json document = runJson(path);
  EXPECT_EQ(code, kNothingFailed);
  ASSERT_EQ(document["runs"].size(), 1u);
  const json& run = document["runs"][0];
  EXPECT_EQ(run["scenario"], path);
  EXPECT_EQ(run["claim"], "it holds");
  EXPECT_EQ(run["backend"], "sim");
  EXPECT_EQ(run["seed"], 0);
  EXPECT_EQ(run["result"], "pass");
  EXPECT_EQ(run["not_judged"][0]["check"], "liveness");
  EXPECT_EQ(run["hash"].get<std::string>().size(), 16u);
  EXPECT_EQ(run["events"], 24);
  EXPECT_EQ(run["choices"], 12);
  EXPECT_EQ(run["virtual_ns"], 1'500'000'000);
  EXPECT_TRUE(run["wall_ns"].is_number_integer());
  EXPECT_TRUE(run["failures"].empty());
  EXPECT_EQ(run["repeat"], "orrery run " + path);
  EXPECT_EQ(document["summary"]["pass"], 1);
  EXPECT_EQ(document["summary"]["not_judged"], 1);
}

TEST_F(RunCommandTest, SeedsCountFromZeroAndJobsDoNotMatter) {
  line.write("s/a.yaml", "claim: a\n");
  line.write("s/b.yaml", "claim: b\n");
  const json one = runJson(line.path("s") + " --seeds 50 --jobs 1");
  const json eight = runJson(line.path("s") + " --seeds 50 --jobs 8");
  EXPECT_EQ(one["runs"].size(), 100u);
  EXPECT_EQ(one["runs"][49]["seed"], 49);
  EXPECT_EQ(hashesOf(one), hashesOf(eight));
  const json alone = runJson(line.path("s/b.yaml") + " --seed 49");
  EXPECT_EQ(alone["runs"][0]["hash"], one["runs"][99]["hash"]);
  EXPECT_EQ(alone["runs"][0]["repeat"], "orrery run " + line.path("s/b.yaml") + " --seed 49");
}

TEST_F(RunCommandTest, AFailureIsToldWithOneCommandThatRepeatsIt) {
  const std::string path = line.write("s/a.yaml", "claim: never late\nfails: 3\n");
  const std::string out = line.path("out/a.run");
  EXPECT_EQ(line.run("run " + path + " --seeds 200 --artifacts " + line.path("out")), kClaimFailed);
  EXPECT_TRUE(line.out.starts_with("FAIL " + path +
                                   "\n  claim     never late\n  broken at 0.000000000 s by check always: "
                                   "choice 3 was late\n  seed "))
      << line.out;
  EXPECT_NE(line.out.find("  repeat: orrery replay " + out + "\n"), std::string::npos) << line.out;
  EXPECT_NE(line.out.find("  so do "), std::string::npos) << line.out;
  const std::string told = line.out;
  ASSERT_TRUE(line.exists("out/a.run"));
  EXPECT_EQ(line.run("replay " + out), kClaimFailed);
  EXPECT_NE(line.out.find("repeated exactly: hash "), std::string::npos) << line.out;
  const size_t hash = line.out.find("hash ");
  EXPECT_NE(line.read("out/a.run").find("\n" + line.out.substr(hash, 21) + "\n"), std::string::npos);
}

TEST_F(RunCommandTest, TheRunFileOfAFailureNamesItsDeviations) {
  const std::string path = line.write("a.yaml", "claim: never late\nfails: 3\n");
  const json document = runJson(path + " --seeds 200");
  EXPECT_EQ(code, kClaimFailed);
  for (const json& run : document["runs"]) {
    if (run["result"] != "fail") continue;
    EXPECT_EQ(run["failures"][0]["check"], "always");
    EXPECT_EQ(run["failures"][0]["at_ns"], 0);
    EXPECT_EQ(run["repeat"], "orrery replay " + line.path("out/a.run"));
    break;
  }
  EXPECT_NE(line.read("out/a.run").find(" /client:lateness:3\n"), std::string::npos);
}

TEST_F(RunCommandTest, WhatIsClaimedOfThePlainRunIsJudgedByItsReplayToo) {
  const std::string path = line.write("a.yaml", "claim: late\nfails: plain\n");
  EXPECT_EQ(line.run("run " + path + " --artifacts " + line.path("out")), kClaimFailed);
  EXPECT_EQ(line.run("replay " + line.path("out/a.run")), kClaimFailed);
  EXPECT_NE(line.out.find("repeated exactly"), std::string::npos) << line.out;
}

TEST_F(RunCommandTest, StoriesOfOneNameKeepApartTheirRunFiles) {
  line.write("s/x/a.yaml", "claim: a\nfails: plain\n");
  line.write("s/y/a.yaml", "claim: a\nfails: plain\n");
  EXPECT_EQ(line.run("run " + line.path("s") + " --artifacts " + line.path("out")), kClaimFailed);
  EXPECT_TRUE(line.exists("out/a.run"));
  EXPECT_TRUE(line.exists("out/y-a.run"));
}

TEST_F(RunCommandTest, WhatNoRunShowsIsUnshownAndNoFailure) {
  const std::string path = line.write("a.yaml", "claim: sometimes late\nsometimes: late\n");
  const json document = runJson(path);
  EXPECT_EQ(code, kNothingFailed);
  EXPECT_EQ(document["runs"][0]["result"], "unshown");
  EXPECT_EQ(document["stories"][0]["unshown"][0], "late");
  EXPECT_EQ(document["summary"]["unshown"], 1);
  line.run("run " + path);
  EXPECT_NE(line.out.find("unshown"), std::string::npos) << line.out;
  EXPECT_NE(line.out.find("not shown: late (no witness)"), std::string::npos) << line.out;
}

TEST_F(RunCommandTest, AWitnessShowsWhatHappensSometimes) {
  const std::string path = line.write("a.yaml", "claim: sometimes late\nsometimes: late\n");
  EXPECT_EQ(line.run("run " + path + " --seeds 100 --write-witness"), kNothingFailed);
  const std::string witness = line.read("a.witness.run");
  // Shrunk to the one choice that shows it.
  EXPECT_NE(witness.find("\ndeviation "), std::string::npos) << witness;
  EXPECT_EQ(witness.find("\ndeviation "), witness.rfind("\ndeviation ")) << witness;
  EXPECT_NE(witness.find("/client:lateness:5\n"), std::string::npos) << witness;
  const json document = runJson(path);
  EXPECT_EQ(document["summary"]["unshown"], 0);
  ASSERT_EQ(document["runs"].size(), 2u);
  EXPECT_EQ(document["runs"][0]["result"], "pass");
  EXPECT_EQ(document["runs"][1]["witness"], line.path("a.witness.run"));
  EXPECT_EQ(document["runs"][1]["shown"][0], "late");
  EXPECT_EQ(line.run(document["runs"][1]["repeat"].get<std::string>().substr(7)), kNothingFailed);
}

TEST_F(RunCommandTest, ADamagedWitnessIsBadInput) {
  const std::string path = line.write("a.yaml", "claim: sometimes late\nsometimes: late\n");
  line.write("a.witness.run", "orrery-run 9\n");
  EXPECT_EQ(line.run("run " + path), kBadInput);
  EXPECT_EQ(line.err,
            "orrery: " + line.path("a.witness.run") + ": line 1: format version 9; this program reads version 1\n");
}

TEST_F(RunCommandTest, RepeatableRunsPassTheDeterminismCheck) {
  line.write("s/a.yaml", "claim: a\n");
  line.write("s/b.yaml", "claim: b\n");
  EXPECT_EQ(line.run("run " + line.path("s") + " --seeds 20 --check-determinism"), kNothingFailed);
  EXPECT_NE(line.out.find("determinism: 80 repetitions (after other worlds, and in fresh memory), all equal\n"),
            std::string::npos)
      << line.out;
}

TEST_F(RunCommandTest, WhatOneWorldLeavesBehindForTheNextIsFoundAndNamed) {
  line.write("s/a.yaml", "claim: a\n");
  line.write("s/b.yaml", "claim: b\nleaks\n");
  EXPECT_EQ(line.run("run " + line.path("s") + " --seeds 5 --jobs 1 --check-determinism"), kNotRepeated);
  EXPECT_NE(line.out.find("NOT REPEATED " + line.path("s/b.yaml") + " seed 0: hash "), std::string::npos) << line.out;
  // Choices and steps take turns: the 8th step is event 16, the leak stands where choice 9 was.
  EXPECT_NE(line.out.find("first difference: event 17"), std::string::npos) << line.out;
  EXPECT_NE(line.out.find(">       17 0.000000000 /client actor_step what=\"leaked\""), std::string::npos) << line.out;
  // Both sides name the code that made it.
  const size_t first = line.out.find("what made event 17, the innermost first:\n");
  ASSERT_NE(first, std::string::npos) << line.out;
  const size_t second = line.out.find("what made event 17", first + 1);
  ASSERT_NE(second, std::string::npos) << line.out;
  const std::string alone = line.out.substr(first, second - first);
  const std::string after = line.out.substr(second);
  EXPECT_NE(alone.find("orrery::sim::Chooser::"), std::string::npos) << alone;
  EXPECT_EQ(after.find("orrery::sim::Chooser::"), std::string::npos) << after;
  // The runner, by its name or, where that is inlined, by its place.
  for (const std::string& side : {alone, after}) {
    EXPECT_TRUE(side.find("FakeRunner::run") != std::string::npos ||
                side.find("tests/unit/cli/fake_simulator.cc:") != std::string::npos)
        << side;
  }
}

TEST_F(RunCommandTest, PrintsEventsAndNothingElse) {
  const std::string path = line.write("a.yaml", "claim: a\n");
  EXPECT_EQ(line.run("run " + path + " --seed 3 --print events"), kNothingFailed);
  EXPECT_EQ(std::count(line.out.begin(), line.out.end(), '\n'), 24);
  EXPECT_TRUE(line.out.starts_with("0.000000000 /client choice site=lateness occurrence=0 n=4 value=")) << line.out;
  const std::string first = line.out;
  line.run("run " + path + " --seed 3 --print events");
  EXPECT_EQ(line.out, first);
}

TEST_F(RunCommandTest, FilterKeepsPathsInWhichItIsFound) {
  line.write("s/idle.yaml", "claim: a\n");
  line.write("s/busy.yaml", "claim: b\n");
  const json document = runJson(line.path("s") + " --filter id.e");
  ASSERT_EQ(document["runs"].size(), 1u);
  EXPECT_EQ(line.run("run " + line.path("s") + " --filter nothing"), kBadInput);
  EXPECT_EQ(line.run("run " + line.path("s") + " --filter ("), kBadInput);
}

TEST_F(RunCommandTest, WhatCannotBeCarriedOutIsAnError) {
  const std::string path = line.write("a.yaml", "claim: a\nerror\n");
  EXPECT_EQ(line.run("run " + path + " --artifacts " + line.path("out")), kBadInput);
  EXPECT_TRUE(line.out.starts_with("ERROR " + path)) << line.out;
  EXPECT_NE(line.out.find("line 3: no such host"), std::string::npos) << line.out;
}

TEST_F(RunCommandTest, BadInputIsOneLineAndNothingRuns) {
  const std::string broken = line.write("s/a.yaml", "claim: a\nbroken\n");
  line.write("s/b.yaml", "claim: b\n");
  EXPECT_EQ(line.run("run " + line.path("s")), kBadInput);
  EXPECT_EQ(line.out, "");
  EXPECT_EQ(line.err, broken + ":2:3: error: story.client[0]: expected a step, found 'broken'\n");
  EXPECT_EQ(line.run("run " + line.path("nowhere")), kBadInput);
  EXPECT_EQ(line.err, "orrery: " + line.path("nowhere") + ": No such file or directory\n");
  EXPECT_EQ(line.run("run " + line.path("s") + " --backend external:/no/such"), kBadInput);
  EXPECT_EQ(line.err, "orrery: run: --backend external:/no/such: no such program\n");
  EXPECT_EQ(line.run("run " + line.path("s") + " --backend moon"), kBadInput);
  EXPECT_EQ(line.err,
            "orrery: run: --backend: expected sim, real (orrery-proxy), envoy, nginx or haproxy (from PATH), "
            "external:NAME (from PATH) or external:FOLDER/NAME, all (whoever is there), or some of them with commas "
            "between, found 'moon'\n");
}

TEST_F(RunCommandTest, AFileThatIsNotThereIsToldWithTheNearestOne) {
  line.write("s/b.yaml", "claim: b\n");
  line.write("s/first_story.yaml", "claim: c\n");
  const auto told = [&](const std::string& name) {
    EXPECT_EQ(line.run("run " + line.path(name)), kBadInput);
    return line.err;
  };
  const auto missing = [&](const std::string& name, const std::string& near) {
    return "orrery: " + line.path(name) + ": No such file or directory; did you mean '" + line.path(near) + "'?\n";
  };
  EXPECT_EQ(told("s/b.yml"), missing("s/b.yml", "s/b.yaml"));
  EXPECT_EQ(told("s/frist_story.yaml"), missing("s/frist_story.yaml", "s/first_story.yaml"));
  EXPECT_EQ(told("s/first_story.yml#quick"), missing("s/first_story.yml#quick", "s/first_story.yaml"));
  EXPECT_EQ(told("s/other.yaml"), "orrery: " + line.path("s/other.yaml") + ": No such file or directory\n");
}

TEST_F(RunCommandTest, AFolderThatCannotBeWrittenIsNamed) {
  const std::string path = line.write("a.yaml", "claim: a\nfails: plain\n");
  line.write("file", "");
  EXPECT_EQ(line.run("run " + path + " --artifacts " + line.path("file/out")), kClaimFailed);
  EXPECT_NE(line.err.find(line.path("file/out")), std::string::npos) << line.err;
  // The run can be repeated all the same.
  EXPECT_NE(line.out.find("  repeat: orrery run " + path + "\n"), std::string::npos) << line.out;
}

}  // namespace
}  // namespace orrery::cli
