#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::sim {

// A piece of an Envoy file as YAML has it, with the place where each part stands. A tree of values; who reads it decides what its words
// mean. Bounds: whoever builds one bounds it.
struct ConfigNode {
  // Plain: a word without quotes (10s, true, 3). Quoted: always a text.
  enum class Kind : uint8_t { kNull, kPlain, kQuoted, kList, kMapping };
  struct Place {
    bool ofScenario = false;  // else of the bootstrap's file
    int line = 0;             // from 1; 0: nowhere
    int column = 0;           // from 1; 0: the whole line
  };
  struct Entry;

  Kind kind = Kind::kNull;
  std::string text;
  std::vector<ConfigNode> items;
  std::vector<Entry> entries;  // in order, equal keys included
  Place place;                 // of an entry's value: where its key stands
};
struct ConfigNode::Entry {
  std::string key;
  ConfigNode value;
};

}  // namespace orrery::sim
