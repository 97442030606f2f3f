#include "sim/report/sequence_chart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "proxy/events/events.h"
#include "sim/core/events.h"
#include "sim/report/describe.h"
#include "sim/report/failure_text.h"
#include "sim/report/text.h"

namespace orrery::sim {
namespace {

constexpr Endpoint kClient{0x7f000002, 40000};
constexpr Endpoint kProxyDown{0x7f000001, 10000};
constexpr Endpoint kProxyUp{0x7f000001, 50000};
constexpr Endpoint kOrigin{0x7f000003, 8080};
constexpr EntityId kWorker = 77;

// A story told by hand: what sim/net, the proxy and the actors would have written down.
class Recorded {
 public:
  Recorded() {
    recording.hosts = {{"origin", {kOrigin.ip()}, false, true, 0},
                       {"client", {kClient.ip()}, false, false, 0},
                       {"proxy", {kProxyDown.ip()}, true, false, 2}};
  }
  template <class E>
  void at(int64_t us, EntityId entity, EntityId thread, const E& e) {
    ++count_;
    recording.events.record(count_, TimePoint::fromNanoseconds(us * 1000), entity, thread, e, count_);
  }
  void send(int64_t us, Endpoint from, Endpoint to, uint64_t flags, uint64_t length, EntityId thread = 0) {
    at(us, 1, thread, SegmentSent{segment(from, to, flags, length)});
  }
  void deliver(int64_t us, Endpoint from, Endpoint to, uint64_t flags, uint64_t length) {
    at(us, 2, 0, SegmentDelivered{segment(from, to, flags, length)});
  }
  void whole(int64_t us, Endpoint from, Endpoint to, uint64_t flags, uint64_t length, EntityId thread = 0) {
    send(us, from, to, flags, length, thread);
    deliver(us + 10, from, to, flags, length);
  }
  void connection(uint64_t id, Endpoint client, Endpoint server, int64_t us) {
    ConnectionRecord c;
    c.id = id;
    c.clientAddress = client;
    c.serverAddress = server;
    c.synAt = TimePoint::fromNanoseconds(us * 1000);
    recording.connections.push_back(c);
  }
  RequestRecord& request(uint64_t id, uint64_t onConnection, int64_t us) {
    RequestRecord r;
    r.id = id;
    r.connection = onConnection;
    r.indexOnConnection = id;
    r.method = "GET";
    r.path = "/";
    r.startedAt = TimePoint::fromNanoseconds(us * 1000);
    return recording.requests.emplace_back(r);
  }
  // What the segment that was sent last carries.
  void carries(const WireContent& content) {
    uint64_t last = 0;
    for (const RecordedEvent& e : recording.events.events()) {
      if (e.number == static_cast<uint16_t>(SegmentSent::kNumber)) last = e.index;
    }
    recording.contents.emplace(last, content);
  }
  std::string chart(ChartOptions options = {}) const { return sequenceChart(recording, options); }

  Recording recording;

 private:
  static SegmentFields segment(Endpoint from, Endpoint to, uint64_t flags, uint64_t length) {
    return {from.packed(), to.packed(), flags, 1, 1, 65535, length, 0};
  }
  uint64_t count_ = 0;
};

// The reuse race of the README: the origin's FIN crosses the request.
Recorded reuseRace() {
  Recorded s;
  s.connection(1, kClient, kProxyDown, 0);
  s.connection(2, kProxyUp, kOrigin, 100);
  RequestRecord& r = s.request(1, 1, 60'000'000);
  r.id = 2;
  r.indexOnConnection = 1;
  r.status = 503;
  r.headAt = TimePoint::fromNanoseconds(60'010'200'000);
  r.endedAt = r.headAt;
  s.at(10, 3, kWorker, events::ConnectionAccepted{1, 1, "127.0.0.2:40000"});
  s.whole(60'000'000, kClient, kProxyDown, kPsh | kAck, 83, 55);
  s.at(60'000'100, 3, kWorker, events::RequestStarted{1, 1, 1, "GET", "/"});
  s.at(60'000'100, 3, kWorker, events::AttemptStarted{1, 1, 1, 1, "c", "127.0.0.3:8080"});
  s.send(60'000'100, kProxyUp, kOrigin, kPsh | kAck, 83, kWorker);
  s.send(60'000'200, kOrigin, kProxyUp, kFin | kAck, 0);
  s.deliver(60'005'100, kProxyUp, kOrigin, kPsh | kAck, 83);
  s.deliver(60'005'200, kOrigin, kProxyUp, kFin | kAck, 0);
  s.whole(60'005'300, kOrigin, kProxyUp, kRst, 0);
  s.at(60'010'100, 3, kWorker,
       events::RequestFinished{1, 1, 1, "127.0.0.2:40000", "GET", "/", 503, "UC", "x", 0, 0, 1, 0});
  s.whole(60'010'150, kProxyDown, kClient, kPsh | kAck, 200, kWorker);
  s.whole(60'010'170, kClient, kProxyDown, kAck, 0);
  return s;
}

TEST(SequenceChart, ShowsTheReuseRace) {
  EXPECT_EQ(reuseRace().chart(),
            "     time         client                    proxy w1                  origin\n"
            "     60.000000    ──GET / #2──────────────▶\n"
            "     60.000100                              ──GET / #2 (u1)╌╌╌╌╌╌╌╌╌╌\n"
            "     60.000200                              ╌╌╌FIN (u1)──────────────\n"
            "     60.005100                              ╌╌GET / #2 (u1)─────────▶\n"
            "     60.005200                              ◀──FIN (u1)╌╌╌╌╌╌╌╌╌╌╌╌╌╌\n"
            "     60.005300                              ◀──RST (u1)──────────────\n"
            "     60.010100                              ● log: GET / 503 UC\n"
            "     60.010150    ◀──503 #2────────────────\n");
}

TEST(SequenceChart, EndsAtTheFailureAndShowsTheLastRowsBeforeIt) {
  ChartOptions options;
  options.until = TimePoint::fromNanoseconds(60'005'250'000);
  options.rows = 2;
  const std::string chart = reuseRace().chart(options);
  EXPECT_EQ(std::count(chart.begin(), chart.end(), '\n'), 3) << chart;
  EXPECT_NE(chart.find("60.005100"), std::string::npos) << chart;
  EXPECT_NE(chart.find("60.005200"), std::string::npos) << chart;
  EXPECT_EQ(chart.find("client"), std::string::npos) << "who takes no part has no column\n" << chart;
}

TEST(SequenceChart, LeavesOutHowConnectionsWereTakenDown) {
  Recorded s = reuseRace();
  for (int i = 0; i < 7; ++i) s.whole(60'020'000 + i, kClient, kProxyDown, kFin, 0);
  ChartOptions options;
  options.rowsAfterLastRequest = 2;
  const std::string chart = s.chart(options);
  EXPECT_EQ(chart.find("60.020001"), std::string::npos) << chart;
  EXPECT_TRUE(chart.ends_with("     60.020000    ──FIN───────────────────▶\n     ...          (6 more rows)\n"))
      << chart;
}

TEST(SequenceChart, MarksWhatIsLost) {
  Recorded s;
  s.connection(1, kClient, kProxyDown, 0);
  s.send(0, kClient, kProxyDown, kSyn, 0, 55);
  s.at(10, 9, 0, SegmentDropped{kClient.packed(), kProxyDown.packed(), kSyn, 1, "rule"});
  EXPECT_NE(s.chart().find("0.000000     ──SYN─"), std::string::npos) << s.chart();
  EXPECT_NE(s.chart().find("✗\n"), std::string::npos) << s.chart();
}

TEST(SequenceChart, SeparatesFurtherSegmentsOfOneMessage) {
  Recorded s;
  s.connection(1, kClient, kProxyDown, 0);
  s.request(1, 1, 0);
  s.whole(0, kClient, kProxyDown, kAck, 1460, 55);
  s.whole(20, kClient, kProxyDown, kAck | kFin, 1000, 55);
  EXPECT_NE(s.chart().find("GET / #1──"), std::string::npos) << s.chart();
  EXPECT_NE(s.chart().find("1,000 bytes #1 FIN"), std::string::npos) << s.chart();
}

TEST(SequenceChart, InterimAnswersAndFramesOfNoMessageHaveTheirOwnWords) {
  Recorded s;
  s.connection(1, kClient, kProxyDown, 0);
  RequestRecord& r = s.request(7, 1, 0);
  r.status = 200;
  r.endedAt = TimePoint::fromNanoseconds(1'000'000);
  s.whole(0, kClient, kProxyDown, kAck, 64, 55);
  s.carries({"", "preface, SETTINGS", false, 0});
  s.whole(20, kClient, kProxyDown, kAck, 50, 55);
  s.carries({"", "WINDOW_UPDATE", true, 0});
  s.whole(40, kProxyDown, kClient, kAck, 25, kWorker);
  s.carries({"103", "", false, 0});
  s.whole(60, kProxyDown, kClient, kAck, 200, kWorker);
  s.carries({"100", "", true, 0});
  s.whole(80, kProxyDown, kClient, kAck | kFin, 17, kWorker);
  s.carries({"", "GOAWAY", false, 0});
  EXPECT_EQ(s.chart(),
            "     time         client                                  proxy w0\n"
            "     0.000000     ──preface, SETTINGS───────────────────▶\n"
            "     0.000020     ──GET / #7────────────────────────────▶\n"
            "     0.000040     ◀──103 #7──────────────────────────────\n"
            "     0.000060     ◀──100, 200 #7─────────────────────────\n"
            "     0.000080     ◀──GOAWAY FIN──────────────────────────\n");
}

TEST(SequenceChart, TheStreamsOfAConnectionAreKeptApart) {
  Recorded s;
  s.connection(1, kClient, kProxyDown, 0);
  s.request(1, 1, 0).status = 200;
  RequestRecord& second = s.request(2, 1, 0);
  second.method = "POST";
  second.status = 404;
  const auto send = [&](int64_t us, bool fromClient, uint32_t stream) {
    s.whole(us, fromClient ? kClient : kProxyDown, fromClient ? kProxyDown : kClient, kAck, 50,
            fromClient ? 55 : kWorker);
    s.carries({"", "", true, stream});
  };
  send(0, true, 1);
  send(20, true, 3);
  send(40, true, 1);
  send(60, false, 3);
  send(80, false, 1);
  EXPECT_EQ(s.chart(),
            "     time         client                                  proxy w0\n"
            "     0.000000     ──GET / #1────────────────────────────▶\n"
            "     0.000020     ──POST / #2───────────────────────────▶\n"
            "     0.000040     ──50 bytes #1─────────────────────────▶\n"
            "     0.000060     ◀──404 #2──────────────────────────────\n"
            "     0.000080     ◀──200 #1──────────────────────────────\n");
}

TEST(SequenceChart, KeepsToItsWidth) {
  Recorded s = reuseRace();
  for (int i = 0; i < 6; ++i) {
    const Endpoint other{0x7f000010 + static_cast<uint32_t>(i), 9000};
    s.recording.hosts.push_back({"a_host_with_a_long_name", {other.ip()}, false, true, 0});
    s.whole(60'020'000 + i, other, kClient, kSyn, 0);
  }
  for (const size_t width : {60u, 80u, 110u}) {
    ChartOptions options;
    options.width = width;
    const std::string chart = s.chart(options);
    for (size_t at = 0; at < chart.size();) {
      const size_t end = chart.find('\n', at);
      EXPECT_LE(displayWidth(std::string_view(chart).substr(at, end - at)), width) << chart;
      at = end + 1;
    }
  }
}

TEST(SequenceChart, OfNothingIsEmpty) { EXPECT_EQ(Recorded().chart(), ""); }

TEST(FailureText, SaysWhatBrokeAndHowToRepeatIt) {
  RunResult result;
  result.outcome = RunOutcome::kFail;
  result.failures = {
      {"at-most-once", "", TimePoint::fromNanoseconds(60'005'000'000), "request #2 seen twice by origin"}};
  result.events = 5204;
  result.choices = 1377;
  ASSERT_TRUE(result.deviations.add("/client:lateness:4", 3));
  FailureContext context;
  context.claim = "no request reaches the origin twice unasked";
  context.origin = "seed 4711";
  context.repeat = "orrery replay out/idle.run";
  EXPECT_EQ(failureText(result, context),
            "  claim     no request reaches the origin twice unasked\n"
            "  broken at 60.005000000 s by check at-most-once: request #2 seen twice by origin\n"
            "  seed 4711, 5,204 events, 1,377 choices, 1 of them not the default\n"
            "  repeat: orrery replay out/idle.run\n");
}

TEST(FailureText, CarriesTheChart) {
  RunResult result;
  result.outcome = RunOutcome::kFail;
  result.failures = {{"always", "", TimePoint::fromNanoseconds(60'005'250'000), "x"}};
  result.recording = std::make_shared<Recording>(reuseRace().recording);
  const std::string text = failureText(result, {});
  EXPECT_NE(text.find("     60.005200                              ◀──FIN (u1)"), std::string::npos) << text;
  EXPECT_EQ(text.find("60.010100"), std::string::npos) << text;
}

TEST(EventLine, ShowsAddressesFlagsAndSitesAsWords) {
  Recorded s;
  s.send(60'000'100, kProxyUp, kOrigin, kPsh | kAck, 83);
  s.at(1, 0, 0, Choice{static_cast<uint64_t>(Site::kLateness), 4, 3, 2, 255});
  s.at(1, 0, 0, FileAppended{"/log", "a \"line\"\n"});
  const auto& all = s.recording.events.events();
  EXPECT_EQ(
      eventLine(s.recording, all[0]),
      "60.000100000 /?1 segment_sent from=127.0.0.1:50000 to=127.0.0.3:8080 flags=PSH,ACK seq=1 ack=1 window=65535 "
      "length=83 payload=0000000000000000");
  EXPECT_EQ(eventLine(s.recording, all[1]),
            "0.000001000 / choice site=lateness occurrence=4 n=3 value=2 key=00000000000000ff");
  EXPECT_EQ(eventLine(s.recording, all[2]), "0.000001000 / file_appended path=\"/log\" bytes=\"a \\\"line\\\"\\n\"");
}

TEST(Text, IsCutAndFilledByColumns) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(seconds(60'005'000'000, 9), "60.005000000");
  EXPECT_EQ(seconds(-1'500'000'000, 1), "-1.5");
  EXPECT_EQ(seconds(std::numeric_limits<int64_t>::min(), 0), "-9223372036");
  EXPECT_EQ(displayWidth("──▶"), 3u);
  EXPECT_EQ(fitted("──▶", 3), "──▶");
  EXPECT_EQ(fitted("──▶", 2), "─…");
  EXPECT_EQ(fitted("abc", 0), "");
  EXPECT_EQ(padded("─", 3), "─  ");
  EXPECT_EQ(wrapped("one two  three", 9, 2), "one two\n  three");
  EXPECT_EQ(wrapped("averylongword b", 5, 2), "averylongword\n  b");
}

}  // namespace
}  // namespace orrery::sim
