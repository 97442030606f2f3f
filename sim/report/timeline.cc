#include "sim/report/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>
#include <vector>

#include "proxy/base/utf8.h"
#include "proxy/events/events.h"
#include "proxy/format/json_text.h"
#include "proxy/io/timer.h"
#include "sim/core/events.h"
#include "sim/core/sites.h"
#include "sim/net/socket.h"
#include "sim/report/describe.h"
#include "sim/report/lanes.h"
#include "sim/report/segment_labels.h"
#include "sim/report/text.h"

namespace orrery::sim {

namespace {

// What the page lets one show or hide; the numbers are those of page_script.cc.
enum class Group : uint8_t { kSegment, kHttp, kTimer, kChoice, kSocket, kThread, kFile, kStep };

struct Row {
  Group group = Group::kThread;
  bool detail = true;  // shown on request only
  std::optional<size_t> lane;
  std::string label;
};

template <class N>
void number(std::string& out, N n) {
  char room[24];
  const auto end = std::to_chars(room, room + sizeof room, n);
  out.append(room, end.ptr);
}

// As JSON inside a <script>: "</script>" and "<!--" would end it, and bytes that are no UTF-8 would not be read as written.
void string(std::string& out, std::string_view text) {
  const size_t begin = out.size();
  bool plain = true;
  for (size_t i = 0; i < text.size() && plain;) {
    const size_t n = utf8Sequence(text, i);
    plain = n != 0 && text[i] != '<' && text[i] != 0x7f;
    i += std::max<size_t>(n, 1);
  }
  if (plain) return format::appendJsonString(text, out);
  std::string safe;
  for (size_t i = 0; i < text.size();) {
    const size_t n = utf8Sequence(text, i);
    safe += n == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(i, n);
    i += std::max<size_t>(n, 1);
  }
  format::appendJsonString(safe, out);
  for (size_t at = out.find('<', begin); at != std::string::npos; at = out.find('<', at)) out.replace(at, 1, "\\u003c");
}

class Timeline {
 public:
  explicit Timeline(const RunResult& result)
      : result_(result), recording_(*result.recording), lanes_(recording_), labels_(recording_, lanes_) {}

  std::string json(const TimelineText& text) {
    const auto& events = recording_.events.events();
    out_.reserve(events.size() * 160 + 4096);
    out_ += "{\"title\":";
    string(out_, text.title);
    out_ += ",\"claim\":";
    string(out_, text.claim);
    out_ += ",\"origin\":";
    string(out_, text.origin);
    out_ += ",\"repeat\":";
    string(out_, text.repeat);
    out_ += ",\"outcome\":";
    string(out_, runOutcomeName(result_.outcome));
    out_ += ",\"hash\":";
    string(out_, fmt::format("{:016x}", result_.hash));
    out_ += ",\"truncated\":";
    out_ += recording_.events.truncated() ? "true" : "false";
    out_ += ",\"lanes\":[";
    for (size_t i = 0; i < lanes_.labels().size(); ++i) {
      if (i != 0) out_ += ',';
      string(out_, lanes_.labels()[i]);
    }
    out_ += "],\"failures\":[";
    failures();
    // [ns, group, detail, lane or -1, label, line]
    out_ += "],\"events\":[";
    for (size_t i = 0; i < events.size(); ++i) event(i);
    out_ += "],\"pairs\":[";
    list(pairs_);
    out_ += "],\"spans\":[";
    endAll();
    list(spans_);
    return std::move(out_) + "]}";
  }

 private:
  using Key = std::tuple<uint64_t, uint64_t, uint64_t, uint64_t>;
  // From one event to another; both are positions.
  struct Pair {
    size_t sent;
    size_t arrived;
    bool lost;
  };
  struct Span {
    size_t from;
    size_t to;
    size_t lane;
    Group group;
    std::string label;
  };
  // What has begun and not ended, by entity.
  struct Open {
    size_t from;
    size_t lane;
    std::string label;
  };

  void failures() {
    for (size_t i = 0; i < result_.failures.size(); ++i) {
      const CheckFailure& f = result_.failures[i];
      if (i != 0) out_ += ',';
      out_ += "{\"check\":";
      string(out_, f.check);
      out_ += ",\"at\":";
      number(out_, f.at.inNanoseconds());
      out_ += ",\"message\":";
      string(out_, f.message);
      out_ += '}';
    }
  }

  void event(size_t i) {
    const RecordedEvent& e = recording_.events.events()[i];
    const Row row = rowOf(e, i);
    out_ += i == 0 ? "[" : ",[";
    number(out_, e.at.inNanoseconds());
    out_ += ',';
    number(out_, static_cast<unsigned>(row.group));
    out_ += row.detail ? ",1," : ",0,";
    number(out_, row.lane ? static_cast<int64_t>(*row.lane) : -1);
    out_ += ',';
    string(out_, row.label);
    out_ += ',';
    string(out_, eventLine(recording_, e));
    out_ += ']';
  }

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
      case EventNumber::kActorStep: return {Group::kStep, false, lanes_.of(e), std::string(e.textOf("what"))};
      case EventNumber::kFileAppended:
      case EventNumber::kFileChanged: return {Group::kFile, true, lanes_.of(e), std::string(e.textOf("path"))};
      case EventNumber::kPosted: return {Group::kThread, true, lanes_.of(e), "post"};
      case EventNumber::kThreadRan: return {Group::kThread, true, lanes_.of(e), "runs"};
      default: return {Group::kThread, true, lanes_.of(e), std::string(e.name)};
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
    return {Group::kSegment, bare, laneOfOwn(e, "from", "to"), std::move(label)};
  }
  Row arrived(const RecordedEvent& e, size_t i, bool lost) {
    const auto at = underWay_.find(keyOf(e));
    if (at != underWay_.end()) {
      pairs_.push_back({at->second, i, lost});
      underWay_.erase(at);
    }
    return {Group::kSegment, true, laneOfOwn(e, "to", "from"),
            lost ? "lost: " + std::string(e.textOf("why")) : "arrives"};
  }
  static Key keyOf(const RecordedEvent& e) {
    return {e.numberOf("from"), e.numberOf("to"), e.numberOf("flags"), e.numberOf("seq")};
  }

  Row datagram(const RecordedEvent& e, size_t i) {
    const Key key{e.numberOf("from"), e.numberOf("to"), e.numberOf("length"), e.numberOf("payload")};
    if (e.number == static_cast<uint16_t>(EventNumber::kDatagramSent)) {
      underWay_.insert_or_assign(key, i);
      return {Group::kSegment, false, laneOfOwn(e, "from", "to"),
              "datagram, " + grouped(e.numberOf("length")) + " bytes"};
    }
    if (const auto at = underWay_.find(key); at != underWay_.end()) {
      pairs_.push_back({at->second, i, false});
      underWay_.erase(at);
    }
    return {Group::kSegment, true, laneOfOwn(e, "to", "from"), "arrives"};
  }

  Row socket(const RecordedEvent& e, size_t i) {
    const auto state = static_cast<TcpState>(e.numberOf("state"));
    const auto lane = laneOfOwn(e, "local", "peer");
    std::string name(tcpStateName(state));
    close(sockets_, e.entity, i, Group::kSocket);
    if (lane && state != TcpState::kClosed) sockets_[e.entity] = {i, *lane, name};
    return {Group::kSocket, true, lane, std::move(name)};
  }

  // The actors' own waiting shows in the times of their steps.
  static bool ofProxy(io::TimerKind kind) { return kind != io::TimerKind::kActor && kind != io::TimerKind::kHarness; }

  Row armed(const RecordedEvent& e, size_t i) {
    const auto kind = static_cast<io::TimerKind>(e.numberOf("kind"));
    const auto lane = lanes_.of(e);
    std::string name(io::timerKindName(kind));
    close(timers_, e.entity, i, Group::kTimer);
    if (lane && ofProxy(kind)) timers_[e.entity] = {i, *lane, name};
    return {Group::kTimer, true, lane,
            name + " set for " + seconds(static_cast<int64_t>(e.numberOf("deadline_ns")), 6)};
  }
  Row fired(const RecordedEvent& e, size_t i) {
    const auto kind = static_cast<io::TimerKind>(e.numberOf("kind"));
    close(timers_, e.entity, i, Group::kTimer);
    return {Group::kTimer, !ofProxy(kind), lanes_.of(e), std::string(io::timerKindName(kind)) + " is due"};
  }

  Row choice(const RecordedEvent& e) const {
    const uint64_t site = e.numberOf("site");
    const bool draw = e.numberOf("n") == 0;
    std::string label = site < kSites ? std::string(siteInfo(static_cast<Site>(site)).name) : "choice";
    if (!draw) label += " = " + std::to_string(e.numberOf("value")) + " of " + std::to_string(e.numberOf("n"));
    return {Group::kChoice, draw || e.numberOf("value") == 0, lanes_.of(e), std::move(label)};
  }

  Row proxyEvent(const RecordedEvent& e, size_t i) {
    const auto lane = lanes_.of(e);
    const auto is = [&e](auto number) { return e.number == static_cast<uint16_t>(number); };
    std::string label(e.name);
    std::replace(label.begin(), label.end(), '_', ' ');
    if (is(events::RequestStarted::kNumber) || is(events::RequestFinished::kNumber)) {
      const auto key = std::tuple(e.numberOf("worker"), e.numberOf("connection"), e.numberOf("request"));
      const std::string what = std::string(e.textOf("method")) + ' ' + std::string(e.textOf("path"));
      if (is(events::RequestStarted::kNumber)) {
        if (lane) requests_[key] = {i, *lane, what};
        label = "request: " + what;
      } else {
        close(requests_, key, i, Group::kHttp);
        label = "log: " + what + ' ' + std::to_string(e.numberOf("status"));
        if (e.textOf("flags") != "-") label += ' ' + std::string(e.textOf("flags"));
      }
    }
    return {Group::kHttp, false, lane, std::move(label)};
  }

  template <class Map, class K>
  void close(Map& open, const K& key, size_t at, Group group) {
    const auto it = open.find(key);
    if (it == open.end()) return;
    spans_.push_back({it->second.from, at, it->second.lane, group, std::move(it->second.label)});
    open.erase(it);
  }
  void endAll() {
    const size_t last = recording_.events.events().size();
    const auto all = [&](auto& open, Group group) {
      for (auto& [key, o] : open) spans_.push_back({o.from, last, o.lane, group, std::move(o.label)});
    };
    all(sockets_, Group::kSocket);
    all(timers_, Group::kTimer);
    all(requests_, Group::kHttp);
  }

  void list(const std::vector<Pair>& pairs) {
    for (size_t i = 0; i < pairs.size(); ++i) {
      out_ += i == 0 ? "[" : ",[";
      number(out_, pairs[i].sent);
      out_ += ',';
      number(out_, pairs[i].arrived);
      out_ += pairs[i].lost ? ",1]" : ",0]";
    }
  }
  void list(const std::vector<Span>& spans) {
    for (size_t i = 0; i < spans.size(); ++i) {
      out_ += i == 0 ? "[" : ",[";
      number(out_, spans[i].from);
      out_ += ',';
      number(out_, spans[i].to);
      out_ += ',';
      number(out_, spans[i].lane);
      out_ += ',';
      number(out_, static_cast<unsigned>(spans[i].group));
      out_ += ',';
      string(out_, spans[i].label);
      out_ += ']';
    }
  }

  const RunResult& result_;
  const Recording& recording_;
  Lanes lanes_;
  SegmentLabels labels_;
  std::string out_;
  std::map<Key, size_t> underWay_;  // position of what was sent
  std::vector<Pair> pairs_;
  std::vector<Span> spans_;
  std::map<EntityId, Open> sockets_;
  std::map<EntityId, Open> timers_;
  std::map<std::tuple<uint64_t, uint64_t, uint64_t>, Open> requests_;  // (worker, connection, request)
};

}  // namespace

std::string timelineJson(const RunResult& result, const TimelineText& text) { return Timeline(result).json(text); }

}  // namespace orrery::sim
