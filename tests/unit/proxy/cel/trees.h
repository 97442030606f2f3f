#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "proxy/cel/evaluate.h"
#include "proxy/cel/expression.h"
#include "proxy/cel/prepare.h"

// Conditions as tests write them, prepared as the configuration's reader does.
namespace orrery::cel::trees {

using Trees = std::vector<Expression>;

// What prepare() says of it goes to `complaint`, if there is one.
inline Expression prepared(Expression node, std::string* complaint, const Features& features = {}) {
  const Status s = prepare(node, features);
  if (!s && complaint != nullptr) *complaint = s.error().message;
  return node;
}

inline Expression constant(Value value) { return {.constant = value}; }
inline Expression whole(int64_t value) { return constant(value); }
inline Expression text(std::string value) { return {.kind = Expression::Kind::kText, .name = std::move(value)}; }
inline Expression name(std::string value) { return {.kind = Expression::Kind::kName, .name = std::move(value)}; }
inline Expression field(Expression of, std::string field) {
  return {.kind = Expression::Kind::kSelect, .name = std::move(field), .operands = {std::move(of)}};
}
inline Expression has(Expression of, std::string field) {
  return {.kind = Expression::Kind::kPresent, .name = std::move(field), .operands = {std::move(of)}};
}
inline Expression list(Trees items) { return {.kind = Expression::Kind::kList, .operands = std::move(items)}; }
inline Expression map(Trees entries) { return {.kind = Expression::Kind::kMap, .operands = std::move(entries)}; }

inline constexpr Features kAll{.stringConversion = true, .stringConcat = true, .stringFunctions = true};

inline Expression call(std::string function, Trees arguments, std::string* complaint = nullptr) {
  return prepared({.kind = Expression::Kind::kCall, .name = std::move(function), .operands = std::move(arguments)},
                  complaint, kAll);
}
// arguments[0].function(...)
inline Expression method(std::string function, Trees arguments, std::string* complaint = nullptr) {
  return prepared({.kind = Expression::Kind::kCall,
                   .name = std::move(function),
                   .operands = std::move(arguments),
                   .hasTarget = true},
                  complaint, kAll);
}

// What a condition comes to for a request with these fields: "true", "false", or "error" for all else.
inline std::string judged(const Expression& condition,
                          std::initializer_list<std::pair<std::string_view, std::string_view>> fields = {}) {
  ArenaPool pool;
  Arena arena(pool);
  message::HeaderMap headers(arena);
  for (const auto& [fieldName, value] : fields) headers.add(message::HeaderName(fieldName), value);
  stream_info::StreamInfo info;
  Scratch scratch;
  const Value value = evaluate(condition, {headers, info}, scratch);
  const auto* truth = std::get_if<bool>(&value);
  return truth == nullptr ? "error" : *truth ? "true" : "false";
}

}  // namespace orrery::cel::trees
