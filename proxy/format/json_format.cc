#include <map>
#include <string_view>

#include "proxy/format/format.h"
#include "proxy/format/json_text.h"
#include "proxy/format/pattern.h"

namespace orrery::format {
namespace {

// The line as alternating constant text (braces, keys, literals) and values.
class JsonFormatter final : public Formatter {
 public:
  explicit JsonFormatter(const Extensions& extensions) : extensions_(extensions) {}
  Status add(const JsonField& field) {
    switch (field.kind) {
      case JsonField::Kind::kLiteral: text_ += field.format; return {};
      case JsonField::Kind::kFormat: return addValue(field.format);
      case JsonField::Kind::kList: return addList(field.children);
      case JsonField::Kind::kObject: return addObject(field.children);
    }
    return {};
  }
  void finish() {
    text_ += '\n';
    parts_.push_back({std::move(text_), {}});
  }

  void append(const stream_info::LogRecord& record, std::string& out) const override {
    for (const Part& part : parts_) {
      out += part.before;
      if (&part != &parts_.back()) appendValue(part.value, record, out);
    }
  }

 private:
  struct Part {
    std::string before;
    Pattern value;
  };

  Status addValue(std::string_view format) {
    auto pattern = Pattern::parse(format, extensions_);
    if (!pattern) return std::unexpected(pattern.error());
    parts_.push_back({std::move(text_), std::move(*pattern)});
    text_.clear();
    return {};
  }

  Status addList(const std::vector<JsonField>& children) {
    text_ += '[';
    for (const JsonField& child : children) {
      if (&child != &children.front()) text_ += ',';
      if (Status s = add(child); !s) return s;
    }
    text_ += ']';
    return {};
  }

  Status addObject(const std::vector<JsonField>& children) {
    std::map<std::string_view, const JsonField*> sorted;
    for (const JsonField& child : children) sorted.insert_or_assign(child.key, &child);
    text_ += '{';
    bool first = true;
    for (const auto& [key, child] : sorted) {
      if (!first) text_ += ',';
      first = false;
      appendJsonString(key, text_);
      text_ += ':';
      if (Status s = add(*child); !s) return s;
    }
    text_ += '}';
    return {};
  }

  static void appendValue(const Pattern& pattern, const stream_info::LogRecord& record, std::string& out) {
    if (const Operator* const op = pattern.single()) {
      if (!op->appendJson(record, out)) out += "null";
      return;
    }
    std::string text;
    pattern.append(record, text);
    appendJsonString(text, out);
  }

  const Extensions extensions_;
  std::vector<Part> parts_;
  std::string text_;  // constant text since the last value
};

// The same without what has no value, which is known for each record only: a tree.
class SparseJsonFormatter final : public Formatter {
 public:
  explicit SparseJsonFormatter(const Extensions& extensions) : extensions_(extensions) {}
  Status add(const JsonField& field) { return addTo(root_, field); }
  void append(const stream_info::LogRecord& record, std::string& out) const override {
    if (!appendNode(root_, record, out)) out += "{}";
    out += '\n';
  }

 private:
  struct Node {
    JsonField::Kind kind = JsonField::Kind::kObject;
    std::string key;   // of a member: quoted, with its colon
    std::string text;  // of a literal
    Pattern value;
    std::vector<Node> children;
  };

  Status addTo(Node& node, const JsonField& field) {
    node.kind = field.kind;
    if (field.kind == JsonField::Kind::kLiteral) node.text = field.format;
    if (field.kind == JsonField::Kind::kFormat) {
      auto pattern = Pattern::parse(field.format, extensions_);
      if (!pattern) return std::unexpected(pattern.error());
      node.value = std::move(*pattern);
    }
    std::map<std::string_view, const JsonField*> sorted;
    for (const JsonField& child : field.children) {
      if (field.kind == JsonField::Kind::kObject) {
        sorted.insert_or_assign(child.key, &child);
      } else if (Status s = addTo(node.children.emplace_back(), child); !s) {
        return s;
      }
    }
    for (const auto& [key, child] : sorted) {
      Node& member = node.children.emplace_back();
      appendJsonString(key, member.key);
      member.key += ':';
      if (Status s = addTo(member, *child); !s) return s;
    }
    return {};
  }

  // False: there is nothing to say, and nothing was appended.
  static bool appendNode(const Node& node, const stream_info::LogRecord& record, std::string& out) {
    switch (node.kind) {
      case JsonField::Kind::kLiteral:
        if (node.text != "null") out += node.text;
        return node.text != "null";
      case JsonField::Kind::kFormat: {
        if (const Operator* const op = node.value.single()) return op->appendJson(record, out);
        std::string text;
        node.value.append(record, text, "");
        appendJsonString(text, out);
        return true;
      }
      case JsonField::Kind::kList: return appendChildren(node, '[', ']', true, record, out);
      case JsonField::Kind::kObject: return appendChildren(node, '{', '}', false, record, out);
    }
    return false;
  }

  static bool appendChildren(const Node& node, char open, char close, bool evenEmpty,
                             const stream_info::LogRecord& record, std::string& out) {
    const size_t begin = out.size();
    out += open;
    for (const Node& child : node.children) {
      const size_t before = out.size();
      if (before != begin + 1) out += ',';
      out += child.key;
      if (!appendNode(child, record, out)) out.resize(before);
    }
    if (!evenEmpty && out.size() == begin + 1) {
      out.resize(begin);
      return false;
    }
    out += close;
    return true;
  }

  const Extensions extensions_;
  Node root_;
};

}  // namespace

Result<std::shared_ptr<const Formatter>> parseJsonFormat(const std::vector<JsonField>& fields, Absent absent,
                                                         const Extensions& extensions) {
  const JsonField root{{}, {}, JsonField::Kind::kObject, fields};
  if (absent == Absent::kNothing) {
    auto formatter = std::make_shared<SparseJsonFormatter>(extensions);
    if (Status s = formatter->add(root); !s) return std::unexpected(s.error());
    return formatter;
  }
  auto formatter = std::make_shared<JsonFormatter>(extensions);
  if (Status s = formatter->add(root); !s) return std::unexpected(s.error());
  formatter->finish();
  return formatter;
}

}  // namespace orrery::format
