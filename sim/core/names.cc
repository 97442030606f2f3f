#include "sim/core/names.h"

#include <algorithm>
#include <charconv>

#include "proxy/base/ascii.h"

namespace orrery::sim {

Name Names::intern(std::string_view text) {
  std::string clean(text);
  for (char& c : clean) {
    if (c == '/' || c == ':' || c == '.') c = '_';
  }
  for (const std::string& s : interned_) {
    if (s == clean) return Name::of(s);
  }
  interned_.push_back(std::move(clean));
  return Name::of(interned_.back());
}

const Names::Record* Names::find(EntityId id) const {
  for (; indexed_ < records_.size(); ++indexed_) found_.try_emplace(records_[indexed_].id, indexed_);
  const auto at = found_.find(id);
  return at == found_.end() ? nullptr : &records_[at->second];
}

std::string Names::path(EntityId id) const {
  if (id == 0) return "/";
  std::vector<const Record*> parts;
  while (id != 0) {
    const Record* record = find(id);
    if (record == nullptr) break;
    parts.push_back(record);
    id = record->parent;
  }
  std::string out;
  if (id != 0) {
    char hex[17];
    const auto end = std::to_chars(hex, hex + 16, id, 16).ptr;
    out = "/?" + std::string(hex, end);
  }
  std::reverse(parts.begin(), parts.end());
  for (const Record* r : parts) {
    out += '/';
    out += r->name;
    if (r->index != 0) out += '.' + std::to_string(r->index);
  }
  return out;
}

std::string Names::choiceText(EntityId id, Site site, uint64_t occurrence) const {
  return path(id) + ':' + std::string(siteInfo(site).name) + ':' + std::to_string(occurrence);
}

std::optional<EntityId> Names::idOf(std::string_view path) {
  if (path.empty() || path[0] != '/') return std::nullopt;
  EntityId id = 0;
  path.remove_prefix(1);
  bool first = true;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (part.empty()) return std::nullopt;
    if (first && part[0] == '?') {  // a path whose beginning nobody kept
      part.remove_prefix(1);
      const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), id, 16);
      if (error != std::errc() || end != part.data() + part.size()) return std::nullopt;
    } else {
      uint64_t index = 0;
      if (const size_t dot = part.rfind('.'); dot != std::string_view::npos) {
        const auto number = parseDecimal(part.substr(dot + 1));
        if (!number) return std::nullopt;
        index = *number;
        part = part.substr(0, dot);
      }
      id = childEntity(id, hashString(part), index);
    }
    first = false;
  }
  return id;
}

std::optional<uint64_t> Names::keyOf(std::string_view text) {
  const size_t last = text.rfind(':');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const size_t middle = text.rfind(':', last - 1);
  if (middle == std::string_view::npos) return std::nullopt;
  const auto occurrence = parseDecimal(text.substr(last + 1));
  const auto site = siteByName(text.substr(middle + 1, last - middle - 1));
  const auto id = idOf(text.substr(0, middle));
  if (!occurrence || !site || !id) return std::nullopt;
  return choiceKey(*id, *site, *occurrence);
}

void Names::clear() {
  records_.clear();
  found_.clear();
  indexed_ = 0;
  interned_.clear();
  keepAll = false;
}

}  // namespace orrery::sim
