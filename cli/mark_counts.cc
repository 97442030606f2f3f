#include "cli/mark_counts.h"

#include <algorithm>

#include "sim/report/text.h"

namespace orrery::cli {

namespace {

std::string howMany(const MarkCounts& counts) {
  return std::to_string(counts.reached()) + " of " + std::to_string(kMarks) + " rare branches of the proxy were taken";
}

}  // namespace

void MarkCounts::add(const MarkSet& ofOneRun) {
  if (ofOneRun.none()) return;
  for (size_t i = 0; i < kMarks; ++i) runs_[i] += ofOneRun[i] ? 1 : 0;
}

void MarkCounts::add(const MarkCounts& other) {
  for (size_t i = 0; i < kMarks; ++i) runs_[i] += other.runs_[i];
}

size_t MarkCounts::reached() const {
  return static_cast<size_t>(std::count_if(runs_.begin(), runs_.end(), [](uint64_t n) { return n != 0; }));
}

std::string marksInShort(const MarkCounts& counts, bool names, size_t width) {
  std::string text = howMany(counts);
  if (!names) text += " (--marks lists them)";
  bool first = true;
  for (size_t i = 0; names && i < kMarks; ++i) {
    if (counts.runs(i) != 0) continue;
    text += (first ? ", never " : ", ") + std::string(kMarkTable[i].name);
    first = false;
  }
  return "marks      " + sim::wrapped(text, width, 11) + '\n';
}

std::string marksAtLength(const MarkCounts& counts) {
  std::string out = "marks: " + howMany(counts) + '\n';
  for (size_t i = 0; i < kMarks; ++i) {
    const std::string n = counts.runs(i) == 0 ? "never" : sim::plural(counts.runs(i), "run", "runs");
    out += std::string(n.size() < 14 ? 14 - n.size() : 1, ' ') + n + "  " + sim::padded(kMarkTable[i].name, 34) + ' ' +
           std::string(kMarkTable[i].what) + '\n';
  }
  return out;
}

}  // namespace orrery::cli
