#include "cli/program.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/discover.h"
#include "cli/in_order.h"
#include "cli/later.h"
#include "tests/unit/cli/fake_simulator.h"

namespace orrery::cli {
namespace {

using nlohmann::json;

size_t linesOf(const std::string& text) { return static_cast<size_t>(std::count(text.begin(), text.end(), '\n')); }

TEST(Program, EveryCommandHasHelpWithAnExample) {
  CommandLine line;
  for (const char* command : {"run", "list", "replay", "validate", "version", "help"}) {
    EXPECT_EQ(line.run(std::string(command) + " --help"), kNothingFailed) << command;
    EXPECT_NE(line.out.find("Example:\n  orrery "), std::string::npos) << line.out;
    EXPECT_EQ(line.run(std::string("help ") + command), kNothingFailed);
    EXPECT_NE(line.out.find("Example:\n  orrery "), std::string::npos) << line.out;
  }
  for (const LaterCommand& c : kLaterCommands) {
    EXPECT_EQ(line.run(std::string(c.name) + " --help"), kNothingFailed);
    EXPECT_NE(line.out.find("Example:\n  orrery "), std::string::npos) << line.out;
  }
}

TEST(Program, HelpIsADocumentToo) {
  CommandLine line;
  for (const char* words : {"help --json", "help run --json", "list --help --json"}) {
    EXPECT_EQ(line.run(words), kNothingFailed) << words;
    EXPECT_NE(json::parse(line.out)["help"].get<std::string>().find("Example:\n  orrery "), std::string::npos)
        << line.out;
  }
}

TEST(Program, CommandsOfLaterSayThatTheyAreNotBuilt) {
  CommandLine line;
  for (const LaterCommand& c : kLaterCommands) {
    EXPECT_EQ(line.run(std::string(c.name) + " some words --flag"), kBadInput);
    EXPECT_EQ(line.err, "orrery: " + std::string(c.name) + ": not built yet\n");
  }
}

TEST(Program, WrongUseIsOneLine) {
  CommandLine line;
  for (const char* words :
       {"", "rum", "run", "run a b --nonsense", "run a --seeds 0", "run a --seeds x", "run a --seed -1",
        "run a --seed 1 --seeds 2", "run a --jobs 0", "run a --color red", "run a --print words", "list", "replay",
        "replay a b", "validate", "version x", "--nonsense", "help rum"}) {
    EXPECT_EQ(line.run(words), kBadInput) << words;
    EXPECT_EQ(line.out, "") << words;
    EXPECT_EQ(linesOf(line.err), 1u) << words << ": " << line.err;
    EXPECT_TRUE(line.err.starts_with("orrery: ")) << line.err;
  }
  line.run("run a --seeds -1");
  EXPECT_EQ(line.err, "orrery: run: --seeds: expected a whole number from 1 on, found '-1'\n");
  line.run("run a --seed x");
  EXPECT_EQ(line.err, "orrery: run: --seed: expected a whole number from 0 on, found 'x'\n");
  line.run("run a --jobs 257");
  EXPECT_EQ(line.err, "orrery: run: --jobs: expected a whole number from 1 to 256, found '257'\n");
  line.run("rum");
  EXPECT_EQ(line.err, "orrery: there is no command 'rum'; did you mean 'run'? (orrery help lists them)\n");
}

TEST(Program, WithJsonThereIsADocumentEvenWhenNothingWorks) {
  CommandLine line;
  for (const char* words : {"run nowhere --json", "run --json", "run a --print events --json", "explore --json",
                            "replay nowhere.run --json", "list nowhere --json"}) {
    EXPECT_EQ(line.run(words), kBadInput) << words;
    EXPECT_EQ(linesOf(line.err), 1u) << line.err;
    const json document = json::parse(line.out);
    ASSERT_EQ(document["errors"].size(), 1u) << line.out;
    EXPECT_EQ("orrery: " + document["errors"][0].get<std::string>() + "\n", line.err);
  }
}

TEST(Program, OptionsOfLaterSayThatTheyAreNotBuilt) {
  CommandLine line;
  for (const char* words : {"replay a --step"}) {
    EXPECT_EQ(line.run(words), kBadInput) << words;
    EXPECT_EQ(linesOf(line.err), 1u) << line.err;
    EXPECT_NE(line.err.find("not built yet"), std::string::npos) << line.err;
  }
}

TEST(Program, VersionNamesRevisionPresetAndCompiler) {
  CommandLine line;
  EXPECT_EQ(line.run("version"), kNothingFailed);
  EXPECT_TRUE(line.out.starts_with("orrery ")) << line.out;
  EXPECT_EQ(line.run("version --json"), kNothingFailed);
  const json document = json::parse(line.out);
  for (const char* key : {"version", "revision", "preset", "compiler"}) EXPECT_NE(document[key], "") << key;
  EXPECT_EQ(line.run("--version"), kNothingFailed);
}

TEST(Program, ListsAPathAndAClaimALine) {
  CommandLine line;
  const std::string b = line.write("s/b.yaml", "claim: second\n");
  const std::string a = line.write("s/a.yaml", "claim: first\nsometimes: late\n");
  EXPECT_EQ(line.run("list " + line.path("s")), kNothingFailed);
  EXPECT_EQ(line.out, a + ": first\n" + b + ": second\n");
  EXPECT_EQ(line.run("list --json " + line.path("s")), kNothingFailed);
  const json document = json::parse(line.out);
  EXPECT_EQ(document["scenarios"][0]["claim"], "first");
  EXPECT_EQ(document["scenarios"][0]["sometimes"][0], "late");
}

TEST(Program, ValidateNamesWhatIsWrongAndExitsWith2) {
  CommandLine line;
  const std::string clean = line.write("clean.yaml", "static_resources: {}\n");
  const std::string doubtful = line.write("doubtful.yaml", "admin:\n  dubious: 1\n");
  const std::string refused = line.write("refused.yaml", "admin:\n  dubious: 1\n  wrong: 2\n");
  const std::string story = line.write("story.yaml", "claim: a\n");
  EXPECT_EQ(line.run("validate " + clean + " " + doubtful + " " + story), kNothingFailed);
  EXPECT_EQ(line.out, clean + ": clean (bootstrap)\n" + doubtful + ":2: warning: admin.dubious: is ignored\n" +
                          doubtful + ": warnings (bootstrap, 1 warning)\n" + story + ": clean (scenario)\n");
  EXPECT_EQ(line.run("validate --strict " + doubtful), kBadInput);
  EXPECT_EQ(line.run("validate " + refused), kBadInput);
  EXPECT_NE(line.out.find(refused + ":3: error: admin.wrong: unknown field\n"), std::string::npos) << line.out;
  EXPECT_EQ(line.run("validate --json " + refused + " " + line.path("nowhere.yaml")), kBadInput);
  const json document = json::parse(line.out);
  EXPECT_EQ(document["files"][0]["result"], "refused");
  EXPECT_EQ(document["files"][0]["findings"][1]["line"], 3);
  EXPECT_EQ(document["files"][1]["findings"][0]["message"], "No such file or directory");
  EXPECT_EQ(document["summary"]["refused"], 2);
  EXPECT_EQ(line.run("validate --long " + story), kNothingFailed);
  EXPECT_NE(line.out.find("# long\nclaim: a\n"), std::string::npos) << line.out;
}

TEST(Discover, TakesFilesAsNamedAndFoldersWithoutBootstraps) {
  CommandLine line;
  const std::string story = line.write("my/first.yaml", "claim: x\n");
  const std::string deep = line.write("my/deep/second.yml", "claim: y\n");
  line.write("my/envoy.yaml", "static_resources:\n  listeners: []\nadmin: {}\n");
  line.write("my/envoy.json", "{\n  \"static_resources\": {}\n}\n");
  line.write("my/bootstraps/edge.yaml", "claim: not looked at\n");
  line.write("my/readme.md", "");
  const auto found = discoverScenarios({line.path("my"), story, line.path("my/")});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, (std::vector<std::string>{deep, story}));
}

TEST(Discover, FilesWithKeysOfBothAreScenarios) {
  EXPECT_TRUE(looksLikeBootstrap("# comment\nstatic_resources:\n"));
  EXPECT_TRUE(looksLikeBootstrap("{\"admin\": {}}"));
  EXPECT_FALSE(looksLikeBootstrap("claim: x\nadmin: y\n"));
  EXPECT_FALSE(looksLikeBootstrap("story:\n  static_resources: 1\n"));
  EXPECT_FALSE(looksLikeBootstrap(""));
}

TEST(InOrder, DeliversInOrderWhicheverThreadIsFaster) {
  const Simulator simulator = fakeSimulator();
  for (const size_t jobs : {1u, 2u, 7u}) {
    size_t next = 0;
    InOrder(jobs, simulator.newRunner)
        .run(
            10'000,
            [](size_t i, Runner&) {
              sim::RunResult r;
              r.hash = i * 3;
              return r;
            },
            [&](size_t i, const TimedResult& r) {
              EXPECT_EQ(i, next++);
              EXPECT_EQ(r.result.hash, i * 3);
            });
    EXPECT_EQ(next, 10'000u);
  }
}

TEST(InOrder, ErrorsOfATaskReachTheCaller) {
  const Simulator simulator = fakeSimulator();
  for (const size_t jobs : {1u, 4u}) {
    EXPECT_THROW(InOrder(jobs, simulator.newRunner)
                     .run(
                         100,
                         [](size_t i, Runner&) -> sim::RunResult {
                           if (i == 50) throw std::runtime_error("x");
                           return {};
                         },
                         [](size_t, const TimedResult&) {}),
                 std::runtime_error);
  }
}

TEST(Terminal, QuotesWordsForAShell) {
  EXPECT_EQ(shellWord("out/a-b_1.run"), "out/a-b_1.run");
  EXPECT_EQ(shellWord("my file"), "'my file'");
  EXPECT_EQ(shellWord("it's"), "'it'\\''s'");
  EXPECT_EQ(shellWord(""), "''");
}

}  // namespace
}  // namespace orrery::cli
