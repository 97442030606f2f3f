#include "sim/report/failure_text.h"

#include <algorithm>
#include <vector>

#include "sim/net/socket_table.h"
#include "sim/report/sequence_chart.h"
#include "sim/report/text.h"

namespace orrery::sim {

namespace {

constexpr size_t kShownFailures = 5;
constexpr size_t kShownDeviations = 12;
constexpr size_t kShownSockets = 24;

std::string brokenLine(const CheckFailure& f, std::string_view word) {
  std::string out = "  " + std::string(word) + " at " + seconds(f.at.inNanoseconds(), 9) + " s by check " + f.check;
  out += ": " + f.message;
  if (!f.entity.empty() && f.message.find(f.entity) == std::string::npos) out += " (" + f.entity + ")";
  return out + '\n';
}

// Judged when all is over, not where it broke.
bool isExpectation(const CheckFailure& f) { return f.check == "always" || f.check == "default"; }

std::string deviationLines(const RunResult& result) {
  std::string out;
  std::vector<std::string> items;
  for (const Deviation& d : result.deviations.items()) items.push_back(d.text + " = " + std::to_string(d.value));
  std::sort(items.begin(), items.end());
  for (size_t i = 0; i < items.size() && i < kShownDeviations; ++i) {
    out += (i == 0 ? "  not the default: " : "                   ") + items[i] + '\n';
  }
  if (items.size() > kShownDeviations) {
    out += "                   and " + grouped(items.size() - kShownDeviations) + " more\n";
  }
  return out;
}

}  // namespace

std::string failureText(const RunResult& result, const FailureContext& context) {
  std::string out = "  claim     " + wrapped(context.claim, context.width, 12) + '\n';
  for (size_t i = 0; i < result.failures.size() && i < kShownFailures; ++i) {
    out += brokenLine(result.failures[i], i == 0 ? "broken" : "  also");
  }
  if (result.failures.size() > kShownFailures) {
    out += "    and " + grouped(result.failures.size() - kShownFailures) + " more\n";
  }
  if (result.outcome == RunOutcome::kError) out += "  error     " + result.error + '\n';
  out += "  " + context.origin + ", " + grouped(result.events) + " events, " + grouped(result.choices) + " choices";
  if (!result.deviations.empty()) out += ", " + grouped(result.deviations.size()) + " of them not the default";
  out += '\n';
  if (result.recording != nullptr) {
    out += deviationLines(result);
    ChartOptions chart;
    chart.width = context.width;
    if (!result.failures.empty()) {
      const CheckFailure& first = result.failures.front();
      chart.until = first.at;
      if (isExpectation(first)) chart.rowsAfterLastRequest = 3;
    }
    out += sequenceChart(*result.recording, chart);
    if (!result.recording->sockets.empty()) {
      out += "  sockets at " + seconds(result.recording->socketsAt.inNanoseconds(), 6) + " s\n";
      out += socketTableText(result.recording->sockets, kShownSockets);
    }
  }
  if (!context.repeat.empty()) out += "  repeat: " + context.repeat + '\n';
  if (!context.look.empty()) out += "  look:   " + context.look + '\n';
  return out;
}

}  // namespace orrery::sim
