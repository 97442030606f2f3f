#include "sim/net/call_faults.h"
#include "sim/net/link_fault.h"
#include "tests/unit/sim/net/kernel_world.h"

namespace orrery::sim {
namespace {

using K = KernelWorld;

Strikes always(K& w) { return {w.run, 1, Strikes::Kind::kAlways}; }

TimePoint second(int64_t seconds) { return TimePoint() + Duration::seconds(seconds); }

// The client writes a byte each second; what arrives is when it was written.
std::vector<int> arrivals(K& w, Socket& from, Socket& to, int seconds) {
  std::vector<int> out;
  for (int i = 0; i < seconds; ++i) {
    const std::string byte(1, static_cast<char>(i));
    K::write(from, byte);
    w.pass(Duration::seconds(1));
    for (const char c : K::readAll(to)) out.push_back(c);
  }
  return out;
}

TEST(LinkFault, StrikesFromItsBeginUntilBeforeItsEnd) {
  FaultScope scope;
  scope.begin = second(3);
  scope.end = second(6);
  EXPECT_FALSE(scope.covers(second(3) - Duration::nanoseconds(1)));
  EXPECT_TRUE(scope.covers(second(3)));
  EXPECT_TRUE(scope.covers(second(6) - Duration::nanoseconds(1)));
  EXPECT_FALSE(scope.covers(second(6)));
  EXPECT_EQ(scope.impossible(), "");
  scope.end = second(3);
  EXPECT_NE(scope.impossible(), "");
}

TEST(LinkFault, StrikesWhileItsConditionHolds) {
  bool cut = false;  // outlives the world, whose last segments are judged too
  K w;
  auto [c, s] = w.pair();
  FaultScope scope;
  scope.during = &cut;
  w.net.link(w.client, w.server)
      .addRule(std::make_unique<LinkFault>(Verdict::drop(), scope, SegmentMatch{}, always(w)));
  EXPECT_EQ(arrivals(w, *c, *s, 2), (std::vector<int>{0, 1}));
  cut = true;
  EXPECT_EQ(arrivals(w, *c, *s, 1), (std::vector<int>{}));
  cut = false;
  w.pass(Duration::seconds(10));
  EXPECT_EQ(K::readAll(*s).size(), 1u);  // sent again
}

TEST(LinkFault, StrikesOnlyWhatMatchesAndOnlySoOften) {
  K w;
  FaultScope scope;
  scope.first = 2;
  w.net.link(w.client, w.server)
      .addRule(
          std::make_unique<LinkFault>(Verdict::drop(), scope, SegmentMatch{SegmentMatch::What::kSyn, 80}, always(w)));
  w.listen();
  w.connect();
  w.settle();
  EXPECT_EQ(w.synTimes(), (std::vector<int64_t>{0, 1, 2}));
}

TEST(LinkFault, AMatchLooksAtFlagsPortAndKind) {
  Segment s;
  s.from = {1, 1000};
  s.to = {2, 80};
  s.flags = kAck;
  using What = SegmentMatch::What;
  EXPECT_TRUE((SegmentMatch{What::kBareAck, 80}.holds(s)));
  EXPECT_TRUE((SegmentMatch{What::kTcp, 1000}.holds(s)));
  EXPECT_FALSE((SegmentMatch{What::kAny, 81}.holds(s)));
  EXPECT_FALSE((SegmentMatch{What::kData, 0}.holds(s)));
  s.length = 1;
  EXPECT_TRUE((SegmentMatch{What::kData, 0}.holds(s)));
  EXPECT_FALSE((SegmentMatch{What::kBareAck, 0}.holds(s)));
  s.flags |= kFin;
  EXPECT_TRUE((SegmentMatch{What::kFin, 0}.holds(s)));
  s.datagram = true;
  EXPECT_TRUE((SegmentMatch{What::kUdp, 0}.holds(s)));
  EXPECT_FALSE((SegmentMatch{What::kTcp, 0}.holds(s)));
}

// What only may strike never does in the plain run, and does in some others.
TEST(LinkFault, AChosenStrikeIsNoPartOfThePlainRun) {
  const auto lost = [](Strategy strategy) {
    K w({}, {.strategy = std::move(strategy)});
    w.net.link(w.client, w.server)
        .addRule(std::make_unique<LinkFault>(Verdict::drop(), FaultScope{}, SegmentMatch{},
                                             Strikes(w.run, 7, Strikes::Kind::kChosen)));
    w.listen();
    w.connect();
    w.settle();
    return w.synTimes().size() > 1;
  };
  EXPECT_FALSE(lost(Strategy::plain()));
  int seen = 0;
  for (uint64_t seed = 1; seed < 200; ++seed) seen += lost(Strategy::random(seed)) ? 1 : 0;
  EXPECT_GT(seen, 0);
  EXPECT_LT(seen, 199);
}

TEST(ResetFault, ResetsBothEndsAndTheSegmentIsLost) {
  K w;
  auto [c, s] = w.pair();
  Link& link = w.net.link(w.client, w.server);
  link.addRule(
      std::make_unique<ResetFault>(w.net, link, FaultScope{}, SegmentMatch{SegmentMatch::What::kData, 0}, always(w)));
  K::write(*c, "request");
  w.settle();
  EXPECT_EQ(c->takeError(), SockError::kReset);
  EXPECT_EQ(s->takeError(), SockError::kReset);
  EXPECT_EQ(s->unread(), 0u);
}

TEST(Crash, IsSilentAndARestartedHostAnswersWithReset) {
  K w;
  auto [c, s] = w.pair();
  w.server.crash();
  w.listener.reset();
  w.forgetSegments();
  w.pass(Duration::seconds(1));
  EXPECT_EQ(w.segments(), "");
  EXPECT_EQ(c->state(), TcpState::kEstablished);
  w.server.restart();
  K::write(*c, "anybody there?");
  w.pass(Duration::seconds(1));
  EXPECT_EQ(c->takeError(), SockError::kReset);
  EXPECT_EQ(s->state(), TcpState::kClosed);  // the program that had it finds it dead
}

TEST(Crash, NothingReachesAHostThatIsDown) {
  K w;
  w.listen();
  w.server.crash();
  w.connect();
  w.pass(Duration::milliseconds(2500));
  EXPECT_EQ(w.synTimes(), (std::vector<int64_t>{0, 1, 2}));
}

TEST(SlowReader, GrantsSoManyBytesInEachPeriod) {
  SlowReader rule(100, Duration::seconds(1), {});
  const SocketCall read{SocketCall::Kind::kRead, {}, {}, 60};
  EXPECT_EQ(rule.judge(read, second(0)).atMost, 60u);
  EXPECT_EQ(rule.judge(read, second(0)).atMost, 40u);
  const CallVerdict refused = rule.judge(read, second(0) + Duration::milliseconds(250));
  EXPECT_EQ(refused.error, SockError::kAgain);
  EXPECT_EQ(refused.readyAfter, Duration::milliseconds(750));
  EXPECT_EQ(rule.judge(read, second(1)).atMost, 60u);
  EXPECT_EQ(rule.judge({SocketCall::Kind::kWrite, {}, {}, 60}, second(1)).atMost, SIZE_MAX);
}

TEST(DescriptorLimit, RefusesWhatWouldMakeOneMore) {
  DescriptorLimit rule(2, {});
  SocketCall call{SocketCall::Kind::kAccept};
  call.descriptors = 1;
  EXPECT_EQ(rule.judge(call, second(0)).error, SockError::kNone);
  call.descriptors = 2;
  EXPECT_EQ(rule.judge(call, second(0)).error, SockError::kTooManyFiles);
  call.kind = SocketCall::Kind::kRead;
  EXPECT_EQ(rule.judge(call, second(0)).error, SockError::kNone);
}

}  // namespace
}  // namespace orrery::sim
