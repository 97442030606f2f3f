#include "proxy/config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

#include "proxy/base/indentation.h"

namespace orrery::config {

namespace {

struct Stop {
  YamlError error;
};

Mark markOf(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

// A file that is no YAML because of a tab is told so by its tab.
YamlError notYaml(const YAML::Exception& e, std::string_view text) {
  const Mark at = e.mark.is_null() ? Mark() : markOf(e.mark);
  if (const auto tab = tabInIndentation(text, at.line))
    return {{tab->line, tab->column}, "not YAML: expected spaces to indent with, found a tab"};
  return {at, "not YAML: " + e.msg};
}

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
    attach(markOf(mark), found->second);
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
    throw Stop{{markOf(mark), std::move(message)}};
  }

  uint32_t make(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (tree_.nodes.size() >= limits_.maxNodes) {
      fail(mark, "more than " + std::to_string(limits_.maxNodes) + " nodes");
    }
    YamlNode& node = tree_.nodes.emplace_back();
    node.kind = kind;
    node.mark = markOf(mark);
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
    attach(tree_.nodes[index].mark, index);
  }

  // A complete node becomes an item, a key or a value of the innermost open one.
  void attach(Mark mark, uint32_t index) {
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
      parent.entries.push_back({key.scalar, mark, scalar, 0});
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
    return std::unexpected(YamlError{{}, "larger than " + std::to_string(limits.maxBytes) + " bytes"});
  }
  YamlTree tree;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(tree, limits);
    if (!parser.HandleNextDocument(builder)) return std::unexpected(YamlError{{}, "the file is empty"});
    tree.moreDocuments = static_cast<bool>(parser);
  } catch (const Stop& stop) {
    return std::unexpected(stop.error);
  } catch (const YAML::Exception& e) {
    return std::unexpected(notYaml(e, text));
  } catch (const std::exception& e) {
    return std::unexpected(YamlError{{}, std::string("not YAML: ") + e.what()});
  }
  if (tree.nodes.empty()) return std::unexpected(YamlError{{}, "the file is empty"});
  return tree;
}

}  // namespace orrery::config
