#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "proxy/base/prng.h"
#include "sim/script/expect.h"
#include "sim/script/reader.h"
#include "sim/script/scenario.pb.h"
#include "sim/script/steps.h"
#include "sim/script/units.h"
#include "sim/script/writer.h"
#include "sim/script/yaml.h"

namespace orrery::script {
namespace {

using google::protobuf::util::MessageDifferencer;
using M = orrery::Scenario;

// Arbitrary messages, every field of every kind, from a seed.
class Generator {
 public:
  explicit Generator(uint64_t seed) : prng_(seed) {}

  M::Step step() {
    M::Step s;
    switch (prng_.below(18)) {
      case 0:
        s.mutable_connect()->set_host(name());
        s.mutable_connect()->set_port(port());
        s.mutable_connect()->set_http2(coin());
        if (coin()) s.mutable_connect()->set_name(name());
        break;
      case 1: s.mutable_use()->set_connection(name()); break;
      case 2: request(*s.mutable_request()); break;
      case 3: {
        M::Load& l = *s.mutable_load();
        l.set_connections(1 + static_cast<uint32_t>(prng_.below(100)));
        l.set_requests(1 + prng_.below(1000));
        if (coin()) {
          l.set_host(name());
          l.set_port(port());
        }
        l.mutable_request()->set_method("GET");
        l.mutable_request()->set_path("/load");
        if (coin()) l.mutable_request()->mutable_body()->set_bytes(1 + prng_.below(100'000));
        if (coin()) l.set_streams(1 + static_cast<uint32_t>(prng_.below(100)));
        l.set_cancelled(coin());
        if (coin()) {
          duration(*l.mutable_every());
          l.set_drawn(coin());
        }
        break;
      }
      case 4:
        s.mutable_wait_for_response();
        if (coin()) s.mutable_wait_for_response()->set_name(name());
        if (coin()) duration(*s.mutable_wait_for_response()->mutable_within());
        break;
      case 5:
        s.mutable_send_raw()->set_text(bytes());
        if (coin()) s.mutable_send_raw()->set_times(1 + static_cast<uint32_t>(prng_.below(1000)));
        if (coin()) s.mutable_send_raw()->set_name(name());
        break;
      case 6:
        duration(*s.mutable_wait()->mutable_duration());
        if (coin()) s.mutable_wait()->set_then(ending());
        break;
      case 7:
        s.mutable_wait_for_close();
        if (coin()) {
          duration(*s.mutable_wait_for_close()->mutable_within());
          s.mutable_wait_for_close()->set_expected(coin());
        }
        break;
      case 8: s.mutable_end()->set_how(ending()); break;
      case 9:
        s.mutable_reading();
        if (coin()) {
          s.mutable_reading()->set_off(true);
        } else if (coin()) {
          s.mutable_reading()->set_bytes(1 + prng_.below(5000));
          duration(*s.mutable_reading()->mutable_every());
        }
        break;
      case 10: s.mutable_accept(); break;
      case 11: s.mutable_read_request()->set_head_only(coin()); break;
      case 12: answer(*s.mutable_answer()); break;
      case 13:
        s.mutable_inform()->set_status(100 + static_cast<uint32_t>(prng_.below(100)));
        headers(*s.mutable_inform()->mutable_headers());
        break;
      case 14: s.mutable_never_answer(); break;
      case 15:
        s.mutable_condition()->set_name(name());
        s.mutable_condition()->set_off(coin());
        break;
      case 16:
        s.mutable_cancel()->set_name(name());
        if (coin()) {
          s.mutable_wait_until()->set_condition(name());
          if (coin()) duration(*s.mutable_wait_until()->mutable_within());
        }
        break;
      default: s.mutable_listen()->set_off(coin()); break;
    }
    if (coin()) s.set_from_then_on(true);
    return s;
  }

  M::Fault fault() {
    M::Fault f;
    const auto loss = [&](M::Fault::Loss& l) {
      if (coin()) l.mutable_ratio()->set_per_million(1 + static_cast<uint32_t>(prng_.below(1'000'000)));
    };
    const uint64_t kind = prng_.below(19);
    switch (kind) {
      case 0: f.mutable_black_hole(); break;
      case 1: duration(*f.mutable_latency()->mutable_extra()); break;
      case 2: loss(*f.mutable_loss()); break;
      case 3: loss(*f.mutable_duplicate()); break;
      case 4: loss(*f.mutable_reorder()); break;
      case 5: loss(*f.mutable_corrupt()); break;
      case 6: f.mutable_reset(); break;
      case 7:
        f.mutable_partition()->set_host(name());
        f.mutable_partition()->set_direction(static_cast<M::Fault::Direction>(prng_.below(3)));
        break;
      case 8:
        f.mutable_crash()->set_host(name());
        if (coin()) duration(*f.mutable_crash()->mutable_restart_after());
        break;
      case 9: f.mutable_pause()->set_host(name()); break;
      case 10:
        f.mutable_slow_reader()->set_host(name());
        f.mutable_slow_reader()->set_bytes(1 + prng_.below(100'000));
        duration(*f.mutable_slow_reader()->mutable_every());
        break;
      case 11: shortCalls(*f.mutable_short_reads()); break;
      case 12: shortCalls(*f.mutable_short_writes()); break;
      case 13:
        f.mutable_would_block()->set_host(name());
        if (coin())
          f.mutable_would_block()->mutable_ratio()->set_per_million(1 + static_cast<uint32_t>(prng_.below(9)));
        break;
      case 14:
        f.mutable_descriptors()->set_host(name());
        f.mutable_descriptors()->set_limit(prng_.below(100));
        break;
      case 15:
      case 16:
        f.mutable_clock_step()->set_host(name());
        duration(*f.mutable_clock_step()->mutable_by());
        f.mutable_clock_step()->set_back(kind == 15);
        break;
      case 17:
        f.mutable_signal()->set_host(name());
        f.mutable_signal()->set_name(static_cast<M::Fault::Signal::Name>(prng_.below(4)));
        break;
      default:
        f.mutable_file_change()->set_host(name());
        f.mutable_file_change()->set_path("/" + name());
        f.mutable_file_change()->set_content(bytes());
        break;
    }
    if (kind != 10 && kind != 14) f.set_maybe(coin());
    const bool link = kind < 7;
    if (link) {
      f.set_from(name());
      f.set_to(name());
      f.set_one_way(coin());
    }
    if (link || kind == 7) {
      f.set_matching(static_cast<M::Fault::Matching>(prng_.below(8)));
      if (coin()) f.set_port(port());
      if (coin()) f.set_first(1 + prng_.below(9));
    }
    const bool instant = kind == 8 || kind >= 15;
    if (instant || coin()) duration(*f.mutable_begin());
    if (!instant && coin()) duration(*f.mutable_end());
    if (!instant && coin()) f.set_while_(name());
    return f;
  }

  void expectation(M::Expectation& e, int depth) {
    const uint64_t kind = prng_.below(depth > 3 ? 4 : 8);
    if (kind == 0) {
      M::Compare& c = *e.mutable_compare();
      c.set_value(name() + "." + name());
      c.set_op(static_cast<M::Op>(prng_.below(M::Op_ARRAYSIZE)));
      const int operands = c.op() == M::TRUE     ? 0
                           : c.op() == M::WITHIN ? 2
                           : c.op() == M::IN     ? 1 + static_cast<int>(prng_.below(3))
                                                 : 1;
      for (int i = 0; i < operands; ++i) c.add_to(c.op() == M::WITHIN ? "1s" : word());
    } else if (kind == 1) {
      M::Saw& s = *e.mutable_saw();
      s.set_host(name());
      if (coin()) {
        s.set_each_at_most_once(true);
      } else {
        s.set_times(prng_.below(9));
        if (coin()) s.set_request(name());
      }
    } else if (kind == 2) {
      e.mutable_never_twice();
    } else if (kind == 3) {
      if (coin()) e.mutable_ends_within()->set_request(name());
      duration(*e.mutable_ends_within()->mutable_within());
    } else if (kind == 4 && depth == 0) {
      expectation(*e.mutable_if_then()->mutable_if_(), 1);
      expectation(*e.mutable_if_then()->mutable_then(), 1);
    } else if (kind == 5) {
      expectation(*e.mutable_not_(), depth + 1);
    } else {
      auto& list = kind == 6 ? *e.mutable_all() : *e.mutable_any();
      for (uint64_t i = 0; i < 2 + prng_.below(2); ++i) expectation(*list.add_of(), depth + 1);
    }
  }

 private:
  bool coin() { return prng_.below(2) == 0; }
  uint32_t port() { return 1 + static_cast<uint32_t>(prng_.below(65'535)); }
  std::string name() {
    std::string n(1, static_cast<char>('a' + prng_.below(26)));
    for (uint64_t i = prng_.below(6); i > 0; --i) n += "abz019_"[prng_.below(7)];
    return isName(n) ? n : "x" + n;
  }
  std::string bytes() {
    std::string b = "G";
    for (uint64_t i = prng_.below(12); i > 0; --i) b += static_cast<char>(prng_.below(256));
    return b;
  }
  std::string word() {
    std::string w;
    for (uint64_t i = prng_.below(6); i > 0; --i) w += static_cast<char>(' ' + prng_.below(95));
    return w;
  }
  void shortCalls(M::Fault::Short& s) {
    s.set_host(name());
    s.set_bytes(1 + prng_.below(100'000));
  }
  M::Ending ending() { return static_cast<M::Ending>(1 + prng_.below(5)); }
  void duration(google::protobuf::Duration& d) {
    constexpr int64_t kUnits[] = {1, 1000, 1'000'000, 1'000'000'000};
    const int64_t ns = static_cast<int64_t>(1 + prng_.below(5000)) * kUnits[prng_.below(4)];
    d.set_seconds(ns / 1'000'000'000);
    d.set_nanos(static_cast<int32_t>(ns % 1'000'000'000));
  }
  void headers(google::protobuf::RepeatedPtrField<M::HeaderField>& list) {
    for (uint64_t i = prng_.below(3); i > 0; --i) {
      auto* h = list.Add();
      h->set_name("x-" + name());
      h->set_value(word());
    }
  }
  void body(M::Body& b) {
    if (coin()) {
      b.set_text("t" + word());
    } else {
      b.set_bytes(1 + prng_.below(3u << 20));
    }
    b.set_chunked(coin());
    if (coin()) {
      b.set_parts(2 + static_cast<uint32_t>(prng_.below(5)));
      duration(*b.mutable_every());
    }
  }
  void request(M::Request& r) {
    static constexpr const char* kMethods[] = {"GET", "HEAD", "POST", "PATCH", "BREW"};
    r.set_method(kMethods[prng_.below(5)]);
    r.set_path("/" + name() + (coin() ? "?a=b,c" : ""));
    headers(*r.mutable_headers());
    if (coin()) body(*r.mutable_body());
    r.set_no_wait(coin());
    if (coin()) r.set_name(name());
  }
  void answer(M::Answer& a) {
    a.set_status(200 + static_cast<uint32_t>(prng_.below(400)));
    if (coin()) body(*a.mutable_body());
    headers(*a.mutable_headers());
    if (coin()) duration(*a.mutable_after());
    a.set_early(coin());
    if (coin()) a.set_then(ending());
  }

  Prng prng_;
};

// Property: what a short string is printed for is what it is parsed to, so no two messages share one.
TEST(ShortForms, PrintedAndParsedAgainAreTheSameStep) {
  std::map<std::string, M::Step> seen;
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    const M::Step step = Generator(seed).step();
    const auto text = printShort(step);
    ASSERT_TRUE(text) << "seed " << seed << ": " << step.ShortDebugString();
    M::Step back;
    const auto parsed = parseShort(*text, back);
    ASSERT_TRUE(parsed) << "seed " << seed << ": " << parsed.error();
    ASSERT_TRUE(MessageDifferencer::Equals(step, back)) << "seed " << seed << ": " << *text;
    const auto [it, fresh] = seen.emplace(*text, step);
    ASSERT_TRUE(MessageDifferencer::Equals(it->second, step)) << *text;
  }
}

TEST(ShortForms, PrintedAndParsedAgainAreTheSameFault) {
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    const M::Fault fault = Generator(seed).fault();
    const auto text = printShort(fault);
    ASSERT_TRUE(text) << "seed " << seed << ": " << fault.ShortDebugString();
    M::Fault back;
    const auto parsed = parseShort(*text, back);
    ASSERT_TRUE(parsed) << "seed " << seed << ": " << parsed.error();
    ASSERT_TRUE(MessageDifferencer::Equals(fault, back)) << "seed " << seed << ": " << *text;
  }
}

TEST(ShortForms, RatiosAndBandwidthsReadAsPrinted) {
  Prng prng(9);
  for (int i = 0; i < 5'000; ++i) {
    const auto ratio = static_cast<uint32_t>(prng.below(1'000'001));
    ASSERT_EQ(parseRatio(printRatio(ratio)), ratio) << printRatio(ratio);
    const uint64_t bandwidth = 1 + prng.below(uint64_t{1} << (1 + prng.below(39)));
    ASSERT_EQ(parseBandwidth(printBandwidth(bandwidth)), bandwidth) << printBandwidth(bandwidth);
  }
  for (const char* wrong : {"", "%", "1", "101%", "1.00001%", "-1%", "100.1%"})
    EXPECT_FALSE(parseRatio(wrong)) << wrong;
  for (const char* wrong : {"", "0/s", "1", "1MB/s", "-1/s", "1 Mbit/s"}) EXPECT_FALSE(parseBandwidth(wrong)) << wrong;
}

TEST(ShortForms, PrintedAndParsedAgainAreTheSameExpectation) {
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    M::Expectation e;
    Generator(seed).expectation(e, 0);
    const std::string text = printExpectation(e);
    M::Expectation back;
    const auto parsed = parseExpectation(text, back);
    ASSERT_TRUE(parsed) << "seed " << seed << ": " << parsed.error() << "\n" << e.ShortDebugString();
    ASSERT_TRUE(MessageDifferencer::Equals(e, back)) << "seed " << seed << ": " << text << "\n"
                                                     << back.ShortDebugString();
  }
}

TEST(ShortForms, MappingsReadBackToTheSameMessage) {
  for (uint64_t seed = 0; seed < 3'000; ++seed) {
    M scenario;
    scenario.set_claim("c");
    Generator g(seed);
    M::Story& story = *scenario.add_story();
    story.set_host("client");
    for (int i = 0; i < 3; ++i) *story.add_steps() = g.step();
    *scenario.add_faults() = g.fault();
    g.expectation(*scenario.add_always(), 0);
    for (const std::string& text : {writeLong(scenario), writeShort(scenario)}) {
      const auto yaml = readYaml(text);
      ASSERT_TRUE(yaml) << yaml.error().message << "\n" << text;
      M back;
      Marks marks;
      std::vector<Problem> problems;
      readMessage(*yaml, back, marks, problems);
      ASSERT_TRUE(problems.empty()) << "seed " << seed << ": " << toLine(problems[0], "f") << "\n" << text;
      ASSERT_TRUE(MessageDifferencer::Equals(scenario, back)) << "seed " << seed << "\n" << text << back.DebugString();
    }
  }
}

TEST(ShortForms, DurationsReadAsPrinted) {
  Prng prng(7);
  for (int i = 0; i < 20'000; ++i) {
    const Duration d = Duration::nanoseconds(static_cast<int64_t>(prng.next() >> (4 + prng.below(60))));
    if (d > Duration::seconds(50LL * 365 * 86'400)) continue;
    ASSERT_EQ(parseDuration(printDuration(d)), d) << printDuration(d);
  }
  for (const char* wrong :
       {"", "5", "ms", "-1s", "1.s", ".5s", "1.0000000001s", "1.5ns", "5 s", "1e3s", "99999999999h"}) {
    EXPECT_FALSE(parseDuration(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace orrery::script
