#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/access_log/log_filter.h"
#include "proxy/format/format.h"
#include "proxy/route/header_mutation.h"

// local_reply_config: how answers that the proxy gives itself are told (envoy.extensions...v3.LocalReplyConfig).
namespace orrery::http {

struct LocalReplyBodyFormat {
  std::shared_ptr<const format::Formatter> formatter;
  std::string contentType;
};

struct LocalReplyMapper {
  std::shared_ptr<const access_log::LogFilter> filter;
  std::optional<uint32_t> status;
  std::optional<std::string> body;
  std::optional<LocalReplyBodyFormat> format;
  route::HeaderLevel headers;
};

// As plain data; immutable, shared.
struct LocalReplyRules {
  std::vector<LocalReplyMapper> mappers;
  std::optional<LocalReplyBodyFormat> format;  // of replies whose mapper has none
};

// A reply on its way to be told. Texts live in the arena of the headers, or longer.
struct LocalReplyText {
  uint32_t status = 0;
  std::string_view body;
  std::string_view contentType = "text/plain";
};

// The first mapper that fits changes status, body and headers; then the body is formatted (Envoy's LocalReply::rewrite).
// `info` and `headers` carry the status that conditions look at, and then the new one.
void rewriteLocalReply(const LocalReplyRules& rules, const access_log::LogMoment& moment,
                       const message::HeaderMap* requestHeaders, stream_info::StreamInfo& info,
                       message::HeaderMap& headers, LocalReplyText& text);

}  // namespace orrery::http
