#pragma once

#include "proxy/filters/http/set_metadata/set_metadata_options.h"
#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"

namespace orrery::filters::set_metadata {

// Settings with their statistics.
struct SetMetadataConfig {
  SetMetadataConfig(const SetMetadataOptions& o, const http::PlanInputs& inputs);
  const SetMetadataOptions options;
  stats::CounterId overwriteDenied;
};

// Writes dynamic metadata as a request comes by. Lifetime: in the stream's arena. Threading: the worker's.
class SetMetadataFilter final : public http::PassThroughDecoder {
 public:
  explicit SetMetadataFilter(const SetMetadataConfig& config) : config_(config) {}
  http::FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;

 private:
  const SetMetadataConfig& config_;
};

using SetMetadataPlan = http::PlanOf<SetMetadataFilter, SetMetadataConfig>;

}  // namespace orrery::filters::set_metadata
