#include "sim/core/recorder.h"

#include <algorithm>

#include "sim/core/names.h"

namespace orrery::sim {

const RecordedField* RecordedEvent::field(std::string_view fieldName) const {
  for (const RecordedField& f : fields) {
    if (f.name == fieldName) return &f;
  }
  return nullptr;
}

uint64_t RecordedEvent::numberOf(std::string_view fieldName) const {
  const RecordedField* f = field(fieldName);
  return f == nullptr ? 0 : f->number;
}

std::string_view RecordedEvent::textOf(std::string_view fieldName) const {
  const RecordedField* f = field(fieldName);
  return f == nullptr ? std::string_view() : std::string_view(f->text);
}

void EventRecorder::clear() {
  events_.clear();
  truncated_ = false;
}

ptrdiff_t firstDifference(const EventRecorder& a, const EventRecorder& b) {
  const size_t n = std::min(a.events().size(), b.events().size());
  // Once the rolling hashes differ they stay different, so the first difference can be searched for.
  size_t low = 0;
  size_t high = n;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (a.events()[middle].hashAfter == b.events()[middle].hashAfter) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low < n) return static_cast<ptrdiff_t>(low);
  return a.events().size() == b.events().size() ? -1 : static_cast<ptrdiff_t>(n);
}

std::string describe(const RecordedEvent& event, const Names& names) {
  const int64_t ns = event.at.inNanoseconds();
  std::string fraction = std::to_string(ns % 1'000'000'000);
  fraction.insert(0, 9 - fraction.size(), '0');
  std::string out = std::to_string(ns / 1'000'000'000) + '.' + fraction + ' ' + names.path(event.entity) + ' ';
  out += event.name;
  for (const RecordedField& f : event.fields) {
    out += ' ';
    out += f.name;
    out += '=';
    out += f.isText ? f.text : std::to_string(f.number);
  }
  return out;
}

}  // namespace orrery::sim
