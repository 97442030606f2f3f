#include "sim/report/sequence_chart.h"

#include <algorithm>
#include <set>
#include <vector>

#include "sim/report/chart_rows.h"
#include "sim/report/lanes.h"
#include "sim/report/text.h"

namespace orrery::sim {

namespace {

constexpr size_t kTimeColumns = 13;
constexpr size_t kWidestGap = 26;
constexpr size_t kNarrowestGap = 16;

std::string repeated(std::string_view unit, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += unit;
  return out;
}

// The columns that are shown, and where each begins.
struct Layout {
  std::vector<size_t> columns;  // by lane; lanes without rows have none
  size_t gap = kWidestGap;
  size_t width = 0;  // of all that stands behind the time

  size_t columnOf(size_t lane) const { return columns[lane]; }
};

Layout layOut(const std::set<size_t>& used, size_t lanes, size_t width) {
  Layout layout;
  layout.width = width;
  layout.columns.assign(lanes, 0);
  if (used.size() > 1) layout.gap = std::clamp((width - 8) / (used.size() - 1), kNarrowestGap, kWidestGap);
  if (used.size() == 2) layout.gap = std::min<size_t>(40, width - 8);
  size_t at = 0;
  for (const size_t lane : used) {
    layout.columns[lane] = at;
    at += layout.gap;
  }
  return layout;
}

// `columns` of line with the label in it: head at the right or left end.
std::string arrow(const ChartRow& row, size_t columns, bool rightwards) {
  const bool head = row.kind == ChartRow::Kind::kArrow || row.kind == ChartRow::Kind::kArriving;
  const std::string_view line = "─";
  const std::string_view faint = "╌";
  const std::string_view tail = row.kind == ChartRow::Kind::kArriving ? faint : line;
  const std::string_view front = row.kind == ChartRow::Kind::kDeparting ? faint : line;
  const std::string_view tip = row.kind == ChartRow::Kind::kLost ? "✗" : head ? (rightwards ? "▶" : "◀") : front;
  const std::string label = fitted(row.label, columns > 6 ? columns - 6 : 0);
  const size_t rest = columns - std::min(columns, displayWidth(label) + 3);
  if (rightwards) return repeated(tail, 2) + label + repeated(front, rest) + std::string(tip);
  return std::string(tip) + repeated(front, 2) + label + repeated(tail, rest);
}

std::string line(const ChartRow& row, const Layout& layout) {
  const size_t from = layout.columnOf(row.from);
  const size_t to = layout.columnOf(row.to);
  if (row.from == row.to) {
    const size_t left = std::min(from, layout.width);
    return std::string(left, ' ') + fitted(row.label, layout.width - left);
  }
  const size_t left = std::min(from, to);
  return std::string(left, ' ') + arrow(row, std::max(from, to) - left - 1, from < to);
}

// How many rows at the end are left out.
size_t cutTail(std::vector<ChartRow>& rows, size_t after) {
  if (after == 0) return 0;
  const auto last = std::find_if(rows.rbegin(), rows.rend(), [](const ChartRow& r) { return r.endsRequest; });
  const auto behind = static_cast<size_t>(last - rows.rbegin());
  if (last == rows.rend() || behind <= after + 1) return 0;
  rows.resize(rows.size() - (behind - after));
  return behind - after;
}

std::string withoutTrailingSpaces(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace

std::string sequenceChart(const Recording& recording, const ChartOptions& options) {
  const Lanes lanes(recording);
  std::vector<ChartRow> rows = chartRows(recording, lanes, options.until);
  const size_t leftOut = cutTail(rows, options.rowsAfterLastRequest);
  if (rows.size() > options.rows) rows.erase(rows.begin(), rows.end() - static_cast<ptrdiff_t>(options.rows));
  if (rows.empty()) return "";
  std::set<size_t> used;
  for (const ChartRow& row : rows) {
    used.insert(row.from);
    used.insert(row.to);
  }
  const size_t width = std::max<size_t>(options.width, 60) - options.indent - kTimeColumns;
  const Layout layout = layOut(used, lanes.labels().size(), width);

  const std::string indent(options.indent, ' ');
  std::string header;
  for (const size_t lane : used) header = padded(header, layout.columnOf(lane)) + lanes.labels()[lane];
  std::string out = indent + padded("time", kTimeColumns) + fitted(header, width) + '\n';
  for (const ChartRow& row : rows) {
    const std::string time = padded(seconds(row.at.inNanoseconds(), 6), kTimeColumns);
    out += withoutTrailingSpaces(indent + time + fitted(line(row, layout), width)) + '\n';
  }
  if (leftOut != 0) out += indent + padded("...", kTimeColumns) + "(" + grouped(leftOut) + " more rows)\n";
  return out;
}

}  // namespace orrery::sim
