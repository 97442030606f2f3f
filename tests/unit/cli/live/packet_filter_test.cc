#include "cli/live/packet_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace orrery::live {
namespace {

using sim::Fault;

const sim::IpAddress kClient(0x7f000002);
const sim::IpAddress kProxy(0x7f000001);

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(PacketFilter, DropsAllOfAWayAndNothingElse) {
  EXPECT_EQ(dropRules("orrery_3", {{{kClient}, {kProxy}}}, Fault()),
            "table ip orrery_3 {\n  chain strike {\n    drop\n  }\n  chain arriving {\n"
            "    type filter hook input priority 0; policy accept;\n"
            "    ip saddr { 127.0.0.2 } ip daddr { 127.0.0.1 }  jump strike\n  }\n}\n");
}

TEST(PacketFilter, ARatioIsDrawnAndABoundIsABucketThatNobodyFills) {
  Fault f;
  f.ratio = 300'000;
  f.first = 2;
  EXPECT_TRUE(has(dropRules("a", {{{kClient}, {kProxy}}}, f),
                  "    numgen random mod 1000000 < 300000 limit rate 1/day burst 2 packets drop\n"));
  f.ratio = 1'000'000;  // more than nft takes, and no chance at all
  EXPECT_FALSE(has(dropRules("a", {{{kClient}, {kProxy}}}, f), "numgen"));
}

// Bytes beyond the heads: each size of the TCP head has its own rule, all of them count in one chain.
TEST(PacketFilter, DataIsWhatGoesBeyondTheHeads) {
  Fault f;
  f.matching = Fault::Matching::kData;
  const std::string rules = dropRules("a", {{{kClient}, {kProxy}}}, f);
  EXPECT_TRUE(has(rules, "tcp doff 5 ip length > 40 jump strike\n"));
  EXPECT_TRUE(has(rules, "tcp doff 8 ip length > 52 jump strike\n"));
  EXPECT_TRUE(has(rules, "tcp doff 15 ip length > 80 jump strike\n"));
}

TEST(PacketFilter, APortIsThatOfEitherSide) {
  Fault f;
  f.matching = Fault::Matching::kSyn;
  f.port = 8080;
  const std::string rules = dropRules("a", {{{kClient, kProxy}, {kProxy}}}, f);
  EXPECT_TRUE(
      has(rules, "ip saddr { 127.0.0.2, 127.0.0.1 } ip daddr { 127.0.0.1 } tcp flags & syn == syn th sport 8080"));
  EXPECT_TRUE(has(rules, "tcp flags & syn == syn th dport 8080 jump strike\n"));
}

}  // namespace
}  // namespace orrery::live
