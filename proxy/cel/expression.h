#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/cel/value.h"

namespace re2 {
class RE2;
}

namespace orrery::cel {

struct Function;

// A node of a condition (google.api.expr.v1alpha1.Expr) as plain data.
struct Expression {
  enum class Kind : uint8_t {
    kConstant,
    kText,   // a constant in `name`, as a Value could not own it
    kBytes,  // likewise
    kName,
    kSelect,   // the field `name` of its operand
    kPresent,  // whether that field is there
    kCall,
    kAnd,
    kOr,
    kChoice,            // first ? second : third
    kNotStrictlyFalse,  // what loops look at; true for errors
    kList,
    kMap,  // key, value, key, value...
  };
  Kind kind = Kind::kConstant;
  Value constant = nullptr;
  std::string name = {};
  std::vector<Expression> operands = {};
  bool hasTarget = false;  // kCall: the first operand stands before the function's name
  bool optional = false;   // kList, kMap: asks for optional elements, which nothing gives, so it is an error
  const Function* function = nullptr;               // kCall, by prepare(); immortal
  std::shared_ptr<const re2::RE2> regex = nullptr;  // kCall of matches() with a constant pattern, by prepare()
};

// envoy.config.core.v3.CelExpressionConfig: what is off by default.
struct Features {
  bool stringConversion = false;
  bool stringConcat = false;
  bool stringFunctions = false;
};

}  // namespace orrery::cel
