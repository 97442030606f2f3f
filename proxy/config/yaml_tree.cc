#include "proxy/config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

namespace orrery::config {

namespace {

struct Stop {
  YamlError error;
};

class Builder final : public YAML::EventHandler {
 public:
  Builder(YamlTree& tree, const YamlLimits& limits) : tree_(tree), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    place(make(mark, YamlNode::Kind::kNull), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) fail(mark, "alias of a node that is not complete: it would contain itself");
    attach(mark, found->second);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const uint32_t index = make(mark, YamlNode::Kind::kScalar);
    YamlNode& node = tree_.nodes[index];
    node.scalar = value;
    node.quoted = tag == "!";
    if (!node.quoted && (value.empty() || value == "~" || value == "null" || value == "Null" || value == "NULL")) {
      node.kind = YamlNode::Kind::kNull;
    }
    place(index, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, YamlNode::Kind::kSequence, anchor);
  }
  void OnSequenceEnd() override { closeTop(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, YamlNode::Kind::kMapping, anchor);
  }
  void OnMapEnd() override { closeTop(); }

 private:
  struct Open {
    uint32_t node;
    YAML::anchor_t anchor;
    bool hasKey = false;
  };

  [[noreturn]] static void fail(const YAML::Mark& mark, std::string message) {
    throw Stop{{mark.line + 1, std::move(message)}};
  }

  uint32_t make(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (tree_.nodes.size() >= limits_.maxNodes) {
      fail(mark, "more than " + std::to_string(limits_.maxNodes) + " nodes");
    }
    YamlNode& node = tree_.nodes.emplace_back();
    node.kind = kind;
    node.line = mark.line + 1;
    return static_cast<uint32_t>(tree_.nodes.size() - 1);
  }

  void open(const YAML::Mark& mark, YamlNode::Kind kind, YAML::anchor_t anchor) {
    if (stack_.size() >= limits_.maxDepth) fail(mark, "nested deeper than " + std::to_string(limits_.maxDepth));
    stack_.push_back({make(mark, kind), anchor});
  }

  void closeTop() {
    const Open top = stack_.back();
    stack_.pop_back();
    place(top.node, top.anchor);
  }

  void place(uint32_t index, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = index;
    const int line = tree_.nodes[index].line;
    YAML::Mark mark;
    mark.line = line - 1;
    attach(mark, index);
  }

  // A complete node becomes an item, a key or a value of the innermost open one.
  void attach(const YAML::Mark& mark, uint32_t index) {
    if (stack_.empty()) {
      tree_.root = index;
      return;
    }
    Open& top = stack_.back();
    YamlNode& parent = tree_.nodes[top.node];
    if (parent.kind == YamlNode::Kind::kSequence) {
      parent.items.push_back(index);
    } else if (!top.hasKey) {
      const YamlNode& key = tree_.nodes[index];
      const bool scalar = key.kind == YamlNode::Kind::kScalar || key.kind == YamlNode::Kind::kNull;
      parent.entries.push_back({key.scalar, mark.line + 1, scalar, 0});
      top.hasKey = true;
    } else {
      parent.entries.back().value = index;
      top.hasKey = false;
    }
  }

  YamlTree& tree_;
  const YamlLimits& limits_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, uint32_t> anchors_;
};

}  // namespace

std::expected<YamlTree, YamlError> readYaml(std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.maxBytes) {
    return std::unexpected(YamlError{0, "larger than " + std::to_string(limits.maxBytes) + " bytes"});
  }
  YamlTree tree;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(tree, limits);
    if (!parser.HandleNextDocument(builder)) return std::unexpected(YamlError{0, "the file is empty"});
    tree.moreDocuments = static_cast<bool>(parser);
  } catch (const Stop& stop) {
    return std::unexpected(stop.error);
  } catch (const YAML::Exception& e) {
    return std::unexpected(YamlError{e.mark.is_null() ? 0 : e.mark.line + 1, "not YAML: " + e.msg});
  } catch (const std::exception& e) {
    return std::unexpected(YamlError{0, std::string("not YAML: ") + e.what()});
  }
  if (tree.nodes.empty()) return std::unexpected(YamlError{0, "the file is empty"});
  return tree;
}

}  // namespace orrery::config
