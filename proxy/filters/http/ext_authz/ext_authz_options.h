#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/match/fraction.h"
#include "proxy/match/string_matcher.h"
#include "proxy/route/metadata_matcher.h"
#include "proxy/route/mutation_rules.h"
#include "proxy/route/route_config.h"
#include "proxy/runtime/runtime.h"

namespace orrery::filters::ext_authz {

// Names of headers; empty: none is meant.
using HeaderNames = std::vector<match::StringMatcher>;

// How much of the request's body is shown to the service.
struct BodyOptions {
  uint32_t maxBytes = 0;
  bool allowPartial = false;  // else a longer body is a 413
};

// envoy.extensions.filters.http.ext_authz.v3.HttpService: who is asked, and what of its answer goes on.
struct ServiceOptions {
  route::ClusterRef cluster;
  Duration timeout;
  std::optional<route::RetryPolicy> retry;
  std::string pathPrefix;
  std::string pathOverride;  // the whole path, instead of the request's; empty: none
  route::HeaderLevel headersToAdd;
  // Of its answer: to the upstream (replacing, or appending), to the client (of a refusal, of a success), and
  // into the dynamic metadata.
  HeaderNames upstreamHeaders;
  HeaderNames upstreamHeadersToAppend;
  std::optional<HeaderNames> clientHeaders;  // none said: all of them
  HeaderNames clientHeadersOnSuccess;
  HeaderNames metadataHeaders;
};

// envoy.extensions.filters.http.ext_authz.v3.ExtAuthz with an http_service.
struct ExtAuthzOptions {
  ServiceOptions service;
  std::optional<HeaderNames> allowedHeaders;  // beside method, path, host and authorization; none said: those only
  HeaderNames disallowedHeaders;
  std::optional<BodyOptions> body;
  bool failureModeAllow = false;
  bool failureModeAllowHeader = false;
  bool clearRouteCache = false;
  std::vector<std::string> clearRouteCacheHeaders;  // only where one of these changes, lower case; empty: any
  std::optional<route::MutationRules> rules;        // of what the answer may change in the request; none: all
  bool takeMetadata = true;                         // enable_dynamic_metadata_ingestion
  uint32_t maxDeniedBody = 0;                       // longer bodies of denials are cut; 0: none is
  bool shadow = false;                              // what would be refused is counted and passes as it is
  uint32_t statusOnError = 403;
  std::optional<match::RuntimeFraction> filterEnabled;
  std::optional<route::MetadataMatcher> filterEnabledMetadata;  // of the request's; ready for use
  runtime::Flag denyAtDisable{false, {}};
  bool enforceResponseLimits = false;  // also where headers of the answer are added to a response
  std::string statPrefix;
  bool chargeCluster = true;   // denials count among the answers of the cluster that the request would have gone to
  bool keepStats = false;      // emit_filter_state_stats: how long the service took is in the filter state
  bool keepsMetadata = false;  // filter_metadata: the filter state has an object, of which nothing here asks
};

// ExtAuthzPerRoute.
struct ExtAuthzRouteOptions {
  bool disabled = false;
  bool noBody = false;
  std::optional<BodyOptions> body;
  std::optional<ServiceOptions> service;  // instead of the filter's; what of the request is shown stays the filter's
};

}  // namespace orrery::filters::ext_authz
