#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "replay/format/run_file.h"
#include "tests/unit/cli/fake_simulator.h"

namespace orrery::cli {
namespace {

using nlohmann::json;

class ReplayCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    story = line.write("a.yaml", "claim: never late\nfails: 3\n");
    ASSERT_EQ(line.run("run " + story + " --seeds 200 --artifacts " + line.path("out")), kClaimFailed);
    run = line.path("out/a.run");
  }
  // The file with one text changed, and its integrity line made right again.
  void change(const std::string& from, const std::string& to) {
    std::string text = line.read("out/a.run");
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    text.resize(text.rfind("end "));
    line.write("out/a.run", text + "end " + replay::contentHash(text) + "\n");
  }
  std::string valueOf(const std::string& word) const {
    const std::string text = line.read("out/a.run");
    const size_t at = text.find("\n" + word + " ") + word.size() + 2;
    return text.substr(at, text.find('\n', at) - at);
  }

  CommandLine line;
  std::string story;
  std::string run;
};

TEST_F(ReplayCommandTest, RepeatsToTheSameHash) {
  EXPECT_EQ(line.run("replay --json " + run), kClaimFailed);
  const json document = json::parse(line.out);
  EXPECT_EQ(document["replay"]["mode"], "strict");
  EXPECT_EQ(document["replay"]["exact"], true);
  EXPECT_EQ(document["replay"]["fit"]["left_over"], 0);
  EXPECT_EQ(document["runs"][0]["hash"], valueOf("hash"));
  EXPECT_EQ(line.err, "");
}

TEST_F(ReplayCommandTest, AnotherHashIsExitCode3WithTheFirstDifference) {
  change("\nhash " + valueOf("hash"), "\nhash 0000000000000000");
  EXPECT_EQ(line.run("replay " + run), kNotRepeated);
  EXPECT_NE(line.out.find("NOT REPEATED " + run + ": hash 0000000000000000 in the file"), std::string::npos)
      << line.out;
  EXPECT_NE(line.out.find("first difference: between items 1 and 24"), std::string::npos) << line.out;
}

TEST_F(ReplayCommandTest, TheFirstDifferenceNamesTheEvent) {
  const std::string trail = valueOf("trail");
  std::string fifthIsOther = trail;
  fifthIsOther[16] = trail[16] == '0' ? '1' : '0';
  change("\nhash " + valueOf("hash"), "\nhash 0000000000000000");
  change("\ntrail " + trail, "\ntrail " + fifthIsOther);
  EXPECT_EQ(line.run("replay " + run), kNotRepeated);
  EXPECT_NE(line.out.find("first difference: event 5; this is it here:"), std::string::npos) << line.out;
  EXPECT_NE(line.out.find(">        5 0.000000000 /client choice site=lateness occurrence=2"), std::string::npos)
      << line.out;
  EXPECT_NE(line.out.find("what made event 5, the innermost first:\n        orrery::sim::Chooser::"), std::string::npos)
      << line.out;

  change("\ntrail " + fifthIsOther, "\ntrail " + trail.substr(0, 12));
  EXPECT_EQ(line.run("replay " + run), kNotRepeated);
  EXPECT_NE(line.out.find("first difference: event 4 (the file's run had ended)"), std::string::npos) << line.out;
}

TEST_F(ReplayCommandTest, ADeviationThatNobodyAsksForIsExitCode3) {
  change("\ndeviation ", "\ndeviation 1 /client:lateness:99\ndeviation ");
  EXPECT_EQ(line.run("replay " + run), kNotRepeated);
  EXPECT_NE(line.out.find("never asked for: /client:lateness:99"), std::string::npos) << line.out;
}

TEST_F(ReplayCommandTest, AnotherRevisionIsOneWarningAndLoose) {
  change("\nrevision " + valueOf("revision"), "\nrevision 0123abc");
  EXPECT_EQ(line.run("replay " + run), kClaimFailed);
  EXPECT_EQ(std::count(line.err.begin(), line.err.end(), '\n'), 1) << line.err;
  EXPECT_TRUE(line.err.starts_with("orrery: warning: " + run + ": recorded by revision 0123abc")) << line.err;
  EXPECT_NE(line.out.find("replayed loosely: the same failure: check always"), std::string::npos) << line.out;
}

TEST_F(ReplayCommandTest, AnotherPresetIsOneWarningAndLoose) {
  change("\npreset " + valueOf("preset"), "\npreset other");
  EXPECT_EQ(line.run("replay " + run), kClaimFailed);
  EXPECT_TRUE(line.err.starts_with("orrery: warning: " + run + ": recorded by preset other")) << line.err;
}

TEST_F(ReplayCommandTest, AChangedScenarioIsReplayedLooselyAndMayNotFailAnyMore) {
  line.write("a.yaml", "claim: never late\n");
  EXPECT_EQ(line.run("replay " + run), kNothingFailed);
  EXPECT_NE(line.err.find("the scenario has changed: replayed loosely"), std::string::npos) << line.err;
  EXPECT_NE(line.out.find("it does not fail here; in the file check always did"), std::string::npos) << line.out;
}

TEST_F(ReplayCommandTest, AnotherFormatVersionIsRefused) {
  change("orrery-run 1", "orrery-run 2");
  EXPECT_EQ(line.run("replay " + run), kBadInput);
  EXPECT_EQ(line.err, "orrery: " + run + ": line 1: format version 2; this program reads version 1\n");
  EXPECT_EQ(line.out, "");
}

TEST_F(ReplayCommandTest, DamagedForeignAndMissingFilesAreOneLine) {
  line.write("out/a.run", line.read("out/a.run") + "x");
  EXPECT_EQ(line.run("replay " + run), kBadInput);
  EXPECT_EQ(std::count(line.err.begin(), line.err.end(), '\n'), 1) << line.err;
  EXPECT_EQ(line.run("replay " + story), kBadInput);
  EXPECT_EQ(line.err, "orrery: " + story +
                          ": line 1: this is no .run file: expected 'orrery-run 1', found 'claim: never late'\n");
  EXPECT_EQ(line.run("replay " + line.path("nowhere.run")), kBadInput);
  EXPECT_EQ(line.err, "orrery: " + line.path("nowhere.run") + ": No such file or directory\n");
}

TEST_F(ReplayCommandTest, FindsTheScenarioFromTheFilesOwnFolder) {
  change("\nscenario " + story, "\nscenario a.yaml");
  EXPECT_EQ(line.run("replay " + run), kClaimFailed) << line.err;
}

TEST_F(ReplayCommandTest, PrintsEventsUpToAnInstant) {
  EXPECT_EQ(line.run("replay " + run + " --print events"), kClaimFailed);
  EXPECT_EQ(std::count(line.out.begin(), line.out.end(), '\n'), 24);
  EXPECT_EQ(line.run("replay " + run + " --print events --until 1.5"), kClaimFailed);
  EXPECT_EQ(std::count(line.out.begin(), line.out.end(), '\n'), 24);
  EXPECT_EQ(line.run("replay " + run + " --print events --until soon"), kBadInput);
  EXPECT_EQ(line.run("replay " + run + " --until 1s"), kBadInput);
}

}  // namespace
}  // namespace orrery::cli
