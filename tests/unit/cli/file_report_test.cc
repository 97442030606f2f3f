#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/cli/fake_simulator.h"

// What other programs read. That readers which we did not write can read it too is tests/e2e/reports_test.py.
namespace orrery::cli {
namespace {

using nlohmann::json;

size_t countOf(const std::string& text, const std::string& what) {
  size_t n = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

TEST(FileReport, JunitHasASuiteAFolderAndACaseAStory) {
  CommandLine line;
  line.write("s/one/good.yaml", "claim: a < b & \"c\"\n");
  line.write("s/one/bad.yaml", "claim: plain runs fail\nfails: plain\n");
  line.write("s/two/broken.yaml", "claim: x\nerror\n");
  line.write("s/two/unshown.yaml", "claim: x\nsometimes: late\n");
  EXPECT_EQ(line.run("run " + line.path("s") + " --artifacts " + line.path("out") + " --junit " + line.path("r.xml")),
            kClaimFailed);
  const std::string xml = line.read("r.xml");
  EXPECT_TRUE(
      xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"orrery\" tests=\"4\" "
                      "failures=\"1\" errors=\"1\" skipped=\"1\""))
      << xml;
  EXPECT_EQ(countOf(xml, "<testsuite "), 2u) << xml;
  EXPECT_EQ(countOf(xml, "<testcase "), 4u) << xml;
  EXPECT_EQ(countOf(xml, "<failure type=\"always\""), 1u) << xml;
  EXPECT_EQ(countOf(xml, "<error "), 1u) << xml;
  EXPECT_EQ(countOf(xml, "<skipped message=\"not shown by"), 1u) << xml;
  EXPECT_NE(xml.find("repeat: orrery replay"), std::string::npos) << xml;
}

TEST(FileReport, SarifNamesTheCheckTheFileAndHowToRepeatIt) {
  CommandLine line;
  const std::string path = line.write("bad.yaml", "claim: plain runs fail\nfails: plain\n");
  line.write("good.yaml", "claim: x\n");
  EXPECT_EQ(line.run("run " + path + " " + line.path("good.yaml") + " --artifacts " + line.path("out") + " --sarif " +
                     line.path("r.sarif")),
            kClaimFailed);
  const json document = json::parse(line.read("r.sarif"));
  EXPECT_EQ(document["version"], "2.1.0");
  const json& run = document["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["name"], "orrery");
  EXPECT_EQ(run["tool"]["driver"]["rules"][0]["id"], "always");
  ASSERT_EQ(run["results"].size(), 1u) << run.dump(2);
  const json& result = run["results"][0];
  EXPECT_EQ(result["ruleId"], "always");
  EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], path);
  EXPECT_GE(result["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
  EXPECT_NE(result["message"]["text"].get<std::string>().find("repeat: orrery replay"), std::string::npos);
}

TEST(FileReport, NothingFailedIsAFileToo) {
  CommandLine line;
  const std::string path = line.write("good.yaml", "claim: x\n");
  EXPECT_EQ(line.run("run " + path + " --junit " + line.path("r.xml") + " --sarif " + line.path("r.sarif")),
            kNothingFailed);
  EXPECT_NE(line.read("r.xml").find("failures=\"0\""), std::string::npos);
  EXPECT_TRUE(json::parse(line.read("r.sarif"))["runs"][0]["results"].empty());
}

TEST(FileReport, AFileThatCannotBeWrittenIsBadInput) {
  CommandLine line;
  const std::string path = line.write("good.yaml", "claim: x\n");
  line.write("file", "");
  EXPECT_EQ(line.run("run " + path + " --junit " + line.path("file/r.xml")), kBadInput);
  EXPECT_NE(line.err.find("file/r.xml: "), std::string::npos) << line.err;
}

}  // namespace
}  // namespace orrery::cli
