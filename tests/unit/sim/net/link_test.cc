#include "sim/net/link.h"

#include "tests/unit/sim/net/kernel_world.h"

namespace orrery::sim {
namespace {

uint64_t countOf(const KernelWorld& w, EventNumber number, std::string_view why = {}) {
  uint64_t n = 0;
  for (const RecordedEvent& e : w.recorder.events()) {
    if (e.number == static_cast<uint16_t>(number) && (why.empty() || e.textOf("why") == why)) ++n;
  }
  return n;
}

LinkOptions oneMillisecond() {
  LinkOptions o;
  o.latency = Duration::milliseconds(1);
  return o;
}

// 100 datagrams of 972 bytes are 100 * 1000 bytes on the wire: one second at 100,000 bytes a second.
void sendDatagrams(KernelWorld& w, UdpSocket& from, Endpoint to, int count) {
  for (int i = 0; i < count; ++i) {
    std::string payload(972, 'x');
    payload[0] = static_cast<char>(i);
    ASSERT_EQ(from.send(payload.data(), payload.size(), to), SockError::kNone);
  }
  (void)w;
}

struct Sockets {
  explicit Sockets(KernelWorld& w)
      : sender(std::move(*w.client.udp().bind({KernelWorld::kClientIp, 1000}, w.client.id()))),
        receiver(std::move(*w.server.udp().bind({KernelWorld::kServerIp, 2000}, w.server.id()))) {}
  // First bytes of what came.
  std::vector<int> received() const {
    std::vector<int> out;
    char room[2000];
    while (const auto r = receiver->receive(room, sizeof(room))) out.push_back(room[0]);
    return out;
  }
  static constexpr Endpoint kTo{KernelWorld::kServerIp, 2000};
  std::unique_ptr<UdpSocket> sender;
  std::unique_ptr<UdpSocket> receiver;
};

TEST(Link, BandwidthMakesSegmentsWaitForTheWire) {
  LinkOptions o = oneMillisecond();
  o.bandwidth = 100'000;
  KernelWorld w(o);
  Sockets s(w);
  sendDatagrams(w, *s.sender, Sockets::kTo, 100);
  w.settle();
  EXPECT_EQ(w.run.now(), TimePoint() + Duration::milliseconds(1001));
  EXPECT_EQ(s.received().size(), 100u);
}

TEST(Link, WhatTheQueueCannotHoldIsLost) {
  LinkOptions o = oneMillisecond();
  o.bandwidth = 100'000;
  o.queue = 10'000;
  KernelWorld w(o);
  Sockets s(w);
  sendDatagrams(w, *s.sender, Sockets::kTo, 100);
  w.settle();
  EXPECT_EQ(s.received().size(), 10u);
  EXPECT_EQ(countOf(w, EventNumber::kSegmentDropped), 90u);
}

TEST(Link, JitterDelaysEvenlyAndKeepsTheOrder) {
  LinkOptions o = oneMillisecond();
  o.jitter = Duration::milliseconds(9);
  KernelWorld w(o);
  Sockets s(w);
  sendDatagrams(w, *s.sender, Sockets::kTo, 100);
  w.settle();
  EXPECT_GT(w.run.now(), TimePoint() + Duration::milliseconds(8));  // the longest of a hundred
  EXPECT_LE(w.run.now(), TimePoint() + Duration::milliseconds(10));
  const std::vector<int> got = s.received();
  ASSERT_EQ(got.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(got[static_cast<size_t>(i)], i);
}

TEST(Link, RatiosAreKeptOverManySegments) {
  LinkOptions o = oneMillisecond();
  o.loss = {100'000};
  KernelWorld w(o);
  Sockets s(w);
  for (int i = 0; i < 50; ++i) {
    sendDatagrams(w, *s.sender, Sockets::kTo, 100);
    w.settle();
    s.received();
  }
  // 10 % of 5,000, within five standard deviations (21).
  EXPECT_NEAR(static_cast<double>(countOf(w, EventNumber::kSegmentDropped)), 500, 105);
}

TEST(Link, ADuplicateArrivesAfterTheSegment) {
  LinkOptions o = oneMillisecond();
  o.duplication = {Ratio::kOne};
  KernelWorld w(o);
  Sockets s(w);
  sendDatagrams(w, *s.sender, Sockets::kTo, 2);
  w.settle();
  EXPECT_EQ(s.received(), (std::vector<int>{0, 0, 1, 1}));
}

TEST(Link, AnOvertakenSegmentArrivesALatencyLaterAndNobodyWaitsForIt) {
  struct First final : LinkRule {
    Verdict judge(const Segment&, TimePoint) override {
      Verdict v;
      v.overtaken = !seen;
      v.delay = seen ? Duration::zero() : Duration::milliseconds(1);
      seen = true;
      return v;
    }
    bool seen = false;
  };
  KernelWorld w(oneMillisecond());
  Sockets s(w);
  w.net.link(w.client, w.server).addRule(std::make_unique<First>());
  sendDatagrams(w, *s.sender, Sockets::kTo, 3);
  w.settle();
  EXPECT_EQ(s.received(), (std::vector<int>{1, 2, 0}));
  EXPECT_EQ(w.run.now(), TimePoint() + Duration::milliseconds(2));
}

TEST(Link, TheReceiversChecksumFindsACorruptedSegment) {
  LinkOptions o = oneMillisecond();
  o.corruption = {Ratio::kOne};
  KernelWorld w(o);
  Sockets s(w);
  sendDatagrams(w, *s.sender, Sockets::kTo, 3);
  w.settle();
  EXPECT_TRUE(s.received().empty());
  EXPECT_EQ(countOf(w, EventNumber::kSegmentDropped, "checksum"), 3u);
}

// All at once and often: a stream's bytes arrive whole and in order, whatever the link does.
TEST(Link, TcpCarriesAStreamOverABadLink) {
  LinkOptions o = oneMillisecond();
  o.mtu = 1500;
  o.jitter = Duration::milliseconds(3);
  o.bandwidth = 2'000'000;
  o.loss = o.duplication = o.reordering = o.corruption = {20'000};
  KernelWorld w(o);
  auto [client, server] = w.pair();
  std::string sent;
  for (int i = 0; i < 20'000; ++i) sent += std::to_string(i) + ',';
  std::string got;
  for (size_t at = 0; got.size() < sent.size();) {
    at += KernelWorld::write(*client, std::string_view(sent).substr(at)).bytes;
    w.settle();
    got += KernelWorld::readAll(*server);
    ASSERT_LT(w.run.now(), TimePoint() + Duration::seconds(3600)) << got.size() << " of " << sent.size();
  }
  EXPECT_EQ(got, sent);
  EXPECT_GT(countOf(w, EventNumber::kSegmentDropped, "checksum"), 0u);
}

TEST(Link, EachDirectionHasItsOwnOptions) {
  KernelWorld w(oneMillisecond());
  LinkOptions slow;
  slow.latency = Duration::milliseconds(50);
  w.net.setLink(w.server, w.client, slow);
  w.listen();
  w.connect();
  w.pass(Duration::milliseconds(10));
  EXPECT_EQ(w.segments(), ">S <SA");
  w.settle();
  EXPECT_EQ(w.client.tcp().sockets()[0]->roundTrip(), Duration::milliseconds(100));
}

}  // namespace
}  // namespace orrery::sim
