#include "proxy/config/field_table.h"

#include <algorithm>
#include <map>
#include <utility>

namespace orrery::config {

namespace {

constexpr FieldRule rules[] = {
#include "proxy/config/fields.inc"
};

}  // namespace

std::span<const FieldRule> fieldRules() { return rules; }

const FieldRule* findRule(std::string_view message, std::string_view field) {
  static const auto& index = *[] {
    auto* map = new std::map<std::pair<std::string_view, std::string_view>, const FieldRule*>();
    for (const FieldRule& rule : rules) (*map)[{rule.message, rule.field}] = &rule;
    return map;
  }();
  const auto found = index.find({message, field});
  return found == index.end() ? nullptr : found->second;
}

std::vector<std::string_view> splitValues(std::string_view values) {
  std::vector<std::string_view> out;
  while (!values.empty()) {
    const size_t bar = values.find('|');
    out.push_back(values.substr(0, bar));
    values = bar == std::string_view::npos ? std::string_view() : values.substr(bar + 1);
  }
  return out;
}

}  // namespace orrery::config
