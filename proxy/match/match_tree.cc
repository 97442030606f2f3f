#include "proxy/match/match_tree.h"

#include <algorithm>

namespace orrery::match {
namespace {

bool holds(const MatchPredicate& predicate, const message::HeaderMap& headers) {
  const auto part = [&](const MatchPredicate& p) { return holds(p, headers); };
  switch (predicate.kind) {
    case MatchPredicate::Kind::kAny: return std::ranges::any_of(predicate.parts, part);
    case MatchPredicate::Kind::kAll: return std::ranges::all_of(predicate.parts, part);
    case MatchPredicate::Kind::kNot: return !part(predicate.parts.front());
    case MatchPredicate::Kind::kField: break;
  }
  return headers.has(*predicate.field) && matches(predicate.value, headers.getJoined(*predicate.field));
}

std::optional<uint32_t> followed(const MatchOutcome& outcome, const message::HeaderMap& headers) {
  return outcome.tree != nullptr ? matchTree(*outcome.tree, headers) : outcome.action;
}

std::optional<uint32_t> byValue(const MatchTree& tree, const message::HeaderMap& headers) {
  if (!headers.has(*tree.field)) return std::nullopt;
  const std::string_view value = headers.getJoined(*tree.field);
  const size_t shortest = tree.kind == MatchTree::Kind::kExact ? value.size() : 0;
  for (size_t length = value.size() + 1; length-- > shortest;) {
    const auto found = tree.values.find(value.substr(0, length));
    if (found == tree.values.end()) continue;
    if (const auto action = followed(found->second, headers)) return action;
  }
  return std::nullopt;
}

std::optional<uint32_t> byList(const MatchTree& tree, const message::HeaderMap& headers) {
  for (const MatchTree::Condition& condition : tree.list) {
    if (!holds(condition.predicate, headers)) continue;
    if (const auto action = followed(condition.then, headers)) return action;
  }
  return std::nullopt;
}

Status compilePredicate(MatchPredicate& predicate) {
  if (predicate.kind == MatchPredicate::Kind::kField) return compileMatcher(predicate.value);
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
  return compileOutcome(tree.otherwise);
}

std::optional<uint32_t> matchTree(const MatchTree& tree, const message::HeaderMap& headers) {
  std::optional<uint32_t> action;
  if (tree.kind == MatchTree::Kind::kList) action = byList(tree, headers);
  if (tree.kind == MatchTree::Kind::kExact || tree.kind == MatchTree::Kind::kPrefix) action = byValue(tree, headers);
  return action ? action : followed(tree.otherwise, headers);
}

}  // namespace orrery::match
