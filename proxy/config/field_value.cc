#include "proxy/config/field_value.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/time_util.h>

#include "proxy/config/any_type.h"

namespace orrery::config {

namespace pb = google::protobuf;

namespace {

std::string realText(double value) {
  std::string text = std::to_string(value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string enumText(const pb::FieldDescriptor& field, int number) {
  const auto* value = field.enum_type()->FindValueByNumber(number);
  return value == nullptr ? std::to_string(number) : value->name();
}

void messageText(const pb::Message& message, std::vector<std::string>& out) {
  const pb::Descriptor& type = *message.GetDescriptor();
  if (type.full_name() == "google.protobuf.Any") {
    // An empty Any has no type; that none is named is for the translator to say.
    const auto& any = static_cast<const pb::Any&>(message);
    if (!any.type_url().empty()) out.emplace_back(typeName(any.type_url()));
  } else if (type.full_name() == "google.protobuf.Duration") {
    out.push_back(pb::util::TimeUtil::ToString(static_cast<const pb::Duration&>(message)));
  } else if (type.file()->name() == "google/protobuf/wrappers.proto") {
    const auto* value = type.FindFieldByName("value");
    auto inner = fieldValues(message, *value);
    // A wrapper that is set holds its value even when that is the default.
    if (inner.empty()) inner.push_back("");
    out.push_back(inner[0]);
  }
}

template <class Get>
void each(const pb::Message& owner, const pb::FieldDescriptor& field, std::vector<std::string>& out, Get get) {
  const int count = owner.GetReflection()->FieldSize(owner, &field);
  for (int i = 0; i < count; ++i) out.push_back(get(i));
}

}  // namespace

std::vector<std::string> fieldValues(const pb::Message& owner, const pb::FieldDescriptor& field) {
  const pb::Reflection& r = *owner.GetReflection();
  const bool list = field.is_repeated();
  std::vector<std::string> out;
  if (field.is_map()) return out;
  using Type = pb::FieldDescriptor;
  switch (field.cpp_type()) {
    case Type::CPPTYPE_BOOL:
      if (list) {
        each(owner, field, out, [&](int i) { return r.GetRepeatedBool(owner, &field, i) ? "true" : "false"; });
      } else {
        out.push_back(r.GetBool(owner, &field) ? "true" : "false");
      }
      break;
    case Type::CPPTYPE_INT32:
      if (!list) out.push_back(std::to_string(r.GetInt32(owner, &field)));
      break;
    case Type::CPPTYPE_INT64:
      if (!list) out.push_back(std::to_string(r.GetInt64(owner, &field)));
      break;
    case Type::CPPTYPE_UINT32:
      if (list) {
        each(owner, field, out, [&](int i) { return std::to_string(r.GetRepeatedUInt32(owner, &field, i)); });
      } else {
        out.push_back(std::to_string(r.GetUInt32(owner, &field)));
      }
      break;
    case Type::CPPTYPE_UINT64:
      if (!list) out.push_back(std::to_string(r.GetUInt64(owner, &field)));
      break;
    case Type::CPPTYPE_DOUBLE:
      if (!list) out.push_back(realText(r.GetDouble(owner, &field)));
      break;
    case Type::CPPTYPE_FLOAT:
      if (!list) out.push_back(realText(static_cast<double>(r.GetFloat(owner, &field))));
      break;
    case Type::CPPTYPE_STRING:
      if (list) {
        each(owner, field, out, [&](int i) { return r.GetRepeatedString(owner, &field, i); });
      } else {
        out.push_back(r.GetString(owner, &field));
      }
      break;
    case Type::CPPTYPE_ENUM:
      if (list) {
        each(owner, field, out, [&](int i) { return enumText(field, r.GetRepeatedEnumValue(owner, &field, i)); });
      } else {
        out.push_back(enumText(field, r.GetEnumValue(owner, &field)));
      }
      break;
    case Type::CPPTYPE_MESSAGE:
      if (list) {
        for (int i = 0; i < r.FieldSize(owner, &field); ++i) {
          messageText(r.GetRepeatedMessage(owner, &field, i), out);
        }
      } else {
        messageText(r.GetMessage(owner, &field), out);
      }
      break;
  }
  return out;
}

}  // namespace orrery::config
