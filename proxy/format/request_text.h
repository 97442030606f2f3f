#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "proxy/stream_info/stream_info.h"

// Operators that read a request's path, or what an answer says of gRPC. Each appends the value; false (and nothing appended)
// if the stream has none. What they give was measured at Envoy 1.40.
// Cold: inlined, they would cost the operators of the default line 4 % (BM_DefaultAccessLogLine).
namespace orrery::format {

// %GRPC_STATUS%: of a request by gRPC, what the trailers say, else the head, else what the status stands for. A number that
// has no name is said as it is, "-1" for what is no number.
enum class GrpcStatusForm : unsigned char { kCamel, kSnake, kNumber };
[[gnu::cold]] bool appendGrpcStatus(const stream_info::LogRecord& record, GrpcStatusForm form, std::string& out);

// %QUERY_PARAM(name)%: the first of that name, percent-decoded.
[[gnu::cold]] bool appendQueryParameter(const stream_info::LogRecord& record, std::string_view name, size_t maxLength,
                                        std::string& out);

// %PATH(WQ or NQ:which)%: with or without the query; as it is now, as it came (only if it was rewritten), or either.
enum class WhichPath : unsigned char { kPresent, kOriginal, kOriginalOrPresent };
[[gnu::cold]] bool appendPath(const stream_info::LogRecord& record, WhichPath which, bool query, size_t maxLength,
                              std::string& out);

}  // namespace orrery::format
