#include "sim/report/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "proxy/base/utf8.h"
#include "proxy/format/json_text.h"
#include "sim/report/describe.h"
#include "sim/report/timeline_model.h"

namespace orrery::sim {

namespace {

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
      : result_(result), recording_(*result.recording), model_(timelineModel(recording_)) {}

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
    for (size_t i = 0; i < model_.lanes.size(); ++i) {
      if (i != 0) out_ += ',';
      string(out_, model_.lanes[i]);
    }
    out_ += "],\"failures\":[";
    failures();
    // [ns, group, detail, lane or -1, label, line]
    out_ += "],\"events\":[";
    for (size_t i = 0; i < events.size(); ++i) event(i);
    out_ += "],\"pairs\":[";
    list(model_.pairs);
    out_ += "],\"spans\":[";
    list(model_.spans);
    return std::move(out_) + "]}";
  }

 private:
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
    const TimelineModel::Row& row = model_.rows[i];
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

  void list(const std::vector<TimelineModel::Pair>& pairs) {
    for (size_t i = 0; i < pairs.size(); ++i) {
      out_ += i == 0 ? "[" : ",[";
      number(out_, pairs[i].sent);
      out_ += ',';
      number(out_, pairs[i].arrived);
      out_ += pairs[i].lost ? ",1]" : ",0]";
    }
  }
  void list(const std::vector<TimelineModel::Span>& spans) {
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
  const TimelineModel model_;
  std::string out_;
};

}  // namespace

std::string timelineJson(const RunResult& result, const TimelineText& text) { return Timeline(result).json(text); }

}  // namespace orrery::sim
