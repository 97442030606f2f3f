// proxy/io/process.h.

#include "tests/contract/fixture.h"

namespace orrery::contract {
namespace {

using ProcessContract = ContractTest;
ORRERY_CONTRACT(ProcessContract);

TEST_P(ProcessContract, TheHostHasAName) {
  const std::string_view name = world_->io().process.hostname();
  EXPECT_FALSE(name.empty());
  EXPECT_EQ(name, world_->io().process.hostname());
}

TEST_P(ProcessContract, AVariableThatNobodySetIsNone) {
  EXPECT_FALSE(world_->io().process.variable("ORRERY_NOBODY_SETS_THIS").has_value());
}

TEST_P(ProcessContract, TheZoneIsLessThanADayFromUtcAndHasAName) {
  for (const int64_t second : {int64_t{-1}, int64_t{0}, int64_t{1'767'225'600}, int64_t{1'782'864'000}}) {
    const ZoneOffset zone = world_->io().process.localZone(WallTime::fromUnixNanoseconds(second * 1'000'000'000));
    EXPECT_LT(zone.seconds, 24 * 3600);
    EXPECT_GT(zone.seconds, -24 * 3600);
    EXPECT_FALSE(zone.name.empty());
  }
}

}  // namespace
}  // namespace orrery::contract
