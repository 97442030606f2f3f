#include "sim/explore/story_lines.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "proxy/base/lines.h"

namespace orrery::sim {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool partOfWord(char c) {
  return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-';
}

std::string replaced(std::string_view line, size_t at, size_t length, std::string_view by) {
  return std::string(line.substr(0, at)) + std::string(by) + std::string(line.substr(at + length));
}

struct Number {
  size_t at;
  size_t length;  // of its digits
  uint64_t value;
  std::string_view word;  // with its unit
};

// Numbers with a unit behind them ("250ms", "5s", "10KiB") are numbers; what has a letter, a dot or a dash before it is none, nor
// is a part of an address.
std::vector<Number> numbersIn(std::string_view line) {
  std::vector<Number> out;
  for (size_t at = 0; at < line.size(); ++at) {
    if (!digit(line[at]) || (at > 0 && partOfWord(line[at - 1]))) continue;
    size_t end = at;
    while (end < line.size() && digit(line[end])) ++end;
    uint64_t n = 0;
    const bool fits = std::from_chars(line.data() + at, line.data() + end, n).ec == std::errc{};
    const bool address = end < line.size() && (line[end] == '.' || line[end] == ':');
    size_t unit = end;
    while (unit < line.size() && partOfWord(line[unit])) ++unit;
    if (fits && !address) out.push_back({at, end - at, n, line.substr(at, unit - at)});
    at = end;
  }
  return out;
}

std::vector<uint64_t> lowerThan(uint64_t n) {
  std::vector<uint64_t> out;
  for (const uint64_t lower : {uint64_t{0}, uint64_t{1}, n / 16, n / 2, n - std::min<uint64_t>(n, 1)}) {
    if (lower < n && (out.empty() || lower > out.back())) out.push_back(lower);
  }
  return out;
}

void lowerNumbers(std::string_view line, std::vector<std::string>& out) {
  for (const Number& n : numbersIn(line)) {
    for (const uint64_t lower : lowerThan(n.value))
      out.push_back(replaced(line, n.at, n.length, std::to_string(lower)));
  }
}

void shorterTexts(std::string_view line, std::vector<std::string>& out) {
  for (size_t at = line.find('"'); at != std::string_view::npos;) {
    const size_t end = line.find('"', at + 1);
    if (end == std::string_view::npos) return;
    const size_t length = end - at - 1;
    for (const size_t keep : {size_t{1}, length / 2}) {
      if (keep < length && keep > 0) out.push_back(replaced(line, at + 1, length, line.substr(at + 1, keep)));
    }
    at = line.find('"', end + 1);
  }
}

// "  bootstrap: bootstraps/edge.yaml"
bool namesAFile(std::string_view line) {
  return line.starts_with("  bootstrap:") && line.find_first_not_of(' ', line.find(':') + 1) != std::string_view::npos;
}

// "proxy: { bootstrap: bootstraps/edge.yaml }", and nothing else between the braces.
bool namesAFileOnly(std::string_view line) {
  return line.starts_with("proxy: { bootstrap: ") && line.substr(0, line.find('}')).find(',') == std::string_view::npos;
}

}  // namespace

size_t indentOf(std::string_view line) { return line.find_first_not_of(' '); }

size_t blockEnd(const StoryLines& lines, size_t at) {
  size_t end = at + 1;
  if (indentOf(lines[at]) == std::string::npos) return end;
  while (end < lines.size() && indentOf(lines[end]) > indentOf(lines[at])) ++end;
  return end;
}

size_t topOf(const StoryLines& lines, size_t at) {
  while (at > 0 && (indentOf(lines[at]) == std::string::npos || indentOf(lines[at]) > 0)) --at;
  return at;
}

std::vector<std::string> simplerForms(std::string_view line) {
  std::vector<std::string> out;
  lowerNumbers(line, out);
  shorterTexts(line, out);
  return out;
}

std::vector<StoryLines> simplerTogether(const StoryLines& lines) {
  struct Places {
    size_t count = 0;
    uint64_t value = 0;
  };
  std::map<std::string, Places> words;
  for (const std::string& line : lines) {
    for (const Number& n : numbersIn(line)) {
      Places& places = words[std::string(n.word)];
      ++places.count;
      places.value = n.value;
    }
  }
  std::vector<StoryLines> out;
  for (const auto& [word, places] : words) {
    if (places.count < 2) continue;
    for (const uint64_t lower : lowerThan(places.value)) {
      StoryLines other = lines;
      for (std::string& line : other) {
        // From the end, so that places stay what they are.
        const std::vector<Number> numbers = numbersIn(line);
        std::string changed = line;
        for (auto n = numbers.rbegin(); n != numbers.rend(); ++n) {
          if (n->word == word) changed = replaced(changed, n->at, n->length, std::to_string(lower));
        }
        line = std::move(changed);
      }
      out.push_back(std::move(other));
    }
  }
  return out;
}

std::optional<StoryLines> withBootstrapInside(const StoryLines& lines, std::string_view bootstrap) {
  StoryLines inside = {"  bootstrap:"};
  for (const std::string& line : linesOf(bootstrap)) {
    if (line.starts_with('{') || line.starts_with("---")) return std::nullopt;
    inside.push_back(line.empty() ? "" : "    " + line);
  }
  const auto proxy = std::find_if(lines.begin(), lines.end(), [](const auto& l) { return l.starts_with("proxy:"); });
  if (proxy == lines.end()) return std::nullopt;
  const auto at = static_cast<size_t>(proxy - lines.begin());
  const size_t end = blockEnd(lines, at);
  StoryLines rest;  // of what is said of the proxy
  bool found = namesAFileOnly(*proxy);
  if (!found && *proxy != "proxy:") return std::nullopt;
  for (size_t i = at + 1, next; i < end; i = next) {
    next = blockEnd(lines, i);
    if (namesAFile(lines[i])) {
      found = true;
    } else if (!lines[i].starts_with("  overrides:")) {
      rest.insert(rest.end(), lines.begin() + static_cast<ptrdiff_t>(i), lines.begin() + static_cast<ptrdiff_t>(next));
    }
  }
  if (!found) return std::nullopt;
  StoryLines out(lines.begin(), proxy);
  out.emplace_back("proxy:");
  out.insert(out.end(), inside.begin(), inside.end());
  out.insert(out.end(), rest.begin(), rest.end());
  out.insert(out.end(), lines.begin() + static_cast<ptrdiff_t>(end), lines.end());
  return out;
}

}  // namespace orrery::sim
