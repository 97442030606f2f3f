#include "proxy/config/coverage.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "envoy/annotations/deprecation.pb.h"
#include "proxy/config/field_table.h"
#include "proxy/config/field_value.h"
#include "proxy/config/message_walk.h"

namespace orrery::config {

namespace pb = google::protobuf;

namespace {

std::string listed(std::string_view values) {
  std::string out;
  for (auto value : splitValues(values)) {
    if (!out.empty()) out += ", ";
    out += value;
  }
  return out;
}

// The first value that is not among `allowed`, or null.
const std::string* firstOther(const std::vector<std::string>& values, const std::vector<std::string_view>& allowed) {
  for (const auto& value : values) {
    if (std::ranges::find(allowed, value) == allowed.end()) return &value;
  }
  return nullptr;
}

class Coverage final : public FieldVisitor {
 public:
  explicit Coverage(Report& report) : report_(report) {}

  bool visitField(const pb::Message& owner, const pb::FieldDescriptor& field, const Path& path) override {
    const FieldRule* rule = findRule(owner.GetDescriptor()->full_name(), field.name());
    if (rule == nullptr || rule->verdict == Verdict::kRefused) {
      report_.refuse(path.text(), owner.GetDescriptor()->full_name() + "." + field.name() +
                                      " is not supported, and ignoring it could change what a peer sees" +
                                      (rule == nullptr || rule->note.empty() ? "" : ": " + std::string(rule->note)));
      return false;
    }
    if (rule->verdict == Verdict::kWarned) {
      report_.warn(path.text(), "has no effect in Orrery" + (rule->note.empty() ? std::string(" (observability only)")
                                                                                : ": " + std::string(rule->note)));
      return false;
    }
    // Where reading failed there is no value to judge.
    if (rule->values.empty() || report_.refusedAtOrBelow(path.text())) return true;
    const auto values = fieldValues(owner, field);
    if (const auto* other = firstOther(values, splitValues(rule->values))) {
      report_.refuse(path.text(), "only " + listed(rule->values) + " is supported here, found " + *other +
                                      (rule->note.empty() ? "" : ": " + std::string(rule->note)));
      return false;
    }
    return true;
  }

 private:
  Report& report_;
};

class Deprecation final : public FieldVisitor {
 public:
  explicit Deprecation(Report& report) : report_(report) {}

  bool visitField(const pb::Message& owner, const pb::FieldDescriptor& field, const Path& path) override {
    const auto& options = field.options();
    if (options.deprecated()) {
      const std::string& since = options.GetExtension(envoy::annotations::deprecated_at_minor_version);
      std::string text = "deprecated field " + field.full_name() + (since.empty() ? "" : " (since " + since + ")");
      if (options.GetExtension(envoy::annotations::disallowed_by_default)) {
        report_.refuse(path.text(), text + ", which Envoy refuses by default");
      } else {
        report_.warn(path.text(), std::move(text));
      }
    }
    if (field.enum_type() != nullptr && !field.is_repeated()) enumValue(owner, field, path);
    return true;
  }

 private:
  void enumValue(const pb::Message& owner, const pb::FieldDescriptor& field, const Path& path) {
    const auto* value = field.enum_type()->FindValueByNumber(owner.GetReflection()->GetEnumValue(owner, &field));
    if (value == nullptr || !value->options().deprecated()) return;
    std::string text = "deprecated value " + value->name() + " of " + field.full_name();
    if (value->options().GetExtension(envoy::annotations::disallowed_by_default_enum)) {
      report_.refuse(path.text(), text + ", which Envoy refuses by default");
    } else {
      report_.warn(path.text(), std::move(text));
    }
  }

  Report& report_;
};

}  // namespace

void checkCoverage(const pb::Message& message, Report& report) {
  Path path;
  Coverage coverage(report);
  walkSetFields(message, path, coverage);
}

void checkDeprecation(const pb::Message& message, Report& report) {
  Path path;
  Deprecation deprecation(report);
  walkSetFields(message, path, deprecation);
}

}  // namespace orrery::config
