#include <algorithm>

#include <xxhash.h>

#include "proxy/base/assert.h"
#include "proxy/upstream/hash_table.h"

// Maglev: "A Fast and Reliable Software Network Load Balancer" (NSDI 2016), listing 1, with Envoy's weights. As for the
// ring, shares are computed in double as Envoy does.
namespace orrery::upstream {
namespace {

constexpr uint32_t kFree = UINT32_MAX;

class Maglev final : public HashTable {
 public:
  Maglev(std::vector<HashedHost> hosts, uint64_t size) : table_(size, kFree) {
    // The order decides who gets a place that several want.
    std::sort(hosts.begin(), hosts.end(), [](const HashedHost& a, const HashedHost& b) {
      return a.key != b.key ? a.key < b.key : a.index < b.index;
    });
    uint64_t sum = 0;
    for (const HashedHost& host : hosts) sum += host.weight;
    std::vector<Row> rows;
    double heaviest = 0;
    for (const HashedHost& host : hosts) {
      const double share = host.weight * 1.0 / static_cast<double>(sum);
      heaviest = std::max(heaviest, share);
      rows.push_back({host.index, XXH64(host.key.data(), host.key.size(), 0) % size,
                      XXH64(host.key.data(), host.key.size(), 1) % (size - 1) + 1, share});
    }
    fill(rows, heaviest);
    shares_ = {size, size, 0};
    for (const Row& row : rows) {
      shares_.least = std::min(shares_.least, row.count);
      shares_.most = std::max(shares_.most, row.count);
    }
  }

  uint32_t choose(uint64_t hash, uint32_t attempt) const override {
    // Most bits change, so that another place is as good as random.
    if (attempt > 0) hash ^= ~uint64_t{0} - attempt + 1;
    return table_[hash % table_.size()];
  }

 private:
  struct Row {
    uint32_t host;
    uint64_t place;  // the next one it wants
    uint64_t skip;
    double share;
    double target = 0;
    uint64_t count = 0;
  };

  // Hosts take turns, the heaviest in each round, until every place is taken.
  void fill(std::vector<Row>& rows, double heaviest) {
    uint64_t taken = 0;
    for (uint32_t round = 1; taken < table_.size(); ++round) {
      for (Row& row : rows) {
        if (taken == table_.size()) return;
        if (round * row.share < row.target) continue;
        row.target += heaviest;
        while (table_[row.place] != kFree) row.place = (row.place + row.skip) % table_.size();
        table_[row.place] = row.host;
        row.place = (row.place + row.skip) % table_.size();
        ++row.count;
        ++taken;
      }
    }
  }

  std::vector<uint32_t> table_;
};

}  // namespace

std::unique_ptr<HashTable> makeMaglev(const std::vector<HashedHost>& hosts, const HashTableOptions& options) {
  if (hosts.empty()) return nullptr;
  return std::make_unique<Maglev>(hosts, options.tableSize);
}

}  // namespace orrery::upstream
