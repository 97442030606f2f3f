#pragma once

#include <cstdint>
#include <vector>

namespace orrery::http2 {

// How the latest streams ended: frames may still arrive for them, and what these mean depends on it (RFC 9113 section
// 5.1, closed). Bounds: the last 32 that ended or were reset by the peer, the last 1,024 that this side reset.
class ClosedStreams {
 public:
  enum class How : uint8_t {
    kUnknown,
    kEnded,        // both sides ended it: nothing may follow
    kRemoteReset,  // nor here
    kLocalReset,   // the peer may not know yet
  };

  void add(uint32_t id, How how) {
    if (how == How::kLocalReset) {
      reset_.add({id, how}, 1024);
    } else {
      ended_.add({id, how}, 32);
    }
  }
  // Rare: only a peer that sends to a closed stream makes us look.
  How find(uint32_t id) const {
    const How how = ended_.find(id);
    return how != How::kUnknown ? how : reset_.find(id);
  }

 private:
  struct Entry {
    uint32_t id;
    How how;
  };
  struct Ring {
    void add(Entry entry, size_t most) {
      if (entries.size() < most) {
        entries.push_back(entry);
      } else {
        entries[next] = entry;
        next = (next + 1) % most;
      }
    }
    How find(uint32_t id) const {
      for (const Entry& entry : entries) {
        if (entry.id == id) return entry.how;
      }
      return How::kUnknown;
    }
    std::vector<Entry> entries;
    size_t next = 0;
  };
  Ring ended_;
  Ring reset_;
};

}  // namespace orrery::http2
