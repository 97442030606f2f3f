#include "proxy/filters/http/local_ratelimit/limit_buckets.h"

#include <gtest/gtest.h>

namespace orrery::filters::local_ratelimit {
namespace {

using Entries = std::vector<route::DescriptorEntry>;

constexpr TimePoint kNow;

BucketOptions holds(uint64_t tokens, uint64_t perSecond = 1) { return {tokens, perSecond, Duration::seconds(1)}; }

// Two buckets for two users, and one for all.
LocalRateLimitOptions options() {
  LocalRateLimitOptions out;
  out.bucket = holds(100);
  out.descriptors.push_back({Entries{{"user", "joe"}}, holds(1), false});
  out.descriptors.push_back({Entries{{"path", "/"}}, holds(2, 5), false});
  return out;
}

route::Descriptor of(std::string key, std::string value) { return {.entries = {{std::move(key), std::move(value)}}}; }

TEST(LimitBuckets, WhatHasADescriptorDrawsFromItsBucketAndFromTheOneForAll) {
  LimitBuckets buckets(options(), kNow);
  EXPECT_TRUE(buckets.take({of("user", "joe")}, kNow).allowed);
  const auto refused = buckets.take({of("user", "joe")}, kNow);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.bucket->options.maxTokens, 1u);
  EXPECT_TRUE(buckets.take({of("user", "ann")}, kNow).allowed);
  // 100, less the first and the last; a refused one takes nothing.
  EXPECT_EQ(buckets.stateOf(*buckets.take({}, kNow).bucket, kNow).remaining, 97u);
}

TEST(LimitBuckets, OfManyProxiesEachTakesAsIfAllTook) {
  LocalRateLimitOptions options;
  options.bucket = BucketOptions{.maxTokens = 10, .tokensPerFill = 1, .fillInterval = Duration::seconds(1)};
  options.proxies = 3;
  LimitBuckets buckets(options, TimePoint());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(buckets.take({}, TimePoint()).allowed);
  // One is left, and three are wanted: two seconds.
  EXPECT_FALSE(buckets.take({}, TimePoint()).allowed);
  EXPECT_FALSE(buckets.take({}, TimePoint() + Duration::milliseconds(1999)).allowed);
  EXPECT_TRUE(buckets.take({}, TimePoint() + Duration::seconds(2)).allowed);
}

TEST(LimitBuckets, TheOneForAllIsLeftAloneWhereOnlyWhatHasNoDescriptorDrawsFromIt) {
  LocalRateLimitOptions only = options();
  only.alwaysTakeFromBucket = false;
  LimitBuckets buckets(only, kNow);
  EXPECT_TRUE(buckets.take({of("user", "joe")}, kNow).allowed);
  EXPECT_EQ(buckets.stateOf(*buckets.take({}, kNow).bucket, kNow).remaining, 99u);
}

// joe's bucket fills by 1 a second, the path's by 5: joe's is asked first, whatever the order of the descriptors, and
// what it refuses takes nothing from the other.
TEST(LimitBuckets, TheBucketThatFillsSlowestIsAskedFirst) {
  LimitBuckets buckets(options(), kNow);
  const std::vector<route::Descriptor> both = {of("path", "/"), of("user", "joe")};
  EXPECT_EQ(buckets.take(both, kNow).bucket->options.maxTokens, 1u);
  EXPECT_FALSE(buckets.take(both, kNow).allowed);
  EXPECT_EQ(buckets.stateOf(*buckets.take({of("path", "/")}, kNow).bucket, kNow).remaining, 0u);
}

TEST(LimitBuckets, HitsCountAsManyAndMayBeGivenBack) {
  LimitBuckets buckets(options(), kNow);
  route::Descriptor two = of("path", "/");
  two.hits = 2;
  EXPECT_TRUE(buckets.take({two}, kNow).allowed);
  EXPECT_FALSE(buckets.take({two}, kNow).allowed);
  two.givesBack = true;
  EXPECT_EQ(buckets.stateOf(*buckets.take({two}, kNow).bucket, kNow).remaining, 2u);
}

TEST(LimitBuckets, AnEmptyValueStandsForAnyEachWithItsOwnBucketUpToABound) {
  LocalRateLimitOptions any;
  any.descriptors.push_back({Entries{{"user", ""}}, holds(1), false});
  any.maxDynamicDescriptors = 2;
  LimitBuckets buckets(any, kNow);
  const auto allowed = [&](std::string user) { return buckets.take({of("user", std::move(user))}, kNow).allowed; };
  EXPECT_TRUE(allowed("a"));
  EXPECT_TRUE(allowed("b"));
  EXPECT_FALSE(allowed("a"));
  // A third one takes the place of b, which was used before a.
  EXPECT_TRUE(allowed("c"));
  EXPECT_FALSE(allowed("a"));
  EXPECT_TRUE(allowed("b"));
}

TEST(LimitBuckets, WithoutABucketForAllWhatHasNoDescriptorIsNotLimited) {
  LocalRateLimitOptions none = options();
  none.bucket.reset();
  LimitBuckets buckets(none, kNow);
  const auto verdict = buckets.take({of("user", "ann")}, kNow);
  EXPECT_TRUE(verdict.allowed);
  EXPECT_EQ(verdict.bucket, nullptr);
}

TEST(LimitBuckets, TheStateSaysWhenTheNextTokenComes) {
  LimitBuckets buckets(options(), kNow);
  const auto verdict = buckets.take({of("user", "joe")}, kNow);
  const auto state = buckets.stateOf(*verdict.bucket, kNow + Duration::milliseconds(100));
  EXPECT_EQ(state.limit, 1u);
  EXPECT_EQ(state.remaining, 0u);
  EXPECT_EQ(state.resetSeconds, 1u);  // 0.9 s
}

}  // namespace
}  // namespace orrery::filters::local_ratelimit
