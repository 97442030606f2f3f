#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/match/address_range.h"
#include "proxy/match/match_input.h"
#include "proxy/match/string_matcher.h"
#include "proxy/message/header_map.h"

// xds.type.matcher.v3.Matcher as plain data: what a request's fields and addresses decide, by lists of conditions and by maps of
// values, in each other to any depth. Decisions are numbers: what they stand for is their owner's.
namespace orrery::match {

struct MatchTree;

// What a condition leads to; neither: to nothing, and the search goes on behind it.
struct MatchOutcome {
  std::optional<uint32_t> action;
  std::shared_ptr<MatchTree> tree;
};

// A condition on more than a text or an address, known to who made it. Lifetime: shared by copies of its tree. Threading: any.
class CustomCondition {
 public:
  virtual ~CustomCondition() = default;
  virtual bool holds(const MatchSubject& subject) const = 0;
};

// A condition on a value; where there is none it does not hold.
struct MatchPredicate {
  enum class Kind : uint8_t { kValue, kAny, kAll, kNot };
  Kind kind = Kind::kValue;
  MatchInput input;
  StringMatcher value;
  std::vector<AddressRange> ranges;               // instead of `value`, if not empty: it is an address in one of them
  std::shared_ptr<const CustomCondition> custom;  // instead of all these, if there is one
  std::vector<MatchPredicate> parts;              // of the other kinds; one of kNot
};

struct MatchTree {
  enum class Kind : uint8_t { kNothing, kList, kExact, kPrefix, kRange, kDomain };
  struct Condition {
    MatchPredicate predicate;
    MatchOutcome then;
  };

  struct Range {
    AddressRange range;
    MatchOutcome then;
    bool exclusive = false;  // not looked at behind a narrower one that led nowhere
  };

  Kind kind = Kind::kNothing;
  std::vector<Condition> list;  // kList: the first that holds and leads to an action
  MatchInput input;             // of the other kinds
  // kExact; kPrefix: the longest that leads to an action; kDomain: "a.b", then "*.b" from the longest on, then "*".
  std::map<std::string, MatchOutcome, std::less<>> values;
  std::vector<Range> ranges;  // kRange: the narrowest that leads to an action; of two alike the first
  MatchOutcome otherwise;
};

// Once, before matchTree(). Errors: the regular expression that is none.
Status compileTree(MatchTree& tree);

// Nothing: no action. Recursion is as deep as the tree, which the configuration's reader bounds.
std::optional<uint32_t> matchTree(const MatchTree& tree, const MatchSubject& subject);

}  // namespace orrery::match
