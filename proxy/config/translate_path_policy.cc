#include <google/protobuf/any.pb.h>
#include <re2/re2.h>

#include "envoy/config/core/v3/extension.pb.h"
#include "envoy/config/route/v3/route_components.pb.h"
#include "envoy/extensions/path/match/uri_template/v3/uri_template_match.pb.h"
#include "envoy/extensions/path/rewrite/uri_template/v3/uri_template_rewrite.pb.h"
#include "proxy/config/translate.h"
#include "proxy/config/uri_template.h"

// URI templates become the expressions that they stand for: matching and rewriting know nothing of them.
namespace orrery::config {

namespace {

using UriMatch = envoy::extensions::path::match::uri_template::v3::UriTemplateMatchConfig;
using UriRewrite = envoy::extensions::path::rewrite::uri_template::v3::UriTemplateRewriteConfig;
using Extension = envoy::config::core::v3::TypedExtensionConfig;

template <class Message>
bool unpackPolicy(Translation& t, const Extension& extension, Message& message) {
  if (extension.typed_config().Is<Message>() && extension.typed_config().UnpackTo(&message)) return true;
  refuseUnregistered(t, extension.name(), extension.typed_config().type_url());
  return false;
}

}  // namespace

std::string toPathTemplate(Translation& t, const Extension& message) {
  UriMatch policy;
  if (!unpackPolicy(t, message, policy)) return {};
  const auto parsed = parseUriTemplate(policy.path_template());
  if (!parsed) {
    t.refuse("path_match_policy.path_template " + policy.path_template() + " is invalid: " + parsed.error().message);
    return {};
  }
  // Asterisks in literals can make expressions that are none. Such a template matches nothing, as in Envoy.
  constexpr const char* kNothing = "[^\\x00-\\x{10FFFF}]";
  return RE2(parsed->regex, RE2::Quiet).ok() ? parsed->regex : kNothing;
}

void setPathPolicy(Translation& t, const envoy::config::route::v3::RouteMatch& message, route::RouteMatch& out) {
  const auto scope = t.path.field("path_match_policy");
  out.pathKind = route::RouteMatch::PathKind::kTemplate;
  out.path = toPathTemplate(t, message.path_match_policy());
}

void setPathRewrite(Translation& t, const envoy::config::route::v3::Route& message, route::RouteAction& out) {
  const auto& action = message.route();
  if (message.match().has_path_match_policy() && !action.prefix_rewrite().empty()) {
    t.refuse("prefix_rewrite", "Cannot use prefix_rewrite with matcher extension");
  }
  if (!action.has_path_rewrite_policy()) return;
  const auto scope = t.path.field("path_rewrite_policy");
  if (out.pathRewrite.prefix || out.pathRewrite.regex) {
    t.refuse("Specify only one of prefix_rewrite, regex_rewrite or path_rewrite_policy");
    return;
  }
  UriRewrite policy;
  if (!unpackPolicy(t, action.path_rewrite_policy(), policy)) return;
  UriMatch match;
  if (!message.match().has_path_match_policy() ||
      !message.match().path_match_policy().typed_config().UnpackTo(&match)) {
    t.refuse(
        "unable to use envoy.path.rewrite.uri_template.uri_template_rewriter extension without "
        "envoy.path.match.uri_template.uri_template_matcher extension");
    return;
  }
  const auto parsed = parseUriTemplate(match.path_template());
  if (!parsed) return;  // said where it stands
  const auto rewrite = parseUriRewrite(policy.path_template_rewrite(), *parsed);
  if (!rewrite) {
    t.refuse("mismatch between variables in path_match_policy " + match.path_template() + " and path_rewrite_policy " +
             policy.path_template_rewrite());
  } else if (rewrite->empty()) {
    t.refuse("path_rewrite_policy.path_template_rewrite " + policy.path_template_rewrite() + " is invalid");
  } else if (RE2(parsed->regex, RE2::Quiet).ok()) {
    out.pathRewrite.regex = match::RegexSubstitution{"^" + parsed->regex + "$", *rewrite, nullptr};
  }
}

}  // namespace orrery::config
