#include "sim/report/perfetto.h"

#include <algorithm>
#include <vector>

#include "proxy/base/utf8.h"
#include "sim/report/describe.h"
#include "sim/report/perfetto.pb.h"
#include "sim/report/timeline_model.h"

namespace orrery::sim {

namespace {

using perfetto::TrackDescriptor;
using perfetto::TrackEvent;

// Protobuf's texts are UTF-8; those of a run need not be.
std::string safe(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t n = utf8Sequence(text, i);
    out += n == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(i, n);
    i += std::max<size_t>(n, 1);
  }
  return out;
}

class PerfettoWriter {
 public:
  PerfettoWriter(const RunResult& result, const Scenario& scenario)
      : result_(result),
        scenario_(scenario),
        events_(result.recording->events.events()),
        model_(timelineModel(*result.recording)) {}

  std::string write() {
    tracks();
    faults();
    // Of what begins and ends at one instant, readers take the order of the file.
    std::vector<std::vector<size_t>> begins(events_.size() + 1), ends(events_.size() + 1);
    for (size_t s = 0; s < model_.spans.size(); ++s) {
      begins[model_.spans[s].from].push_back(s);
      ends[model_.spans[s].to].push_back(s);
    }
    joinPairs();
    for (size_t i = 0; i < events_.size(); ++i) {
      for (const size_t s : ends[i]) endSpan(model_.spans[s], nsOf(i));
      for (const size_t s : begins[i]) beginSpan(model_.spans[s], nsOf(i));
      instant(i);
    }
    const uint64_t last = events_.empty() ? 0 : nsOf(events_.size() - 1);
    for (const size_t s : ends[events_.size()]) endSpan(model_.spans[s], last);
    for (const CheckFailure& f : result_.failures) {
      TrackEvent& e = event(nanoseconds(f.at), TrackEvent::INSTANT, checksTrack(), "failure");
      e.set_name(safe(f.check));
      annotate(e, "message", f.message);
    }
    return trace_.SerializeAsString();
  }

 private:
  static uint64_t nanoseconds(TimePoint at) { return static_cast<uint64_t>(std::max<int64_t>(0, at.inNanoseconds())); }
  uint64_t nsOf(size_t i) const { return nanoseconds(events_[i].at); }

  // Tracks are numbered from 1: lanes, the world's, that of the faults, that of the checks, then one for each socket, timer and request,
  // then one for each fault.
  uint64_t laneTrack(size_t lane) const { return lane + 1; }
  uint64_t worldTrack() const { return model_.lanes.size() + 1; }
  uint64_t faultsTrack() const { return worldTrack() + 1; }
  uint64_t checksTrack() const { return faultsTrack() + 1; }
  uint64_t ownTrack(size_t track) const { return checksTrack() + 1 + track; }
  uint64_t faultTrack(size_t fault) const { return ownTrack(model_.tracks.size()) + fault; }

  perfetto::TracePacket& packet() {
    perfetto::TracePacket& p = *trace_.add_packet();
    p.set_trusted_packet_sequence_id(1);
    return p;
  }

  void host(uint64_t track, const std::string& name) {
    TrackDescriptor& d = *packet().mutable_track_descriptor();
    d.set_uuid(track);
    d.mutable_process()->set_pid(static_cast<int32_t>(track));
    d.mutable_process()->set_process_name(safe(name));
  }
  void child(uint64_t track, uint64_t parent, const std::string& name) {
    TrackDescriptor& d = *packet().mutable_track_descriptor();
    d.set_uuid(track);
    d.set_parent_uuid(parent);
    d.set_name(safe(name));
  }

  void tracks() {
    for (size_t lane = 0; lane < model_.lanes.size(); ++lane) host(laneTrack(lane), model_.lanes[lane]);
    host(worldTrack(), "world");
    if (!scenario_.faults.empty()) host(faultsTrack(), "faults");
    if (!result_.failures.empty()) host(checksTrack(), "checks");
    std::vector<bool> told(model_.tracks.size());
    for (const TimelineModel::Span& span : model_.spans) {
      if (told[span.track]) continue;
      told[span.track] = true;
      child(ownTrack(span.track), laneTrack(span.lane), model_.tracks[span.track]);
    }
  }

  static bool happensOnce(Fault::Kind kind) {
    return kind == Fault::Kind::kCrash || kind == Fault::Kind::kClockStep || kind == Fault::Kind::kFileChange ||
           kind == Fault::Kind::kSignal;
  }

  // A fault that steps begin and end (while NAME) has no time of its own.
  void faults() {
    const uint64_t last = events_.empty() ? 0 : nsOf(events_.size() - 1);
    for (size_t i = 0; i < scenario_.faults.size(); ++i) {
      const Fault& f = scenario_.faults[i];
      if (!f.during.empty()) continue;
      child(faultTrack(i), faultsTrack(), f.text);
      const auto begin = static_cast<uint64_t>(f.begin.inNanoseconds());
      if (happensOnce(f.kind)) {
        event(begin, TrackEvent::INSTANT, faultTrack(i), "fault").set_name(safe(f.text));
        continue;
      }
      const auto end = f.end.isZero() ? std::max(begin, last) : static_cast<uint64_t>(f.end.inNanoseconds());
      event(begin, TrackEvent::SLICE_BEGIN, faultTrack(i), "fault").set_name(safe(f.text));
      event(end, TrackEvent::SLICE_END, faultTrack(i), "fault");
    }
  }

  void joinPairs() {
    leaves_.resize(events_.size());
    arrives_.resize(events_.size());
    for (size_t p = 0; p < model_.pairs.size(); ++p) {
      leaves_[model_.pairs[p].sent].push_back(p);
      arrives_[model_.pairs[p].arrived].push_back(p);
    }
  }

  TrackEvent& event(uint64_t ns, TrackEvent::Type type, uint64_t track, std::string_view category) {
    perfetto::TracePacket& p = packet();
    p.set_timestamp(ns);
    TrackEvent& e = *p.mutable_track_event();
    e.set_type(type);
    e.set_track_uuid(track);
    if (type != TrackEvent::SLICE_END) e.add_categories(std::string(category));
    return e;
  }
  static void annotate(TrackEvent& e, const char* name, std::string_view text) {
    perfetto::DebugAnnotation& a = *e.add_debug_annotations();
    a.set_name(name);
    a.set_string_value(safe(text));
  }

  void beginSpan(const TimelineModel::Span& span, uint64_t ns) {
    event(ns, TrackEvent::SLICE_BEGIN, ownTrack(span.track), timelineGroupName(span.group)).set_name(safe(span.label));
  }
  void endSpan(const TimelineModel::Span& span, uint64_t ns) {
    event(ns, TrackEvent::SLICE_END, ownTrack(span.track), timelineGroupName(span.group));
  }

  // What is no slice already: nothing about sockets and timers, nor who ran when.
  static bool isInstant(TimelineGroup group) {
    return group != TimelineGroup::kSocket && group != TimelineGroup::kTimer && group != TimelineGroup::kThread;
  }

  void instant(size_t i) {
    const TimelineModel::Row& row = model_.rows[i];
    if (!isInstant(row.group)) return;
    const uint64_t track = row.lane ? laneTrack(*row.lane) : worldTrack();
    TrackEvent& e = event(nsOf(i), TrackEvent::INSTANT, track, timelineGroupName(row.group));
    e.set_name(safe(row.label));
    annotate(e, "event", eventLine(*result_.recording, events_[i]));
    // A flow has a number from 1.
    for (const size_t p : leaves_[i]) e.add_flow_ids(p + 1);
    for (const size_t p : arrives_[i]) {
      e.add_terminating_flow_ids(p + 1);
      if (model_.pairs[p].lost) e.add_categories("lost");
    }
  }

  const RunResult& result_;
  const Scenario& scenario_;
  const std::vector<RecordedEvent>& events_;
  const TimelineModel model_;
  std::vector<std::vector<size_t>> leaves_;   // by event: the pairs that begin there
  std::vector<std::vector<size_t>> arrives_;  // ... that end there
  perfetto::Trace trace_;
};

}  // namespace

std::string perfettoTrace(const RunResult& result, const Scenario& scenario) {
  return PerfettoWriter(result, scenario).write();
}

}  // namespace orrery::sim
