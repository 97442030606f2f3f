#include "sim/report/timeline_model.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "proxy/events/events.h"
#include "proxy/io/timer.h"
#include "sim/core/events.h"
#include "sim/core/sites.h"
#include "sim/net/socket.h"
#include "sim/report/segment_labels.h"
#include "sim/report/text.h"

namespace orrery::sim {

namespace {

class Maker {
 public:
  explicit Maker(const Recording& recording) : recording_(recording), lanes_(recording), labels_(recording, lanes_) {}

  TimelineModel make() {
    const auto& events = recording_.events.events();
    model_.lanes = lanes_.labels();
    model_.rows.reserve(events.size());
    for (size_t i = 0; i < events.size(); ++i) model_.rows.push_back(rowOf(events[i], i));
    endAll();
    return std::move(model_);
  }

 private:
  using Row = TimelineModel::Row;
  using Key = std::tuple<uint64_t, uint64_t, uint64_t, uint64_t>;
  using Request = std::tuple<uint64_t, uint64_t, uint64_t>;  // worker, connection, request
  // What has begun and not ended.
  struct Open {
    size_t from;
    size_t lane;
    std::string label;
  };
  template <class K>
  using Opens = std::map<K, Open>;

  Row rowOf(const RecordedEvent& e, size_t i) {
    if (e.number < 100) return proxyEvent(e, i);
    switch (static_cast<EventNumber>(e.number)) {
      case EventNumber::kSegmentSent: return sent(e, i);
      case EventNumber::kSegmentDelivered: return arrived(e, i, false);
      case EventNumber::kSegmentDropped: return arrived(e, i, true);
      case EventNumber::kDatagramSent:
      case EventNumber::kDatagramDelivered: return datagram(e, i);
      case EventNumber::kSocketState: return socket(e, i);
      case EventNumber::kTimerArmed: return armed(e, i);
      case EventNumber::kTimerFired: return fired(e, i);
      case EventNumber::kChoice: return choice(e);
      case EventNumber::kActorStep: return {TimelineGroup::kStep, false, lanes_.of(e), std::string(e.textOf("what"))};
      case EventNumber::kFileAppended:
      case EventNumber::kFileChanged: return {TimelineGroup::kFile, true, lanes_.of(e), std::string(e.textOf("path"))};
      case EventNumber::kPosted: return {TimelineGroup::kThread, true, lanes_.of(e), "post"};
      case EventNumber::kThreadRan: return {TimelineGroup::kThread, true, lanes_.of(e), "runs"};
      default: return {TimelineGroup::kThread, true, lanes_.of(e), std::string(e.name)};
    }
  }

  std::optional<size_t> laneOfOwn(const RecordedEvent& e, std::string_view own, std::string_view peer) const {
    return lanes_.of(Endpoint::unpacked(e.numberOf(own)), Endpoint::unpacked(e.numberOf(peer)));
  }

  Row sent(const RecordedEvent& e, size_t i) {
    std::string label = labels_.of(i);
    const bool bare = label.empty();
    if (bare) label = "ack";
    underWay_.insert_or_assign(keyOf(e), i);
    return {TimelineGroup::kSegment, bare, laneOfOwn(e, "from", "to"), std::move(label)};
  }
  Row arrived(const RecordedEvent& e, size_t i, bool lost) {
    const auto at = underWay_.find(keyOf(e));
    if (at != underWay_.end()) {
      model_.pairs.push_back({at->second, i, lost});
      underWay_.erase(at);
    }
    return {TimelineGroup::kSegment, true, laneOfOwn(e, "to", "from"),
            lost ? "lost: " + std::string(e.textOf("why")) : "arrives"};
  }
  static Key keyOf(const RecordedEvent& e) {
    return {e.numberOf("from"), e.numberOf("to"), e.numberOf("flags"), e.numberOf("seq")};
  }

  Row datagram(const RecordedEvent& e, size_t i) {
    const Key key{e.numberOf("from"), e.numberOf("to"), e.numberOf("length"), e.numberOf("payload")};
    if (e.number == static_cast<uint16_t>(EventNumber::kDatagramSent)) {
      underWay_.insert_or_assign(key, i);
      return {TimelineGroup::kSegment, false, laneOfOwn(e, "from", "to"),
              "datagram, " + grouped(e.numberOf("length")) + " bytes"};
    }
    if (const auto at = underWay_.find(key); at != underWay_.end()) {
      model_.pairs.push_back({at->second, i, false});
      underWay_.erase(at);
    }
    return {TimelineGroup::kSegment, true, laneOfOwn(e, "to", "from"), "arrives"};
  }

  Row socket(const RecordedEvent& e, size_t i) {
    const auto state = static_cast<TcpState>(e.numberOf("state"));
    const auto lane = laneOfOwn(e, "local", "peer");
    std::string name(tcpStateName(state));
    close(sockets_, e.entity, i, TimelineGroup::kSocket);
    if (lane && state != TcpState::kClosed) sockets_[e.entity] = {i, *lane, name};
    return {TimelineGroup::kSocket, true, lane, std::move(name)};
  }

  // The actors' own waiting shows in the times of their steps.
  static bool ofProxy(io::TimerKind kind) { return kind != io::TimerKind::kActor && kind != io::TimerKind::kHarness; }

  Row armed(const RecordedEvent& e, size_t i) {
    const auto kind = static_cast<io::TimerKind>(e.numberOf("kind"));
    const auto lane = lanes_.of(e);
    std::string name(io::timerKindName(kind));
    close(timers_, e.entity, i, TimelineGroup::kTimer);
    if (lane && ofProxy(kind)) timers_[e.entity] = {i, *lane, name};
    return {TimelineGroup::kTimer, true, lane,
            name + " set for " + seconds(static_cast<int64_t>(e.numberOf("deadline_ns")), 6)};
  }
  Row fired(const RecordedEvent& e, size_t i) {
    const auto kind = static_cast<io::TimerKind>(e.numberOf("kind"));
    close(timers_, e.entity, i, TimelineGroup::kTimer);
    return {TimelineGroup::kTimer, !ofProxy(kind), lanes_.of(e), std::string(io::timerKindName(kind)) + " is due"};
  }

  Row choice(const RecordedEvent& e) const {
    const uint64_t site = e.numberOf("site");
    const bool draw = e.numberOf("n") == 0;
    std::string label = site < kSites ? std::string(siteInfo(static_cast<Site>(site)).name) : "choice";
    if (!draw) label += " = " + std::to_string(e.numberOf("value")) + " of " + std::to_string(e.numberOf("n"));
    return {TimelineGroup::kChoice, draw || e.numberOf("value") == 0, lanes_.of(e), std::move(label)};
  }

  Row proxyEvent(const RecordedEvent& e, size_t i) {
    const auto lane = lanes_.of(e);
    const auto is = [&e](auto number) { return e.number == static_cast<uint16_t>(number); };
    std::string label(e.name);
    std::replace(label.begin(), label.end(), '_', ' ');
    if (is(events::RequestStarted::kNumber) || is(events::RequestFinished::kNumber)) {
      const Request key(e.numberOf("worker"), e.numberOf("connection"), e.numberOf("request"));
      const std::string what = std::string(e.textOf("method")) + ' ' + std::string(e.textOf("path"));
      if (is(events::RequestStarted::kNumber)) {
        if (lane) requests_[key] = {i, *lane, what};
        label = "request: " + what;
      } else {
        close(requests_, key, i, TimelineGroup::kHttp);
        label = "log: " + what + ' ' + std::to_string(e.numberOf("status"));
        if (e.textOf("flags") != "-") label += ' ' + std::string(e.textOf("flags"));
      }
    }
    return {TimelineGroup::kHttp, false, lane, std::move(label)};
  }

  size_t trackOf(EntityId entity) {
    const auto [at, fresh] = tracks_.emplace(entity, model_.tracks.size());
    if (fresh) model_.tracks.push_back(recording_.names.path(entity));
    return at->second;
  }
  size_t trackOf(const Request& request) {
    const auto& [worker, connection, number] = request;
    model_.tracks.push_back("worker " + std::to_string(worker) + ", connection " + std::to_string(connection) +
                            ", request " + std::to_string(number));
    return model_.tracks.size() - 1;
  }

  template <class K>
  void close(Opens<K>& open, const K& key, size_t at, TimelineGroup group) {
    const auto it = open.find(key);
    if (it == open.end()) return;
    Open& o = it->second;
    model_.spans.push_back({o.from, at, o.lane, group, trackOf(key), std::move(o.label)});
    open.erase(it);
  }
  void endAll() {
    const size_t last = recording_.events.events().size();
    const auto all = [&](auto& open, TimelineGroup group) {
      for (auto& [key, o] : open)
        model_.spans.push_back({o.from, last, o.lane, group, trackOf(key), std::move(o.label)});
    };
    all(sockets_, TimelineGroup::kSocket);
    all(timers_, TimelineGroup::kTimer);
    all(requests_, TimelineGroup::kHttp);
  }

  const Recording& recording_;
  Lanes lanes_;
  SegmentLabels labels_;
  TimelineModel model_;
  std::map<Key, size_t> underWay_;  // position of what was sent
  Opens<EntityId> sockets_;
  Opens<EntityId> timers_;
  Opens<Request> requests_;
  std::map<EntityId, size_t> tracks_;
};

}  // namespace

std::string_view timelineGroupName(TimelineGroup group) {
  constexpr std::string_view kNames[] = {"segment", "http", "timer", "choice", "socket", "thread", "file", "step"};
  return kNames[static_cast<size_t>(group)];
}

TimelineModel timelineModel(const Recording& recording) { return Maker(recording).make(); }

}  // namespace orrery::sim
