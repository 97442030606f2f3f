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

// %QUERY_PARAMS%: all that stands behind the '?'. Decoded: escapes of visible signs alone are undone, as in Envoy ("%20"
// stays).
[[gnu::cold]] bool appendQueryParameters(const stream_info::LogRecord& record, bool decoded, size_t maxLength,
                                         std::string& out);

// A head as it came (only where it was rewritten), as it is now, or the one or else the other.
enum class WhichHeader : unsigned char { kOriginalOrPresent, kPresent, kOriginal };

// %PATH(WQ or NQ:which)%: with or without the query.
[[gnu::cold]] bool appendPath(const stream_info::LogRecord& record, WhichHeader which, bool query, size_t maxLength,
                              std::string& out);

// %REQUESTED_SERVER_NAME(...:which)% where TLS says nothing: the host that the request names.
[[gnu::cold]] bool appendRequestedHost(const stream_info::LogRecord& record, WhichHeader which, std::string& out);

}  // namespace orrery::format
