#include "proxy/match/match_tree.h"

#include <algorithm>

namespace orrery::match {
namespace {

bool holds(const MatchPredicate& predicate, const MatchSubject& subject) {
  const auto part = [&](const MatchPredicate& p) { return holds(p, subject); };
  switch (predicate.kind) {
    case MatchPredicate::Kind::kAny: return std::ranges::any_of(predicate.parts, part);
    case MatchPredicate::Kind::kAll: return std::ranges::all_of(predicate.parts, part);
    case MatchPredicate::Kind::kNot: return !part(predicate.parts.front());
    case MatchPredicate::Kind::kValue: break;
  }
  if (predicate.custom != nullptr) return predicate.custom->holds(subject);
  std::string room;
  const auto value = valueOf(predicate.input, subject, room);
  if (!value) return false;
  if (predicate.ranges.empty()) return matches(predicate.value, *value);
  const auto address = io::Address::parseIp(*value, 0);
  return address && anyHolds(predicate.ranges, *address);
}

std::optional<uint32_t> followed(const MatchOutcome& outcome, const MatchSubject& subject) {
  return outcome.tree != nullptr ? matchTree(*outcome.tree, subject) : outcome.action;
}

std::optional<uint32_t> byValue(const MatchTree& tree, const MatchSubject& subject) {
  std::string room;
  const auto found = valueOf(tree.input, subject, room);
  if (!found) return std::nullopt;
  const std::string_view value = *found;
  const size_t shortest = tree.kind == MatchTree::Kind::kExact ? value.size() : 0;
  for (size_t length = value.size() + 1; length-- > shortest;) {
    const auto entry = tree.values.find(value.substr(0, length));
    if (entry == tree.values.end()) continue;
    if (const auto action = followed(entry->second, subject)) return action;
  }
  return std::nullopt;
}

// What is empty has no domain, and not even "*" takes it (measured at Envoy 1.40). Case counts.
std::optional<uint32_t> byDomain(const MatchTree& tree, const MatchSubject& subject) {
  std::string room;
  const auto value = valueOf(tree.input, subject, room);
  if (!value || value->empty()) return std::nullopt;
  const auto actionOf = [&](std::string_view name) -> std::optional<uint32_t> {
    const auto entry = tree.values.find(name);
    return entry != tree.values.end() ? followed(entry->second, subject) : std::nullopt;
  };
  if (const auto action = actionOf(*value)) return action;
  for (size_t dot = value->find('.'); dot != std::string_view::npos; dot = value->find('.', dot + 1)) {
    if (const auto action = actionOf("*" + std::string(value->substr(dot)))) return action;
  }
  return actionOf("*");
}

std::optional<uint32_t> byRange(const MatchTree& tree, const MatchSubject& subject) {
  std::string room;
  const auto value = valueOf(tree.input, subject, room);
  const auto address = value ? io::Address::parseIp(*value, 0) : std::nullopt;
  if (!address) return std::nullopt;
  bool first = true;
  for (const MatchTree::Range& range : tree.ranges) {
    if (!range.range.holds(*address) || (!first && range.exclusive)) continue;
    if (const auto action = followed(range.then, subject)) return action;
    first = false;
  }
  return std::nullopt;
}

std::optional<uint32_t> byList(const MatchTree& tree, const MatchSubject& subject) {
  for (const MatchTree::Condition& condition : tree.list) {
    if (!holds(condition.predicate, subject)) continue;
    if (const auto action = followed(condition.then, subject)) return action;
  }
  return std::nullopt;
}

// The narrowest first; of two alike the one that stands first. As many are few, by insertion.
void sortByWidth(std::vector<MatchTree::Range>& ranges) {
  for (auto it = ranges.begin(); it != ranges.end(); ++it) {
    const auto place = std::find_if(ranges.begin(), it, [&](const auto& r) { return r.range.bits < it->range.bits; });
    std::rotate(place, it, it + 1);
  }
}

Status compilePredicate(MatchPredicate& predicate) {
  if (predicate.kind == MatchPredicate::Kind::kValue) return compileMatcher(predicate.value);
  for (MatchPredicate& part : predicate.parts) {
    if (Status s = compilePredicate(part); !s) return s;
  }
  return {};
}

Status compileOutcome(MatchOutcome& outcome) { return outcome.tree != nullptr ? compileTree(*outcome.tree) : Status(); }

}  // namespace

Status compileTree(MatchTree& tree) {
  for (MatchTree::Condition& condition : tree.list) {
    if (Status s = compilePredicate(condition.predicate); !s) return s;
    if (Status s = compileOutcome(condition.then); !s) return s;
  }
  for (auto& [value, outcome] : tree.values) {
    if (Status s = compileOutcome(outcome); !s) return s;
  }
  for (MatchTree::Range& range : tree.ranges) {
    if (Status s = compileOutcome(range.then); !s) return s;
  }
  sortByWidth(tree.ranges);
  return compileOutcome(tree.otherwise);
}

std::optional<uint32_t> matchTree(const MatchTree& tree, const MatchSubject& subject) {
  std::optional<uint32_t> action;
  if (tree.kind == MatchTree::Kind::kList) action = byList(tree, subject);
  if (tree.kind == MatchTree::Kind::kExact || tree.kind == MatchTree::Kind::kPrefix) action = byValue(tree, subject);
  if (tree.kind == MatchTree::Kind::kRange) action = byRange(tree, subject);
  if (tree.kind == MatchTree::Kind::kDomain) action = byDomain(tree, subject);
  return action ? action : followed(tree.otherwise, subject);
}

}  // namespace orrery::match
