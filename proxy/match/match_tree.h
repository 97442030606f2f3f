#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/match/string_matcher.h"
#include "proxy/message/header_map.h"

// xds.type.matcher.v3.Matcher as plain data: what a request's fields decide, by lists of conditions and by maps of values, in
// each other to any depth. Decisions are numbers: what they stand for is their owner's.
namespace orrery::match {

struct MatchTree;

// What a condition leads to; neither: to nothing, and the search goes on behind it.
struct MatchOutcome {
  std::optional<uint32_t> action;
  std::shared_ptr<MatchTree> tree;
};

// A condition on fields; of one that is there several times all values count, joined with ','.
struct MatchPredicate {
  enum class Kind : uint8_t { kField, kAny, kAll, kNot };
  Kind kind = Kind::kField;
  std::optional<message::HeaderName> field;  // kField: without it the condition does not hold
  StringMatcher value;
  std::vector<MatchPredicate> parts;  // of the other kinds; one of kNot
};

struct MatchTree {
  enum class Kind : uint8_t { kNothing, kList, kExact, kPrefix };
  struct Condition {
    MatchPredicate predicate;
    MatchOutcome then;
  };

  Kind kind = Kind::kNothing;
  std::vector<Condition> list;  // kList: the first that holds and leads to an action
  std::optional<message::HeaderName> field;
  std::map<std::string, MatchOutcome, std::less<>> values;  // kExact, kPrefix (the longest that leads to an action)
  MatchOutcome otherwise;
};

// Once, before matchTree(). Errors: the regular expression that is none.
Status compileTree(MatchTree& tree);

// Nothing: no action. Recursion is as deep as the tree, which the configuration's reader bounds.
std::optional<uint32_t> matchTree(const MatchTree& tree, const message::HeaderMap& headers);

}  // namespace orrery::match
