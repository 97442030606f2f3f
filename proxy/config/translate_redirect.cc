#include "envoy/config/route/v3/route_components.pb.h"
#include "proxy/config/translate.h"

namespace orrery::config {

route::RedirectAction toRedirect(Translation& t, const envoy::config::route::v3::RedirectAction& message) {
  using Message = envoy::config::route::v3::RedirectAction;
  route::RedirectAction out;
  if (!message.scheme_redirect().empty()) out.scheme = message.scheme_redirect();
  out.httpsRedirect = message.https_redirect();
  if (!message.host_redirect().empty()) out.host = message.host_redirect();
  if (message.port_redirect() > 0) out.port = message.port_redirect();
  if (message.has_path_redirect()) out.pathRedirect = message.path_redirect();
  if (message.has_prefix_rewrite()) out.pathRewrite.prefix = message.prefix_rewrite();
  if (message.has_regex_rewrite()) out.pathRewrite.regex = toRewrite(t, "regex_rewrite", message.regex_rewrite());
  if (!message.path_rewrite().empty()) {
    auto format = format::parseFormat(message.path_rewrite(), format::Absent::kNothing);
    if (format) out.pathFormat = std::move(*format);
    if (!format) t.refuse("path_rewrite", format.error().message);
  }
  out.stripQuery = message.strip_query();
  switch (message.response_code()) {
    case Message::FOUND: out.code = 302; break;
    case Message::SEE_OTHER: out.code = 303; break;
    case Message::TEMPORARY_REDIRECT: out.code = 307; break;
    case Message::PERMANENT_REDIRECT: out.code = 308; break;
    default: out.code = 301;
  }
  return out;
}

}  // namespace orrery::config
