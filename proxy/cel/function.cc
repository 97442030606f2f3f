#include "proxy/cel/function.h"

namespace orrery::cel {

namespace {

bool allowed(Function::Needs needs, const Features& features) {
  switch (needs) {
    case Function::Needs::kStringConversion: return features.stringConversion;
    case Function::Needs::kStringConcat: return features.stringConcat;
    case Function::Needs::kStringFunctions: return features.stringFunctions;
    case Function::Needs::kNothing: break;
  }
  return true;
}

}  // namespace

const Function* findFunction(std::string_view name, bool ofTarget, size_t arguments, const Features& features) {
  const auto wrong = ofTarget ? Function::Style::kPlain : Function::Style::kOfTarget;
  for (const auto table :
       {operatorFunctions(), textFunctions(), regexFunctions(), conversionFunctions(), timeFunctions()}) {
    for (const Function& f : table) {
      if (f.name == name && f.arguments == arguments && f.style != wrong && allowed(f.needs, features)) return &f;
    }
  }
  return nullptr;
}

}  // namespace orrery::cel
