#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <variant>

#include "validate/validate.pb.h"

// The single rules of Envoy's `validate` annotations, with the words of its generated checks. Included by validate.cc and
// its test only.
namespace orrery::config {

struct EnumValue {
  int number = 0;
  const google::protobuf::EnumDescriptor* type = nullptr;
};
struct BytesValue {
  std::string bytes;
};
using ScalarValue = std::variant<bool, int64_t, uint64_t, double, std::string, BytesValue, EnumValue>;

ScalarValue scalarOf(const google::protobuf::Message& owner, const google::protobuf::FieldDescriptor& field);
ScalarValue scalarAt(const google::protobuf::Message& owner, const google::protobuf::FieldDescriptor& field, int index);

// Each gives the reason of a breach, or nothing.
using Breach = std::optional<std::string>;
Breach checkScalar(const ScalarValue& value, const validate::FieldRules& rules);
Breach checkRepeated(const google::protobuf::Message& owner, const google::protobuf::FieldDescriptor& field,
                     const validate::RepeatedRules& rules);
Breach checkPairs(int count, const validate::MapRules& rules);
Breach checkAny(const std::string& type_url, const validate::AnyRules& rules);
// A wrapper by the rules of its scalar, a Duration by duration rules.
Breach checkWellKnown(const google::protobuf::Message& message, const validate::FieldRules& rules);
bool isRequired(const validate::FieldRules& rules);

}  // namespace orrery::config
