#include <gtest/gtest.h>

#include "proxy/config/bootstrap.h"
#include "tests/unit/proxy/config/sample.h"

namespace orrery::config {
namespace {

TEST(LoadBootstrap, ReadsTheSampleWithoutAFinding) {
  const LoadResult result = loadBootstrap(sampleYaml(), "sample.yaml");
  EXPECT_EQ(findingLines(result), "");
  ASSERT_NE(result.bootstrap, nullptr);
  EXPECT_EQ(result.bootstrap->listeners.size(), 1u);
  EXPECT_EQ(result.bootstrap->clusters.size(), 2u);
}

}  // namespace
}  // namespace orrery::config
