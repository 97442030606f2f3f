#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/format/extensions.h"
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

// What is written for an operator without a value: logs show a dash, header values nothing.
enum class Absent : uint8_t { kDash, kNothing };
Result<std::shared_ptr<const Formatter>> parseFormat(std::string_view text, Absent absent = Absent::kDash,
                                                     const Extensions& extensions = {});

// One value of a JSON format: a format string, or a number, truth value or null written as it is, or an object or list.
struct JsonField {
  enum class Kind : uint8_t { kFormat, kLiteral, kObject, kList };
  std::string key;     // of members of objects
  std::string format;  // kFormat: the format string; kLiteral: the JSON text
  Kind kind = Kind::kFormat;
  std::vector<JsonField> children = {};
};
// One JSON object a line. Keys come sorted, as Envoy writes them. A value that is one operator keeps its type (a number, or
// null where the stream has none); other values are strings, with "-" inside.
// kNothing leaves out what has no value: the key with it, the element of a list, an object of nothing else; within a
// text it is empty.
Result<std::shared_ptr<const Formatter>> parseJsonFormat(const std::vector<JsonField>& fields,
                                                         Absent absent = Absent::kDash,
                                                         const Extensions& extensions = {});
// Envoy's default access-log line, with its line end.
std::string_view defaultFormatText();

}  // namespace orrery::format
