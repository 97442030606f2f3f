#include <google/protobuf/duration.pb.h>

#include "envoy/extensions/filters/http/ext_authz/v3/ext_authz.pb.h"
#include "proxy/base/ascii.h"
#include "proxy/config/filter_pieces.h"
#include "proxy/config/filter_translator.h"
#include "proxy/config/translate_headers.h"
#include "proxy/filters/http/ext_authz/ext_authz_options.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

namespace v3 = envoy::extensions::filters::http::ext_authz::v3;
using filters::ext_authz::BodyOptions;
using filters::ext_authz::ExtAuthzOptions;
using filters::ext_authz::ExtAuthzRouteOptions;
using filters::ext_authz::HeaderNames;
using filters::ext_authz::ServiceOptions;

HeaderNames toNames(Translation& t, std::string_view field,
                    const envoy::type::matcher::v3::ListStringMatcher& message) {
  const auto scope = t.path.field(field);
  HeaderNames out;
  forEachOf(t, "patterns", message.patterns(), [&](const auto& m) { out.push_back(toReadyMatcher(t, m)); });
  return out;
}

BodyOptions toBody(const v3::BufferSettings& m) { return {m.max_request_bytes(), m.allow_partial_message()}; }

void setAnswer(Translation& t, const v3::AuthorizationResponse& m, ServiceOptions& out) {
  const auto scope = t.path.field("authorization_response");
  out.upstreamHeaders = toNames(t, "allowed_upstream_headers", m.allowed_upstream_headers());
  out.upstreamHeadersToAppend =
      toNames(t, "allowed_upstream_headers_to_append", m.allowed_upstream_headers_to_append());
  // A list without patterns is as good as none, as in Envoy.
  HeaderNames client = toNames(t, "allowed_client_headers", m.allowed_client_headers());
  if (!client.empty()) out.clientHeaders = std::move(client);
  out.clientHeadersOnSuccess = toNames(t, "allowed_client_headers_on_success", m.allowed_client_headers_on_success());
  out.metadataHeaders = toNames(t, "dynamic_metadata_from_headers", m.dynamic_metadata_from_headers());
}

ServiceOptions toService(Translation& t, const v3::HttpService& m) {
  const auto scope = t.path.field("http_service");
  ServiceOptions out;
  {
    const auto server = t.path.field("server_uri");
    // Envoy takes a name that it does not know, and the filter fails for each request.
    out.cluster = toClusterRef(t, "cluster", m.server_uri().cluster(), false);
    if (out.cluster.index == route::kUnknownCluster) {
      t.report.warn(t.path.text(), "there is no cluster '" + m.server_uri().cluster() + "': every check will fail");
    }
    out.timeout = toDuration(t, "timeout", m.server_uri().timeout());
  }
  out.pathPrefix = m.path_prefix();
  if (!out.pathPrefix.empty() && out.pathPrefix.front() != '/') {
    t.refuse("path_prefix", "path_prefix should start with \"/\".");
  }
  out.pathOverride = m.path_override();
  if (!out.pathOverride.empty() && out.pathOverride.front() != '/') {
    t.refuse("path_override", "path_override should start with \"/\".");
  }
  if (!out.pathPrefix.empty() && !out.pathOverride.empty()) {
    t.refuse("path_override", "Only one of path_prefix or path_override may be set.");
  }
  if (m.has_retry_policy()) {
    const auto policy = t.path.field("retry_policy");
    out.retry = toRetryPolicy(t, m.retry_policy());
  }
  setAnswer(t, m.authorization_response(), out);
  const auto request = t.path.field("authorization_request");
  forEachOf(t, "headers_to_add", m.authorization_request().headers_to_add(), [&](const auto& header) {
    route::HeaderMutation mutation{route::HeaderMutation::Kind::kOverwriteIfExistsOrAdd,
                                   message::HeaderName(header.key()), header.value()};
    out.headersToAdd.mutations.push_back(std::move(mutation));
  });
  return out;
}

ExtAuthzOptions toExtAuthz(Translation& t, const v3::ExtAuthz& m) {
  ExtAuthzOptions out;
  out.service = toService(t, m.http_service());
  {
    const auto service = t.path.field("http_service");
    const auto request = t.path.field("authorization_request");
    HeaderNames allowed = toNames(t, "allowed_headers", m.http_service().authorization_request().allowed_headers());
    if (!allowed.empty()) out.allowedHeaders = std::move(allowed);
  }
  if (m.has_allowed_headers()) {
    if (out.allowedHeaders) {
      t.refuse(
          "Invalid duplicate configuration for allowed_headers: it is configured both in the filter and in "
          "http_service");
    }
    out.allowedHeaders = toNames(t, "allowed_headers", m.allowed_headers());
  }
  out.disallowedHeaders = toNames(t, "disallowed_headers", m.disallowed_headers());
  if (m.has_with_request_body()) out.body = toBody(m.with_request_body());
  out.failureModeAllow = m.failure_mode_allow();
  out.failureModeAllowHeader = m.failure_mode_allow_header_add();
  out.clearRouteCache = m.clear_route_cache();
  if (m.has_status_on_error()) out.statusOnError = static_cast<uint32_t>(m.status_on_error().code());
  if (m.has_filter_enabled()) out.filterEnabled = toFraction(t, "filter_enabled", m.filter_enabled());
  if (m.has_deny_at_disable()) out.denyAtDisable = toFlag(t, m.deny_at_disable());
  out.statPrefix = m.stat_prefix();
  out.enforceResponseLimits = m.enforce_response_header_limits();
  out.chargeCluster = !m.has_charge_cluster_response_stats() || m.charge_cluster_response_stats().value();
  for (const std::string& name : m.clear_route_cache_headers()) out.clearRouteCacheHeaders.push_back(toLower(name));
  if (m.has_decoder_header_mutation_rules()) {
    out.rules = toMutationRules(t, "decoder_header_mutation_rules", m.decoder_header_mutation_rules());
  }
  if (m.has_filter_enabled_metadata()) {
    const auto scope = t.path.field("filter_enabled_metadata");
    out.filterEnabledMetadata = toMetadataMatcher(t, m.filter_enabled_metadata());
    std::ignore = route::compileMatcher(out.filterEnabledMetadata->value);
  }
  out.takeMetadata = !m.has_enable_dynamic_metadata_ingestion() || m.enable_dynamic_metadata_ingestion().value();
  out.maxDeniedBody = m.max_denied_response_body_bytes();
  out.shadow = m.shadow_mode();
  out.keepStats = m.emit_filter_state_stats();
  out.keepsMetadata = m.has_filter_metadata();
  return out;
}

ExtAuthzRouteOptions toExtAuthzRoute(Translation& t, const v3::ExtAuthzPerRoute& m) {
  ExtAuthzRouteOptions out;
  out.disabled = m.disabled();
  const v3::CheckSettings& settings = m.check_settings();
  const auto scope = t.path.field("check_settings");
  out.noBody = settings.disable_request_body_buffering();
  if (settings.has_with_request_body()) out.body = toBody(settings.with_request_body());
  if (out.noBody && out.body) {
    t.refuse(
        "Invalid configuration for check_settings. Only one of disable_request_body_buffering or with_request_body can "
        "be set.");
  }
  if (settings.has_http_service()) out.service = toService(t, settings.http_service());
  return out;
}

}  // namespace

const FilterTranslator kExtAuthzTranslator{
    .typeName = "envoy.filters.http.ext_authz",
    .message = "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz",
    .translate = translated<v3::ExtAuthz, toExtAuthz>,
    .routeMessage = "envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute",
    .translateRoute = translated<v3::ExtAuthzPerRoute, toExtAuthzRoute>};

}  // namespace orrery::config
