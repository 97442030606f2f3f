#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "replay/format/escape.h"
#include "replay/format/run_file_reader.h"
#include "replay/format/run_file_writer.h"

namespace orrery::replay {
namespace {

RunFile sample() {
  RunFile f;
  f.revision = "439a057";
  f.preset = "release";
  f.scenario = "scenarios/upstream/idle_close_races_reuse.yaml";
  f.scenarioHash = contentHash("scenario");
  f.bootstrap = "scenarios/bootstraps/edge.yaml";
  f.bootstrapHash = contentHash("bootstrap");
  f.strategy = RunFile::Strategy::kRandom;
  f.seed = 4711;
  f.runKey = 0x0123456789abcdef;
  f.events = 312;
  f.choices = 9;
  f.virtualNs = 60'005'000'000;
  f.hash = 0xfedcba9876543210;
  f.checkpoints = {1, 2, 3, 4};
  for (uint16_t i = 0; i < 70; ++i) f.trail.push_back(static_cast<uint16_t>(i * 977));
  f.failure = RunFailure{"at-most-once", "/origin", 60'005'000'000, "request #2 seen twice\nby origin \\o/"};
  f.deviations = {{"/client/connection.1:lateness:4", 3}, {"/proxy/w0:ready_order:0", 1}};
  f.files = {{"users", "u:{SHA}x\n\x01\xff\\"}, {"empty", ""}};
  return f;
}

// Puts the right integrity line under a text that was changed by hand.
std::string sealed(std::string text) {
  text.resize(text.rfind("end "));
  return text + "end " + contentHash(text) + "\n";
}
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}
std::string errorOf(const std::string& text) {
  const auto file = readRunFile(text);
  return file ? "no error" : file.error().message;
}

TEST(RunFile, ComesBackAsItWasWritten) {
  const auto back = readRunFile(writeRunFile(sample()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, sample());
}

TEST(RunFile, WithoutNamedFilesIsWhatItWasBeforeTheyWereHeld) {
  RunFile f = sample();
  f.files.clear();
  EXPECT_EQ(writeRunFile(f).find("\nfile"), std::string::npos);
}

TEST(RunFile, ALongNamedFileTakesSeveralLines) {
  RunFile f = sample();
  f.files = {{"long", std::string(100'000, '\x01')}};
  const auto back = readRunFile(writeRunFile(f));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, f);
}

TEST(RunFile, NamedFilesHaveNamesAndABound) {
  RunFile f = sample();
  f.files = {{"a", "x"}};
  const std::string text = writeRunFile(f);
  EXPECT_NE(errorOf(sealed(replaced(text, "file a\n", "file \n"))).find("the file has no name"), std::string::npos);
  EXPECT_NE(errorOf(sealed(replaced(text, "file a\n", ""))).find("'file-text' before the first 'file'"),
            std::string::npos);
  EXPECT_NE(errorOf(sealed(replaced(text, "file a\n", "file a\nfile a\n"))).find("is there twice"), std::string::npos);
  f.files = {{"a", std::string(RunFile::kMaxNamedFileBytes, 'x')}};
  EXPECT_TRUE(readRunFile(writeRunFile(f)));
  f.files.front().text += 'x';
  EXPECT_NE(errorOf(writeRunFile(f)).find("more than 4 MiB of named files"), std::string::npos);
}

TEST(RunFile, OfAPlainPassingRunHasNeitherFailureNorDeviations) {
  RunFile f = sample();
  f.strategy = RunFile::Strategy::kPlain;
  f.failure.reset();
  f.deviations.clear();
  const std::string text = writeRunFile(f);
  EXPECT_EQ(text.find("failed-"), std::string::npos);
  const auto back = readRunFile(text);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, f);
}

TEST(RunFile, IsTextThatAPersonReads) {
  const std::string text = writeRunFile(sample());
  EXPECT_TRUE(text.starts_with("orrery-run 1\nrevision 439a057\npreset release\n")) << text;
  EXPECT_NE(text.find("\ndeviation 3 /client/connection.1:lateness:4\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nfailed-message request #2 seen twice\\nby origin \\\\o/\n"), std::string::npos) << text;
}

TEST(RunFile, KeepsItsMeaningWhenADeviationIsTakenOut) {
  const auto back = readRunFile(sealed(replaced(writeRunFile(sample()), "deviation 1 /proxy/w0:ready_order:0\n", "")));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->deviations, (std::vector<RunDeviation>{{"/client/connection.1:lateness:4", 3}}));
}

TEST(RunFile, OfAnotherKindIsRefusedAsForeign) {
  EXPECT_EQ(errorOf(""), "the file is empty: expected a .run file ('orrery-run 1')");
  EXPECT_EQ(errorOf("claim: something\nproxy: {}\n"),
            "line 1: this is no .run file: expected 'orrery-run 1', found 'claim: something'");
  EXPECT_EQ(errorOf("\x7f"
                    "ELF\x02\x01"),
            "line 1: this is no .run file: expected 'orrery-run 1', found '?ELF?"
            "?'");
}

TEST(RunFile, OfAnotherFormatVersionIsRefusedBeforeAnythingElseIsAsked) {
  EXPECT_EQ(errorOf("orrery-run 2\nwhatever comes here\n"), "line 1: format version 2; this program reads version 1");
  EXPECT_EQ(errorOf("orrery-run one\n"), "line 1: expected the number of the format version, found 'one'");
}

TEST(RunFile, WithOneFlippedBitIsRefused) {
  const std::string good = writeRunFile(sample());
  for (size_t i = good.find('\n') + 1; i < good.size(); ++i) {
    for (const char mask : {'\x01', '\x20'}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ mask);
      EXPECT_FALSE(readRunFile(bad)) << "byte " << i;
    }
  }
}

TEST(RunFile, CutOffAnywhereIsRefused) {
  const std::string good = writeRunFile(sample());
  for (size_t n = 0; n < good.size(); ++n) {
    const auto back = readRunFile(std::string_view(good).substr(0, n));
    ASSERT_FALSE(back) << n;
    if (n > good.find('\n') && n < good.rfind("end ")) {
      EXPECT_TRUE(back.error().message.starts_with("the file is cut off")) << back.error().message;
    }
  }
}

TEST(RunFile, DamageIsNamed) {
  const std::string good = writeRunFile(sample());
  EXPECT_TRUE(errorOf(replaced(good, "seed 4711", "seed 4712")).starts_with("the file is damaged")) << errorOf(good);
  const std::string both = errorOf(replaced(good, "seed 4711", "speed 4711"));
  EXPECT_TRUE(both.starts_with("the file is damaged")) << both;
  EXPECT_TRUE(both.ends_with("line 9: unknown word 'speed'")) << both;
}

TEST(RunFile, ErrorsNameTheLine) {
  const std::string good = writeRunFile(sample());
  const struct {
    const char* from;
    const char* to;
    const char* error;
  } cases[] = {
      {"seed 4711", "seed -1", "line 9: 'seed': expected a number, found '-1'"},
      {"seed 4711", "seed 99999999999999999999", "line 9: 'seed': expected a number, found '99999999999999999999'"},
      {"strategy random", "strategy lucky", "line 8: 'strategy': expected plain, random or replay, found 'lucky'"},
      {"\nhash fedc", "\nhash FEDC", "line 14: 'hash': expected 16 hexadecimal digits, found 'FEDCba9876543210'"},
      {"preset release\n", "preset release\npreset debug\n", "line 4: 'preset' is there twice"},
      {"preset release\n", "", "there is no line 'preset'"},
      {"failed-at-ns 60005000000\n", "", "there is no line 'failed-at-ns'"},
      {"preset release\n", "preset\n", "line 3: expected a word and a value, found 'preset'"},
      {"deviation 3 ", "deviation x ",
       "line 26: expected 'deviation <value> <choice>', found 'x /client/connection.1:lateness:4'"},
      {"deviation 1 /proxy/w0:ready_order:0", "deviation 1 /client/connection.1:lateness:4",
       "line 27: choice '/client/connection.1:lateness:4' is there twice"},
      {"by origin \\\\o/", "by origin \\o/", "line 25: 'failed-message' has a value that is not properly escaped"},
      {"failed-check", "failed-chick", "line 22: unknown word 'failed-chick'"},
  };
  for (const auto& c : cases) EXPECT_EQ(errorOf(sealed(replaced(good, c.from, c.to))), c.error) << c.to;
}

TEST(RunFile, LinesBeyondTheBoundAreRefused) {
  RunFile f = sample();
  f.preset = std::string(kMaxRunFileLine, 'x');
  EXPECT_EQ(errorOf(writeRunFile(f)), "line 3: the line is longer than 64 KiB");
}

TEST(RunFile, EscapesComeBack) {
  EXPECT_EQ(escapeLine("a\tb\n\r\\\x01\x7f\xc3\xa9"), "a\\tb\\n\\r\\\\\\x01\\x7f\xc3\xa9");
  for (const char* bad : {"\\", "\\q", "\\x", "\\x0", "\\xZZ", "a\nb"}) EXPECT_FALSE(unescapeLine(bad)) << bad;
}

RC_GTEST_PROP(RunFile, AnyTextIsOneLineAndComesBack, (const std::string& text)) {
  const std::string line = escapeLine(text);
  RC_ASSERT(line.find('\n') == std::string::npos);
  RC_ASSERT(unescapeLine(line) == text);
}

// Sealed, so that the parser behind the integrity line is reached too.
RC_GTEST_PROP(RunFile, AnyChangeIsReadOrRefusedAndWhatIsReadCanBeWritten, (const std::string& junk)) {
  std::string text = writeRunFile(sample());
  const size_t at = *rc::gen::inRange<size_t>(13, text.size());
  const size_t length = *rc::gen::inRange<size_t>(0, 30);
  text.replace(at, length, junk);
  if (text.find("end ") == std::string::npos) text += "end ";
  const auto file = readRunFile(sealed(text));
  if (!file) return;
  const auto again = readRunFile(writeRunFile(*file));
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == *file);
}

}  // namespace
}  // namespace orrery::replay
