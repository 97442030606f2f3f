#include "sim/script/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <utility>

#include "proxy/base/indentation.h"
#include "proxy/base/utf8.h"

namespace orrery::script {

namespace {

constexpr size_t kMaxBytes = 1u << 20;
constexpr size_t kMaxNesting = 40;

struct Stop {
  Problem problem;
};

Mark markOf(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

[[noreturn]] void stop(Mark mark, std::string message) { throw Stop{{mark, "", std::move(message)}}; }

class Builder final : public YAML::EventHandler {
 public:
  YamlNode root;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.mark = markOf(mark);
    noAnchor(mark, anchor);
    place(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    stop(markOf(mark), "aliases are not used in scenarios");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    noAnchor(mark, anchor);
    YamlNode node;
    node.mark = markOf(mark);
    node.quoted = tag == "!";
    node.scalar = value;
    const bool null = !node.quoted && (value.empty() || value == "~" || value == "null");
    node.kind = null ? YamlNode::Kind::kNull : YamlNode::Kind::kScalar;
    place(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    noAnchor(mark, anchor);
    open(mark, YamlNode::Kind::kSequence);
  }
  void OnSequenceEnd() override { closeTop(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    noAnchor(mark, anchor);
    open(mark, YamlNode::Kind::kMapping);
  }
  void OnMapEnd() override { closeTop(); }

 private:
  struct Open {
    YamlNode node;
    bool hasKey = false;
    std::string key;
    Mark keyMark;
  };

  static void noAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) stop(markOf(mark), "anchors are not used in scenarios");
  }

  void open(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (stack_.size() >= kMaxNesting) stop(markOf(mark), "nested deeper than " + std::to_string(kMaxNesting));
    Open& top = stack_.emplace_back();
    top.node.kind = kind;
    top.node.mark = markOf(mark);
  }

  void closeTop() {
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    place(std::move(node));
  }

  void place(YamlNode node) {
    if (stack_.empty()) {
      root = std::move(node);
      return;
    }
    Open& top = stack_.back();
    if (top.node.kind == YamlNode::Kind::kSequence) {
      top.node.items.push_back(std::move(node));
    } else if (!top.hasKey) {
      if (node.kind != YamlNode::Kind::kScalar)
        stop(node.mark, "expected a key that is a word, found " + describe(node));
      top.hasKey = true;
      top.key = std::move(node.scalar);
      top.keyMark = node.mark;
    } else {
      top.hasKey = false;
      top.node.entries.push_back({std::move(top.key), top.keyMark, std::move(node)});
    }
  }

  std::vector<Open> stack_;
};

// Where the first bytes are that are not.
std::optional<Mark> notUtf8(std::string_view text) {
  Mark at{1, 1};
  for (size_t i = 0; i < text.size();) {
    const size_t size = utf8Sequence(text, i);
    if (size == 0) return at;
    if (text[i] == '\n') {
      ++at.line;
      at.column = 1;
    } else {
      ++at.column;
    }
    i += size;
  }
  return std::nullopt;
}

}  // namespace

std::expected<YamlNode, Problem> readYaml(std::string_view text) {
  if (text.size() > kMaxBytes) return std::unexpected(Problem{{}, "", "expected at most 1 MiB"});
  if (const auto wrong = notUtf8(text))
    return std::unexpected(Problem{*wrong, "", "expected UTF-8, found other bytes"});
  Builder builder;
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) return YamlNode{};
    Builder more;
    if (parser.HandleNextDocument(more))
      return std::unexpected(Problem{more.root.mark, "", "expected one document, found a second one"});
  } catch (const Stop& s) {
    return std::unexpected(s.problem);
  } catch (const YAML::Exception& e) {
    const Mark at = e.mark.is_null() ? Mark{} : markOf(e.mark);
    if (const auto tab = tabInIndentation(text, at.line))
      return std::unexpected(
          Problem{{tab->line, tab->column}, "", "not YAML: expected spaces to indent with, found a tab"});
    return std::unexpected(Problem{at, "", "not YAML: " + e.msg});
  }
  return std::move(builder.root);
}

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull: return "nothing";
    case YamlNode::Kind::kScalar: {
      constexpr size_t kShown = 80;
      const bool cut = node.scalar.size() > kShown;
      return "'" + node.scalar.substr(0, kShown) + (cut ? "...'" : "'");
    }
    case YamlNode::Kind::kSequence: return "a list";
    case YamlNode::Kind::kMapping: return "a mapping";
  }
  return "";
}

}  // namespace orrery::script
