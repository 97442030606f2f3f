#include "sim/core/chooser.h"

#include <gtest/gtest.h>

#include <set>

namespace orrery::sim {
namespace {

constexpr Name kClient("client");
constexpr Name kStep("step");

struct Asked {
  explicit Asked(Strategy s) : chooser(trace, names, std::move(s)) { names.keepAll = true; }
  Entity entity(uint64_t index) {
    Entity e;
    e.become(names.child(0, kClient, index));
    return e;
  }
  Names names;
  Trace trace{nullptr};
  Chooser chooser;
};

TEST(Chooser, ThePlainRunAlwaysTakesTheDefault) {
  Asked a(Strategy::plain());
  Entity e = a.entity(1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.chooser.choose(e, Site::kLinkDelay, 5), 0u);
  EXPECT_EQ(a.chooser.asked(), 100u);
  EXPECT_TRUE(a.chooser.taken().empty());
}

TEST(Chooser, AChoiceWithOneOutcomeIsNotAsked) {
  Asked a(Strategy::random(1));
  Entity e = a.entity(1);
  const uint64_t before = a.trace.hash().value();
  EXPECT_EQ(a.chooser.choose(e, Site::kReadBytes, 1), 0u);
  EXPECT_EQ(a.chooser.choose(e, Site::kReadBytes, 0), 0u);
  EXPECT_EQ(a.trace.hash().value(), before);
  EXPECT_EQ(a.chooser.asked(), 0u);
}

TEST(Chooser, ADeviationIsFoundByItsTextualKey) {
  Deviations d;
  ASSERT_TRUE(d.add("/client.2:read_bytes:3", 2).has_value());
  Asked a(Strategy::replay(d));
  Entity one = a.entity(1);
  Entity two = a.entity(2);
  for (uint32_t i = 0; i < 6; ++i) {
    EXPECT_EQ(a.chooser.choose(one, Site::kReadBytes, 4), 0u);
    EXPECT_EQ(a.chooser.choose(two, Site::kReadBytes, 4), i == 3 ? 2u : 0u);
  }
  const FitReport fit = a.chooser.fit();
  EXPECT_EQ(fit.used, 1u);
  EXPECT_EQ(fit.absent, 11u);
  EXPECT_TRUE(fit.exact());
}

TEST(Chooser, EntitiesKnownByIdCountLikeObjects) {
  Asked a(Strategy::random(5));
  Asked b(Strategy::random(5));
  Entity e = a.entity(1);
  const EntityId id = e.id;
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(a.chooser.choose(e, Site::kLateness, 6), b.chooser.choose(id, Site::kLateness, 6));
  }
  EXPECT_EQ(a.trace.hash().value(), b.trace.hash().value());
}

TEST(Chooser, OutOfRangeIsClampedForOrderedSitesAndDefaultForOthers) {
  Deviations d;
  ASSERT_TRUE(d.add("/client.1:read_bytes:0", 9).has_value());
  ASSERT_TRUE(d.add("/client.1:thread_order:0", 9).has_value());
  Asked a(Strategy::replay(d));
  Entity e = a.entity(1);
  EXPECT_EQ(a.chooser.choose(e, Site::kReadBytes, 4), 3u);
  EXPECT_EQ(a.chooser.choose(e, Site::kThreadOrder, 4), 0u);
  EXPECT_EQ(a.chooser.fit().clamped, 2u);
  EXPECT_FALSE(a.chooser.fit().exact());
}

TEST(Chooser, WhatWasNeverAskedForIsLeftOver) {
  Deviations d;
  ASSERT_TRUE(d.add("/nobody:read_bytes:0", 1).has_value());
  Asked a(Strategy::replay(d));
  ASSERT_EQ(a.chooser.fit().leftOver.size(), 1u);
  EXPECT_EQ(a.chooser.fit().leftOver[0].text, "/nobody:read_bytes:0");
}

// A seeded run asks a fixed set of questions here, so its log replayed must give the same answers; and of a subset of the
// log, each entry that is left keeps meaning what it meant.
TEST(Chooser, EverySubsetOfALogIsAValidRunInWhichTheRestKeepsItsMeaning) {
  const auto answers = [](Strategy s, Deviations* log) {
    Asked a(std::move(s));
    std::vector<uint32_t> out;
    Entity one = a.entity(1);
    Entity two = a.entity(2);
    for (int i = 0; i < 300; ++i) {
      out.push_back(a.chooser.choose(one, Site::kLateness, 6));
      out.push_back(a.chooser.choose(two, Site::kLinkDelay, 5));
    }
    if (log != nullptr) *log = a.chooser.deviations();
    return out;
  };
  Strategy random = Strategy::random(3);
  random.setRate(SiteKind::kLateness, uint64_t{1} << 29);
  random.setRate(SiteKind::kDelay, uint64_t{1} << 29);
  Deviations log;
  const auto original = answers(random, &log);
  ASSERT_GT(log.size(), 20u);
  EXPECT_EQ(answers(Strategy::replay(log, Strategy::runKeyOf(3)), nullptr), original);

  for (size_t skip = 0; skip < log.size(); ++skip) {
    Deviations subset = log;
    ASSERT_TRUE(subset.remove(log.items()[skip].key));
    const auto replayed = answers(Strategy::replay(subset, Strategy::runKeyOf(3)), nullptr);
    size_t different = 0;
    for (size_t i = 0; i < original.size(); ++i) different += replayed[i] != original[i] ? 1 : 0;
    EXPECT_EQ(different, 1u);
  }
}

TEST(Chooser, DrawsDependOnTheRunKeyAndTheirAddressOnly) {
  Asked a(Strategy::plain());
  Asked b(Strategy::plain());
  Entity ea = a.entity(1);
  Entity eb = b.entity(1);
  Entity other = b.entity(2);
  const uint64_t first = a.chooser.draw(ea, Site::kRandom);
  b.chooser.draw(other, Site::kRandom);  // shifts nothing
  EXPECT_EQ(b.chooser.draw(eb, Site::kRandom), first);
  EXPECT_NE(a.chooser.draw(ea, Site::kRandom), first);
  Asked c(Strategy::random(9));
  Entity ec = c.entity(1);
  EXPECT_NE(c.chooser.draw(ec, Site::kRandom), first);
  EXPECT_TRUE(a.chooser.taken().empty()) << "a draw is no deviation";
}

TEST(Chooser, OneDrawCanBeOverridden) {
  Deviations d;
  ASSERT_TRUE(d.add("/client.1:random:1", 42).has_value());
  Asked a(Strategy::replay(d));
  Asked plain(Strategy::plain());
  Entity e = a.entity(1);
  Entity p = plain.entity(1);
  EXPECT_EQ(a.chooser.draw(e, Site::kRandom), plain.chooser.draw(p, Site::kRandom));
  EXPECT_EQ(a.chooser.draw(e, Site::kRandom), 42u);
}

TEST(Chooser, ARandomRunDeviatesAtAboutItsRate) {
  Strategy s = Strategy::random(77);
  s.setRate(SiteKind::kDelay, (uint64_t{1} << 32) / 10);
  Asked a(s);
  Entity e = a.entity(1);
  std::set<uint32_t> values;
  int deviations = 0;
  for (int i = 0; i < 10'000; ++i) {
    const uint32_t v = a.chooser.choose(e, Site::kLinkDelay, 5);
    values.insert(v);
    deviations += v != 0 ? 1 : 0;
  }
  EXPECT_GT(deviations, 850);
  EXPECT_LT(deviations, 1'150);
  EXPECT_EQ(values.size(), 5u);
}

TEST(Strategy, EverySeedUsesLateness) {
  for (uint64_t seed = 1; seed < 200; ++seed) EXPECT_GT(Strategy::random(seed).rate(SiteKind::kLateness), 0u) << seed;
}

TEST(Strategy, SeedsSwitchOtherKindsOnAndOff) {
  int on = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) on += Strategy::random(seed).rate(SiteKind::kSchedule) != 0 ? 1 : 0;
  EXPECT_GT(on, 60);
  EXPECT_LT(on, 140);
}

TEST(Names, TextsAndIdsStandForEachOther) {
  Names names;
  names.keepAll = true;
  const EntityId client = names.child(0, kClient, 0);
  const EntityId step = names.child(client, kStep, 7);
  EXPECT_EQ(names.path(step), "/client/step.7");
  EXPECT_EQ(Names::idOf("/client/step.7"), step);
  EXPECT_EQ(names.path(0), "/");
  EXPECT_EQ(Names::idOf("/"), EntityId{0});
  EXPECT_EQ(Names::keyOf("/client/step.7:lateness:4"), choiceKey(step, Site::kLateness, 4));
}

TEST(Names, APathWhoseBeginningNobodyKeptStillNamesItsEntity) {
  Names names;
  const EntityId client = names.child(0, kClient, 3);
  const EntityId step = names.childKept(client, kStep, 7);
  const std::string path = names.path(step);
  EXPECT_EQ(path.substr(0, 2), "/?");
  EXPECT_EQ(Names::idOf(path), step);
}

TEST(Names, DamagedTextsAreRefused) {
  for (const char* text : {"", "client:lateness:0", "/client", "/client:lateness", "/client:nothing:0",
                           "/client:lateness:x", "/a//b:lateness:0", "/a.x:lateness:0", "/?zz:lateness:0"}) {
    EXPECT_EQ(Names::keyOf(text), std::nullopt) << text;
  }
}

TEST(Names, TextsOfScenariosCannotBreakPaths) {
  Names names;
  const Name name = names.intern("a/b:c.1");
  const EntityId id = names.childKept(0, name, 2);
  EXPECT_EQ(Names::idOf(names.path(id)), id);
}

}  // namespace
}  // namespace orrery::sim
