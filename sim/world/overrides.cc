#include "sim/world/overrides.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "proxy/base/did_you_mean.h"
#include "sim/world/field_path.h"

namespace orrery::sim {

namespace {

using NodeKind = ConfigNode::Kind;

std::string described(const ConfigNode& node) {
  switch (node.kind) {
    case NodeKind::kNull: return "nothing";
    case NodeKind::kList: return "a list";
    case NodeKind::kMapping: return "a mapping";
    default: return "'" + node.text.substr(0, 60) + "'";
  }
}

// Of equal keys the last counts, as for the reader of the file.
ConfigNode::Entry* entryOf(ConfigNode& mapping, std::string_view key) {
  for (size_t i = mapping.entries.size(); i-- > 0;) {
    if (sameField(mapping.entries[i].key, key)) return &mapping.entries[i];
  }
  return nullptr;
}

std::vector<std::string_view> keysOf(const ConfigNode& mapping) {
  std::vector<std::string_view> keys;
  for (const ConfigNode::Entry& e : mapping.entries) keys.push_back(e.key);
  return keys;
}

// Every mapping below a node (itself too) that has a field of this name.
class Places {
 public:
  Places(std::string_view name, std::string path) : name_(name), path_(std::move(path)) {}

  void look(ConfigNode& node) {
    if (node.kind == NodeKind::kMapping && entryOf(node, name_) != nullptr) {
      found.push_back(&node);
      if (paths_.size() < kShown) paths_.push_back(path_ + (path_.empty() ? "" : ".") + std::string(name_));
    }
    const size_t length = path_.size();
    for (ConfigNode::Entry& e : node.entries) {
      if (keys.size() < kMostKeys && std::find(keys.begin(), keys.end(), e.key) == keys.end()) keys.push_back(e.key);
      path_ += (length == 0 ? "" : ".") + e.key;
      look(e.value);
      path_.resize(length);
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
      path_ += "[" + std::to_string(i) + "]";
      look(node.items[i]);
      path_.resize(length);
    }
  }

  std::string list() const {
    std::string out;
    for (const std::string& p : paths_) out += (out.empty() ? "" : ", ") + p;
    return out + (found.size() > paths_.size() ? ", ..." : "");
  }

  std::vector<ConfigNode*> found;
  std::vector<std::string_view> keys;

 private:
  static constexpr size_t kShown = 3;
  static constexpr size_t kMostKeys = 1000;  // for the nearest right word
  const std::string_view name_;
  std::string path_;
  std::vector<std::string> paths_;
};

class Change {
 public:
  Change(const Override& change, const std::vector<FieldStep>& steps)
      : steps_(steps), value_(change.value), place_{true, change.line, change.column} {}

  std::optional<std::string> make(ConfigNode& root) {
    ConfigNode* node = &root;
    for (size_t i = 0; i < steps_.size() && node != nullptr; ++i) {
      const bool last = i + 1 == steps_.size();
      switch (steps_[i].kind) {
        case FieldStep::Kind::kGap: node = acrossGap(*node, i); break;
        case FieldStep::Kind::kName: node = field(*node, i, last); break;
        case FieldStep::Kind::kBracket:
          node = isKey(*node, steps_[i]) ? field(*node, i, last) : item(*node, i, last);
          break;
      }
    }
    return std::move(error_);
  }

 private:
  ConfigNode* fail(std::string text) {
    error_ = std::move(text);
    return nullptr;
  }
  // "at `a.b`", where a step starts from.
  std::string at(size_t step) const { return "at " + (step == 0 ? "the top" : fieldPathText(steps_, step)); }

  static std::optional<size_t> indexOf(const FieldStep& step) {
    size_t n = 0;
    const auto [end, error] = std::from_chars(step.text.data(), step.text.data() + step.text.size(), n);
    if (error != std::errc() || end != step.text.data() + step.text.size()) return std::nullopt;
    return n;
  }

  // Of a map, which is a mapping here like a message.
  static bool isKey(ConfigNode& node, const FieldStep& step) {
    return node.kind == NodeKind::kMapping || node.kind == NodeKind::kNull
               ? !indexOf(step) || entryOf(node, step.text) != nullptr
               : false;
  }

  ConfigNode* acrossGap(ConfigNode& node, size_t i) {
    const std::string& name = steps_[i + 1].text;
    Places places(name, fieldPathText(steps_, i));
    places.look(node);
    if (places.found.size() == 1) return places.found[0];
    if (places.found.empty())
      return fail("expected a field of the bootstrap behind '...', found '" + name + "'" +
                  didYouMean(name, places.keys));
    return fail("expected one place behind '...', found " + std::to_string(places.found.size()) + " of '" + name +
                "': " + places.list());
  }

  ConfigNode* field(ConfigNode& node, size_t i, bool last) {
    const std::string& name = steps_[i].text;
    if (node.kind == NodeKind::kNull) node.kind = NodeKind::kMapping;
    if (node.kind != NodeKind::kMapping)
      return fail("expected a mapping " + at(i) + " to have '" + name + "', found " + described(node));
    ConfigNode::Entry* entry = entryOf(node, name);
    if (last && value_.kind == NodeKind::kNull) {
      if (entry == nullptr)
        return fail("expected a field to take out, found no '" + name + "' " + at(i) + didYouMean(name, keysOf(node)));
      node.entries.erase(node.entries.begin() + (entry - node.entries.data()));
      return nullptr;
    }
    if (entry == nullptr) {
      entry = &node.entries.emplace_back();
      entry->key = name;
      entry->value.place = place_;
    }
    return last ? set(entry->value) : &entry->value;
  }

  ConfigNode* item(ConfigNode& node, size_t i, bool last) {
    if (node.kind == NodeKind::kNull) node.kind = NodeKind::kList;
    const auto index = indexOf(steps_[i]);
    if (node.kind != NodeKind::kList) return fail("expected a list " + at(i) + ", found " + described(node));
    const bool taken = last && value_.kind == NodeKind::kNull;
    const size_t most = node.items.size() - (taken && !node.items.empty() ? 1 : 0);
    if (taken && node.items.empty()) return fail("expected an element to take out " + at(i) + ", found an empty list");
    if (!index || *index > most) {
      return fail("expected an index from 0 to " + std::to_string(most) + (taken ? "" : " (which adds one)") + " " +
                  at(i) + ", found '" + steps_[i].text + "'");
    }
    if (taken) {
      node.items.erase(node.items.begin() + static_cast<ptrdiff_t>(*index));
      return nullptr;
    }
    if (*index == node.items.size()) node.items.emplace_back().place = place_;
    return last ? set(node.items[*index]) : &node.items[*index];
  }

  ConfigNode* set(ConfigNode& node) {
    node = value_;
    node.place = place_;
    return nullptr;
  }

  const std::vector<FieldStep>& steps_;
  const ConfigNode& value_;
  const ConfigNode::Place place_;
  std::optional<std::string> error_;
};

}  // namespace

std::optional<std::string> applyOverride(ConfigNode& root, const Override& change) {
  const auto steps = parseFieldPath(change.path);
  if (!steps) return steps.error();
  return Change(change, *steps).make(root);
}

}  // namespace orrery::sim
