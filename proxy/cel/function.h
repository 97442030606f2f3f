#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "proxy/cel/expression.h"
#include "proxy/cel/value.h"

namespace orrery::cel {

using Arguments = std::span<const Value>;

// One that is strict: with an argument that is an error it is not called. Arguments of kinds that it does not know make an error.
struct Function {
  enum class Style : uint8_t { kPlain, kOfTarget, kBoth };  // f(x), x.f(), either
  enum class Needs : uint8_t { kNothing, kStringConversion, kStringConcat, kStringFunctions };

  std::string_view name;
  Style style;
  uint8_t arguments;  // with the target
  Value (*apply)(Arguments arguments, Scratch& scratch);
  Needs needs = Needs::kNothing;
};

// Null: there is none of that name that takes so many, or the features do not let it be. Immortal.
const Function* findFunction(std::string_view name, bool ofTarget, size_t arguments, const Features& features);

// The tables that it looks through, one for each idea.
std::span<const Function> operatorFunctions();
std::span<const Function> textFunctions();
std::span<const Function> regexFunctions();
std::span<const Function> conversionFunctions();
std::span<const Function> timeFunctions();

}  // namespace orrery::cel
