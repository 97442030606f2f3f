#include "proxy/http/local_reply_rules.h"

namespace orrery::http {

using message::HeaderId;
using message::HeaderMap;

namespace {

void say(uint32_t status, stream_info::StreamInfo& info, HeaderMap& headers) {
  headers.setNumber(HeaderId::kStatus, status);
  info.responseCode = status;
}

void apply(const LocalReplyMapper& mapper, const stream_info::LogRecord& record, stream_info::StreamInfo& info,
           HeaderMap& headers, LocalReplyText& text) {
  if (mapper.body) text.body = *mapper.body;
  route::applyLevel(mapper.headers, record, headers);
  if (!mapper.status || *mapper.status == text.status) return;
  text.status = *mapper.status;
  say(text.status, info, headers);
}

}  // namespace

void rewriteLocalReply(const LocalReplyRules& rules, const access_log::LogMoment& moment,
                       const HeaderMap* requestHeaders, stream_info::StreamInfo& info, HeaderMap& headers,
                       LocalReplyText& text) {
  say(text.status, info, headers);
  stream_info::LogRecord record{info, requestHeaders, &headers};
  const LocalReplyBodyFormat* format = rules.format ? &*rules.format : nullptr;
  for (const LocalReplyMapper& mapper : rules.mappers) {
    if (!access_log::matches(*mapper.filter, record, moment)) continue;
    apply(mapper, record, info, headers, text);
    if (mapper.format) format = &*mapper.format;
    break;
  }
  if (format == nullptr) return;
  record.localReplyBody = text.body;
  std::string body;
  format->formatter->append(record, body);
  text.body = headers.arena().copy(body);
  text.contentType = format->contentType;
}

}  // namespace orrery::http
