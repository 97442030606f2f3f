#include "proxy/config/well_known.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/time_util.h>
#include <google/protobuf/wrappers.pb.h>

#include <array>

#include "proxy/base/utf8.h"
#include "proxy/config/yaml_scalar.h"

namespace orrery::config {

namespace pb = google::protobuf;

namespace {

using Failure = std::optional<YamlError>;

Failure expected(const YamlNode& node, std::string_view what) {
  return YamlError{node.mark, "expected " + std::string(what) + ", found " + describe(node)};
}

class ValueReader {
 public:
  ValueReader(const YamlTree& tree, size_t& visits, size_t limit) : tree_(tree), visits_(visits), limit_(limit) {}

  Failure value(const YamlNode& node, pb::Value& out) {
    if (++visits_ > limit_) return YamlError{node.mark, "more than " + std::to_string(limit_) + " values"};
    switch (node.kind) {
      case YamlNode::Kind::kNull: out.set_null_value(pb::NULL_VALUE); return {};
      case YamlNode::Kind::kSequence: return list(node, *out.mutable_list_value());
      case YamlNode::Kind::kMapping: return structure(node, *out.mutable_struct_value());
      case YamlNode::Kind::kScalar: break;
    }
    const YamlScalar scalar = classify(node);
    switch (scalar.kind) {
      case YamlScalar::Kind::kBool: out.set_bool_value(scalar.boolean); return {};
      case YamlScalar::Kind::kInt:
        // As Envoy: an integer that a double cannot hold stays a string.
        if (scalar.integer > kMaxExact || scalar.integer < -kMaxExact) {
          out.set_string_value(std::to_string(scalar.integer));
        } else {
          out.set_number_value(static_cast<double>(scalar.integer));
        }
        return {};
      case YamlScalar::Kind::kString: break;
    }
    if (!isUtf8(scalar.text)) return YamlError{node.mark, "not valid UTF-8"};
    out.set_string_value(std::string(scalar.text));
    return {};
  }

  Failure list(const YamlNode& node, pb::ListValue& out) {
    if (node.kind != YamlNode::Kind::kSequence) return expected(node, "a list");
    out.mutable_values();
    for (uint32_t item : node.items) {
      if (auto failure = value(tree_.at(item), *out.add_values())) return failure;
    }
    return {};
  }

  Failure structure(const YamlNode& node, pb::Struct& out) {
    if (node.kind != YamlNode::Kind::kMapping) return expected(node, "a mapping");
    auto& fields = *out.mutable_fields();
    for (const auto& entry : node.entries) {
      if (!isUtf8(entry.key)) return YamlError{entry.mark, "not valid UTF-8"};
      pb::Value& slot = fields[entry.key];
      slot.Clear();
      if (auto failure = value(tree_.at(entry.value), slot)) return failure;
    }
    return {};
  }

 private:
  static constexpr int64_t kMaxExact = int64_t{1} << 53;
  const YamlTree& tree_;
  size_t& visits_;
  const size_t limit_;
};

Failure readDuration(const YamlNode& node, pb::Duration& out) {
  const bool text = node.kind == YamlNode::Kind::kScalar && classify(node).kind == YamlScalar::Kind::kString;
  if (!text || !pb::util::TimeUtil::FromString(node.scalar, &out)) {
    return expected(node, "a duration in seconds such as \"0.25s\"");
  }
  return {};
}

template <class Wrapper, class Convert>
Failure readWrapper(const YamlNode& node, Wrapper& out, std::string_view what, Convert convert) {
  if (node.kind != YamlNode::Kind::kScalar) return expected(node, what);
  const auto value = convert(classify(node));
  if (!value) return expected(node, what);
  out.set_value(*value);
  return {};
}

std::optional<int32_t> toInt32(const YamlScalar& scalar) {
  const auto value = toInt64(scalar);
  if (!value || *value < INT32_MIN || *value > INT32_MAX) return std::nullopt;
  return static_cast<int32_t>(*value);
}

std::optional<uint32_t> toUint32(const YamlScalar& scalar) {
  const auto value = toUint64(scalar);
  if (!value || *value > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*value);
}

std::optional<float> toFloat(const YamlScalar& scalar) {
  const auto value = toDouble(scalar);
  if (!value) return std::nullopt;
  return static_cast<float>(*value);
}

std::optional<std::string> toPlainText(const YamlScalar& scalar) {
  if (scalar.kind != YamlScalar::Kind::kString || !isUtf8(scalar.text)) return std::nullopt;
  return std::string(scalar.text);
}

std::optional<std::string> toBytes(const YamlScalar& scalar) {
  if (scalar.kind != YamlScalar::Kind::kString) return std::nullopt;
  return fromBase64(scalar.text);
}

}  // namespace

bool isWellKnown(const pb::Descriptor& type) {
  constexpr std::array<std::string_view, 15> names = {
      "google.protobuf.Duration",    "google.protobuf.Timestamp",   "google.protobuf.FieldMask",
      "google.protobuf.Struct",      "google.protobuf.Value",       "google.protobuf.ListValue",
      "google.protobuf.DoubleValue", "google.protobuf.FloatValue",  "google.protobuf.Int64Value",
      "google.protobuf.UInt64Value", "google.protobuf.Int32Value",  "google.protobuf.UInt32Value",
      "google.protobuf.BoolValue",   "google.protobuf.StringValue", "google.protobuf.BytesValue"};
  for (std::string_view name : names) {
    if (type.full_name() == name) return true;
  }
  return false;
}

Failure readWellKnown(const YamlTree& tree, const YamlNode& node, pb::Message& message, size_t& visits, size_t limit) {
  if (auto* m = dynamic_cast<pb::Duration*>(&message)) return readDuration(node, *m);
  if (auto* m = dynamic_cast<pb::Timestamp*>(&message)) {
    if (node.kind == YamlNode::Kind::kScalar && pb::util::TimeUtil::FromString(node.scalar, m)) return {};
    return expected(node, "a time such as \"2020-01-01T00:00:00Z\"");
  }
  if (auto* m = dynamic_cast<pb::FieldMask*>(&message)) {
    if (node.kind == YamlNode::Kind::kScalar && pb::util::FieldMaskUtil::FromJsonString(node.scalar, m)) return {};
    return expected(node, "field names separated by commas");
  }
  if (auto* m = dynamic_cast<pb::Struct*>(&message)) return ValueReader(tree, visits, limit).structure(node, *m);
  if (auto* m = dynamic_cast<pb::Value*>(&message)) return ValueReader(tree, visits, limit).value(node, *m);
  if (auto* m = dynamic_cast<pb::ListValue*>(&message)) return ValueReader(tree, visits, limit).list(node, *m);
  if (auto* m = dynamic_cast<pb::DoubleValue*>(&message)) return readWrapper(node, *m, "a number", toDouble);
  if (auto* m = dynamic_cast<pb::FloatValue*>(&message)) return readWrapper(node, *m, "a number", toFloat);
  if (auto* m = dynamic_cast<pb::Int64Value*>(&message)) return readWrapper(node, *m, "an integer of 64 bits", toInt64);
  if (auto* m = dynamic_cast<pb::UInt64Value*>(&message)) {
    return readWrapper(node, *m, "an unsigned integer of 64 bits", toUint64);
  }
  if (auto* m = dynamic_cast<pb::Int32Value*>(&message)) return readWrapper(node, *m, "an integer of 32 bits", toInt32);
  if (auto* m = dynamic_cast<pb::UInt32Value*>(&message)) {
    return readWrapper(node, *m, "an unsigned integer of 32 bits", toUint32);
  }
  if (auto* m = dynamic_cast<pb::BoolValue*>(&message)) return readWrapper(node, *m, "true or false", toBool);
  if (auto* m = dynamic_cast<pb::StringValue*>(&message)) return readWrapper(node, *m, "a string", toPlainText);
  if (auto* m = dynamic_cast<pb::BytesValue*>(&message)) return readWrapper(node, *m, "base64", toBytes);
  return YamlError{node.mark, "a value of type " + message.GetDescriptor()->full_name() + " cannot be written here"};
}

}  // namespace orrery::config
