#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "sim/script/problem.h"

namespace orrery::script {

// One node of a YAML document with its place. A scalar that was written with quotes or as a block is always text.
struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMapping };
  struct Entry;

  Kind kind = Kind::kNull;
  Mark mark;
  bool quoted = false;
  std::string scalar;
  std::vector<YamlNode> items;
  std::vector<Entry> entries;  // in the file's order, equal keys included
};
struct YamlNode::Entry {
  std::string key;
  Mark mark;
  YamlNode value;
};

// Reads the one document of a file. Never throws. Refused: syntax errors, anchors and aliases, tags, keys that are not
// scalars, a second document, more than 1 MiB, nesting of more than 40.
std::expected<YamlNode, Problem> readYaml(std::string_view text);

// "the text 'abc'", "a list", "nothing": for messages.
std::string describe(const YamlNode& node);

}  // namespace orrery::script
