#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <vector>

#include "cli/discover.h"
#include "cli/file_report.h"
#include "cli/files.h"
#include "cli/run_report.h"

namespace orrery::cli {

namespace {

using sim::RunOutcome;

// XML 1.0 cannot say most control characters at all; they are shown as \xHH.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      case '\t': out += "&#9;"; break;
      default:
        if (byte < 0x20 || byte == 0x7f) {
          out += fmt::format("\\x{:02x}", byte);
        } else {
          out += c;
        }
    }
  }
  return out;
}

std::string seconds(int64_t ns) { return fmt::format("{}.{:06}", ns / 1'000'000'000, ns % 1'000'000'000 / 1'000); }

// One suite a folder, one case a story: its runs and witnesses together, as nobody lists 200 seeds.
class JunitReport final : public RunReport {
 public:
  JunitReport(std::string path, const Terminal& terminal) : path_(std::move(path)), terminal_(terminal) {}

  void story(const StoryResult& result) override {
    const std::filesystem::path path(result.story->path);
    const std::string name = std::filesystem::path(withoutExtension(result.story->path)).filename().string();
    Suite& suite = suites_[path.parent_path().generic_string()];
    int64_t wallNs = 0;
    for (const RunRecord& r : result.runs) wallNs += r.wallNs;
    wallNs += result.searchNs;
    ++suite.tests;
    suite.wallNs += wallNs;
    const uint64_t count = result.searched != 0 ? result.searched : result.runs.size();
    const std::string runs = fmt::format("{} {}", count, count == 1 ? "run" : "runs");
    suite.cases +=
        fmt::format("    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" time=\"{}\">\n",
                    xml(path.parent_path().generic_string()), xml(name), xml(result.story->path), seconds(wallNs));
    if (const RunRecord* failed = result.firstWith(RunOutcome::kFail)) {
      ++suite.failures;
      const auto& first = failed->result.failures.front();
      suite.cases += fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n", xml(first.check),
                                 xml(first.message), xml(textOf(result, *failed)));
    } else if (const RunRecord* error = result.firstWith(RunOutcome::kError)) {
      ++suite.errors;
      suite.cases += fmt::format("      <error type=\"error\" message=\"{}\">{}</error>\n", xml(error->result.error),
                                 xml(textOf(result, *error)));
    } else if (const RunRecord* skipped = result.firstWith(RunOutcome::kSkip)) {
      ++suite.skipped;
      suite.cases += fmt::format("      <skipped message=\"{}\"/>\n", xml(skipped->result.error));
    } else if (!result.unshown.empty()) {
      ++suite.skipped;
      suite.cases +=
          fmt::format("      <skipped message=\"not shown by {}: {}\"/>\n", runs, xml(result.unshown.front()));
    }
    suite.cases += fmt::format("      <system-out>{}</system-out>\n    </testcase>\n", xml(outputOf(result, runs)));
  }

  void notRepeated(const std::string& text) override { notRepeated_ = text; }

  bool finish(const RunSummary& s) override {
    if (!notRepeated_.empty()) {
      Suite& suite = suites_["determinism"];
      ++suite.tests;
      ++suite.errors;
      suite.cases += fmt::format(
          "    <testcase classname=\"determinism\" name=\"runs repeat exactly\" time=\"0\">\n"
          "      <error type=\"not repeated\" message=\"a run could not be repeated exactly\">{}</error>\n    "
          "</testcase>\n",
          xml(notRepeated_));
    }
    Suite all;
    std::string suites;
    for (const auto& [name, suite] : suites_) {
      all.tests += suite.tests;
      all.failures += suite.failures;
      all.errors += suite.errors;
      all.skipped += suite.skipped;
      suites += fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", xml(name), totals(suite), suite.cases);
    }
    all.wallNs = s.wallNs;
    const std::string document =
        fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"orrery\" {}>\n{}</testsuites>\n",
                    totals(all), suites);
    return writeOrComplain(path_, document, terminal_);
  }

 private:
  struct Suite {
    size_t tests = 0;
    size_t failures = 0;
    size_t errors = 0;
    size_t skipped = 0;
    int64_t wallNs = 0;
    std::string cases;
  };

  static std::string totals(const Suite& s) {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"", s.tests, s.failures,
                       s.errors, s.skipped, seconds(s.wallNs));
  }

  static std::string textOf(const StoryResult& result, const RunRecord& record) {
    std::string out = "claim: " + result.story->scenario().claim + '\n';
    for (const RunRecord& r : result.runs) {
      // Of many seeds the first is enough; each cause that a search found is one of its own.
      if (result.searched != 0 ? r.outcome == record.outcome : &r == &record) out += textOf(r);
    }
    return out;
  }
  static std::string textOf(const RunRecord& record) {
    std::string out = "run: " + record.name() + '\n';
    for (const sim::CheckFailure& f : record.result.failures) {
      out += fmt::format("broken at {} s by check {}: {}\n", seconds(f.at.inNanoseconds()), f.check, f.message);
    }
    return out + "repeat: " + record.repeat + '\n';
  }

  static std::string outputOf(const StoryResult& result, const std::string& runs) {
    std::string out = runs;
    if (result.searched == 0 && !result.runs.empty())
      out += ", hash of the first " + fmt::format("{:016x}", result.runs.front().result.hash);
    out += '\n';
    for (const RunRecord& r : result.runs) {
      for (const sim::NotJudged& n : r.result.notJudged)
        out += "not judged in " + r.name() + ": " + n.check + ": " + n.reason + '\n';
    }
    return out;
  }

  std::string path_;
  const Terminal& terminal_;
  std::map<std::string, Suite> suites_;  // by folder
  std::string notRepeated_;
};

}  // namespace

std::unique_ptr<RunReport> newJunitReport(const std::string& path, const Terminal& terminal) {
  return std::make_unique<JunitReport>(path, terminal);
}

}  // namespace orrery::cli
