#include "proxy/dns/cache.h"

#include <algorithm>

namespace orrery::dns {

const Cache::Entry* Cache::find(const std::string& name, Family family, TimePoint now) {
  const auto it = entries_.find({name, family});
  if (it == entries_.end()) return nullptr;
  if (now < it->second.until) return &it->second;
  entries_.erase(it);
  return nullptr;
}

void Cache::add(const std::string& name, Family family, const Response& answer, TimePoint now) {
  if (answer.ttl.isZero() || most_ == 0) return;
  const std::pair key(name, family);
  if (entries_.size() >= most_ && !entries_.contains(key)) {
    entries_.erase(std::min_element(entries_.begin(), entries_.end(),
                                    [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
  }
  entries_[key] = {answer.addresses, now + answer.ttl};
}

}  // namespace orrery::dns
