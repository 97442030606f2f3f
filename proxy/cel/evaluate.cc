#include "proxy/cel/evaluate.h"

#include "proxy/cel/function.h"
#include "proxy/cel/regex.h"

namespace orrery::cel {

namespace {

using Kind = Expression::Kind;

class Evaluation {
 public:
  Evaluation(const Subject& subject, Scratch& scratch) : subject_(subject), scratch_(scratch) {}

  Value of(const Expression& node) {
    const Value value = valueOf(node);
    return ended_ ? Value() : value;
  }

 private:
  Value valueOf(const Expression& node) {
    switch (node.kind) {
      case Kind::kConstant: return node.constant;
      case Kind::kText: return Text{node.name};
      case Kind::kBytes: return Bytes{node.name};
      case Kind::kName: return variable(node.name, subject_, scratch_);
      case Kind::kSelect: return selected(node, false);
      case Kind::kPresent: return selected(node, true);
      case Kind::kCall: return called(node);
      case Kind::kAnd: return joined(node, false);
      case Kind::kOr: return joined(node, true);
      case Kind::kChoice: return chosen(node);
      case Kind::kNotStrictlyFalse: {
        const Value value = of(node.operands[0]);
        const auto* truth = std::get_if<bool>(&value);
        return truth == nullptr || *truth;
      }
      case Kind::kList: return list(node);
      case Kind::kMap: return map(node);
    }
    return {};
  }

  Value selected(const Expression& node, bool presence) {
    const Value from = of(node.operands[0]);
    if (const auto* map = std::get_if<const Map*>(&from)) {
      const Value found = (*map)->find(Text{node.name});
      return presence ? Value(!isError(found)) : found;
    }
    const auto* metadata = std::get_if<MetadataMessage>(&from);
    if (metadata == nullptr || (node.name != "filter_metadata" && node.name != "typed_filter_metadata")) return {};
    const bool any =
        node.name == "filter_metadata" && metadata->byNamespace != nullptr && !metadata->byNamespace->empty();
    if (presence) return any;
    return any ? newMap(*metadata->byNamespace, scratch_) : newMap(std::vector<std::pair<Value, Value>>(), scratch_);
  }

  Value called(const Expression& node) {
    std::vector<Value> arguments;
    arguments.reserve(node.operands.size());
    for (const Expression& operand : node.operands) {
      arguments.push_back(of(operand));
      if (isError(arguments.back()) && node.regex == nullptr) return {};
    }
    if (node.regex == nullptr) return node.function->apply(arguments, scratch_);
    const auto* text = std::get_if<Text>(&arguments[0]);
    if (text != nullptr) return matchesPart(*node.regex, text->is);
    // A pattern that is compiled beforehand takes texts only: in Envoy all else ends the evaluation, and nothing absorbs it.
    ended_ = ended_ || node.operands[0].kind != Kind::kConstant;
    return {};
  }

  // One operand that `decides` does so, even beside errors.
  Value joined(const Expression& node, bool decides) {
    bool error = false;
    for (const Expression& operand : node.operands) {
      const Value value = of(operand);
      if (ended_) return {};
      const auto* truth = std::get_if<bool>(&value);
      if (truth != nullptr && *truth == decides) return decides;
      error = error || truth == nullptr;
    }
    return error ? Value() : Value(!decides);
  }

  Value chosen(const Expression& node) {
    const Value condition = of(node.operands[0]);
    const auto* truth = std::get_if<bool>(&condition);
    if (truth == nullptr) return {};
    return of(node.operands[*truth ? 1 : 2]);
  }

  Value list(const Expression& node) {
    std::vector<Value> items;
    for (const Expression& operand : node.operands) {
      items.push_back(of(operand));
      if (isError(items.back())) return {};
    }
    return node.optional ? Value() : scratch_.list(std::move(items));
  }

  Value map(const Expression& node) {
    std::vector<std::pair<Value, Value>> entries;
    for (size_t i = 0; i + 1 < node.operands.size(); i += 2) {
      const Value key = of(node.operands[i]);
      const Value value = of(node.operands[i + 1]);
      if (isError(key) || isError(value)) return {};
      entries.emplace_back(key, value);
    }
    return node.optional ? Value() : newMap(std::move(entries), scratch_);
  }

  const Subject& subject_;
  Scratch& scratch_;
  bool ended_ = false;  // by an error that all that is around it comes to
};

}  // namespace

Value evaluate(const Expression& expression, const Subject& subject, Scratch& scratch) {
  return Evaluation(subject, scratch).of(expression);
}

bool holds(const Expression& expression, const Subject& subject) {
  Scratch scratch;
  const Value value = evaluate(expression, subject, scratch);
  const auto* truth = std::get_if<bool>(&value);
  return truth != nullptr && *truth;
}

}  // namespace orrery::cel
