#include "sim/script/script.h"

#include <utility>

#include "sim/script/convert.h"
#include "sim/script/reader.h"
#include "sim/script/scenario.pb.h"
#include "sim/script/writer.h"

namespace orrery::script {

namespace {

// By place, equal places in order of discovery. Few: readers stop at kMaxProblems.
void inOrder(std::vector<Problem>& problems) {
  const auto before = [](const Mark& a, const Mark& b) {
    return a.line != b.line ? a.line < b.line : a.column < b.column;
  };
  for (size_t i = 1; i < problems.size(); ++i) {
    for (size_t j = i; j > 0 && before(problems[j].mark, problems[j - 1].mark); --j)
      std::swap(problems[j], problems[j - 1]);
  }
}

bool read(std::string_view text, orrery::Scenario& message, Marks& marks, std::vector<Problem>& problems) {
  const auto root = readYaml(text);
  if (!root) {
    problems.push_back(root.error());
    return false;
  }
  readMessage(*root, message, marks, problems);
  return problems.empty();
}

}  // namespace

LoadResult loadScenario(std::string_view text) {
  LoadResult result;
  orrery::Scenario message;
  Marks marks;
  if (read(text, message, marks, result.problems)) {
    auto scenario = std::make_shared<sim::Scenario>(convert(message, marks, result.problems));
    if (result.problems.empty()) result.scenario = std::move(scenario);
  }
  inOrder(result.problems);
  return result;
}

LongResult longForm(std::string_view text) {
  LongResult result;
  orrery::Scenario message;
  Marks marks;
  if (read(text, message, marks, result.problems)) {
    convert(message, marks, result.problems);
    if (result.problems.empty()) result.text = writeLong(message);
  }
  inOrder(result.problems);
  return result;
}

}  // namespace orrery::script
