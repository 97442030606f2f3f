#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "proxy/base/status.h"

namespace re2 {
class RE2;
}

namespace orrery::match {

// Errors: the expression and RE2's reason.
Result<std::shared_ptr<const re2::RE2>> compileRegex(const std::string& expression);

// The whole text, as Envoy.
bool fullMatch(const re2::RE2& regex, std::string_view text);

// regex_rewrite (envoy.type.matcher.v3.RegexMatchAndSubstitute): every match is replaced; "\1" stands for a group.
struct RegexSubstitution {
  std::string pattern;
  std::string substitution;
  std::shared_ptr<const re2::RE2> regex;  // filled by compile()
};
// Errors: the expression and the reason, also of a substitution that names a group the expression lacks.
Status compile(RegexSubstitution& substitution);
std::string replaceAll(const RegexSubstitution& substitution, std::string_view text);

}  // namespace orrery::match
