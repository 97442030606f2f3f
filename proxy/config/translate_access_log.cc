#include <fmt/format.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/struct.pb.h>

#include "envoy/config/accesslog/v3/accesslog.pb.h"
#include "envoy/config/core/v3/substitution_format_string.pb.h"
#include "envoy/extensions/access_loggers/file/v3/file.pb.h"
#include "envoy/extensions/access_loggers/stream/v3/stream.pb.h"
#include "proxy/base/sorted.h"
#include "proxy/config/translate.h"
#include "proxy/config/translate_headers.h"
#include "proxy/format/format.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

using envoy::config::core::v3::SubstitutionFormatString;
using envoy::extensions::access_loggers::file::v3::FileAccessLog;
using envoy::extensions::access_loggers::stream::v3::StderrAccessLog;
using envoy::extensions::access_loggers::stream::v3::StdoutAccessLog;
using FormatterPtr = std::shared_ptr<const format::Formatter>;

FormatterPtr settle(Translation& t, Result<FormatterPtr> result) {
  if (result) return *result;
  t.refuse(result.error().message);
  return nullptr;
}

FormatterPtr textFormat(Translation& t, std::string_view field, std::string_view text,
                        format::Absent absent = format::Absent::kDash, const format::Extensions& extensions = {}) {
  const auto scope = t.path.field(field);
  return settle(t, format::parseFormat(text, absent, extensions));
}

// Numbers, truth values and null are written as they are; strings are formats.
format::JsonField jsonField(std::string key, const google::protobuf::Value& value) {
  using Kind = format::JsonField::Kind;
  format::JsonField field{std::move(key), {}, Kind::kLiteral, {}};
  switch (value.kind_case()) {
    case google::protobuf::Value::kStringValue:
      field.kind = Kind::kFormat;
      field.format = value.string_value();
      break;
    case google::protobuf::Value::kNumberValue: field.format = fmt::format("{}", value.number_value()); break;
    case google::protobuf::Value::kBoolValue: field.format = value.bool_value() ? "true" : "false"; break;
    case google::protobuf::Value::kStructValue:
      field.kind = Kind::kObject;
      for (const auto* entry : sorted(value.struct_value().fields())) {
        field.children.push_back(jsonField(entry->first, entry->second));
      }
      break;
    case google::protobuf::Value::kListValue:
      field.kind = Kind::kList;
      for (const auto& element : value.list_value().values()) field.children.push_back(jsonField({}, element));
      break;
    case google::protobuf::Value::kNullValue:
    case google::protobuf::Value::KIND_NOT_SET: field.format = "null"; break;
  }
  return field;
}

FormatterPtr jsonFormat(Translation& t, std::string_view field, const google::protobuf::Struct& message,
                        format::Absent absent = format::Absent::kDash, const format::Extensions& extensions = {}) {
  const auto scope = t.path.field(field);
  std::vector<format::JsonField> fields;
  for (const auto* entry : sorted(message.fields())) fields.push_back(jsonField(entry->first, entry->second));
  return settle(t, format::parseJsonFormat(fields, absent, extensions));
}

}  // namespace

FormatterPtr toFormat(Translation& t, const SubstitutionFormatString& message) {
  const auto absent = message.omit_empty_values() ? format::Absent::kNothing : format::Absent::kDash;
  const format::Extensions extensions = toFormatExtensions(t, message.formatters());
  switch (message.format_case()) {
    case SubstitutionFormatString::kTextFormat:
      // Envoy writes its default line for an empty text.
      return textFormat(t, "text_format",
                        message.text_format().empty() ? format::defaultFormatText() : message.text_format(), absent,
                        extensions);
    case SubstitutionFormatString::kTextFormatSource:
      return textFormat(t, "text_format_source", toText(t, "text_format_source", message.text_format_source()), absent,
                        extensions);
    case SubstitutionFormatString::kJsonFormat:
      return jsonFormat(t, "json_format", message.json_format(), absent, extensions);
    case SubstitutionFormatString::FORMAT_NOT_SET: break;
  }
  return nullptr;  // Refused by validation.
}

namespace {

FormatterPtr fromFormatString(Translation& t, const SubstitutionFormatString& message) {
  const auto scope = t.path.field("log_format");
  return toFormat(t, message);
}

FormatterPtr defaultFormat(Translation& t) { return settle(t, format::parseFormat(format::defaultFormatText())); }

FormatterPtr fileFormat(Translation& t, const FileAccessLog& message) {
  switch (message.access_log_format_case()) {
    case FileAccessLog::kFormat:
      if (message.format().empty()) return defaultFormat(t);
      return textFormat(t, "format", message.format());
    case FileAccessLog::kJsonFormat: return jsonFormat(t, "json_format", message.json_format());
    case FileAccessLog::kTypedJsonFormat: return jsonFormat(t, "typed_json_format", message.typed_json_format());
    case FileAccessLog::kLogFormat: return fromFormatString(t, message.log_format());
    case FileAccessLog::ACCESS_LOG_FORMAT_NOT_SET: break;
  }
  return defaultFormat(t);
}

template <class Message>
FormatterPtr streamFormat(Translation& t, const Message& message) {
  return message.has_log_format() ? fromFormatString(t, message.log_format()) : defaultFormat(t);
}

}  // namespace

access_log::AccessLogOptions toAccessLog(Translation& t, const envoy::config::accesslog::v3::AccessLog& message) {
  access_log::AccessLogOptions out;
  out.name = message.name();
  if (message.has_filter()) {
    const auto filter = t.path.field("filter");
    out.filter = std::make_shared<const access_log::LogFilter>(toLogFilter(t, message.filter()));
  }
  const auto& any = message.typed_config();
  const auto scope = t.path.field("typed_config");
  if (FileAccessLog file; any.Is<FileAccessLog>() && any.UnpackTo(&file)) {
    out.path = file.path();
    out.formatter = fileFormat(t, file);
  } else if (StdoutAccessLog standard; any.Is<StdoutAccessLog>() && any.UnpackTo(&standard)) {
    out.path = "/dev/stdout";
    out.formatter = streamFormat(t, standard);
  } else if (StderrAccessLog error; any.Is<StderrAccessLog>() && any.UnpackTo(&error)) {
    out.path = "/dev/stderr";
    out.formatter = streamFormat(t, error);
  } else if (any.type_url().empty()) {
    refuseUnregistered(t, message.name(), "");
  }
  return out;
}

}  // namespace orrery::config
