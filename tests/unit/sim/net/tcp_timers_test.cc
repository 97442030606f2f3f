// What a TCP does when nothing comes: keepalive, user time-out, window probes, orphans, deferred accept, round trips.

#include <gtest/gtest.h>

#include "tests/unit/sim/net/kernel_world.h"

namespace orrery::sim {
namespace {

using K = KernelWorld;

SocketParameters keepalive(uint32_t idle, uint32_t interval, uint32_t probes) {
  SocketParameters p;
  p.keepAlive = true;
  p.keepIdleSeconds = idle;
  p.keepIntervalSeconds = interval;
  p.keepProbes = probes;
  return p;
}

// Seconds from `start` until the socket is closed, to a tenth; -1 if it is not within `limit`.
double secondsUntilClosed(K& w, const Socket& s, TimePoint start, Duration limit) {
  while (s.state() != TcpState::kClosed) {
    if (w.run.now() - start > limit) return -1;
    w.pass(Duration::milliseconds(100));
  }
  return static_cast<double>((w.run.now() - start).inMilliseconds() / 100) / 10;
}

void fill(Socket& s) {
  const std::string block(64 * 1024, 'x');
  while (K::write(s, block).bytes > 0) {
  }
}

TEST(Keepalive, FindsAPeerThatVanished) {
  K w;
  auto [c, s] = w.pair(keepalive(10, 2, 3));
  const TimePoint start = w.run.now();
  w.server.setDown(true);
  // Probes at 10, 12 and 14 s; the fourth time would be 16 s.
  EXPECT_NEAR(secondsUntilClosed(w, *c, start, Duration::seconds(60)), 16, 0.2);
  EXPECT_EQ(c->takeError(), SockError::kTimedOut);
  EXPECT_EQ(s->state(), TcpState::kEstablished) << "the other end does not ask";
}

TEST(Keepalive, IsAnsweredByAPeerThatIsThere) {
  K w;
  auto [c, s] = w.pair(keepalive(10, 2, 3));
  w.forgetSegments();
  w.pass(Duration::seconds(35));
  EXPECT_EQ(w.segments(), ">A <A >A <A >A <A");
  EXPECT_EQ(c->state(), TcpState::kEstablished);
}

TEST(Keepalive, WaitsSinceThePeerWasLastHeard) {
  K w;
  auto [c, s] = w.pair(keepalive(10, 2, 3));
  w.pass(Duration::seconds(8));
  K::write(*s, "news");
  w.pass(Duration::seconds(9));
  K::readAll(*c);
  w.forgetSegments();
  w.pass(Duration::milliseconds(500));
  EXPECT_EQ(w.segments(), "");
  w.pass(Duration::seconds(1));
  EXPECT_EQ(w.segments(), ">A <A");
}

TEST(Keepalive, IsHandedOnByAListener) {
  ListenParameters p;
  p.accepted = keepalive(5, 1, 2);
  K w;
  auto [c, s] = w.pair({}, p);
  w.client.setDown(true);
  EXPECT_NEAR(secondsUntilClosed(w, *s, w.run.now(), Duration::seconds(60)), 7, 0.2);
}

TEST(Keepalive, AHostThatForgotTheConnectionResetsIt) {
  K w;
  auto [c, s] = w.pair(keepalive(10, 2, 3));
  w.server.setDown(true);
  w.close(*s, true);  // lost with the host
  w.server.setDown(false);
  w.pass(Duration::seconds(11));
  EXPECT_EQ(c->takeError(), SockError::kReset);
}

TEST(UserTimeout, EndsARetransmission) {
  K w;
  SocketParameters p;
  p.userTimeout = Duration::seconds(5);
  auto [c, s] = w.pair(p);
  const TimePoint start = w.run.now();
  w.server.setDown(true);
  K::write(*c, "anybody there");
  EXPECT_NEAR(secondsUntilClosed(w, *c, start, Duration::seconds(60)), 5, 0.3);
  EXPECT_EQ(c->takeError(), SockError::kTimedOut);
}

TEST(UserTimeout, EndsAConnectionAttempt) {
  K w;
  SocketParameters p;
  p.userTimeout = Duration::milliseconds(2500);
  Socket& c = w.connect({0x7f000063, 80}, p);
  EXPECT_NEAR(secondsUntilClosed(w, c, w.run.now(), Duration::seconds(60)), 2.5, 0.2);
  EXPECT_EQ(c.takeError(), SockError::kTimedOut);
}

TEST(UserTimeout, EndsAClosedWindowThoughThePeerAnswers) {
  K w;
  SocketParameters p;
  p.userTimeout = Duration::seconds(5);
  auto [c, s] = w.pair(p);
  const TimePoint start = w.run.now();
  fill(*c);
  EXPECT_NEAR(secondsUntilClosed(w, *c, start, Duration::seconds(60)), 5, 0.5);
  EXPECT_EQ(c->takeError(), SockError::kTimedOut);
}

TEST(ZeroWindow, IsEnduredWhileThePeerAnswers) {
  K w;
  auto [c, s] = w.pair();
  fill(*c);
  w.pass(Duration::seconds(7200));
  EXPECT_EQ(c->state(), TcpState::kEstablished);
  const std::string got = K::readAll(*s);
  w.pass(Duration::seconds(1));
  EXPECT_GT(s->unread(), 0u) << "the reader opened the window";
}

TEST(ZeroWindow, IsGivenUpWhenProbesStayUnanswered) {
  K w;
  auto [c, s] = w.pair();
  fill(*c);
  w.pass(Duration::seconds(1));
  w.server.setDown(true);
  EXPECT_GT(secondsUntilClosed(w, *c, w.run.now(), Duration::seconds(3600)), 600);
  EXPECT_EQ(c->takeError(), SockError::kTimedOut);
}

TEST(Orphan, IsGivenUpSoonerThanASocketThatIsHeld) {
  K w;
  auto [c, s] = w.pair();
  w.server.setDown(true);
  K::write(*c, "last words");
  w.close(*c);
  EXPECT_EQ(w.client.tcp().orphans(), 1u);
  w.pass(Duration::seconds(101));
  EXPECT_EQ(w.client.tcp().openSockets(), 1u);
  w.pass(Duration::seconds(10));
  EXPECT_EQ(w.client.tcp().openSockets(), 0u) << "tcp_orphan_retries: 8 doublings of 200 ms are 102.2 s";
  EXPECT_EQ(w.client.tcp().orphans(), 0u);
}

TEST(Orphan, BeyondTheLimitCloseResets) {
  K w;
  auto [c, s] = w.pair();
  w.client.tcp().settings().maxOrphans = 0;
  w.forgetSegments();
  w.close(*c);
  w.settle();
  EXPECT_EQ(w.segments(), ">RA");
  EXPECT_EQ(s->takeError(), SockError::kReset);
}

TEST(FinWait2, LastsAsLongAsLinger2Says) {
  K w;
  SocketParameters p;
  p.linger2Seconds = 3;
  auto [c, s] = w.pair(p);
  w.close(*c);
  w.pass(Duration::milliseconds(2900));
  EXPECT_EQ(w.client.tcp().openSockets(), 1u);
  w.pass(Duration::milliseconds(200));
  EXPECT_EQ(w.client.tcp().openSockets(), 0u);
  // Who talks to it now meets nobody.
  K::write(*s, "still there?");
  w.pass(Duration::milliseconds(10));
  EXPECT_EQ(s->takeError(), SockError::kPipe) << "reset in CLOSE-WAIT";
}

TEST(DeferAccept, TheApplicationIsToldOnlyOfDataOrWhenItsPeriodsAreOver) {
  ListenParameters p;
  p.deferAccept = 2;
  K w;
  w.listen(p);
  Socket& talker = w.connect();
  Socket& silent = w.connect();
  w.pass(Duration::milliseconds(10));
  EXPECT_EQ(talker.state(), TcpState::kEstablished);
  EXPECT_EQ(w.listener->waiting(), 0u);
  K::write(talker, "request");
  w.pass(Duration::milliseconds(10));
  ASSERT_EQ(w.listener->waiting(), 1u);
  EXPECT_EQ(K::readAll(w.accept()), "request");
  w.pass(Duration::milliseconds(2900));
  EXPECT_EQ(w.listener->waiting(), 0u);
  w.pass(Duration::milliseconds(200));  // SYN-ACKs again at 1 and 3 s; the ACK of the second is taken
  EXPECT_EQ(w.listener->waiting(), 1u);
  EXPECT_EQ(silent.state(), TcpState::kEstablished);
}

TEST(SynRetries, AreThoseOfTheSocketWhereSet) {
  K w;
  SocketParameters p;
  p.synRetries = 1;
  Socket& c = w.connect({0x7f000063, 80}, p);
  w.run.run();
  // Linux makes a time of the number, 1 s and 2 s, which is over before the linear retries are.
  EXPECT_EQ(w.synTimes(), (std::vector<int64_t>{0, 1, 2}));
  EXPECT_EQ(c.takeError(), SockError::kTimedOut);
}

TEST(SynRetries, DoubleFromTheFirstOnKernelsBefore65) {
  K w;
  w.client.tcp().settings().linearSynRetries = 0;
  Socket& c = w.connect({0x7f000063, 80});
  w.run.run();
  EXPECT_EQ(w.synTimes(), (std::vector<int64_t>{0, 1, 3, 7, 15, 31, 63}));
  EXPECT_EQ(c.takeError(), SockError::kTimedOut);
  EXPECT_EQ(c.record().client.timedOutAt, TimePoint() + Duration::seconds(127));
}

TEST(RoundTrip, DecidesWhenALostSegmentIsSentAgain) {
  LinkOptions link;
  link.latency = Duration::milliseconds(100);
  K w(link);
  auto [c, s] = w.pair();
  for (int i = 0; i < 20; ++i) {
    K::write(*c, "ping");
    w.pass(Duration::milliseconds(110));
    K::readAll(*s);
    K::write(*s, "pong");
    w.pass(Duration::milliseconds(110));
    K::readAll(*c);
  }
  EXPECT_GE(c->roundTrip(), Duration::milliseconds(200));
  EXPECT_LT(c->roundTrip(), Duration::milliseconds(230));
  bool lose = true;
  w.net.link(w.client, w.server).addRule(std::make_unique<LoseSome>([&lose](const Segment& seg) {
    return seg.length > 0 && std::exchange(lose, false);
  }));
  const TimePoint start = w.run.now();
  K::write(*c, "lost");
  while (s->unread() == 0) w.pass(Duration::milliseconds(1));
  // SRTT and 200 ms, then the way.
  EXPECT_GE(w.run.now() - start, Duration::milliseconds(500));
  EXPECT_LT(w.run.now() - start, Duration::milliseconds(540));
}

TEST(TailLoss, OfSeveralSegmentsIsProbedAfterTwoRoundTrips) {
  LinkOptions link;
  link.mtu = 1500;
  K w(link);
  auto [c, s] = w.pair();
  bool cut = true;
  w.net.link(w.client, w.server).addRule(std::make_unique<LoseSome>([&cut](const Segment& seg) {
    return seg.length > 0 && cut;
  }));
  const std::string bytes(8000, 't');
  K::write(*c, bytes);
  w.pass(Duration::milliseconds(5));
  cut = false;
  w.pass(Duration::milliseconds(15));  // the probe tells of the hole before it
  EXPECT_EQ(K::readAll(*s).size(), bytes.size()) << w.segments();
}

TEST(TailLoss, AfterATimeOutTheRestFollowsTheFirstAcknowledgement) {
  LinkOptions link;
  link.mtu = 1500;
  K w(link);
  auto [c, s] = w.pair();
  bool cut = true;
  w.net.link(w.client, w.server).addRule(std::make_unique<LoseSome>([&cut](const Segment& seg) {
    return seg.length > 0 && cut;
  }));
  const std::string bytes(8000, 't');
  K::write(*c, bytes);
  w.pass(Duration::milliseconds(100));  // the probe was lost too
  cut = false;
  w.pass(Duration::milliseconds(150));
  EXPECT_EQ(K::readAll(*s), bytes);
}

}  // namespace
}  // namespace orrery::sim
