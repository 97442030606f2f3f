#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::format {

// A compiled substitution format string (Envoy's "%RESPONSE_CODE%" operators): parsed once at configuration time, then
// appended to a line without further parsing. Unknown operators are refused at parse time, by name.
//
// Lifetime: immutable, shared. Threading: any.
class Formatter {
 public:
  virtual ~Formatter() = default;
  // Appends the text for `record`, seen at the end of the stream.
  virtual void append(const stream_info::LogRecord& record, std::string& out) const = 0;
};

Result<std::shared_ptr<const Formatter>> parseFormat(std::string_view text);
// One JSON object a line from keys and format strings (json_format; string values only are formats).
struct JsonField {
  std::string key;
  std::string format;
};
Result<std::shared_ptr<const Formatter>> parseJsonFormat(const std::vector<JsonField>& fields);
// Envoy's default access-log line, with its line end.
std::string_view defaultFormatText();

}  // namespace orrery::format
