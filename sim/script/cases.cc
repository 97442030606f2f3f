#include "sim/script/cases.h"

#include <algorithm>
#include <optional>

#include "proxy/base/did_you_mean.h"
#include "sim/script/units.h"
#include "sim/script/yaml.h"

namespace orrery::script {

namespace {

constexpr std::string_view kCases = "cases";
constexpr std::string_view kKey = "cases:";
constexpr std::string_view kBegin = "${";
// What the reader takes at most (yaml.h); a value that is named often could make much of little.
constexpr size_t kMostBytes = 1u << 20;

// The table's part of the file, found by its lines: the rest is no YAML yet (`{ latency: ${wait} }`).
struct Table {
  int first = 0;  // lines; 0: there is none
  int last = 0;
  std::string text;  // with an empty line for each one before it, so that marks are right
};

Table tableOf(std::string_view text) {
  Table table;
  int line = 1;
  for (size_t at = 0; at < text.size(); ++line) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string_view content = text.substr(at, end - at);
    at = end;
    const bool begins = content.find_first_of(" #\n\r\t") != 0;  // a key of the top level
    if (table.first == 0 && content.starts_with(kKey)) {
      table.first = line;
    } else if (table.first != 0 && begins) {
      break;
    }
    if (table.first == 0) {
      table.text += '\n';
    } else {
      table.text += content;
      table.last = line;
    }
  }
  return table;
}

std::string listOf(const std::vector<YamlNode::Entry>& entries) {
  std::string out;
  for (const YamlNode::Entry& e : entries) out += (out.empty() ? "" : ", ") + e.key;
  return out;
}

const YamlNode::Entry* entryOf(const YamlNode& mapping, std::string_view key) {
  const auto at =
      std::find_if(mapping.entries.begin(), mapping.entries.end(), [&](const auto& e) { return e.key == key; });
  return at == mapping.entries.end() ? nullptr : &*at;
}

std::vector<std::string_view> keysOf(const YamlNode& mapping) {
  std::vector<std::string_view> keys;
  for (const YamlNode::Entry& e : mapping.entries) keys.push_back(e.key);
  return keys;
}

class Resolver {
 public:
  Resolver(std::string_view text, const Table& table, const YamlNode& values, std::string_view name)
      : text_(text), table_(table), values_(values), name_(name) {}

  std::expected<std::string, Problem> run() {
    int line = 1;
    for (size_t at = 0; at < text_.size(); ++line) {
      const size_t end = std::min(text_.find('\n', at), text_.size() - 1) + 1;
      if (line >= table_.first && line <= table_.last) {
        out_ += '\n';
      } else if (!resolveLine(text_.substr(at, end - at), line)) {
        return std::unexpected(problem_);
      }
      if (out_.size() > kMostBytes) {
        return std::unexpected(
            Problem{{table_.first, 1}, std::string(kCases), "expected at most 1 MiB when all is put in"});
      }
      at = end;
    }
    return std::move(out_);
  }

 private:
  bool resolveLine(std::string_view line, int number) {
    const size_t comment = line.find_first_not_of(' ');
    if (comment != std::string_view::npos && line[comment] == '#') {
      out_ += line;
      return true;
    }
    for (size_t at = 0;;) {
      const size_t begin = line.find(kBegin, at);
      const size_t end = line.find('}', begin == std::string_view::npos ? at : begin);
      if (begin == std::string_view::npos || end == std::string_view::npos) {
        out_ += line.substr(at);
        return true;
      }
      out_ += line.substr(at, begin - at);
      const std::string_view wanted = line.substr(begin + kBegin.size(), end - begin - kBegin.size());
      const YamlNode::Entry* value = entryOf(values_, wanted);
      if (value == nullptr) {
        problem_ = {Mark{number, static_cast<int>(begin) + 1}, "",
                    "expected a parameter of the case " + std::string(name_) + " (" + listOf(values_.entries) +
                        "), found '" + std::string(wanted) + "'" + didYouMean(wanted, keysOf(values_))};
        return false;
      }
      out_ += value->value.scalar;
      at = end + 1;
    }
  }

  std::string_view text_;
  const Table& table_;
  const YamlNode& values_;
  std::string_view name_;
  std::string out_;
  Problem problem_;
};

// What is wrong with the table itself.
std::optional<Problem> wrongTable(const YamlNode::Entry& table) {
  if (table.value.kind != YamlNode::Kind::kMapping || table.value.entries.empty())
    return Problem{table.value.mark, std::string(kCases),
                   "expected a mapping from names of cases to their parameters, found " + describe(table.value)};
  for (const YamlNode::Entry& e : table.value.entries) {
    const std::string path = std::string(kCases) + "." + e.key;
    if (isReserved(e.key))
      return Problem{e.mark, path, "expected another name: '" + e.key + "' is a word of expectations"};
    if (!isName(e.key))
      return Problem{e.mark, path, "expected a name (small letters, digits, _), found '" + e.key + "'"};
    if (e.value.kind != YamlNode::Kind::kMapping && e.value.kind != YamlNode::Kind::kNull)
      return Problem{e.value.mark, path, "expected a mapping from parameters to values, found " + describe(e.value)};
    for (const YamlNode::Entry& p : e.value.entries) {
      if (p.value.kind != YamlNode::Kind::kScalar)
        return Problem{p.value.mark, path + "." + p.key, "expected a single value, found " + describe(p.value)};
    }
  }
  return std::nullopt;
}

}  // namespace

CasePath splitCase(const std::string& path) {
  const size_t hash = path.rfind('#');
  const size_t slash = path.rfind('/');
  if (hash == std::string::npos || (slash != std::string::npos && hash < slash)) return {path, ""};
  return {path.substr(0, hash), path.substr(hash + 1)};
}

std::vector<std::string> caseNames(std::string_view text) {
  std::vector<std::string> names;
  const Table table = tableOf(text);
  const auto root = readYaml(table.text);
  if (table.first == 0 || !root || root->entries.empty() || wrongTable(root->entries[0])) return names;
  for (const YamlNode::Entry& e : root->entries[0].value.entries) names.push_back(e.key);
  return names;
}

std::expected<std::string, Problem> resolveCase(std::string_view text, std::string_view name) {
  const Table table = tableOf(text);
  if (table.first == 0) {
    if (name.empty()) return std::string(text);
    return std::unexpected(
        Problem{{1, 1}, "", "expected cases, of which '" + std::string(name) + "' is one, found none"});
  }
  const auto root = readYaml(table.text);
  if (!root) return std::unexpected(root.error());
  if (root->entries.empty()) {  // `cases:x` is no key
    return std::unexpected(Problem{{table.first, 1}, "", "expected `cases:` with a mapping, found " + describe(*root)});
  }
  const YamlNode::Entry& entry = root->entries[0];
  if (auto wrong = wrongTable(entry)) return std::unexpected(std::move(*wrong));
  const YamlNode::Entry* found = entryOf(entry.value, name);
  if (found == nullptr) {
    return std::unexpected(
        Problem{entry.mark, std::string(kCases),
                "expected one of these behind # in the scenario's path: " + listOf(entry.value.entries) + "; found " +
                    (name.empty() ? "none" : "'" + std::string(name) + "'")});
  }
  return Resolver(text, table, found->value, name).run();
}

}  // namespace orrery::script
