#include "sim/actors/dns_server.h"

#include <gtest/gtest.h>

#include <memory>

#include "sim/core/run.h"
#include "sim/io/environment.h"
#include "sim/net/net.h"

namespace orrery::sim {
namespace {

// A query of one question, as a resolver would write it.
std::string query(const std::string& name, DnsRecord::Type type, uint16_t id = 0x1234) {
  std::string q;
  const auto u16 = [&q](uint32_t v) {
    q += static_cast<char>(v >> 8);
    q += static_cast<char>(v);
  };
  for (const uint32_t v : {uint32_t{id}, 0x0100u, 1u, 0u, 0u, 0u}) u16(v);
  for (size_t at = 0; at <= name.size();) {
    const size_t dot = std::min(name.find('.', at), name.size());
    q += static_cast<char>(dot - at);
    q += name.substr(at, dot - at);
    at = dot + 1;
  }
  q += '\0';
  u16(static_cast<uint32_t>(type));
  u16(1);
  return q;
}
int code(const std::string& m) { return m[3] & 0x0f; }
int answers(const std::string& m) { return m[7]; }
bool truncated(const std::string& m) { return (m[2] & 0x02) != 0; }

// A server on one host, asked by raw bytes from another.
class Dns : public testing::Test, private io::DatagramCallbacks {
 protected:
  Dns() {
    net_.addHost("asker", {0x7f000102});
    net_.addHost("server", {0x7f000135});
    for (const char* name : {"asker", "server"})
      environments_.push_back(std::make_unique<SimEnvironment>(run_, *net_.hostNamed(name)));
  }
  ~Dns() override {
    socket_.reset();
    server_.reset();
    run_.finish();
  }
  void serve(DnsZone zone) {
    io::Environment& io = environments_[1]->io();
    server_ = std::make_unique<DnsServer>(io.mainDispatcher, io.network, std::move(zone));
    ASSERT_TRUE(server_->open(io::Address::ipv4(0x7f000135, 53)));
    for (auto& e : environments_) e->start();
    run_.runUntilQuiet();
    socket_ = std::move(*environments_[0]->dispatcher().openDatagram(io::Address::ipv4(0x7f000102, 0)));
    socket_->setCallbacks(this);
    socket_->setInterest(io::kReadable);
  }
  // The first answer, or nothing.
  std::string ask(std::string q, Duration within = Duration::seconds(1)) {
    replies_.clear();
    io::DatagramSlot slot;
    slot.data = {q.data(), q.size()};
    slot.peer = server_->address();
    socket_->write({&slot, 1});
    environments_[0]->dispatcher().wakeUp();
    run_.runFor(within);
    return replies_.empty() ? "" : replies_[0];
  }
  void onDatagramReady(uint8_t) override {
    for (;;) {
      char room[2048];
      io::DatagramSlot slot;
      slot.data = {room, sizeof(room)};
      if (!socket_->read({&slot, 1}).ok()) return;
      replies_.emplace_back(slot.data.data, slot.data.size);
      repliedAt_ = run_.now();
    }
  }

  Pools pools_;
  NetPools netPools_;
  Ledger ledger_;
  sim::Run run_{pools_, {}};
  Net net_{run_, netPools_, ledger_};
  std::vector<std::unique_ptr<SimEnvironment>> environments_;
  std::unique_ptr<DnsServer> server_;
  std::unique_ptr<io::Datagram> socket_;
  std::vector<std::string> replies_;
  TimePoint repliedAt_;
};

using Type = DnsRecord::Type;
DnsFailure failure(DnsFailure::Kind kind, const std::string& name = "") {
  DnsFailure f;
  f.kind = kind;
  f.name = name;
  return f;
}

TEST_F(Dns, AnswersFromItsRecords) {
  serve(
      {{{"a.test", Type::kA, "127.0.0.3", 7}, {"a.test", Type::kA, "127.0.0.4"}, {"a.test", Type::kAaaa, "::1"}}, {}});
  const std::string two = ask(query("A.Test", Type::kA));
  EXPECT_EQ(code(two), 0);
  EXPECT_EQ(answers(two), 2);
  EXPECT_NE(two.find(std::string("\0\0\0\x07\0\x04\x7f\0\0\x03", 10)), std::string::npos);
  EXPECT_EQ(answers(ask(query("a.test", Type::kAaaa))), 1);
  EXPECT_EQ(code(ask(query("b.test", Type::kA))), 3);         // no such name
  EXPECT_EQ(answers(ask(query("a.test", Type::kCname))), 0);  // the name, but no such record
  EXPECT_EQ(server_->asked()[0], "A a.test udp");
  EXPECT_EQ(ask("no query"), "");
}

TEST_F(Dns, FollowsAliases) {
  serve({{{"www.test", Type::kCname, "a.test"}, {"a.test", Type::kA, "127.0.0.3"}}, {}});
  EXPECT_EQ(answers(ask(query("www.test", Type::kA))), 2);
}

TEST_F(Dns, AnswersChangeWithTime) {
  serve({{{"a.test", Type::kA, "127.0.0.3", 60, {}, Duration::seconds(10)},
          {"a.test", Type::kA, "127.0.0.4", 60, Duration::seconds(10), {}}},
         {}});
  EXPECT_NE(ask(query("a.test", Type::kA)).find("\x03", 20), std::string::npos);
  run_.runFor(Duration::seconds(10));
  EXPECT_EQ(ask(query("a.test", Type::kA)).back(), '\x04');
}

TEST_F(Dns, FailsAsItIsTold) {
  DnsZone zone{{{"a.test", Type::kA, "127.0.0.3"}}, {}};
  using Kind = DnsFailure::Kind;
  for (const auto& [name, kind] : std::vector<std::pair<std::string, Kind>>{{"servfail", Kind::kServfail},
                                                                            {"nxdomain", Kind::kNxdomain},
                                                                            {"refused", Kind::kRefused},
                                                                            {"silence", Kind::kSilence},
                                                                            {"truncation", Kind::kTruncation},
                                                                            {"garbage", Kind::kGarbage},
                                                                            {"wrong", Kind::kWrongId}}) {
    zone.failures.push_back(failure(kind, name));
  }
  zone.failures.push_back(failure(Kind::kNone, "late"));
  zone.failures.back().delay = Duration::milliseconds(300);
  serve(zone);
  EXPECT_EQ(code(ask(query("servfail", Type::kA))), 2);
  EXPECT_EQ(code(ask(query("nxdomain", Type::kA))), 3);
  EXPECT_EQ(code(ask(query("refused", Type::kA))), 5);
  EXPECT_EQ(ask(query("silence", Type::kA)), "");
  EXPECT_TRUE(truncated(ask(query("truncation", Type::kA))));
  EXPECT_FALSE(readDnsQuery(ask(query("garbage", Type::kA))));
  EXPECT_NE(ask(query("wrong", Type::kA)).substr(0, 2), "\x12\x34");
  const TimePoint before = run_.now();
  EXPECT_NE(ask(query("late", Type::kA)), "");
  EXPECT_GE(repliedAt_ - before, Duration::milliseconds(300));
}

TEST_F(Dns, ALongAnswerIsTruncatedOverUdp) {
  DnsZone zone;
  for (int i = 0; i < 40; ++i) zone.records.push_back({"many.test", Type::kA, "127.0.1." + std::to_string(i)});
  serve(zone);
  const std::string reply = ask(query("many.test", Type::kA));
  EXPECT_TRUE(truncated(reply));
  EXPECT_EQ(answers(reply), 0);
}

}  // namespace
}  // namespace orrery::sim
