#include "sim/net/tcp.h"

#include <gtest/gtest.h>

#include "tests/unit/sim/net/kernel_world.h"

namespace orrery::sim {
namespace {

using K = KernelWorld;
constexpr uint8_t kAllGone = kPollIn | kPollOut | kPollRdHup | kPollHup;

TEST(Tcp, HandshakesWithThreeSegmentsAndOneRoundTrip) {
  K w;
  w.listen();
  Socket& c = w.connect();
  EXPECT_EQ(c.poll(), 0);
  EXPECT_EQ(c.state(), TcpState::kSynSent);
  w.settle();
  EXPECT_EQ(w.segments(), ">S <SA >A");
  EXPECT_EQ(c.state(), TcpState::kEstablished);
  EXPECT_EQ(c.poll(), kPollOut);
  EXPECT_EQ(w.listener->waiting(), 1u);
  // 100 us each way: established at 200 us here, at 300 us there.
  EXPECT_EQ(c.record().client.establishedAt, TimePoint() + Duration::microseconds(200));
  EXPECT_EQ(c.record().server.establishedAt, TimePoint() + Duration::microseconds(300));
  EXPECT_EQ(c.record().acceptedAt, kNever);
  w.accept();
  EXPECT_NE(c.record().acceptedAt, kNever);
}

TEST(Tcp, WhereNobodyListensTheAnswerIsAReset) {
  K w;
  Socket& c = w.connect();
  w.settle();
  EXPECT_EQ(w.segments(), ">S <RA");
  EXPECT_EQ(c.poll(), kAllGone | kPollErr);
  EXPECT_EQ(c.takeError(), SockError::kRefused);
  EXPECT_EQ(c.takeError(), SockError::kNone);
  EXPECT_TRUE(c.record().refused);
}

// tcp_syn_linear_timeouts = 4, tcp_syn_retries = 6: measured on the reference machine.
TEST(Tcp, SynsToABlackHoleLeaveAtTheTimesOfLinux) {
  K w;
  Socket& c = w.connect({0x7f000063, 80});
  w.run.run();
  EXPECT_EQ(w.synTimes(), (std::vector<int64_t>{0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67}));
  EXPECT_EQ(c.takeError(), SockError::kTimedOut);
  EXPECT_EQ(c.record().client.timedOutAt, TimePoint() + Duration::seconds(131));
}

TEST(Tcp, BytesArriveInOrderAndAreAcknowledgedWithTheAnswer) {
  K w;
  auto [c, s] = w.pair();
  w.forgetSegments();
  EXPECT_EQ(K::write(*c, "question").bytes, 8u);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(K::readAll(*s), "question");
  EXPECT_EQ(K::write(*s, "answer").bytes, 6u);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(K::readAll(*c), "answer");
  EXPECT_EQ(c->unacknowledged(), 0u);
  EXPECT_EQ(w.segments(), ">PA8 <PA6");
  w.settle();
  EXPECT_EQ(w.segments(), ">PA8 <PA6 >A") << "the answer is acknowledged after 40 ms";
  EXPECT_EQ(c->record().server.bytesRead, 8u);
  EXPECT_EQ(c->record().client.bytesRead, 6u);
}

TEST(Tcp, SeveralSlicesOfOneWriteAreOneSegment) {
  K w;
  auto [c, s] = w.pair();
  w.forgetSegments();
  ASSERT_EQ(c->writeStart(5).bytes, 5u);
  c->put("ab", 2, 5);
  c->put("cde", 3, 3);
  c->writeDone();
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(w.segments(), ">PA5");
  EXPECT_EQ(K::readAll(*s), "abcde");
}

TEST(Tcp, SegmentsAreNoLongerThanTheMss) {
  LinkOptions link;
  link.mtu = 1500;
  K w(link);
  auto [c, s] = w.pair();
  w.forgetSegments();
  EXPECT_EQ(K::write(*c, std::string(3000, 'x')).bytes, 3000u);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(w.segments(), ">PA1448 >PA1448 >PA104");
  EXPECT_EQ(s->unread(), 3000u);
}

TEST(Tcp, NagleHoldsASmallSegmentWhileOneIsUnacknowledged) {
  K w;
  SocketParameters nagle;
  nagle.noDelay = false;
  auto [c, s] = w.pair(nagle);
  w.forgetSegments();
  K::write(*c, "a");
  K::write(*c, "b");
  K::write(*c, "c");
  w.pass(Duration::milliseconds(10));
  EXPECT_EQ(s->unread(), 1u);
  w.pass(Duration::milliseconds(50));  // the delayed ACK releases the rest
  EXPECT_EQ(K::readAll(*s), "abc");
  EXPECT_EQ(w.segments(), ">PA1 <A >PA2");
}

TEST(Tcp, AFullBufferWouldBlockUntilAThirdIsFree) {
  K w;
  SocketParameters small;
  small.sendBuffer = 8192;
  ListenParameters listen;
  listen.accepted.receiveBuffer = 8192;
  auto [c, s] = w.pair(small, listen);
  size_t sent = 0;
  for (;;) {
    const SockResult r = K::write(*c, std::string(1000, 'x'));
    if (r.error == SockError::kAgain) {
      const size_t before = sent;
      w.settle();
      if (c->sendBufferFull() && sent == before) break;
      continue;
    }
    sent += r.bytes;
  }
  EXPECT_EQ(c->poll() & kPollOut, 0);
  // All of it fills both buffers, and no byte is lost or doubled once the reader wakes up.
  EXPECT_GT(sent, 4u * 8192 * 3 / 4);
  size_t got = 0;
  for (int i = 0; i < 1000 && got < sent; ++i) {
    got += K::readAll(*s).size();
    w.settle();
  }
  EXPECT_EQ(got, sent);
  EXPECT_EQ(c->poll() & kPollOut, kPollOut);
}

TEST(Tcp, AClosedWindowOpensWithTheReader) {
  K w;
  ListenParameters listen;
  listen.accepted.receiveBuffer = 4096;
  auto [c, s] = w.pair({}, listen);
  const std::string bytes(100'000, 'y');
  ASSERT_EQ(K::write(*c, bytes).bytes, bytes.size());
  w.settle();
  EXPECT_LT(s->unread(), 10'000u);
  std::string got;
  for (int i = 0; i < 1000 && got.size() < bytes.size(); ++i) {
    K::read(*s, got, 700);
    w.settle();
  }
  EXPECT_EQ(got, bytes);
}

TEST(Tcp, FinEndsOneDirection) {
  K w;
  auto [c, s] = w.pair();
  K::write(*c, "last");
  c->shutdownWrite();
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(c->state(), TcpState::kFinWait2);
  EXPECT_EQ(s->state(), TcpState::kCloseWait);
  EXPECT_EQ(s->poll(), kPollIn | kPollOut | kPollRdHup);
  std::string got;
  EXPECT_EQ(K::read(*s, got).bytes, 4u);
  EXPECT_EQ(K::read(*s, got).bytes, 0u);
  EXPECT_EQ(K::write(*c, "x").error, SockError::kPipe);
  EXPECT_EQ(K::write(*s, "still open").bytes, 10u);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(K::readAll(*c), "still open");
  w.close(*s);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(c->poll(), kAllGone);
  EXPECT_EQ(w.client.tcp().timeWaits(), 1u) << "who closed first waits";
  EXPECT_EQ(w.server.tcp().openSockets(), 0u);
  w.pass(Duration::seconds(61));
  EXPECT_EQ(w.client.tcp().timeWaits(), 0u);
}

TEST(Tcp, BothMayCloseAtOnce) {
  K w;
  auto [c, s] = w.pair();
  w.forgetSegments();
  w.close(*c);
  w.close(*s);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(w.segments(), ">FA <FA <A >A");
  EXPECT_EQ(w.client.tcp().timeWaits(), 1u);
  EXPECT_EQ(w.server.tcp().timeWaits(), 1u);
  EXPECT_EQ(w.client.tcp().openSockets() + w.server.tcp().openSockets(), 0u);
}

TEST(Tcp, DataToAClosedSocketIsAnsweredByAReset) {
  K w;
  auto [c, s] = w.pair();
  w.close(*s);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(K::write(*c, "late").bytes, 4u);
  w.forgetSegments();
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(w.segments(), "<RA");
  EXPECT_EQ(c->poll(), kAllGone | kPollErr);
  EXPECT_EQ(K::write(*c, "later").error, SockError::kPipe);
  std::string got;
  EXPECT_EQ(K::read(*c, got).error, SockError::kNone) << "after the peer's FIN the end is read, not the reset";
}

TEST(Tcp, ClosingWithUnreadBytesResets) {
  K w;
  auto [c, s] = w.pair();
  K::write(*c, "upload");
  w.pass(Duration::milliseconds(1));
  K::write(*s, "response");
  w.forgetSegments();
  w.close(*s);
  EXPECT_EQ(w.segments(), "<RA");
  w.pass(Duration::milliseconds(1));
  EXPECT_NE(c->record().server.resetSentAt, kNever);
  EXPECT_NE(c->record().client.resetReceivedAt, kNever);
  // Linux keeps what had arrived before the reset, then tells the error once, then the end.
  std::string got;
  EXPECT_EQ(K::read(*c, got).bytes, 8u);
  EXPECT_EQ(K::read(*c, got).error, SockError::kReset);
  EXPECT_EQ(K::read(*c, got).error, SockError::kNone);
  EXPECT_EQ(K::write(*c, "x").error, SockError::kPipe);
}

TEST(Tcp, AWriteTakesThePendingErrorFirst) {
  K w;
  auto [c, s] = w.pair();
  w.close(*s, true);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(K::write(*c, "x").error, SockError::kReset);
  EXPECT_EQ(K::write(*c, "x").error, SockError::kPipe);
}

TEST(Tcp, AResetDropsWhatWasNotDelivered) {
  K w;
  auto [c, s] = w.pair();
  K::write(*s, std::string(1000, 'r'));
  w.close(*s, true);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(K::readAll(*c).size(), 1000u) << "what left before the reset arrives before it";
  EXPECT_EQ(c->record().server.bytesWritten, 1000u);
}

TEST(Tcp, AFullAcceptQueueDropsSynsUntilThereIsRoom) {
  K w;
  ListenParameters one;
  one.backlog = 1;
  w.listen(one);
  std::vector<Socket*> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(&w.connect());
    w.pass(Duration::milliseconds(1));
  }
  EXPECT_EQ(w.listener->waiting(), 2u) << "one more than the backlog, as Linux counts";
  EXPECT_EQ(clients[2]->state(), TcpState::kSynSent);
  w.accept();
  w.accept();
  w.pass(Duration::seconds(2));
  EXPECT_EQ(clients[2]->state(), TcpState::kEstablished);
  EXPECT_EQ(clients[3]->state(), TcpState::kEstablished);
}

TEST(Tcp, ClosingAListenerResetsWhatWaits) {
  K w;
  w.listen();
  Socket& c = w.connect();
  w.settle();
  w.listener.reset();
  w.settle();
  EXPECT_EQ(c.takeError(), SockError::kReset);
}

TEST(Tcp, LostSegmentsAreSentAgain) {
  K w;
  auto [c, s] = w.pair();
  int lost = 0;
  w.net.link(w.client, w.server).addRule(std::make_unique<LoseSome>([&lost](const Segment& seg) {
    return seg.length > 0 && lost++ < 4;
  }));
  const TimePoint start = w.run.now();
  K::write(*c, "again and again");
  while (s->unread() == 0) w.pass(Duration::milliseconds(10));
  EXPECT_EQ(K::readAll(*s), "again and again");
  EXPECT_EQ(lost, 5);
  // A tail loss probe after 200 ms, the time-out 200 ms after it, then doubled twice: 1.6 s after the first transmission.
  EXPECT_GT(w.run.now() - start, Duration::milliseconds(1550));
  EXPECT_LT(w.run.now() - start, Duration::milliseconds(1700));
}

TEST(Tcp, ALostMiddleSegmentIsFilledIn) {
  LinkOptions link;
  link.mtu = 1500;
  K w(link);
  auto [c, s] = w.pair();
  int number = 0;
  w.net.link(w.client, w.server).addRule(std::make_unique<LoseSome>([&number](const Segment& seg) {
    return seg.length > 0 && ++number == 2;
  }));
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += static_cast<char>('a' + i % 26);
  K::write(*c, bytes);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(K::readAll(*s), bytes) << "what came behind it tells";
}

TEST(Tcp, AnyLossyHandshakeDataAndCloseComesThrough) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    RunOptions o;
    o.strategy = Strategy::random(seed);
    o.strategy.setRate(SiteKind::kLoss, (uint64_t{1} << 32) / 5);
    o.strategy.setRate(SiteKind::kDelay, (uint64_t{1} << 32) / 5);
    LinkOptions link;
    link.mtu = 1500;
    link.lossy = true;
    K w(link, std::move(o));
    w.listen();
    Socket& c = w.connect();
    for (int i = 0; i < 300 && w.listener->waiting() == 0; ++i) w.pass(Duration::seconds(1));
    Socket& s = w.accept();
    std::string bytes;
    for (int i = 0; i < 20'000; ++i) bytes += static_cast<char>('a' + i % 26);
    size_t sent = 0;
    std::string got;
    for (int i = 0; i < 3000 && got.size() < bytes.size(); ++i) {
      if (sent < bytes.size()) sent += K::write(c, std::string_view(bytes).substr(sent)).bytes;
      if (sent == bytes.size()) c.shutdownWrite();
      K::read(s, got);
      w.pass(Duration::seconds(1));
    }
    EXPECT_EQ(got, bytes) << seed;
    w.close(s);
    w.close(c);
    w.pass(Duration::seconds(3600));
    EXPECT_EQ(w.client.tcp().openSockets() + w.server.tcp().openSockets(), 0u) << seed;
  }
}

TEST(Tcp, APeerThatVanishedIsGivenUp) {
  K w;
  auto [c, s] = w.pair();
  w.server.setDown(true);
  K::write(*c, "anybody there");
  w.run.run();
  EXPECT_EQ(c->takeError(), SockError::kTimedOut);
  // 15 retries, doubling from 200 ms to 120 s: Linux says 924.6 s.
  EXPECT_GT(w.run.now(), TimePoint() + Duration::seconds(900));
  EXPECT_LT(w.run.now(), TimePoint() + Duration::seconds(950));
}

TEST(Tcp, PortsAreNotReusedWhileThePairWaits) {
  K w;
  auto [c, s] = w.pair();
  const Endpoint local = c->local();
  w.close(*c);
  w.pass(Duration::milliseconds(1));
  w.close(*s);
  w.pass(Duration::milliseconds(1));
  EXPECT_EQ(w.client.tcp().timeWaits(), 1u);
  const auto again = w.client.tcp().connect(K::kServer, local, {}, 1);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error(), SockError::kAddrInUse);
  w.pass(Duration::seconds(2));  // tcp_tw_reuse: a second is enough
  const auto later = w.client.tcp().connect(K::kServer, local, {}, 2);
  ASSERT_TRUE(later.has_value());
  w.open.push_back(*later);
  w.settle();
  EXPECT_EQ((*later)->state(), TcpState::kEstablished);
}

TEST(Tcp, AMiddleboxCanResetBothEnds) {
  K w;
  auto [c, s] = w.pair();
  w.net.resetConnection(c->record());
  w.settle();
  EXPECT_EQ(c->takeError(), SockError::kReset);
  EXPECT_EQ(s->takeError(), SockError::kReset);
}

TEST(Tcp, AllMemoryComesBack) {
  Pools pools;
  NetPools netPools;
  Ledger ledger;
  {
    sim::Run run(pools, {});
    Net net(run, netPools, ledger);
    Host& a = net.addHost("a", {1});
    Host& b = net.addHost("b", {2});
    auto listener = std::move(*b.tcp().listen({2, 80}, {}));
    Socket* c = *a.tcp().connect({2, 80}, std::nullopt, {}, 1);
    run.runUntilQuiet();
    KernelWorld::write(*c, std::string(100'000, 'x'));
    run.runFor(Duration::microseconds(150));  // some in flight, some unread, some unsent
    EXPECT_GT(netPools.blocks.inUse(), 0u);
    c->close(false);
    listener.reset();
    run.finish();
  }
  EXPECT_EQ(netPools.blocks.inUse(), 0u);
}

TEST(Link, KeepsTheOrderWhateverTheDelays) {
  RunOptions o;
  o.strategy = Strategy::random(3);
  o.strategy.setRate(SiteKind::kDelay, uint64_t{1} << 31);
  LinkOptions link;
  link.mtu = 600;
  K w(link, std::move(o));
  auto [c, s] = w.pair();
  K::write(*c, std::string(50'000, 'z'));
  w.settle();
  uint64_t last = 0;
  TimePoint lastAt;
  for (const RecordedEvent& e : w.recorder.events()) {
    if (e.number != static_cast<uint16_t>(EventNumber::kSegmentDelivered) || e.numberOf("length") == 0) continue;
    EXPECT_GT(e.numberOf("seq"), last);
    EXPECT_GE(e.at, lastAt);
    last = e.numberOf("seq");
    lastAt = e.at;
  }
  EXPECT_EQ(s->unread(), 50'000u);
}

TEST(Link, ARuleMaySlowItDown) {
  struct Slow final : LinkRule {
    Verdict judge(const Segment&, TimePoint) override { return Verdict::slower(Duration::seconds(1)); }
  };
  K w;
  const LinkRule& rule = w.net.link(w.client, w.server).addRule(std::make_unique<Slow>());
  w.listen();
  Socket& c = w.connect();
  w.settle();
  EXPECT_EQ(c.record().client.establishedAt, TimePoint() + Duration::seconds(1) + Duration::microseconds(200));
  w.net.link(w.client, w.server).removeRule(rule);
}

}  // namespace
}  // namespace orrery::sim
