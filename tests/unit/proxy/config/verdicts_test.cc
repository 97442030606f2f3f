#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <vector>

#include "proxy/config/bootstrap.h"
#include "tests/unit/proxy/config/sample.h"

// Orrery against the recorded words of Envoy itself (verdicts.tsv, written by record_verdicts.py).
namespace orrery::config {
namespace {

struct Recorded {
  std::string place, snippet, verdict, sentence;
};

std::vector<Recorded> recorded() {
  std::ifstream file("tests/unit/proxy/config/verdicts.tsv");
  std::vector<Recorded> out;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> cells(1);
    for (char c : line) {
      if (c == '\t') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    cells.resize(4);
    out.push_back({cells[0], cells[1], cells[2], cells[3]});
  }
  return out;
}

LoadResult loadRecorded(const Recorded& entry) {
  static const std::map<std::string, At> places = {
      {"bootstrap", At::kBootstrap}, {"admin", At::kAdmin},    {"listener", At::kListener},
      {"chain", At::kChain},         {"hcm", At::kHcm},        {"router", At::kRouter},
      {"config", At::kRouteConfig},  {"host", At::kHost},      {"route", At::kRoute},
      {"action", At::kRouteAction},  {"cluster", At::kCluster}};
  if (entry.place != "whole") return loadSample(places.at(entry.place), entry.snippet);
  std::string text;
  for (size_t i = 0; i < entry.snippet.size(); ++i) {
    const bool end = entry.snippet.compare(i, 2, "\\n") == 0;
    text += end ? '\n' : entry.snippet[i];
    if (end) ++i;
  }
  return loadBootstrap(text, "f.yaml");
}

// Every refusal says that the thing is valid but not done here.
bool onlyUnsupported(const LoadResult& result) {
  return std::ranges::all_of(result.findings, [](const Finding& finding) {
    return finding.severity == Severity::kWarning || finding.message.find("not supported") != std::string::npos ||
           finding.message.find("is supported here") != std::string::npos;
  });
}

TEST(Verdicts, AreThoseOfEnvoyOrSayWhatIsNotSupported) {
  const auto entries = recorded();
  ASSERT_GT(entries.size(), 200u) << "run from the root of the repository";
  for (const Recorded& entry : entries) {
    const LoadResult result = loadRecorded(entry);
    if (entry.verdict == "ok" && result.bootstrap == nullptr) {
      EXPECT_TRUE(onlyUnsupported(result)) << entry.place << ": " << entry.snippet << "\n" << findingLines(result);
    } else {
      EXPECT_EQ(result.bootstrap != nullptr ? "ok" : "refused", entry.verdict) << entry.place << ": " << entry.snippet;
    }
  }
}

TEST(Verdicts, ValidationSpeaksEnvoysWordsLetterForLetter) {
  size_t compared = 0;
  for (const Recorded& entry : recorded()) {
    if (entry.sentence.empty()) continue;
    const LoadResult result = loadRecorded(entry);
    const bool said =
        std::ranges::any_of(result.findings, [&](const Finding& finding) { return finding.message == entry.sentence; });
    EXPECT_TRUE(said) << entry.place << ": " << entry.snippet << "\nEnvoy:  " << entry.sentence
                      << "\nOrrery: " << findingLines(result);
    ++compared;
  }
  EXPECT_GT(compared, 40u);
}

}  // namespace
}  // namespace orrery::config
