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
    auto pattern = Pattern::parse(format);
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

  std::vector<Part> parts_;
  std::string text_;  // constant text since the last value
};

}  // namespace

Result<std::shared_ptr<const Formatter>> parseJsonFormat(const std::vector<JsonField>& fields) {
  auto formatter = std::make_shared<JsonFormatter>();
  if (Status s = formatter->add({{}, {}, JsonField::Kind::kObject, fields}); !s) return std::unexpected(s.error());
  formatter->finish();
  return formatter;
}

}  // namespace orrery::format
