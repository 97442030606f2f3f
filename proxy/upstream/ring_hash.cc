#include <algorithm>

#include <xxhash.h>

#include "proxy/upstream/hash_table.h"
#include "proxy/upstream/murmur_hash.h"

// Envoy computes shares in double. The same operations are done here, in the same order: sums, products and quotients
// are exactly rounded on every machine (IEEE 754), so the tables are the same everywhere, and the same as Envoy's.
namespace orrery::upstream {
namespace {

double roundedUp(double v) {
  const auto whole = static_cast<double>(static_cast<uint64_t>(v));
  return whole < v ? whole + 1 : whole;
}

class Ring final : public HashTable {
 public:
  Ring(const std::vector<HashedHost>& hosts, const HashTableOptions& options) {
    uint64_t sum = 0;
    for (const HashedHost& host : hosts) sum += host.weight;
    const auto share = [&](const HashedHost& host) { return host.weight * 1.0 / static_cast<double>(sum); };
    double least = 1;
    for (const HashedHost& host : hosts) least = std::min(least, share(host));
    // So many that the lightest host has a whole number of entries, but never more than allowed.
    const double scale = std::min(roundedUp(least * static_cast<double>(options.minimumRingSize)) / least,
                                  static_cast<double>(options.maximumRingSize));
    shares_.size = static_cast<uint64_t>(roundedUp(scale));
    shares_.least = shares_.size;
    entries_.reserve(shares_.size);
    double current = 0;
    double target = 0;
    std::string key;
    for (const HashedHost& host : hosts) {
      target += scale * share(host);
      uint64_t n = 0;
      for (; current < target; ++n, ++current) {
        key = host.key + "_" + std::to_string(n);
        entries_.push_back({options.murmur ? murmurHash2(key) : XXH64(key.data(), key.size(), 0), host.index});
      }
      shares_.least = std::min(shares_.least, n);
      shares_.most = std::max(shares_.most, n);
    }
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) { return a.hash != b.hash ? a.hash < b.hash : a.host < b.host; });
  }

  // The first entry not below the hash; behind the last comes the first.
  uint32_t choose(uint64_t hash, uint32_t attempt) const override {
    const auto found = std::lower_bound(entries_.begin(), entries_.end(), hash,
                                        [](const Entry& entry, uint64_t h) { return entry.hash < h; });
    const size_t at = found == entries_.end() ? 0 : static_cast<size_t>(found - entries_.begin());
    return entries_[(at + attempt) % entries_.size()].host;
  }

 private:
  struct Entry {
    uint64_t hash;
    uint32_t host;
  };
  std::vector<Entry> entries_;
};

}  // namespace

std::unique_ptr<HashTable> makeRing(const std::vector<HashedHost>& hosts, const HashTableOptions& options) {
  if (hosts.empty()) return nullptr;
  return std::make_unique<Ring>(hosts, options);
}

}  // namespace orrery::upstream
