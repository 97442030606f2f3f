#include "fuzz/world_input.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/base/lines.h"
#include "proxy/base/prng.h"

namespace orrery::fuzz {
namespace {

constexpr size_t kMaxDeviations = 10'000;

// Steps that fit somewhere in a story of a client or of an origin.
constexpr std::string_view kSteps[] = {
    "get /",
    "post /upload body 20000",
    "head /x",
    "put /y body 3 chunked",
    "send get /p",
    "wait 1ms",
    "wait 5s",
    "wait 20s",
    "close",
    "reset",
    "half-close",
    "stop reading",
    "read on",
    "connect proxy:10000",
    "wait for response",
    "accept",
    "answer 200 \"a\"",
    "answer 500",
    "answer 200 body 70000",
    "answer 200 \"b\", then close",
    "read request",
    "inform 103",
    "never answer",
    "read request head",
    "answer 413 \"no\" early",
    "answer 204",
    "answer 200 \"c\" chunked",
    "refuse",
    "listen",
    "wait 60s, then close",
    "send raw \"GET / HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n\"",
    "send raw \"\\x00\\x16\\x03 garbage\\r\\n\\r\\n\"",
};

constexpr uint64_t kNumbers[] = {0, 1, 2, 3, 7, 100, 1000, 1460, 16384, 65535, 65536, 200000};

void mutateStory(std::string& scenario, Prng& prng) {
  std::vector<std::string> lines = linesOf(scenario);
  std::vector<size_t> steps;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("    - ")) steps.push_back(i);
  }
  if (steps.empty()) return;
  const size_t at = steps[prng.below(steps.size())];
  switch (prng.below(5)) {
    case 0: lines.erase(lines.begin() + static_cast<ptrdiff_t>(at)); break;
    case 1: lines.insert(lines.begin() + static_cast<ptrdiff_t>(at), std::string(lines[at])); break;
    case 2: std::swap(lines[at], lines[steps[prng.below(steps.size())]]); break;
    case 3: {
      // Another number for one that stands in the step.
      std::string& line = lines[at];
      const size_t begin = line.find_first_of("0123456789", 6);
      if (begin == std::string::npos) return;
      const size_t end = std::min(line.find_first_not_of("0123456789", begin), line.size());
      line.replace(begin, end - begin, std::to_string(kNumbers[prng.below(std::size(kNumbers))]));
      break;
    }
    default:
      lines.insert(lines.begin() + static_cast<ptrdiff_t>(at),
                   "    - '" + std::string(kSteps[prng.below(std::size(kSteps))]) + "'");
  }
  scenario = joinLines(lines);
}

}  // namespace

WorldInput parseWorldInput(std::string_view text) {
  WorldInput input;
  const size_t mark = text.find("---\n");
  input.scenario = std::string(mark == std::string_view::npos ? text : text.substr(mark + 4));
  if (mark == std::string_view::npos) return input;
  for (const std::string& line : linesOf(text.substr(0, mark))) {
    std::string_view rest = line;
    if (rest.starts_with("seed ")) {
      input.seed = parseDecimal(rest.substr(5)).value_or(0);
    } else if (rest.starts_with("deviation ") && input.deviations.size() < kMaxDeviations) {
      rest.remove_prefix(10);
      const size_t space = rest.find(' ');
      if (space == std::string_view::npos) continue;
      const auto value = parseDecimal(rest.substr(0, space));
      if (value) input.deviations.emplace_back(std::string(rest.substr(space + 1)), *value);
    }
  }
  return input;
}

std::string toText(const WorldInput& input) {
  std::string out = "seed " + std::to_string(input.seed) + "\n";
  for (const auto& [key, value] : input.deviations) out += "deviation " + std::to_string(value) + " " + key + "\n";
  return out + "---\n" + input.scenario;
}

void mutate(WorldInput& input, uint64_t seed) {
  Prng prng(seed);
  const bool hasLog = !input.deviations.empty();
  switch (prng.below(hasLog ? 5 : 2)) {
    case 0: mutateStory(input.scenario, prng); break;
    case 1: input.seed = prng.below(1'000'000); break;
    case 2: input.deviations[prng.below(input.deviations.size())].second = prng.below(6); break;
    case 3:
      input.deviations.erase(input.deviations.begin() + static_cast<ptrdiff_t>(prng.below(input.deviations.size())));
      break;
    default: {
      // Half of the log, by chance: any part of one is one.
      std::erase_if(input.deviations, [&](const auto&) { return prng.below(2) == 0; });
    }
  }
}

}  // namespace orrery::fuzz
