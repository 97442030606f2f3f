#include "sim/script/writer.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "proxy/base/utf8.h"
#include "sim/script/config_tree.h"
#include "sim/script/expect.h"
#include "sim/script/fields.h"
#include "sim/script/keyed.h"
#include "sim/script/steps.h"
#include "sim/script/units.h"

namespace orrery::script {

namespace {

// In double quotes, where \xNN is a code point: bytes beyond ASCII stand as they are, but for the control characters among them.
std::string yamlQuoted(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const size_t size = std::max<size_t>(utf8Sequence(text, at), 1);
    const std::string_view one = text.substr(at, size);
    at += size;
    if (size == 1) {
      const std::string escaped = printQuoted(one);
      out += std::string_view(escaped).substr(1, escaped.size() - 2);
    } else if (one >= "\xc2\x80" && one < "\xc2\xa0") {  // U+0080 to U+009F
      const std::string escaped = printQuoted(one.substr(1));
      out += std::string_view(escaped).substr(1, escaped.size() - 2);
    } else {
      out += one;
    }
  }
  return out + '"';
}

// A text as a YAML scalar on one line that is read back as the same text.
std::string yamlText(const std::string& text) {
  bool plain = !text.empty() && text != "null" && text != "true" && text != "false" && text != "~";
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '_';
    const bool inside = (c >= '0' && c <= '9') || c == ' ' || c == '.' || c == '-' || c == ';' || c == '(' ||
                        c == ')' || c == '=' || c == '"';
    plain = plain && (letter || (i > 0 && inside));
  }
  if (plain && text.back() != ' ') return text;
  return yamlQuoted(text);
}

// Bytes as reader.cc takes them: escaped, in single quotes, in which YAML leaves backslashes alone.
std::string yamlBytes(const std::string& bytes) {
  const std::string quoted = printQuoted(bytes);
  const std::string inside = quoted.substr(1, quoted.size() - 2);
  if (inside == bytes && yamlText(bytes) == bytes) return bytes;
  std::string out = "'";
  for (const char c : inside) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

class Writer {
 public:
  explicit Writer(bool longForm) : long_(longForm) {}

  std::string take() { return std::move(out_); }

  // The fields of a message, each on lines of its own; `skip` is the key field that stands before it already.
  void fields(const Message& m, size_t indent, std::string_view skip, bool firstInline) {
    std::vector<const FieldDescriptor*> set;
    m.GetReflection()->ListFields(m, &set);
    bool first = firstInline;
    for (const FieldDescriptor* field : set) {
      if (field->name() == skip) continue;
      if (!first) out_.append(indent, ' ');
      first = false;
      out_ += field->name() + ":";
      if (field->is_repeated()) {
        list(m, field, indent);
      } else if (field->message_type() == nullptr || !wordTypeOf(*field).type.empty()) {
        out_ += " " + scalar(m, field, -1) + "\n";
      } else {
        inner(m.GetReflection()->GetMessage(m, field), indent + 2, "", false);
      }
    }
  }

 private:
  std::optional<std::string> shortText(const Message& m) const {
    if (long_) return std::nullopt;
    const std::string& type = m.GetDescriptor()->name();
    if (type == "Expectation") return printExpectation(m);
    if (type == "Step" || type == "Fault" || type == "NameRecord") return printShort(m);
    return std::nullopt;
  }

  static bool empty(const Message& m, std::string_view skip) {
    std::vector<const FieldDescriptor*> set;
    m.GetReflection()->ListFields(m, &set);
    for (const FieldDescriptor* field : set) {
      if (field->name() != skip) return false;
    }
    return true;
  }

  // What follows "key:" or "-".
  void inner(const Message& m, size_t indent, std::string_view skip, bool afterDash) {
    if (const auto* config = google::protobuf::DynamicCastToGenerated<orrery::Scenario::Yaml>(&m)) {
      out_ += printConfig(*config, indent);
      return;
    }
    if (const auto* boot = google::protobuf::DynamicCastToGenerated<orrery::Scenario::Bootstrap>(&m)) {
      out_ += boot->has_written() ? printConfig(boot->written(), indent) : " " + yamlText(boot->file()) + "\n";
      return;
    }
    if (const auto text = shortText(m)) {
      out_ += " " + yamlText(*text) + "\n";
    } else if (empty(m, skip)) {
      out_ += " {}\n";
    } else {
      out_ += afterDash ? " " : "\n";
      fields(m, indent, skip, afterDash);
    }
  }

  void list(const Message& m, const FieldDescriptor* field, size_t indent) {
    const auto* reflection = m.GetReflection();
    const int n = reflection->FieldSize(m, field);
    if (field->message_type() == nullptr) {
      out_ += " [";
      for (int i = 0; i < n; ++i) out_ += (i > 0 ? ", " : "") + scalar(m, field, i);
      out_ += "]\n";
      return;
    }
    out_ += "\n";
    const KeyedList* keyed = keyedList(field->message_type()->name());
    for (int i = 0; i < n; ++i) {
      const Message& element = reflection->GetRepeatedMessage(m, field, i);
      out_.append(indent + 2, ' ');
      if (keyed == nullptr) {
        out_ += "-";
        inner(element, indent + 4, "", true);
        continue;
      }
      const auto* descriptor = element.GetDescriptor();
      out_ +=
          yamlText(element.GetReflection()->GetString(element, descriptor->FindFieldByName(std::string(keyed->key)))) +
          ":";
      if (keyed->value.empty()) {
        inner(element, indent + 4, keyed->key, false);
        continue;
      }
      const FieldDescriptor* value = descriptor->FindFieldByName(std::string(keyed->value));
      if (value->is_repeated()) {
        if (element.GetReflection()->FieldSize(element, value) == 0) {
          out_ += " []\n";
        } else {
          list(element, value, indent + 2);
        }
      } else if (value->message_type() != nullptr) {
        inner(element.GetReflection()->GetMessage(element, value), indent + 4, "", false);
      } else {
        out_ += " " + scalar(element, value, -1) + "\n";
      }
    }
  }

  // One value; `index` -1: not of a list.
  static std::string scalar(const Message& m, const FieldDescriptor* field, int index) {
    const auto* reflection = m.GetReflection();
    if (field->message_type() != nullptr) {
      std::string word;
      fieldWord(m, field->name(), wordTypeOf(*field).type, word);
      return word;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_UINT32:
        return std::to_string(index < 0 ? reflection->GetUInt32(m, field)
                                        : reflection->GetRepeatedUInt32(m, field, index));
      case FieldDescriptor::CPPTYPE_UINT64: return std::to_string(reflection->GetUInt64(m, field));
      case FieldDescriptor::CPPTYPE_BOOL: return reflection->GetBool(m, field) ? "true" : "false";
      case FieldDescriptor::CPPTYPE_ENUM: return enumWord(reflection->GetEnum(m, field)->name());
      default: break;
    }
    if (field->type() == FieldDescriptor::TYPE_BYTES) return yamlBytes(reflection->GetString(m, field));
    return yamlText(index < 0 ? reflection->GetString(m, field) : reflection->GetRepeatedString(m, field, index));
  }

  bool long_;
  std::string out_;
};

std::string write(const Message& message, bool longForm) {
  Writer w(longForm);
  w.fields(message, 0, "", false);
  return w.take();
}

}  // namespace

std::string writeLong(const Message& message) { return write(message, true); }
std::string writeShort(const Message& message) { return write(message, false); }

}  // namespace orrery::script
