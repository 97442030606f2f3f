#pragma once

#include <optional>
#include <string_view>

#include "proxy/filters/http/basic_auth/basic_auth_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::basic_auth {

struct BasicAuthConfig {
  BasicAuthConfig(const BasicAuthOptions& options, const http::PlanInputs& inputs);
  BasicAuthOptions options;
  std::string name;  // the filter's, as configured: where its metadata is
  message::HeaderName authenticationHeader;
  std::optional<message::HeaderName> forwardUsernameHeader;
  stats::CounterId allowed;
  stats::CounterId denied;
};

// Asks for a user name and password (RFC 7617; Envoy's basic_auth filter). Lifetime: in the stream's arena. Threading: the
// worker's.
class BasicAuthFilter final : public http::PassThroughDecoder {
 public:
  explicit BasicAuthFilter(const BasicAuthConfig& config) : config_(config) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;

 private:
  http::FilterHeadersStatus deny(const message::HeaderMap& headers, std::string_view body, std::string_view details);

  const BasicAuthConfig& config_;
};

using BasicAuthPlan = http::PlanOf<BasicAuthFilter, BasicAuthConfig>;

}  // namespace orrery::filters::basic_auth
