#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/config/mark.h"

namespace orrery::config {

// One node of a YAML (or JSON) document, with the place where it starts.
struct YamlNode {
  enum class Kind : uint8_t { kNull, kScalar, kSequence, kMapping };
  struct Entry {
    std::string key;
    Mark mark;
    bool keyIsScalar = true;
    uint32_t value = 0;  // Index into YamlTree::nodes.
  };

  Kind kind = Kind::kNull;
  bool quoted = false;  // A scalar that was written with quotes or as a block: always a string.
  Mark mark;
  std::string scalar;
  std::vector<uint32_t> items;  // Sequence.
  std::vector<Entry> entries;   // Mapping, in the file's order, equal keys included.
};

// The first document of a file. Aliases share the node that they name, so a small hostile file stays a small tree; whoever
// walks it must bound the number of visits (an alias is walked as often as it is named).
struct YamlTree {
  std::vector<YamlNode> nodes;
  uint32_t root = 0;
  bool moreDocuments = false;
  const YamlNode& at(uint32_t index) const { return nodes[index]; }
};

struct YamlLimits {
  size_t maxBytes = 16u << 20;
  size_t maxNodes = 1u << 20;
  size_t maxDepth = 100;
};

struct YamlError {
  Mark mark;
  std::string message;
};

// Never throws. Refused: syntax errors, an alias that contains itself, and whatever passes a limit.
std::expected<YamlTree, YamlError> readYaml(std::string_view text, const YamlLimits& limits = {});

}  // namespace orrery::config
