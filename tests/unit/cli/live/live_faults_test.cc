#include "cli/live/live_faults.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

namespace orrery::live {
namespace {

using sim::Fault;

std::string whyNot(Fault::Kind kind, bool ownNetwork = true, bool maybe = false) {
  sim::Scenario scenario;
  Fault f;
  f.kind = kind;
  f.host = "proxy";
  f.text = "fault";
  f.maybe = maybe;
  scenario.faults.push_back(f);
  return LiveFaults::whyNot(scenario, ownNetwork);
}

TEST(LiveFaults, AProcessIsSignalledPausedAndLimitedAnywhere) {
  for (const Fault::Kind kind : {Fault::Kind::kSignal, Fault::Kind::kPause, Fault::Kind::kDescriptors}) {
    EXPECT_EQ(whyNot(kind, false), "");
  }
}

TEST(LiveFaults, SegmentsAreFilteredInANetworkOfTheRunsOwnOnly) {
  EXPECT_EQ(whyNot(Fault::Kind::kBlackHole, false), "`fault`: it needs a network of its own");
  const std::string own = whyNot(Fault::Kind::kBlackHole);
  EXPECT_EQ(own, canDropPackets() ? "" : "`fault`: there is no nft(8) to filter packets by");
}

TEST(LiveFaults, WhatNoRealMachineDoesIsNamedWithItsReason) {
  EXPECT_EQ(whyNot(Fault::Kind::kLatency), "`fault`: the loopback interface does no such thing to a segment");
  EXPECT_EQ(whyNot(Fault::Kind::kReset), "`fault`: a packet filter tells one end only");
  EXPECT_EQ(whyNot(Fault::Kind::kShortWrites), "`fault`: what the calls of a real process move is the kernel's affair");
  EXPECT_EQ(whyNot(Fault::Kind::kClockStep), "`fault`: the wall clock is the machine's");
}

// As in the plain run, in which it never strikes.
TEST(LiveFaults, WhatStrikesByChoiceNeedsNothing) {
  EXPECT_EQ(whyNot(Fault::Kind::kShortWrites, true, true), "");
  EXPECT_EQ(whyNot(Fault::Kind::kLoss, false), "");
}

TEST(LiveFaults, WhatStrikesByChoiceIsToldAsNotDone) {
  sim::Scenario scenario;
  for (const auto& [text, kind, maybe] : {std::tuple{"maybe crash", Fault::Kind::kCrash, true},
                                          {"crash", Fault::Kind::kCrash, false},
                                          {"loss", Fault::Kind::kLoss, false}}) {
    Fault f;
    f.kind = kind;
    f.text = text;
    f.maybe = maybe;
    scenario.faults.push_back(f);
  }
  EXPECT_EQ(LiveFaults::notDone(scenario), (std::vector<std::string>{"maybe crash", "loss"}));
}

}  // namespace
}  // namespace orrery::live
