#include "sim/report/chart_rows.h"

#include <map>
#include <tuple>

#include "proxy/events/events.h"
#include "proxy/io/timer.h"
#include "sim/core/events.h"
#include "sim/core/sites.h"
#include "sim/report/segment_labels.h"

namespace orrery::sim {

namespace {

class Rows {
 public:
  Rows(const Recording& recording, const Lanes& lanes)
      : recording_(recording), lanes_(lanes), labels_(recording, lanes) {}

  void add(size_t position) {
    const RecordedEvent& e = recording_.events.events()[position];
    switch (static_cast<EventNumber>(e.number)) {
      case EventNumber::kSegmentSent: return sent(e, position);
      case EventNumber::kSegmentDelivered: return arrived(e, false);
      case EventNumber::kSegmentDropped: return arrived(e, true);
      case EventNumber::kChoice: return choice(e);
      case EventNumber::kTimerFired: return timer(e);
      default: break;
    }
    if (e.number == static_cast<uint16_t>(events::RequestFinished::kNumber)) finished(e);
  }
  std::vector<ChartRow> take() { return std::move(rows_); }

 private:
  // What a delivered or dropped segment is recognised by.
  using Key = std::tuple<uint64_t, uint64_t, uint64_t, uint64_t>;
  static Key keyOf(const RecordedEvent& e) {
    return {e.numberOf("from"), e.numberOf("to"), e.numberOf("flags"), e.numberOf("seq")};
  }

  void sent(const RecordedEvent& e, size_t position) {
    std::string label = labels_.of(position);
    if (label.empty()) return;
    const Endpoint from = Endpoint::unpacked(e.numberOf("from"));
    const Endpoint to = Endpoint::unpacked(e.numberOf("to"));
    const auto a = lanes_.of(from, to);
    const auto b = lanes_.of(to, from);
    if (!a) return;
    underWay_.insert_or_assign(keyOf(e), rows_.size());
    rows_.push_back({ChartRow::Kind::kDeparting, e.at, *a, b.value_or(*a), std::move(label), false});
  }

  void arrived(const RecordedEvent& e, bool lost) {
    const auto at = underWay_.find(keyOf(e));
    if (at == underWay_.end()) return;
    const size_t row = at->second;
    underWay_.erase(at);
    if (row + 1 == rows_.size()) {
      rows_[row].kind = lost ? ChartRow::Kind::kLost : ChartRow::Kind::kArrow;
      return;
    }
    ChartRow arrival = rows_[row];
    arrival.kind = lost ? ChartRow::Kind::kLost : ChartRow::Kind::kArriving;
    arrival.at = e.at;
    rows_.push_back(std::move(arrival));
  }

  void choice(const RecordedEvent& e) {
    if (e.numberOf("n") == 0 || e.numberOf("value") == 0 || e.numberOf("site") >= kSites) return;
    local(e, "◇ " + std::string(siteInfo(static_cast<Site>(e.numberOf("site"))).name) + " = " +
                 std::to_string(e.numberOf("value")));
  }

  // Of the proxy's time-outs; the actors' own waiting shows in the time column.
  void timer(const RecordedEvent& e) {
    const auto kind = static_cast<io::TimerKind>(e.numberOf("kind"));
    if (kind >= io::TimerKind::kFileFlush) return;
    local(e, "◷ " + std::string(io::timerKindName(kind)));
  }

  void finished(const RecordedEvent& e) {
    std::string text = "● log: " + std::string(e.textOf("method")) + (e.textOf("method").empty() ? "" : " ") +
                       std::string(e.textOf("path")) + (e.textOf("path").empty() ? "" : " ") +
                       std::to_string(e.numberOf("status"));
    if (e.textOf("flags") != "-") text += ' ' + std::string(e.textOf("flags"));
    const size_t before = rows_.size();
    local(e, std::move(text));
    if (rows_.size() > before) rows_.back().endsRequest = true;
  }

  void local(const RecordedEvent& e, std::string text) {
    const auto lane = lanes_.of(e);
    if (lane) rows_.push_back({ChartRow::Kind::kLocal, e.at, *lane, *lane, std::move(text), false});
  }

  const Recording& recording_;
  const Lanes& lanes_;
  SegmentLabels labels_;
  std::vector<ChartRow> rows_;
  std::map<Key, size_t> underWay_;  // row of its departure
};

}  // namespace

std::vector<ChartRow> chartRows(const Recording& recording, const Lanes& lanes, TimePoint until) {
  Rows rows(recording, lanes);
  const auto& all = recording.events.events();
  for (size_t i = 0; i < all.size() && all[i].at <= until; ++i) rows.add(i);
  return rows.take();
}

}  // namespace orrery::sim
