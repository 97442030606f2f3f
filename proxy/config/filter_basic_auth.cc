#include "envoy/extensions/filters/http/basic_auth/v3/basic_auth.pb.h"
#include "proxy/base/ascii.h"
#include "proxy/config/filter_translator.h"
#include "proxy/filters/http/basic_auth/basic_auth_options.h"

namespace orrery::config {

namespace {

namespace basic_auth = filters::basic_auth;
using BasicAuthMessage = envoy::extensions::filters::http::basic_auth::v3::BasicAuth;
using BasicAuthRouteMessage = envoy::extensions::filters::http::basic_auth::v3::BasicAuthPerRoute;

// Lines of htpasswd, "name:{SHA}base64"; in Envoy's words where one is wrong.
basic_auth::Users toUsers(Translation& t, const std::string& text) {
  basic_auth::Users users;
  constexpr std::string_view kSha = "{SHA}";
  constexpr size_t kShaLength = 28;
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      t.refuse("users", "basic auth: invalid htpasswd format, username:password is expected");
      continue;
    }
    std::string_view hash = line.substr(colon + 1);
    const std::string name(line.substr(0, colon));
    if (name.empty()) {
      t.refuse("users", "basic auth: empty user name or password");
    } else if (!hash.starts_with(kSha)) {
      t.refuse("users", "basic auth: unsupported htpasswd format: please use {SHA}");
    } else if (hash.remove_prefix(kSha.size()); hash.size() != kShaLength) {
      t.refuse("users", "basic auth: invalid htpasswd format, SHA hash length mismatch");
    } else if (!users.emplace(name, hash).second) {
      t.refuse("users", "basic auth: duplicate users");
    }
  }
  return users;
}

basic_auth::BasicAuthOptions toBasicAuth(Translation& t, const BasicAuthMessage& m) {
  basic_auth::BasicAuthOptions out;
  out.users = toUsers(t, toFilledText(t, "users", m.users()));
  out.forwardUsernameHeader = toLower(m.forward_username_header());
  if (!m.authentication_header().empty()) out.authenticationHeader = toLower(m.authentication_header());
  out.allowMissing = m.allow_missing();
  out.emitMetadata = m.emit_dynamic_metadata();
  out.realm = m.realm();
  return out;
}

basic_auth::BasicAuthRouteOptions toBasicAuthRoute(Translation& t, const BasicAuthRouteMessage& m) {
  return {toUsers(t, toFilledText(t, "users", m.users())), m.realm()};
}

}  // namespace

const FilterTranslator kBasicAuthTranslator{
    .typeName = "envoy.filters.http.basic_auth",
    .message = "envoy.extensions.filters.http.basic_auth.v3.BasicAuth",
    .translate = translated<BasicAuthMessage, toBasicAuth>,
    .routeMessage = "envoy.extensions.filters.http.basic_auth.v3.BasicAuthPerRoute",
    .translateRoute = translated<BasicAuthRouteMessage, toBasicAuthRoute>};

}  // namespace orrery::config
