#include "proxy/cel/prepare.h"

#include "proxy/cel/attributes.h"
#include "proxy/cel/function.h"
#include "proxy/cel/regex.h"
#include "proxy/cel/time_text.h"

namespace orrery::cel {

namespace {

using Kind = Expression::Kind;

// Operators that Envoy does not look up like functions, but builds itself, and what it says of a wrong number of operands.
struct BuiltIn {
  std::string_view name;
  Kind kind;
  size_t operands;
  bool orMore;
  std::string_view complaint;
};
constexpr std::string_view kNotBinary = "Invalid argument count for a binary function call.";
constexpr std::string_view kNotTernary = "Invalid argument count for a ternary function call.";
constexpr std::string_view kOfEquality = "unexpected number of args for builtin equality operator";
constexpr std::string_view kOfIn = "unexpected number of args for builtin 'in' operator";
constexpr std::string_view kOfLoops = "unexpected number of args for builtin not_strictly_false operator";
constexpr BuiltIn kBuiltIns[] = {
    {"_&&_", Kind::kAnd, 2, true, kNotBinary},
    {"_||_", Kind::kOr, 2, true, kNotBinary},
    {"_?_:_", Kind::kChoice, 3, false, kNotTernary},
    {"@not_strictly_false", Kind::kNotStrictlyFalse, 1, false, kOfLoops},
    {"__not_strictly_false__", Kind::kNotStrictlyFalse, 1, false, kOfLoops},
    {"_==_", Kind::kCall, 2, false, kOfEquality},
    {"_!=_", Kind::kCall, 2, false, kOfEquality},
    {"@in", Kind::kCall, 2, false, kOfIn},
    {"_in_", Kind::kCall, 2, false, kOfIn},
    {"in", Kind::kCall, 2, false, kOfIn},
    {"!_", Kind::kCall, 1, false, "unexpected number of args for builtin not operator"},
};

// "a.b" for names and selections of names; empty: it is something else.
std::string dottedName(const Expression& node) {
  if (node.kind == Kind::kName) return node.name;
  if (node.kind != Kind::kSelect) return {};
  const std::string before = dottedName(node.operands.front());
  return before.empty() ? before : before + "." + node.name;
}

Status compileConstantPattern(Expression& node) {
  if (node.function->name != "matches" || node.operands[1].kind != Kind::kText) return {};
  auto regex = compilePattern(node.operands[1].name);
  if (!regex) return std::unexpected(regex.error());
  node.regex = std::move(*regex);
  return {};
}

Status refuseZone(const Expression& node) {
  const bool asks = node.function->name.starts_with("get") && node.operands.size() == 2;
  if (!asks || node.operands[1].kind != Kind::kText || parseZone(node.operands[1].name)) return {};
  return makeError("time zone '" + node.operands[1].name +
                   "' is not supported: only offsets as '+02:00' and 'UTC' are");
}

// What is selected of a variable, by its name or by an index.
Status refuseMissing(const Expression& of, const std::string& field) {
  if (of.kind != Kind::kName || !isMissing(of.name, field)) return {};
  return makeError("attribute " + of.name + "." + field + " is not supported yet");
}

Status prepareCall(Expression& node, const Features& features) {
  for (const BuiltIn& b : kBuiltIns) {
    if (b.name != node.name) continue;
    const size_t count = node.operands.size();
    if (node.hasTarget || (b.orMore ? count < b.operands : count != b.operands))
      return makeError(std::string(b.complaint));
    node.kind = b.kind;
    if (b.kind != Kind::kCall) return {};
  }
  if (node.hasTarget) {
    // "re.extract(...)" is a function of a dotted name, not one of a target.
    const std::string scope = dottedName(node.operands.front());
    const std::string whole = scope.empty() ? scope : scope + "." + node.name;
    if (features.stringFunctions && whole == "strings.quote") return makeError("strings.quote is not supported yet");
    if (const Function* f = scope.empty() ? nullptr : findFunction(whole, false, node.operands.size() - 1, features)) {
      node.operands.erase(node.operands.begin());
      node.function = f;
      return {};
    }
    if (features.stringFunctions && node.name == "format") return makeError("format is not supported yet");
  }
  if (node.name == "_[_]" && node.operands.size() != 2) {
    return makeError("unexpected number of args for builtin index operator");
  }
  node.function = findFunction(node.name, node.hasTarget, node.operands.size(), features);
  if (node.function == nullptr) return makeError("No overload found in reference resolve step for " + node.name);
  if (node.name == "_[_]" && node.operands[1].kind == Kind::kText) {
    if (Status s = refuseMissing(node.operands[0], node.operands[1].name); !s) return s;
  }
  if (Status s = refuseZone(node); !s) return s;
  return compileConstantPattern(node);
}

}  // namespace

Status prepare(Expression& node, const Features& features) {
  if (node.kind == Kind::kName && node.name.empty()) {
    return makeError("Invalid expression: identifier 'name' must not be empty");
  }
  if (node.kind == Kind::kSelect || node.kind == Kind::kPresent) {
    if (node.operands.empty()) return makeError("invalid expression: select must specify an operand");
    if (node.name.empty()) return makeError("invalid expression: select 'field' must not be empty");
    return refuseMissing(node.operands.front(), node.name);
  }
  return node.kind == Kind::kCall ? prepareCall(node, features) : Status();
}

}  // namespace orrery::cel
