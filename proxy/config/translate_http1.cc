#include <google/protobuf/any.pb.h>

#include "envoy/config/core/v3/protocol.pb.h"
#include "envoy/extensions/http/header_formatters/preserve_case/v3/preserve_case.pb.h"
#include "proxy/config/translate.h"

namespace orrery::config {

using envoy::extensions::http::header_formatters::preserve_case::v3::PreserveCaseFormatterConfig;

std::optional<message::PreserveCase> toPreserveCase(
    Translation& t, const envoy::config::core::v3::Http1ProtocolOptions_HeaderKeyFormat& message) {
  if (!message.has_stateful_formatter()) return std::nullopt;
  PreserveCaseFormatterConfig config;
  if (!message.stateful_formatter().typed_config().UnpackTo(&config)) {
    const auto scope = t.path.field("header_key_format");
    t.refuse("stateful_formatter", "only preserve_case is supported here");
    return std::nullopt;
  }
  return message::PreserveCase{
      .forwardReason = config.forward_reason_phrase(),
      .properCaseOthers = config.formatter_type_on_envoy_headers() == PreserveCaseFormatterConfig::PROPER_CASE};
}

}  // namespace orrery::config
