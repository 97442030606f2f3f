#include "sim/world/field_path.h"

#include <algorithm>

namespace orrery::sim {

namespace {

constexpr size_t kLongest = 512;
constexpr std::string_view kGap = "...";

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '@';
}

// As protobuf names a field in JSON.
std::string jsonName(std::string_view name) {
  std::string out;
  bool up = false;
  for (const char c : name) {
    if (c == '_') {
      up = true;
      continue;
    }
    out += up && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    up = false;
  }
  return out;
}

}  // namespace

bool sameField(std::string_view a, std::string_view b) { return a == b || jsonName(a) == jsonName(b); }

std::expected<std::vector<FieldStep>, std::string> parseFieldPath(std::string_view path) {
  using Kind = FieldStep::Kind;
  const auto wrong = [&](std::string_view what, size_t at) {
    const std::string found = at < path.size() ? "'" + std::string(path.substr(at, 20)) + "'" : "its end";
    return std::unexpected("expected " + std::string(what) + " at character " + std::to_string(at + 1) +
                           " of the path, found " + found);
  };
  if (path.size() > kLongest) return std::unexpected("expected a path of at most 512 bytes, found more");
  std::vector<FieldStep> steps;
  for (size_t at = 0;;) {
    if (path.substr(at).starts_with(kGap)) {
      steps.push_back({Kind::kGap, ""});
      at += kGap.size();
    } else if (!steps.empty()) {
      ++at;  // the dot that ended the last name
    }
    size_t end = at;
    while (end < path.size() && isNameCharacter(path[end])) ++end;
    if (end == at) return wrong("the name of a field", at);
    steps.push_back({Kind::kName, std::string(path.substr(at, end - at))});
    at = end;
    while (at < path.size() && path[at] == '[') {
      const size_t close = path.find(']', at);
      if (close == std::string_view::npos || close == at + 1) return wrong("an index or a key in brackets", at);
      steps.push_back({Kind::kBracket, std::string(path.substr(at + 1, close - at - 1))});
      at = close + 1;
    }
    if (at == path.size()) return steps;
    if (path[at] != '.') return wrong("'.', '[' or the end", at);
  }
}

std::string fieldPathText(const std::vector<FieldStep>& steps, size_t count) {
  std::string out;
  for (size_t i = 0; i < std::min(count, steps.size()); ++i) {
    switch (steps[i].kind) {
      case FieldStep::Kind::kGap: out += kGap; break;
      case FieldStep::Kind::kBracket: out += "[" + steps[i].text + "]"; break;
      case FieldStep::Kind::kName:
        if (!out.empty() && !out.ends_with(kGap)) out += '.';
        out += steps[i].text;
        break;
    }
  }
  return out;
}

}  // namespace orrery::sim
