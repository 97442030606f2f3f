#include <google/protobuf/duration.pb.h>

#include "envoy/config/route/v3/route_components.pb.h"
#include "proxy/config/translate.h"

namespace orrery::config {

route::HashPolicy toHashPolicy(Translation& t, const envoy::config::route::v3::RouteAction_HashPolicy& message) {
  using Message = envoy::config::route::v3::RouteAction_HashPolicy;
  using Kind = route::HashPolicy::Kind;
  route::HashPolicy out;
  out.terminal = message.terminal();
  switch (message.policy_specifier_case()) {
    case Message::kHeader: {
      const auto scope = t.path.field("header");
      out.kind = Kind::kHeader;
      out.header.emplace(message.header().header_name());
      if (message.header().has_regex_rewrite()) {
        out.rewrite = toRewrite(t, "regex_rewrite", message.header().regex_rewrite());
      }
      break;
    }
    case Message::kCookie: {
      const auto scope = t.path.field("cookie");
      out.kind = Kind::kCookie;
      out.name = message.cookie().name();
      out.path = message.cookie().path();
      if (message.cookie().has_ttl()) out.ttl = toDuration(t, "ttl", message.cookie().ttl());
      for (const auto& attribute : message.cookie().attributes()) {
        out.attributes.emplace_back(attribute.name(), attribute.value());
      }
      break;
    }
    case Message::kConnectionProperties:
      out.kind = Kind::kSourceIp;
      if (!message.connection_properties().source_ip()) {
        const auto scope = t.path.field("connection_properties");
        t.refuse("source_ip", "only true has a meaning");
      }
      break;
    case Message::kQueryParameter:
      out.kind = Kind::kQueryParameter;
      out.name = message.query_parameter().name();
      break;
    case Message::kFilterState: out.kind = Kind::kNothing; break;
    default: break;  // none is refused before
  }
  return out;
}

}  // namespace orrery::config
