#include "proxy/match/regex.h"

#include <re2/re2.h>

namespace orrery::match {

Result<std::shared_ptr<const re2::RE2>> compileRegex(const std::string& expression) {
  RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_shared<const RE2>(expression, options);
  if (!regex->ok()) return makeError("regular expression '" + expression + "': " + regex->error());
  return regex;
}

bool fullMatch(const re2::RE2& regex, std::string_view text) {
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), regex);
}

Status compile(RegexSubstitution& substitution) {
  auto regex = compileRegex(substitution.pattern);
  if (!regex) return std::unexpected(regex.error());
  std::string error;
  if (!(*regex)->CheckRewriteString(substitution.substitution, &error)) {
    return makeError("substitution '" + substitution.substitution + "': " + error);
  }
  substitution.regex = std::move(*regex);
  return {};
}

std::string replaceAll(const RegexSubstitution& substitution, std::string_view text) {
  std::string out(text);
  RE2::GlobalReplace(&out, *substitution.regex,
                     re2::StringPiece(substitution.substitution.data(), substitution.substitution.size()));
  return out;
}

}  // namespace orrery::match
