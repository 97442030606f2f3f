#include "sim/report/deviation_words.h"

#include <gtest/gtest.h>

namespace orrery::sim {
namespace {

TEST(DeviationWords, SayWhatAnAnswerMeans) {
  EXPECT_EQ(deviationInWords("/origin/link.2:link_delay:2", 2), "what /origin/link.2 carries takes 300 us longer");
  EXPECT_EQ(deviationInWords("/client/main:lateness:0", 5), "/client/main wakes 20 ms late");
  EXPECT_EQ(deviationInWords("/a/connection.1:read_bytes:4", 3), "a read of /a/connection.1 gives one byte");
  EXPECT_EQ(deviationInWords("/proxy/w0:post_point:1", 1), "/proxy/w0 waits after a post until one other went ahead");
  EXPECT_EQ(deviationInWords("/proxy/w0:thread_order:1", 3),
            "/proxy/w0 waits until all others that can run went ahead");
}

TEST(DeviationWords, WhatIsNoChoiceIsGivenBack) {
  EXPECT_EQ(deviationInWords("nonsense", 1), "nonsense");
  EXPECT_EQ(deviationInWords("/a:no_such_site:1", 1), "/a:no_such_site:1");
  EXPECT_EQ(deviationInWords(":", 1), ":");
  EXPECT_EQ(deviationInWords("", 1), "");
}

}  // namespace
}  // namespace orrery::sim
