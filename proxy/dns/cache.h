#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/dns/message.h"

namespace orrery::dns {

// Answers that may be given again until their TTL has passed. Bounds: `most` entries; the one that ends first makes room.
// Threading: one.
class Cache {
 public:
  explicit Cache(size_t most) : most_(most) {}

  struct Entry {
    std::vector<io::Address> addresses;
    TimePoint until;
  };
  // Null: not known, or not any more.
  const Entry* find(const std::string& name, Family family, TimePoint now);
  // Nothing is kept with a TTL of zero.
  void add(const std::string& name, Family family, const Response& answer, TimePoint now);
  size_t size() const { return entries_.size(); }

 private:
  size_t most_;
  std::map<std::pair<std::string, Family>, Entry> entries_;
};

}  // namespace orrery::dns
