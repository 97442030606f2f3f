#pragma once

#include <string>

#include "proxy/format/operator.h"

// Operators that no default format has. Each appends the value; false (and nothing appended) if there is none.
// Cold: inlined, they would cost the operators of the default line 4 % (BM_DefaultAccessLogLine).
namespace orrery::format {

// The value of any kind that Operator::append() does not know itself.
[[gnu::cold]] bool appendRare(const Operator& op, const stream_info::LogRecord& record, std::string& out);
// The value that the path leads to, as text or JSON; null is as good as none. JSON is never cut.
[[gnu::cold]] bool appendMetadata(const Operator& op, const stream_info::LogRecord& record, bool json,
                                  std::string& out);
// The first choice that has a value, even an empty one (measured at Envoy 1.40).
[[gnu::cold]] bool appendFirstChoice(const Operator& op, const stream_info::LogRecord& record, bool json,
                                     std::string& out);

}  // namespace orrery::format
