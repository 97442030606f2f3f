#pragma once

#include <array>
#include <string_view>

#include "proxy/filters/http/cors/cors_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::cors {

struct CorsConfig {
  CorsConfig(const CorsOptions&, const http::PlanInputs& inputs);
  stats::CounterId originValid;
  stats::CounterId originInvalid;
};

// Cross-origin resource sharing: answers preflight requests and marks responses, by the policies of the route (Envoy's
// cors filter; the policies lie in typed_per_filter_config only). Lifetime: in the stream's arena. Threading: the worker's.
class CorsFilter final : public http::PassThroughFilter {
 public:
  explicit CorsFilter(const CorsConfig& config) : config_(config) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  http::FilterHeadersStatus encodeHeaders(message::HeaderMap& headers, bool endStream) override;

 private:
  bool originAllowed(std::string_view origin) const;
  bool fractionEnabled(std::optional<match::RuntimeFraction> CorsPolicy::* field, bool otherwise) const;
  std::string_view text(std::string CorsPolicy::* field) const;
  bool flag(std::optional<bool> CorsPolicy::* field, bool otherwise) const;
  void answerPreflight(const message::HeaderMap& request);

  const CorsConfig& config_;
  std::array<const CorsPolicy*, 4> policies_ = {};  // most specific first
  std::string_view origin_;                         // of a request that is to be marked
};

using CorsPlan = http::PlanOf<CorsFilter, CorsConfig>;

}  // namespace orrery::filters::cors
