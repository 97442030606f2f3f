#include "sim/net/conntrack.h"
#include "sim/net/firewall.h"
#include "sim/net/translator.h"
#include "tests/unit/sim/net/kernel_world.h"

namespace orrery::sim {
namespace {

using K = KernelWorld;

constexpr Ends kA{{1, 10}, {2, 80}};
constexpr Ends kB{{9, 30}, {2, 80}};
TimePoint at(int64_t s) { return TimePoint() + Duration::seconds(s); }

TEST(ConnTrack, KnowsAConnectionByBothNamesInBothDirections) {
  ConnTrack t(Duration::zero());
  ConnTrack::Entry* e = t.add(kA, kB, at(0));
  for (const Ends& ends : {kA, kA.turned(), kB, kB.turned()}) EXPECT_EQ(t.find(ends, at(1)), e);
  EXPECT_EQ(e->other(kA), kB);
  EXPECT_EQ(e->other(kB.turned()), kA.turned());
  t.remove(*e);
  for (const Ends& ends : {kA, kA.turned(), kB, kB.turned()}) EXPECT_EQ(t.find(ends, at(1)), nullptr);
}

TEST(ConnTrack, ForgetsWhatIsNotUsed) {
  ConnTrack t(Duration::seconds(60));
  t.add(kA, kA, at(0))->usedAt = at(10);
  EXPECT_NE(t.find(kA, at(70) - Duration::nanoseconds(1)), nullptr);
  EXPECT_EQ(t.find(kA, at(70)), nullptr);
  EXPECT_EQ(t.size(), 0u);
}

TEST(ConnTrack, IsFullUntilOldOnesMayGo) {
  ConnTrack t(Duration::seconds(60));
  for (uint32_t i = 0; i < ConnTrack::kMax; ++i) {
    const Ends e{{i, 1}, {0xffffffff, 80}};
    ASSERT_NE(t.add(e, e, at(i < 100 ? 0 : 30)), nullptr);
  }
  EXPECT_EQ(t.add(kA, kA, at(50)), nullptr);
  EXPECT_NE(t.add(kA, kA, at(60)), nullptr);
  EXPECT_EQ(t.size(), ConnTrack::kMax - 99);
}

struct NatWorld : K {
  explicit NatWorld(TranslatorOptions options = {}) {
    client.setGateway(&nat);
    nat.setForwarder(std::make_unique<Nat>(net, nat, client, options));
  }
  Host& nat = net.addHost("nat", {0x7f000009});
};

TEST(Nat, TheServerSeesTheNatAndBytesFlowBothWays) {
  NatWorld w;
  auto [c, s] = w.pair();
  EXPECT_EQ(s->peer().ip(), 0x7f000009u);
  EXPECT_EQ(&c->record(), &s->record());  // the ledger knows both names
  K::write(*c, "question");
  w.settle();
  EXPECT_EQ(K::readAll(*s), "question");
  K::write(*s, "answer");
  w.settle();
  EXPECT_EQ(K::readAll(*c), "answer");
  w.close(*c);
  w.settle();
  std::string end;
  EXPECT_EQ(K::read(*s, end).bytes, 0u);
  EXPECT_EQ(s->state(), TcpState::kCloseWait);
}

// Whatever is lost on either side of the box: the kernel that waits for it notices.
TEST(Nat, LossOnEitherSideIsMended) {
  for (const bool inside : {true, false}) {
    for (const bool back : {true, false}) {
      int seen = 0;  // outlives the world, whose last FINs are judged too
      NatWorld w;
      Host& far = inside ? w.client : w.server;
      Link& link = back ? w.net.link(w.nat, far) : w.net.link(far, w.nat);
      link.addRule(std::make_unique<LoseSome>([&seen](const Segment&) { return ++seen % 3 == 1; }));
      auto pair = [&] {
        w.listen();
        Socket& c = w.connect();
        w.pass(Duration::seconds(20));
        return std::pair<Socket*, Socket*>(&c, &w.accept());
      }();
      std::string got;
      for (int i = 0; i < 20; ++i) {
        K::write(*pair.first, std::string(1, static_cast<char>('a' + i)));
        w.pass(Duration::seconds(20));
        got += K::readAll(*pair.second);
      }
      EXPECT_EQ(got, "abcdefghijklmnopqrst") << inside << back;
    }
  }
}

TEST(Nat, AForgottenConnectionIsDroppedOrReset) {
  for (const Unknown unknown : {Unknown::kDrop, Unknown::kReset}) {
    NatWorld w({Duration::seconds(60), unknown});
    auto [c, s] = w.pair();
    w.pass(Duration::seconds(61));
    K::write(*c, "anybody?");
    w.pass(Duration::seconds(5));
    EXPECT_EQ(c->takeError(), unknown == Unknown::kReset ? SockError::kReset : SockError::kNone);
    EXPECT_EQ(s->state(), TcpState::kEstablished);
    EXPECT_EQ(s->unread(), 0u);
  }
}

TEST(Balancer, GivesConnectionsInTurn) {
  K w;
  Host& box = w.net.addHost("box", {0x7f000009});
  Host& other = w.net.addHost("other", {0x7f000004});
  for (Host* h : {&w.server, &other}) h->setGateway(&box);
  box.setForwarder(std::make_unique<Balancer>(w.net, box, std::vector<Host*>{&w.server, &other}, TranslatorOptions{}));
  w.listen();
  auto second = *other.tcp().listen({0x7f000004, 80}, {});
  for (int i = 0; i < 4; ++i) w.connect({0x7f000009, 80});
  w.settle();
  EXPECT_EQ(w.listener->waiting(), 2u);
  EXPECT_EQ(second->waiting(), 2u);
  Socket& s = w.accept();
  EXPECT_EQ(s.peer().ip(), K::kClientIp);  // the destination is translated, not the source
  K::write(*w.open[0], "to the first");
  w.settle();
  EXPECT_EQ(K::readAll(s), "to the first");
}

TEST(Firewall, ForgetsInBothDirections) {
  for (const Unknown unknown : {Unknown::kDrop, Unknown::kReset}) {
    K w;
    Firewall::between(w.net, w.client, w.server, Duration::seconds(60), unknown);
    auto [c, s] = w.pair();
    w.pass(Duration::seconds(61));
    K::write(*s, "push");
    w.pass(Duration::seconds(5));
    EXPECT_EQ(s->takeError(), unknown == Unknown::kReset ? SockError::kReset : SockError::kNone);
    EXPECT_EQ(c->unread(), 0u);
    EXPECT_EQ(c->state(), TcpState::kEstablished);  // hears nothing of it
  }
}

}  // namespace
}  // namespace orrery::sim
