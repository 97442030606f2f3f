#include <gtest/gtest.h>

#include "sim/script/scenario.pb.h"
#include "sim/script/script.h"
#include "sim/script/steps.h"

// Name servers in a scenario, and what a client asks them.
namespace orrery::script {
namespace {

std::string scenarioWithNames(const std::string& names, const std::string& steps, const std::string& faults = "",
                              const std::string& always = "  - r.outcome == found\n") {
  return "claim: c\nproxy: { bootstrap: b.yaml }\nhosts:\n  client:\n  ns: { names: [ " + names +
         " ] }\nstory:\n  client:\n" + steps + (faults.empty() ? "" : "faults:\n" + faults) + "always:\n" + always;
}
constexpr const char* kAsk = "    - resolve origin.test at ns -> r\n";
constexpr const char* kOrigin = "origin.test A 127.0.0.3 ttl 5s";

std::string problemOf(const std::string& text) {
  const LoadResult r = loadScenario(text);
  return r.problems.empty() ? "" : r.problems[0].message;
}

TEST(Names, RecordsAreShortTextsOrMappings) {
  const LoadResult a =
      loadScenario(scenarioWithNames("origin.test AAAA ::3 ttl 5s from 1s to 2s, alias.test CNAME origin.test", kAsk));
  ASSERT_TRUE(a.scenario) << a.problems[0].message;
  const auto& names = a.scenario->hosts[1].names;
  ASSERT_EQ(names.size(), 2u);
  EXPECT_EQ(names[0].type, sim::DnsRecord::Type::kAaaa);
  EXPECT_EQ(names[0].value, "::3");
  EXPECT_EQ(names[0].ttl, 5u);
  EXPECT_EQ(names[0].begin, Duration::seconds(1));
  EXPECT_EQ(names[0].end, Duration::seconds(2));
  EXPECT_EQ(names[1].type, sim::DnsRecord::Type::kCname);
  EXPECT_EQ(names[1].ttl, 60u);
  const LoadResult b = loadScenario(scenarioWithNames("{ name: alias.test, type: cname, value: origin.test }", kAsk));
  ASSERT_TRUE(b.scenario) << b.problems[0].message;
  EXPECT_EQ(b.scenario->hosts[1].names[0].value, "origin.test");
}

TEST(Names, EachShortTextIsOneMapping) {
  orrery::Scenario::Fault fault;
  for (const char* text : {"dns of ns servfail", "dns of ns wrong-id for a.test from 1s to 2s first 3",
                           "dns of ns answers 2s late for a.test"}) {
    ASSERT_TRUE(parseShort(text, fault)) << text;
    EXPECT_EQ(printShort(fault), text);
  }
  orrery::Scenario::Step step;
  for (const char* text :
       {"resolve a.test at ns", "resolve a.test at ns -> r", "expect change of /etc/list within 3s"}) {
    ASSERT_TRUE(parseShort(text, step)) << text;
    EXPECT_EQ(printShort(step), text);
  }
  orrery::Scenario::NameRecord record;
  for (const char* text : {"a.test A 127.0.0.3", "a.test AAAA ::3 ttl 5s", "a.test CNAME b.test from 1s to 2s"}) {
    ASSERT_TRUE(parseShort(text, record)) << text;
    EXPECT_EQ(printShort(record), text);
  }
}

TEST(Names, RefusesWhatCannotBe) {
  EXPECT_EQ(problemOf(scenarioWithNames(kOrigin, kAsk)), "");
  EXPECT_EQ(problemOf(scenarioWithNames("origin.test MX mail.test", kAsk)).substr(0, 22), "expected `DOMAIN CNAME");
  EXPECT_EQ(problemOf(scenarioWithNames("origin.test A 10.0.0.1", kAsk)),
            "expected an address of 127.0.0.0/8, found '10.0.0.1'");
  EXPECT_EQ(problemOf(scenarioWithNames("origin.test AAAA 127.0.0.3", kAsk)),
            "expected an IPv6 address, found '127.0.0.3'");
  EXPECT_EQ(problemOf(scenarioWithNames("origin.test A 127.0.0.3 from 5s to 5s", kAsk)),
            "expected an end after the begin (5s), found 5s");
  EXPECT_EQ(problemOf(scenarioWithNames(kOrigin, "    - resolve origin.test at client -> r\n")),
            "expected a name server (hosts.client.names), found another host");
  EXPECT_EQ(problemOf(scenarioWithNames(kOrigin, kAsk, "  - dns of client servfail\n")),
            "expected a name server (names: ...), found 'client' in `dns of client servfail`");
  EXPECT_EQ(problemOf(scenarioWithNames(kOrigin, kAsk, "  - dns of ns servfail for orign.test\n")),
            "expected a name that 'ns' knows, found 'orign.test'; did you mean 'origin.test'? in `dns of ns servfail "
            "for orign.test`");
  EXPECT_EQ(problemOf(scenarioWithNames(kOrigin, std::string(kAsk) + kAsk)),
            "expected a name that is used once, found 'r' a second time");
  EXPECT_EQ(problemOf(scenarioWithNames(kOrigin, kAsk, "", "  - r.status == 200\n")).substr(0, 60),
            "expected one of outcome, addresses, ttl, at, took of 'r', fo");
  EXPECT_EQ(problemOf(scenarioWithNames(kOrigin, std::string(kAsk) + "    - expect change of list within 1s\n"))
                .substr(0, 33),
            "expected `expect change of PATH w");
}

}  // namespace
}  // namespace orrery::script
