#include <google/protobuf/any.pb.h>

#include "envoy/extensions/formatter/cel/v3/cel.pb.h"
#include "envoy/extensions/formatter/metadata/v3/metadata.pb.h"
#include "envoy/extensions/formatter/req_without_query/v3/req_without_query.pb.h"
#include "proxy/config/translate_headers.h"

namespace orrery::config {

namespace formatter = envoy::extensions::formatter;

// %METADATA()% is there without its extension, too, as in Envoy.
format::Extensions toFormatExtensions(
    Translation& t,
    const google::protobuf::RepeatedPtrField<envoy::config::core::v3::TypedExtensionConfig>& formatters) {
  format::Extensions out;
  forEachOf(t, "formatters", formatters, [&](const auto& extension) {
    const google::protobuf::Any& any = extension.typed_config();
    if (any.Is<formatter::req_without_query::v3::ReqWithoutQuery>()) {
      out.reqWithoutQuery = true;
    } else if (any.Is<formatter::cel::v3::Cel>()) {
      t.refuse("typed_config", "envoy.formatter.cel runs programs, which is not supported");
    } else if (!any.Is<formatter::metadata::v3::Metadata>()) {
      t.refuse("Formatter not found: " + extension.name());
    }
  });
  return out;
}

}  // namespace orrery::config
