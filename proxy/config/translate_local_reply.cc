#include "envoy/config/accesslog/v3/accesslog.pb.h"
#include "envoy/config/core/v3/substitution_format_string.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "proxy/config/translate.h"
#include "proxy/config/translate_headers.h"

namespace orrery::config {

http::LocalReplyBodyFormat toBodyFormat(Translation& t, std::string_view field,
                                        const envoy::config::core::v3::SubstitutionFormatString& message) {
  const auto scope = t.path.field(field);
  http::LocalReplyBodyFormat out;
  out.formatter = toFormat(t, message);
  out.contentType = message.content_type();
  if (out.contentType.empty()) {
    const bool json = message.has_json_format();
    out.contentType = json ? "application/json" : "text/plain";
  }
  return out;
}

namespace {

namespace hcm = envoy::extensions::filters::network::http_connection_manager::v3;
http::LocalReplyMapper toMapper(Translation& t, const hcm::ResponseMapper& message) {
  http::LocalReplyMapper out;
  {
    const auto scope = t.path.field("filter");
    out.filter = std::make_shared<const access_log::LogFilter>(toLogFilter(t, message.filter()));
  }
  if (message.has_status_code()) out.status = message.status_code().value();
  if (message.has_body()) out.body = toText(t, "body", message.body());
  if (message.has_body_format_override()) {
    out.format = toBodyFormat(t, "body_format_override", message.body_format_override());
  }
  forEachOf(t, "headers_to_add", message.headers_to_add(),
            [&](const auto& option) { out.headers.mutations.push_back(toAddition(t, option)); });
  return out;
}

}  // namespace

std::shared_ptr<const http::LocalReplyRules> toLocalReplies(Translation& t, const hcm::LocalReplyConfig& message) {
  auto out = std::make_shared<http::LocalReplyRules>();
  forEachOf(t, "mappers", message.mappers(),
            [&](const hcm::ResponseMapper& mapper) { out->mappers.push_back(toMapper(t, mapper)); });
  if (message.has_body_format()) out->format = toBodyFormat(t, "body_format", message.body_format());
  return out;
}

}  // namespace orrery::config
