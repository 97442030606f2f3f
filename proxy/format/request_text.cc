#include "proxy/format/request_text.h"

#include <array>
#include <charconv>

#include "proxy/base/percent.h"
#include "proxy/message/grpc.h"

namespace orrery::format {

using message::HeaderId;
using message::HeaderMap;
using stream_info::LogRecord;

namespace {

struct GrpcName {
  std::string_view camel;
  std::string_view snake;
};
// By number (google.golang.org/grpc/codes).
constexpr std::array<GrpcName, 17> kGrpcNames = {{{"OK", "OK"},
                                                  {"Canceled", "CANCELLED"},
                                                  {"Unknown", "UNKNOWN"},
                                                  {"InvalidArgument", "INVALID_ARGUMENT"},
                                                  {"DeadlineExceeded", "DEADLINE_EXCEEDED"},
                                                  {"NotFound", "NOT_FOUND"},
                                                  {"AlreadyExists", "ALREADY_EXISTS"},
                                                  {"PermissionDenied", "PERMISSION_DENIED"},
                                                  {"ResourceExhausted", "RESOURCE_EXHAUSTED"},
                                                  {"FailedPrecondition", "FAILED_PRECONDITION"},
                                                  {"Aborted", "ABORTED"},
                                                  {"OutOfRange", "OUT_OF_RANGE"},
                                                  {"Unimplemented", "UNIMPLEMENTED"},
                                                  {"Internal", "INTERNAL"},
                                                  {"Unavailable", "UNAVAILABLE"},
                                                  {"DataLoss", "DATA_LOSS"},
                                                  {"Unauthenticated", "UNAUTHENTICATED"}}};

// The field's number; -1: it is none. Nothing: there is no field.
std::optional<int64_t> statusIn(const HeaderMap* headers) {
  if (headers == nullptr || !headers->has(HeaderId::kGrpcStatus)) return std::nullopt;
  if (const auto status = message::grpcStatus(*headers)) return *status;
  return -1;
}

// Of the query as a whole Envoy undoes no escapes of blanks and control characters.
bool isVisible(char c) { return c > 0x20 && c < 0x7f; }

const message::HeaderMap* withPath(const LogRecord& record) {
  return record.requestHeaders != nullptr && record.requestHeaders->has(HeaderId::kPath) ? record.requestHeaders
                                                                                         : nullptr;
}

}  // namespace

bool appendGrpcStatus(const LogRecord& record, GrpcStatusForm form, std::string& out) {
  if (record.requestHeaders == nullptr || !message::hasGrpcContentType(*record.requestHeaders)) return false;
  std::optional<int64_t> status = statusIn(record.responseTrailers);
  if (!status) status = statusIn(record.responseHeaders);
  if (!status) status = static_cast<int64_t>(message::grpcStatusOfHttp(record.info.responseCode));
  const bool named = *status >= 0 && static_cast<size_t>(*status) < kGrpcNames.size();
  if (named && form != GrpcStatusForm::kNumber) {
    const GrpcName& name = kGrpcNames[static_cast<size_t>(*status)];
    out += form == GrpcStatusForm::kCamel ? name.camel : name.snake;
  } else {
    out += std::to_string(*status);
  }
  return true;
}

bool appendQueryParameter(const LogRecord& record, std::string_view name, size_t maxLength, std::string& out) {
  const HeaderMap* const headers = withPath(record);
  if (headers == nullptr) return false;
  const std::string_view path = headers->path();
  const size_t mark = path.find('?');
  if (mark == std::string_view::npos) return false;
  std::string_view query = path.substr(mark + 1);
  for (bool more = true; more;) {
    const size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    const size_t equals = parameter.find('=');
    if (!parameter.empty() && percentDecoded(parameter.substr(0, equals)) == name) {
      if (equals != std::string_view::npos) out += percentDecoded(parameter.substr(equals + 1)).substr(0, maxLength);
      return true;
    }
    more = end != std::string_view::npos;
    if (more) query.remove_prefix(end + 1);
  }
  return false;
}

bool appendQueryParameters(const LogRecord& record, bool asDecoded, size_t maxLength, std::string& out) {
  const HeaderMap* const headers = withPath(record);
  if (headers == nullptr) return false;
  const size_t mark = headers->path().find('?');
  if (mark == std::string_view::npos) return false;
  const std::string_view query = headers->path().substr(mark + 1);
  out += asDecoded ? percentDecoded(query, isVisible).substr(0, maxLength) : query.substr(0, maxLength);
  return true;
}

namespace {

// Nothing: there is no such head.
std::optional<std::string_view> chosen(const HeaderMap* headers, WhichHeader which, HeaderId original,
                                       HeaderId present) {
  if (headers == nullptr) return std::nullopt;
  if (which != WhichHeader::kPresent && headers->has(original)) return headers->get(original);
  if (which == WhichHeader::kOriginal || !headers->has(present)) return std::nullopt;
  return headers->get(present);
}

}  // namespace

bool appendPath(const LogRecord& record, WhichHeader which, bool query, size_t maxLength, std::string& out) {
  auto path = chosen(record.requestHeaders, which, HeaderId::kEnvoyOriginalPath, HeaderId::kPath);
  if (!path) return false;
  if (!query) path = path->substr(0, path->find('?'));
  out += path->substr(0, maxLength);
  return true;
}

bool appendRequestedHost(const LogRecord& record, WhichHeader which, std::string& out) {
  const auto host = chosen(record.requestHeaders, which, HeaderId::kEnvoyOriginalHost, HeaderId::kAuthority);
  if (host) out += *host;
  return host.has_value();
}

}  // namespace orrery::format
