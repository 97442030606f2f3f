#include "proxy/filters/http/set_metadata/set_metadata_filter.h"

namespace orrery::filters::set_metadata {

SetMetadataConfig::SetMetadataConfig(const SetMetadataOptions& o, const http::PlanInputs& inputs)
    : options(o), overwriteDenied(inputs.layout.counter(inputs.prefix() + "set_metadata.overwrite_denied")) {}

http::FilterHeadersStatus SetMetadataFilter::decodeHeaders(message::HeaderMap&, bool) {
  stream_info::StreamInfo& info = decoder_->streamInfo();
  for (const MetadataOptions& entry : config_.options.entries) {
    if (entry.allowOverwrite || info.metadataOf(entry.metadataNamespace) == nullptr) {
      info.mergeMetadata(entry.metadataNamespace, entry.value);
    } else {
      decoder_->worker().stats.add(config_.overwriteDenied);
    }
  }
  return http::FilterHeadersStatus::kContinue;
}

}  // namespace orrery::filters::set_metadata
