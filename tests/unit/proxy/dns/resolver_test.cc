#include "proxy/dns/resolver.h"

#include <gtest/gtest.h>

#include <memory>

#include "sim/actors/dns_server.h"
#include "sim/core/run.h"
#include "sim/io/environment.h"
#include "sim/net/net.h"

namespace orrery::dns {
namespace {

using sim::DnsFailure;
using sim::DnsRecord;
using sim::DnsZone;
using Type = DnsRecord::Type;
using Outcome = Resolution::Outcome;
using Kind = DnsFailure::Kind;

constexpr uint32_t kServers[] = {0x7f000135, 0x7f000136};

// The resolver on one simulated host, two scripted name servers on others.
class ResolverTest : public testing::Test {
 protected:
  ResolverTest() {
    net_.addHost("asker", {0x7f000102, *sim::IpAddress::parse("fd00::2")});
    net_.addHost("first", {kServers[0], *sim::IpAddress::parse("fd00::35")});
    net_.addHost("second", {kServers[1]});
    for (const char* name : {"asker", "first", "second"})
      environments_.push_back(std::make_unique<sim::SimEnvironment>(run_, *net_.hostNamed(name)));
    for (const uint32_t ip : kServers) config_.servers.addresses.push_back(io::Address::ipv4(ip, 53));
  }
  ~ResolverTest() override {
    lookups_.clear();
    resolver_.reset();
    servers_.clear();
    run_.finish();
  }

  // The second server has the zone of the first unless it is given one; nothing: it is not there.
  void serve(DnsZone first) { serve(first, first); }
  void serve(std::optional<DnsZone> first, std::optional<DnsZone> second) {
    size_t i = 1;
    for (auto* zone : {&first, &second}) {
      io::Environment& io = environments_[i]->io();
      if (*zone) {
        servers_.push_back(std::make_unique<sim::DnsServer>(io.mainDispatcher, io.network, **zone));
        ASSERT_TRUE(servers_.back()->open(io::Address::ipv4(kServers[i - 1], 53)));
      }
      ++i;
    }
    for (auto& e : environments_) e->start();
    run_.runUntilQuiet();
    resolver_ =
        std::make_unique<Resolver>(environments_[0]->io().mainDispatcher, environments_[0]->io().random, config_);
  }

  struct Answer {
    bool told = false;
    Resolution resolution;
    TimePoint at;
    std::string text() const {
      std::string out;
      for (const io::Address& a : resolution.addresses) out += (out.empty() ? "" : " ") + a.ipText();
      return out;
    }
  };
  // Runs until it is told, at most an hour.
  Answer resolve(const std::string& name, Wanted wanted = Wanted::kV4Only) {
    Answer answer;
    std::unique_ptr<Lookup> lookup;
    environments_[0]->dispatcher().post([&] {
      lookup = resolver_->resolve(name, wanted, [&](Resolution r) {
        answer = {true, std::move(r), run_.now()};
        run_.stop();
      });
      EXPECT_FALSE(answer.told) << "not before resolve() returns";
    });
    run_.run(run_.now() + Duration::seconds(3600));
    EXPECT_TRUE(answer.told);
    return answer;
  }
  std::vector<std::string> asked(size_t server = 0) const { return servers_[server]->asked(); }

  sim::Pools pools_;
  sim::NetPools netPools_;
  sim::Ledger ledger_;
  sim::Run run_{pools_, {}};
  sim::Net net_{run_, netPools_, ledger_};
  std::vector<std::unique_ptr<sim::SimEnvironment>> environments_;
  std::vector<std::unique_ptr<sim::DnsServer>> servers_;
  Config config_;
  std::unique_ptr<Resolver> resolver_;
  std::vector<std::unique_ptr<Lookup>> lookups_;
};

DnsZone zone(std::vector<DnsRecord> records, std::vector<DnsFailure> failures = {}) {
  return {std::move(records), std::move(failures)};
}
DnsFailure failing(Kind kind, Duration delay = {}) {
  DnsFailure f;
  f.kind = kind;
  f.delay = delay;
  return f;
}
const DnsRecord kA{"a.test", Type::kA, "127.0.0.3", 30};

TEST_F(ResolverTest, FindsAddressesAndTheirTtl) {
  serve(zone({kA, {"a.test", Type::kA, "127.0.0.4", 20}}));
  const Answer a = resolve("A.test");
  EXPECT_EQ(a.resolution.outcome, Outcome::kFound);
  EXPECT_EQ(a.text(), "127.0.0.3 127.0.0.4");
  EXPECT_EQ(a.resolution.ttl, Duration::seconds(20));
}

TEST_F(ResolverTest, FollowsAliasesWithTheLeastTtl) {
  serve(zone({{"www.test", Type::kCname, "a.test", 5}, kA}));
  const Answer a = resolve("www.test");
  EXPECT_EQ(a.text(), "127.0.0.3");
  EXPECT_EQ(a.resolution.ttl, Duration::seconds(5));
}

TEST_F(ResolverTest, AsksForTheFamiliesThatAreWanted) {
  const DnsRecord six{"a.test", Type::kAaaa, "::1", 30};
  serve(zone({kA, {"a.test", Type::kA, "127.0.0.4"}, six, {"v4.test", Type::kA, "127.0.0.9"}}));
  EXPECT_EQ(resolve("a.test", Wanted::kV6Only).text(), "::1");
  EXPECT_EQ(resolve("a.test", Wanted::kAuto).text(), "::1");
  EXPECT_EQ(resolve("a.test", Wanted::kV4Preferred).text(), "127.0.0.3 127.0.0.4");
  EXPECT_EQ(resolve("a.test", Wanted::kAll).text(), "::1 127.0.0.3 127.0.0.4");
  EXPECT_EQ(resolve("v4.test", Wanted::kAuto).text(), "127.0.0.9");
  EXPECT_EQ(resolve("v4.test", Wanted::kV6Only).resolution.outcome, Outcome::kNotFound);
}

TEST_F(ResolverTest, ANameThatDoesNotExistIsNotAskedForTwice) {
  serve(zone({kA}));
  EXPECT_EQ(resolve("b.test").resolution.outcome, Outcome::kNotFound);
  EXPECT_EQ(asked(0).size(), 1u);
  EXPECT_EQ(asked(1).size(), 0u);
}

TEST_F(ResolverTest, AnotherServerIsAskedWhenOneFails) {
  serve(zone({}, {failing(Kind::kServfail)}), zone({kA}));
  EXPECT_EQ(resolve("a.test").text(), "127.0.0.3");
}

TEST_F(ResolverTest, AnotherServerIsAskedWhenOneRefuses) {
  serve(zone({}, {failing(Kind::kRefused)}), zone({kA}));
  EXPECT_EQ(resolve("a.test").text(), "127.0.0.3");
}

TEST_F(ResolverTest, AServerThatIsNotThereIsPassedOverAtOnce) {
  serve(std::nullopt, zone({kA}));
  const Answer a = resolve("a.test");
  EXPECT_EQ(a.text(), "127.0.0.3");
  EXPECT_LT(a.at - TimePoint(), Duration::milliseconds(10));  // ICMP said so
}

TEST_F(ResolverTest, ASilentServerCostsItsTimeout) {
  serve(zone({}, {failing(Kind::kSilence)}), zone({kA}));
  const Answer a = resolve("a.test");
  EXPECT_EQ(a.text(), "127.0.0.3");
  EXPECT_GE(a.at - TimePoint(), Duration::seconds(5));
  EXPECT_LT(a.at - TimePoint(), Duration::seconds(6));
}

// 5 s and 5 s in the first round, twice 10 s in the second.
TEST_F(ResolverTest, SilenceOfAllEndsAfterTheRounds) {
  serve(zone({}, {failing(Kind::kSilence)}));
  const Answer a = resolve("a.test");
  EXPECT_EQ(a.resolution.outcome, Outcome::kTimedOut);
  EXPECT_GE(a.at - TimePoint(), Duration::seconds(30));
  EXPECT_LT(a.at - TimePoint(), Duration::seconds(31));
  EXPECT_EQ(asked(0).size(), 2u);
}

TEST_F(ResolverTest, FailureOfAllIsToldAsThat) {
  serve(zone({}, {failing(Kind::kServfail)}));
  EXPECT_EQ(resolve("a.test").resolution.outcome, Outcome::kFailed);
}

TEST_F(ResolverTest, ATruncatedAnswerIsAskedForByTcp) {
  std::vector<DnsRecord> many;
  for (int i = 0; i < 60; ++i) many.push_back({"many.test", Type::kA, "127.0.1." + std::to_string(i)});
  serve(zone(many));
  EXPECT_EQ(resolve("many.test").resolution.addresses.size(), 60u);
  EXPECT_EQ(asked(0), (std::vector<std::string>{"A many.test udp", "A many.test tcp"}));
}

TEST_F(ResolverTest, ForgedAnswersAreIgnored) {
  DnsFailure forged = failing(Kind::kWrongId);
  forged.first = 1;
  serve(zone({kA}, {forged}), zone({kA}));
  const Answer a = resolve("a.test");
  EXPECT_EQ(a.text(), "127.0.0.3");
  EXPECT_GE(a.at - TimePoint(), Duration::seconds(5));  // the second server's, after the first said nothing that counts
}

TEST_F(ResolverTest, AnAnswerIsKeptForItsTtl) {
  serve(zone({kA}));
  resolve("a.test");
  run_.runFor(Duration::seconds(10));
  EXPECT_EQ(resolve("a.test").resolution.ttl.inSeconds(), 20);
  EXPECT_EQ(asked(0).size(), 1u);
  run_.runFor(Duration::seconds(30));
  EXPECT_EQ(resolve("a.test").text(), "127.0.0.3");
  EXPECT_EQ(asked(0).size(), 2u);
}

// The first answer is kept for 30 s, the record changes after 10.
TEST_F(ResolverTest, AnAnswerThatChangesIsSeenOnceTheOldOneIsOver) {
  DnsRecord before = kA;
  before.end = Duration::seconds(10);
  DnsRecord after{"a.test", Type::kA, "127.0.0.4", 30};
  after.begin = Duration::seconds(10);
  serve(zone({before, after}));
  EXPECT_EQ(resolve("a.test").text(), "127.0.0.3");
  run_.runFor(Duration::seconds(20));
  EXPECT_EQ(resolve("a.test").text(), "127.0.0.3");
  run_.runFor(Duration::seconds(11));
  EXPECT_EQ(resolve("a.test").text(), "127.0.0.4");
}

TEST_F(ResolverTest, ALateAnswerWithinTheTimeoutIsTaken) {
  serve(zone({kA}, {failing(Kind::kNone, Duration::milliseconds(4'900))}));
  const Answer late = resolve("a.test");
  EXPECT_EQ(late.text(), "127.0.0.3");
  EXPECT_EQ((late.at - TimePoint()).inMilliseconds(), 4'900);
  EXPECT_TRUE(asked(1).empty());
}

TEST_F(ResolverTest, AnAnswerAfterTheTimeoutIsNotTaken) {
  serve(zone({kA}, {failing(Kind::kNone, Duration::milliseconds(5'100))}),
        zone({{"a.test", Type::kA, "127.0.0.4", 30}}));
  const Answer other = resolve("a.test");
  EXPECT_EQ(other.text(), "127.0.0.4");
  EXPECT_LT(other.at - TimePoint(), Duration::milliseconds(5'100));
}

TEST_F(ResolverTest, ServersAreAskedOverIpv6Too) {
  config_.servers.addresses = {*io::Address::parseIp("fd00::35", 53)};
  servers_.push_back(std::make_unique<sim::DnsServer>(environments_[1]->io().mainDispatcher,
                                                      environments_[1]->io().network, zone({kA})));
  ASSERT_TRUE(servers_.back()->open(config_.servers.addresses[0]));
  for (auto& e : environments_) e->start();
  run_.runUntilQuiet();
  resolver_ = std::make_unique<Resolver>(environments_[0]->io().mainDispatcher, environments_[0]->io().random, config_);
  EXPECT_EQ(resolve("a.test").text(), "127.0.0.3");
}

TEST_F(ResolverTest, ShortNamesAreTriedInTheSearchList) {
  readResolvConf("search one.test two.test\noptions ndots:1\n", config_);
  serve(zone({{"web.two.test", Type::kA, "127.0.0.7"}}));
  EXPECT_EQ(resolve("web").text(), "127.0.0.7");
  EXPECT_EQ(asked(0), (std::vector<std::string>{"A web.one.test udp", "A web.two.test udp"}));
  EXPECT_EQ(resolve("web.").resolution.outcome, Outcome::kNotFound);
}

TEST_F(ResolverTest, LiteralsAndHostsAskNobody) {
  readHosts("127.0.0.8 Box box.test # mine\n::1 box\nnonsense\n", config_);
  serve(zone({}));
  EXPECT_EQ(resolve("127.0.0.5").text(), "127.0.0.5");
  EXPECT_EQ(resolve("::1").resolution.outcome, Outcome::kNotFound);
  EXPECT_EQ(resolve("box").text(), "127.0.0.8");
  EXPECT_EQ(resolve("BOX.test.").text(), "127.0.0.8");
  EXPECT_EQ(resolve("box", Wanted::kAll).text(), "::1 127.0.0.8");
  EXPECT_TRUE(asked(0).empty());
}

TEST_F(ResolverTest, RotationBeginsWithTheNextServer) {
  config_.rotate = true;
  serve(zone({kA, {"b.test", Type::kA, "127.0.0.4"}}));
  resolve("a.test");
  resolve("b.test");
  EXPECT_EQ(asked(0), (std::vector<std::string>{"A a.test udp"}));
  EXPECT_EQ(asked(1), (std::vector<std::string>{"A b.test udp"}));
}

TEST_F(ResolverTest, ACancelledLookupIsNotTold) {
  serve(zone({kA}));
  bool told = false;
  auto lookup = resolver_->resolve("a.test", Wanted::kV4Only, [&](Resolution) { told = true; });
  lookup.reset();
  run_.runFor(Duration::seconds(60));
  EXPECT_FALSE(told);
}

TEST_F(ResolverTest, NamesThatAreNoneFail) {
  serve(zone({kA}));
  EXPECT_EQ(resolve(std::string(70, 'x') + ".test").resolution.outcome, Outcome::kFailed);
  EXPECT_EQ(resolve("a..test").resolution.outcome, Outcome::kFailed);
}

TEST(Config, ReadsResolvConf) {
  Config c;
  readResolvConf(
      "# comment\nnameserver 127.0.0.53 ; too\nnameserver ::1\nnameserver nonsense\ndomain old.test\nsearch A.test "
      "b.test\n"
      "options timeout:99 attempts:3 ndots:2 rotate unknown\n",
      c);
  ASSERT_EQ(c.servers.addresses.size(), 2u);
  EXPECT_EQ(c.servers.addresses[0].text(), "127.0.0.53:53");
  EXPECT_EQ(c.servers.addresses[1].text(), "[::1]:53");
  EXPECT_EQ(c.search, (std::vector<std::string>{"a.test", "b.test"}));
  EXPECT_EQ(c.servers.timeout, Duration::seconds(30));
  EXPECT_EQ(c.servers.rounds, 3u);
  EXPECT_EQ(c.ndots, 2u);
  EXPECT_TRUE(c.rotate);
  Config none;
  readResolvConf("", none);
  EXPECT_EQ(none.servers.addresses[0].text(), "127.0.0.1:53");
}

TEST(Message, WhatIsNoAnswerIsForeign) {
  const std::string query = *encodeQuery("a.test", Family::kV4, 7);
  EXPECT_EQ(decodeResponse("", query, Family::kV4).kind, Response::Kind::kForeign);
  EXPECT_EQ(decodeResponse(query, query, Family::kV4).kind, Response::Kind::kForeign);  // a query, no response
  std::string answer = query;
  answer[2] = static_cast<char>(answer[2] | 0x80);
  EXPECT_EQ(decodeResponse(answer, query, Family::kV4).kind, Response::Kind::kNoData);
  answer[0] = 1;
  EXPECT_EQ(decodeResponse(answer, query, Family::kV4).kind, Response::Kind::kForeign);
  answer = *encodeQuery("b.test", Family::kV4, 7);
  answer[2] = static_cast<char>(answer[2] | 0x80);
  EXPECT_EQ(decodeResponse(answer, query, Family::kV4).kind, Response::Kind::kForeign);
}

TEST(Message, CutsAndFlippedBytesNeverCrash) {
  sim::DnsQuestion q;
  const std::string query = *encodeQuery("a.test", Family::kV4, 7);
  const auto parsed = sim::readDnsQuery(query);
  ASSERT_TRUE(parsed);
  sim::DnsResponse r(*parsed, sim::DnsCode::kNoError);
  r.add({"a.test", Type::kCname, "b.test"});
  r.add({"b.test", Type::kA, "127.0.0.3"});
  EXPECT_EQ(decodeResponse(r.bytes(), query, Family::kV4).kind, Response::Kind::kAnswer);
  for (size_t i = 0; i < r.size(); ++i) {
    decodeResponse(r.bytes().substr(0, i), query, Family::kV4);
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = r.bytes();
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      decodeResponse(flipped, query, Family::kV4);
      decodeResponse(flipped, query, Family::kV6);
    }
  }
}

}  // namespace
}  // namespace orrery::dns
