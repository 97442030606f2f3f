#include "cli/first_difference.h"

#include <algorithm>

#include "sim/core/rolling_hash.h"
#include "sim/report/describe.h"

namespace orrery::cli {

namespace {

constexpr size_t kBefore = 6;
constexpr size_t kAfter = 3;

std::string numberedLine(const sim::Recording& recording, size_t position, bool marked) {
  const sim::RecordedEvent& e = recording.events.events()[position];
  std::string number = std::to_string(e.index);
  if (number.size() < 8) number.insert(0, 8 - number.size(), ' ');
  return std::string(marked ? "    > " : "      ") + number + ' ' + eventLine(recording, e) + '\n';
}

std::string context(const sim::Recording& recording, size_t at) {
  const size_t size = recording.events.events().size();
  std::string out;
  for (size_t i = at - std::min(at, kBefore); i < std::min(size, at + kAfter + 1); ++i) {
    out += numberedLine(recording, i, i == at);
  }
  if (at >= size) out += "    > (ends here)\n";
  return out;
}

}  // namespace

std::string firstDifferenceText(const sim::Recording& a, const std::string& nameOfA, const sim::Recording& b,
                                const std::string& nameOfB, const std::string& belowA, const std::string& belowB) {
  const ptrdiff_t at = firstDifference(a.events, b.events);
  if (at < 0) return "";
  const auto position = static_cast<size_t>(at);
  return "  first difference: event " + std::to_string(position + 1) + "\n    --- " + nameOfA + '\n' +
         context(a, position) + belowA + "    --- " + nameOfB + '\n' + context(b, position) + belowB;
}

uint64_t firstDifferenceIndex(const std::vector<uint16_t>& trail, const sim::Recording& recording) {
  const auto& events = recording.events.events();
  size_t at = 0;
  while (at < std::min(trail.size(), events.size()) && trail[at] == static_cast<uint16_t>(events[at].hashAfter)) ++at;
  // Beyond a trail that is full nothing is known.
  if (at == trail.size() && (at == events.size() || at == replay::RunFile::kMaxTrail)) return 0;
  return at + 1;
}

std::string firstDifferenceText(const std::vector<uint16_t>& trail, const sim::Recording& recording) {
  const uint64_t index = firstDifferenceIndex(trail, recording);
  if (index == 0) return "";
  return "event " + std::to_string(index) + (index == trail.size() + 1 ? " (the file's run had ended)" : "") +
         "; this is it here:\n" + context(recording, index - 1);
}

Stretch partingStretch(const std::vector<uint64_t>& a, uint64_t eventsOfA, const std::vector<uint64_t>& b,
                       uint64_t eventsOfB) {
  constexpr uint64_t kStride = sim::RollingHash::kStride;
  const size_t n = std::min(a.size(), b.size());
  size_t i = 0;
  while (i < n && a[i] == b[i]) ++i;
  const uint64_t end = std::max(eventsOfA, eventsOfB);
  return {i * kStride + 1,
          i < n ? (i + 1) * kStride : std::min(std::max<uint64_t>(end, i * kStride + 1), (i + 1) * kStride)};
}

std::string stretchText(const sim::Recording& recording, Stretch stretch) {
  std::string out;
  const auto& all = recording.events.events();
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].index >= stretch.first && all[i].index <= stretch.last) out += numberedLine(recording, i, false);
  }
  return out;
}

}  // namespace orrery::cli
