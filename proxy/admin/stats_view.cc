#include "proxy/admin/stats_view.h"

#include <memory>
#include <string_view>

#include <re2/re2.h>

namespace orrery::admin {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Envoy makes the statistics of responses when the first response has the code.
bool isMadeOnFirstUse(std::string_view name) {
  if (!name.starts_with("cluster.")) return false;
  for (std::string_view group : {".external.", ".internal.", ".retry."}) {
    if (name.find(group) != std::string_view::npos) return true;
  }
  if (name.ends_with(".upstream_rq_time") || name.ends_with(".upstream_rq_unknown")) return true;
  constexpr std::string_view kStem = ".upstream_rq_";
  const size_t at = name.rfind(kStem);
  return at != std::string_view::npos && at + kStem.size() < name.size() && isDigit(name[at + kStem.size()]);
}

bool wanted(stats::Kind kind, std::string_view type) {
  if (type.empty() || type == "All") return true;
  switch (kind) {
    case stats::Kind::kCounter: return type == "Counters";
    case stats::Kind::kGauge: return type == "Gauges";
    case stats::Kind::kHistogram: return type == "Histograms";
  }
  return false;
}

}  // namespace

Result<std::vector<stats::Total>> selectStats(AdminHost& host, const StatSelection& selection) {
  std::unique_ptr<RE2> filter;
  if (!selection.filter.empty()) {
    RE2::Options options;
    options.set_log_errors(false);
    filter = std::make_unique<RE2>(selection.filter, options);
    if (!filter->ok()) return makeError("Invalid re2 regex: " + filter->error());
  }
  host.refreshGauges();
  std::vector<stats::Total> totals = stats::sumBlocks(host.statsLayout(), host.statsBlocks());
  std::erase_if(totals, [&](const stats::Total& t) {
    if (!t.used() && (selection.usedOnly || isMadeOnFirstUse(t.name))) return true;
    return !wanted(t.kind, selection.type) || (filter && !RE2::PartialMatch(t.name, *filter));
  });
  return totals;
}

}  // namespace orrery::admin
