#include <re2/re2.h>

#include <algorithm>

#include "proxy/cel/function.h"
#include "proxy/cel/regex.h"

// Functions of regular expressions. Those of matches() that are constants are compiled once; all else at each call, as in Envoy.
namespace orrery::cel {

Result<std::shared_ptr<const re2::RE2>> compilePattern(std::string_view pattern) {
  constexpr int kLongestProgram = 100;
  RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_shared<const RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!regex->ok()) return makeError("invalid regular expression: " + regex->error());
  if (regex->ProgramSize() > kLongestProgram) return makeError("regular expression exceeds max allowed size");
  return regex;
}

bool matchesPart(const re2::RE2& regex, std::string_view text) {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), regex);
}

namespace {

// The pattern that an argument is; null: it is none.
std::shared_ptr<const re2::RE2> patternOf(const Value& value) {
  const auto* text = std::get_if<Text>(&value);
  if (text == nullptr) return nullptr;
  const auto regex = compilePattern(text->is);
  return regex ? *regex : nullptr;
}

Value matchesPattern(Arguments args, Scratch&) {
  const auto* text = std::get_if<Text>(&args[0]);
  const auto regex = patternOf(args[1]);
  return text != nullptr && regex != nullptr ? Value(matchesPart(*regex, text->is)) : Value();
}

// re.extract(text, pattern, rewrite): the rewrite with what the groups of the first match hold.
Value extract(Arguments args, Scratch& scratch) {
  const auto* text = std::get_if<Text>(&args[0]);
  const auto regex = patternOf(args[1]);
  const auto* rewrite = std::get_if<Text>(&args[2]);
  if (text == nullptr || regex == nullptr || rewrite == nullptr) return {};
  const re2::StringPiece wanted(rewrite->is.data(), rewrite->is.size());
  std::string error;
  std::string out;
  if (!regex->CheckRewriteString(wanted, &error)) return {};
  if (!RE2::Extract(re2::StringPiece(text->is.data(), text->is.size()), *regex, wanted, &out)) return {};
  return scratch.text(std::move(out));
}

// What the groups of the pattern hold if it matches the whole text; empty: it does not, or has none.
std::vector<std::string> groupsOf(const Value& of, const re2::RE2* regex) {
  const auto* text = std::get_if<Text>(&of);
  if (text == nullptr || regex == nullptr) return {};
  const auto count = static_cast<size_t>(std::max(0, regex->NumberOfCapturingGroups()));
  std::vector<std::string> groups(count);
  std::vector<RE2::Arg> places(count);
  std::vector<const RE2::Arg*> pointers(count);
  for (size_t i = 0; i < count; ++i) {
    places[i] = &groups[i];
    pointers[i] = &places[i];
  }
  const re2::StringPiece whole(text->is.data(), text->is.size());
  if (!RE2::FullMatchN(whole, *regex, pointers.data(), static_cast<int>(count))) return {};
  return groups;
}

// re.capture(text, pattern): the first group.
Value capture(Arguments args, Scratch& scratch) {
  const auto groups = groupsOf(args[0], patternOf(args[1]).get());
  return groups.empty() ? Value() : scratch.text(groups.front());
}

// re.captureN(text, pattern): all groups, by name or number.
Value captureAll(Arguments args, Scratch& scratch) {
  const auto regex = patternOf(args[1]);
  const auto groups = groupsOf(args[0], regex.get());
  if (groups.empty()) return {};
  const auto& names = regex->CapturingGroupNames();
  std::vector<std::pair<Value, Value>> entries;
  for (size_t i = 0; i < groups.size(); ++i) {
    const auto name = names.find(static_cast<int>(i + 1));
    entries.emplace_back(scratch.text(name != names.end() ? name->second : std::to_string(i + 1)),
                         scratch.text(groups[i]));
  }
  return newMap(std::move(entries), scratch);
}

constexpr Function kRegexFunctions[] = {
    {"matches", Function::Style::kBoth, 2, matchesPattern},
    {"re.extract", Function::Style::kPlain, 3, extract},
    {"re.capture", Function::Style::kPlain, 2, capture},
    {"re.captureN", Function::Style::kPlain, 2, captureAll},
};

}  // namespace

std::span<const Function> regexFunctions() { return kRegexFunctions; }

}  // namespace orrery::cel
