#include "proxy/upstream/hash_table.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <functional>

#include "proxy/upstream/murmur_hash.h"

namespace orrery::upstream {
namespace {

std::vector<HashedHost> hosts(std::vector<uint32_t> weights, bool names = false) {
  static const std::string kNames[] = {"alpha", "beta", "gamma", "delta"};
  std::vector<HashedHost> out;
  for (uint32_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) continue;
    out.push_back({i, names ? kNames[i] : "127.0.0.2" + std::to_string(i + 1) + ":18080", weights[i]});
  }
  return out;
}

// The hosts of requests whose hash policy sees "k0", "k1", ... "k47".
std::string placed(const HashTable& table) {
  std::string out;
  for (int i = 0; i < 48; ++i) {
    const std::string key = "k" + std::to_string(i);
    out += std::to_string(table.choose(XXH64(key.data(), key.size(), 0), 0));
  }
  return out;
}

// All measured at Envoy 1.40 with four hosts 127.0.0.21:18080 to .24 and 48 requests each.
TEST(RingHash, PlacesRequestsWhereEnvoyDoes) {
  HashTableOptions options;
  const auto ring = makeRing(hosts({1, 1, 1, 1}), options);
  EXPECT_EQ(placed(*ring), "322033010223333033032123310322130030100213130113");
  EXPECT_EQ(ring->shares().size, 1024u);
  EXPECT_EQ(ring->shares().least, 256u);
  // One of weight 2 is missing.
  EXPECT_EQ(placed(*makeRing(hosts({1, 0, 3, 1}), options)), "322033222223323232032223322322220030222223022200");
  EXPECT_EQ(placed(*makeRing(hosts({1, 1, 1, 1}, true), options)), "031233132320012213321011132131123132332200321311");
  options.murmur = true;
  EXPECT_EQ(placed(*makeRing(hosts({1, 2, 3, 1}), options)), "302100211012102022030300202302330012111021030120");
  options = {};
  options.minimumRingSize = 100;
  EXPECT_EQ(placed(*makeRing(hosts({1, 2, 3, 1}), options)), "332322202222212212221212122032102023223213220222");
}

TEST(RingHash, AFullRingIsSharedAsFarAsItGoes) {
  HashTableOptions options;
  options.minimumRingSize = 10;
  options.maximumRingSize = 14;
  const auto ring = makeRing(hosts({1, 2, 3, 1}), options);
  EXPECT_EQ(placed(*ring), "223202203220122313221230122220222032210202020222");
  EXPECT_EQ(ring->shares().size, 14u);
  EXPECT_EQ(ring->shares().least, 2u);
  EXPECT_EQ(ring->shares().most, 6u);
}

TEST(Maglev, PlacesRequestsWhereEnvoyDoes) {
  HashTableOptions options;
  const auto table = makeMaglev(hosts({1, 1, 1, 1}), options);
  EXPECT_EQ(placed(*table), "330122311023223213100330310222312000231113133232");
  EXPECT_EQ(table->shares().least, 16384u);
  EXPECT_EQ(table->shares().most, 16385u);
  EXPECT_EQ(placed(*makeMaglev(hosts({1, 2, 3, 1}, true), options)),
            "112212030312222221201102222111221022113233232201");
  options.tableSize = 101;
  const auto small = makeMaglev(hosts({1, 2, 3, 1}), options);
  EXPECT_EQ(placed(*small), "111123220111313232120221102231121222230121113101");
  EXPECT_EQ(small->shares().least, 15u);
  EXPECT_EQ(small->shares().most, 42u);
}

TEST(HashTables, NobodyHasNoTable) {
  EXPECT_EQ(makeRing({}, {}), nullptr);
  EXPECT_EQ(makeMaglev({}, {}), nullptr);
}

TEST(HashTables, OneHostMoreMovesFewRequests) {
  for (const auto make : {makeRing, makeMaglev}) {
    const auto three = make(hosts({1, 1, 1}), {});
    const auto four = make(hosts({1, 1, 1, 1}), {});
    int moved = 0;
    for (uint64_t i = 0; i < 1000; ++i) {
      const uint64_t hash = XXH64(&i, sizeof i, 0);
      if (three->choose(hash, 0) != four->choose(hash, 0)) ++moved;
    }
    EXPECT_LT(moved, 400);
    EXPECT_GT(moved, 150);
  }
}

// Envoy's MURMUR_HASH_2 is libstdc++'s hash of strings, by intention.
TEST(MurmurHash, IsThatOfTheStandardLibrary) {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(murmurHash2(text), std::hash<std::string>()(text)) << text;
    text += static_cast<char>(i * 37);
  }
}

}  // namespace
}  // namespace orrery::upstream
