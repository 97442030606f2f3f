#include "sim/script/reader.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <limits>

#include "proxy/base/did_you_mean.h"
#include "sim/script/config_tree.h"
#include "sim/script/expect.h"
#include "sim/script/fields.h"
#include "sim/script/keyed.h"
#include "sim/script/steps.h"
#include "sim/script/units.h"

namespace orrery::script {

namespace {

using google::protobuf::Descriptor;

class Reader {
 public:
  Reader(Marks& marks, std::vector<Problem>& problems) : marks_(marks), problems_(problems) {}

  void message(const YamlNode& node, Message& out, const std::string& path) {
    const std::string& type = out.GetDescriptor()->name();
    if (auto* config = google::protobuf::DynamicCastToGenerated<orrery::Scenario::Yaml>(&out)) {
      readConfig(node, *config);
      return;
    }
    if (auto* which = google::protobuf::DynamicCastToGenerated<orrery::Scenario::Bootstrap>(&out)) {
      bootstrap(node, *which, path);
      return;
    }
    const bool isShort = hasShortForm(type);
    if (isShort && node.kind == YamlNode::Kind::kScalar) {
      shortString(node, out, path);
      return;
    }
    if (node.kind == YamlNode::Kind::kNull) return;  // `client:` with nothing behind it: all defaults
    if (node.kind != YamlNode::Kind::kMapping) {
      problem(node.mark, path,
              std::string("expected a mapping") + (isShort ? " or a short text" : "") + ", found " + describe(node));
      return;
    }
    for (size_t i = 0; i < node.entries.size(); ++i) {
      const YamlNode::Entry& entry = node.entries[i];
      bool twice = false;
      for (size_t j = 0; j < i; ++j) twice = twice || node.entries[j].key == entry.key;
      if (twice) {
        problem(entry.mark, join(path, entry.key), "expected each key once, found it a second time");
        continue;
      }
      const FieldDescriptor* field = out.GetDescriptor()->FindFieldByName(entry.key);
      if (field == nullptr) {
        unknownKey(entry, out, path, isShort);
        continue;
      }
      if (field->containing_oneof() != nullptr && out.GetReflection()->HasOneof(out, field->containing_oneof())) {
        problem(entry.mark, join(path, entry.key), "expected one kind of " + type + ", found a second one");
        continue;
      }
      marks_.insert_or_assign(join(path, entry.key), entry.value.mark);
      field_(entry.value, out, field, join(path, entry.key));
    }
  }

 private:
  static std::string join(const std::string& path, const std::string& name) {
    return path.empty() ? name : path + "." + name;
  }

  void problem(Mark mark, const std::string& path, std::string message) {
    if (problems_.size() < kMaxProblems) problems_.push_back({mark, path, std::move(message)});
  }

  // Either its path or, as a mapping, itself.
  void bootstrap(const YamlNode& node, orrery::Scenario::Bootstrap& out, const std::string& path) {
    if (node.kind == YamlNode::Kind::kScalar) {
      out.set_file(node.scalar);
    } else if (node.kind == YamlNode::Kind::kMapping) {
      readConfig(node, *out.mutable_written());
    } else if (node.kind != YamlNode::Kind::kNull) {
      problem(node.mark, path, "expected the path of an Envoy file or a whole bootstrap, found " + describe(node));
    }
  }

  void shortString(const YamlNode& node, Message& out, const std::string& path) {
    const bool expectation = out.GetDescriptor()->name() == "Expectation";
    const auto parsed = expectation ? parseExpectation(node.scalar, out) : parseShort(node.scalar, out);
    if (!parsed) problem(node.mark, path, parsed.error());
  }

  void unknownKey(const YamlNode::Entry& entry, const Message& out, const std::string& path, bool isShort) {
    std::vector<std::string_view> known;
    for (int i = 0; i < out.GetDescriptor()->field_count(); ++i) known.push_back(out.GetDescriptor()->field(i)->name());
    if (path.empty()) known.push_back("cases");  // a table that has become this story before it is read (cases.cc)
    if (isShort && entry.key.find(' ') != std::string::npos) {
      // `send raw "GET / HTTP/1.1\r\nhost: x"` without quotes around it is a mapping for YAML.
      problem(entry.mark, path,
              "expected a short text or a mapping, found the key '" + entry.key.substr(0, 80) +
                  "': a text that holds ': ' must be put in single quotes");
      return;
    }
    std::string expected;
    if (known.size() <= 13) {
      for (const std::string_view k : known) expected += (expected.empty() ? "" : ", ") + std::string(k);
    } else {
      expected = "a known key";
    }
    if (expected.empty()) expected = "nothing inside";
    problem(entry.mark, join(path, entry.key),
            "expected " + expected + ", found '" + entry.key + "'" + didYouMean(entry.key, known));
  }

  void field_(const YamlNode& node, Message& out, const FieldDescriptor* field, const std::string& path) {
    if (!field->is_repeated()) {
      single(node, out, field, path);
      return;
    }
    const KeyedList* keyed = field->message_type() != nullptr ? keyedList(field->message_type()->name()) : nullptr;
    if (keyed != nullptr) {
      keyedEntries(node, out, field, *keyed, path);
    } else if (node.kind == YamlNode::Kind::kSequence) {
      for (size_t i = 0; i < node.items.size(); ++i)
        element(node.items[i], out, field, path + "[" + std::to_string(i) + "]");
    } else if (node.kind == YamlNode::Kind::kScalar && field->message_type() == nullptr) {
      element(node, out, field, path + "[0]");  // listens: 8080
    } else if (node.kind != YamlNode::Kind::kNull) {
      problem(node.mark, path, "expected a list, found " + describe(node));
    }
  }

  void keyedEntries(const YamlNode& node, Message& out, const FieldDescriptor* field, const KeyedList& keyed,
                    const std::string& path) {
    if (node.kind == YamlNode::Kind::kNull) return;
    if (node.kind != YamlNode::Kind::kMapping) {
      problem(node.mark, path, "expected a mapping from names, found " + describe(node));
      return;
    }
    const Descriptor* type = field->message_type();
    for (const YamlNode::Entry& entry : node.entries) {
      if (entry.key.size() > kLongestKey) {
        problem(entry.mark, path,
                "expected a key of at most " + std::to_string(kLongestKey) + " bytes, found " +
                    std::to_string(entry.key.size()));
        continue;
      }
      const std::string here = join(path, entry.key);
      marks_.insert_or_assign(here, entry.mark);
      Message* element = out.GetReflection()->AddMessage(&out, field);
      element->GetReflection()->SetString(element, type->FindFieldByName(std::string(keyed.key)), entry.key);
      if (keyed.value.empty()) {
        message(entry.value, *element, here);
      } else {
        field_(entry.value, *element, type->FindFieldByName(std::string(keyed.value)), here);
      }
    }
  }

  void element(const YamlNode& node, Message& out, const FieldDescriptor* field, const std::string& path) {
    marks_.insert_or_assign(path, node.mark);
    if (field->message_type() != nullptr) {
      message(node, *out.GetReflection()->AddMessage(&out, field), path);
      return;
    }
    if (!scalar(node, path)) return;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
      if (const auto n = number(node, field, path))
        out.GetReflection()->AddUInt32(&out, field, static_cast<uint32_t>(*n));
    } else {
      out.GetReflection()->AddString(&out, field, node.scalar);
    }
  }

  bool scalar(const YamlNode& node, const std::string& path) {
    if (node.kind == YamlNode::Kind::kScalar) return true;
    problem(node.mark, path, "expected a single value, found " + describe(node));
    return false;
  }

  std::optional<uint64_t> number(const YamlNode& node, const FieldDescriptor* field, const std::string& path) {
    const auto n = parseSize(node.scalar);
    if (!n || node.quoted) {
      problem(node.mark, path, "expected a whole number, found " + describe(node));
      return std::nullopt;
    }
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32 && *n > std::numeric_limits<uint32_t>::max()) {
      problem(node.mark, path, "expected a number up to 4294967295, found " + describe(node));
      return std::nullopt;
    }
    return n;
  }

  void single(const YamlNode& node, Message& out, const FieldDescriptor* field, const std::string& path) {
    const auto* reflection = out.GetReflection();
    if (field->message_type() != nullptr) {
      const WordType word = wordTypeOf(*field);
      if (word.type.empty()) {
        message(node, *reflection->MutableMessage(&out, field), path);
      } else if (!scalar(node, path)) {
        return;
      } else if (node.quoted || !setField(out, field->name(), word.type, node.scalar)) {
        problem(node.mark, path, "expected " + std::string(word.example) + ", found " + describe(node));
      }
      return;
    }
    if (!scalar(node, path)) return;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: text(node, out, field, path); return;
      case FieldDescriptor::CPPTYPE_BOOL:
        if (node.quoted || (node.scalar != "true" && node.scalar != "false")) {
          problem(node.mark, path, "expected true or false, found " + describe(node));
        } else {
          reflection->SetBool(&out, field, node.scalar == "true");
        }
        return;
      case FieldDescriptor::CPPTYPE_UINT32:
        if (const auto n = number(node, field, path)) reflection->SetUInt32(&out, field, static_cast<uint32_t>(*n));
        return;
      case FieldDescriptor::CPPTYPE_UINT64:
        if (const auto n = number(node, field, path)) reflection->SetUInt64(&out, field, *n);
        return;
      default: break;
    }
    std::vector<std::string> words;
    for (int i = 0; i < field->enum_type()->value_count(); ++i) {
      words.push_back(enumWord(field->enum_type()->value(i)->name()));
      if (words.back() == node.scalar) {
        reflection->SetEnum(&out, field, field->enum_type()->value(i));
        return;
      }
    }
    std::string expected;
    for (const std::string& w : words) expected += (expected.empty() ? "" : ", ") + w;
    problem(node.mark, path,
            "expected one of " + expected + ", found " + describe(node) +
                didYouMean(node.scalar, std::vector<std::string_view>(words.begin(), words.end())));
  }

  void text(const YamlNode& node, Message& out, const FieldDescriptor* field, const std::string& path) {
    if (field->type() != FieldDescriptor::TYPE_BYTES) {
      out.GetReflection()->SetString(&out, field, node.scalar);
      return;
    }
    auto bytes = parseQuoted('"' + node.scalar + '"');
    if (!bytes) {
      problem(node.mark, path,
              "expected a text with \\r \\n \\t \\\" \\\\ \\x41 for special bytes, found " + describe(node));
      return;
    }
    out.GetReflection()->SetString(&out, field, std::move(*bytes));
  }

  Marks& marks_;
  std::vector<Problem>& problems_;
};

}  // namespace

void readMessage(const YamlNode& root, Message& message, Marks& marks, std::vector<Problem>& problems) {
  if (root.kind != YamlNode::Kind::kMapping) {
    problems.push_back({root.mark, "", "expected a mapping with claim, proxy, hosts, story, found " + describe(root)});
    return;
  }
  Reader(marks, problems).message(root, message, "");
}

}  // namespace orrery::script
