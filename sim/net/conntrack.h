#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "proxy/base/time.h"
#include "sim/ledger/endpoint.h"

namespace orrery::sim {

// Who talks with whom, as a segment says it: from, to.
struct Ends {
  Endpoint from;
  Endpoint to;
  bool operator==(const Ends&) const = default;
  Ends turned() const { return {to, from}; }
};

// The connections that a middlebox knows, as nf_conntrack has them: each with the addresses that its opener uses (inside) and
// those that the other end sees (outside; the same where nothing is translated). One that was not used for a time is
// forgotten.
//
// Lifetime: the middlebox's; entries until forgotten. Threading: the run's. Bounds: kMax entries; add() then fails, as
// "nf_conntrack: table full, dropping packet".
class ConnTrack {
 public:
  static constexpr size_t kMax = 65'536;

  struct Entry {
    Ends inside;
    Ends outside;
    TimePoint usedAt;
    // The same direction in the other view. `ends` is of this entry.
    Ends other(const Ends& ends) const;
  };

  // Zero: never forgets.
  explicit ConnTrack(Duration forgetsAfter) : forgetsAfter_(forgetsAfter) {}

  // The entry of which these are the ends, in either view and direction; null: none, or forgotten.
  Entry* find(const Ends& ends, TimePoint now);
  Entry* add(const Ends& inside, const Ends& outside, TimePoint now);
  void remove(Entry& entry);
  size_t size() const { return entries_.size(); }

 private:
  struct Hash {
    size_t operator()(const Ends& e) const;
  };
  bool forgotten(const Entry& e, TimePoint now) const {
    return !forgetsAfter_.isZero() && now - e.usedAt >= forgetsAfter_;
  }
  void forgetOld(TimePoint now);

  Duration forgetsAfter_;
  std::vector<std::unique_ptr<Entry>> entries_;    // in order of creation
  std::unordered_map<Ends, Entry*, Hash> byEnds_;  // looked up, never walked; up to four keys an entry
};

}  // namespace orrery::sim
