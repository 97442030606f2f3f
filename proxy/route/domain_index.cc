#include "proxy/route/domain_index.h"

#include <algorithm>

namespace orrery::route {

DomainIndex::Table& DomainIndex::level(std::vector<Level>& levels, size_t length) {
  const auto longer = [](const Level& l, size_t n) { return l.length > n; };
  auto at = std::lower_bound(levels.begin(), levels.end(), length, longer);
  if (at == levels.end() || at->length != length) at = levels.insert(at, Level{length, {}});
  return at->domains;
}

Status DomainIndex::add(std::string_view domain, uint32_t virtualHost) {
  const auto twice = [&] { return makeError("domain '" + std::string(domain) + "' is given twice"); };
  if (domain.empty()) return makeError("an empty domain");
  if (domain == "*") {
    if (any_ != kNone) return twice();
    any_ = virtualHost;
    return {};
  }
  Table* table = &exact_;
  std::string_view key = domain;
  if (domain.front() == '*') {
    key.remove_prefix(1);
    table = &level(suffixes_, key.size());
  } else if (domain.back() == '*') {
    key.remove_suffix(1);
    table = &level(prefixes_, key.size());
  }
  if (key.find('*') != std::string_view::npos) {
    return makeError("domain '" + std::string(domain) + "': a wildcard may only stand at one end");
  }
  if (!table->emplace(toLower(key), virtualHost).second) return twice();
  return {};
}

uint32_t DomainIndex::find(std::string_view host) const {
  if (const auto it = exact_.find(host); it != exact_.end()) return it->second;
  for (const Level& l : suffixes_) {
    if (l.length >= host.size()) continue;
    if (const auto it = l.domains.find(host.substr(host.size() - l.length)); it != l.domains.end()) return it->second;
  }
  for (const Level& l : prefixes_) {
    if (l.length >= host.size()) continue;
    if (const auto it = l.domains.find(host.substr(0, l.length)); it != l.domains.end()) return it->second;
  }
  return any_;
}

}  // namespace orrery::route
