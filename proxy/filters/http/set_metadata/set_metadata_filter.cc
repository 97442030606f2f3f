#include "proxy/filters/http/set_metadata/set_metadata_filter.h"

namespace orrery::filters::set_metadata {

SetMetadataConfig::SetMetadataConfig(const SetMetadataOptions& o, const http::PlanInputs& inputs)
    : options(o), overwriteDenied(inputs.layout.counter(inputs.prefix() + "set_metadata.overwrite_denied")) {}

http::FilterHeadersStatus SetMetadataFilter::decodeHeaders(message::HeaderMap&, bool) {
  stream_info::StreamInfo& info = decoder_->streamInfo();
  for (const MetadataOptions& entry : config_.options.entries) {
    const bool known = entry.typed ? info.typedMetadata.contains(entry.metadataNamespace)
                                   : info.metadataOf(entry.metadataNamespace) != nullptr;
    if (known && !entry.allowOverwrite) {
      decoder_->worker().stats.add(config_.overwriteDenied);
    } else if (entry.typed) {
      info.typedMetadata[entry.metadataNamespace] = *entry.typed;
    } else {
      info.mergeMetadata(entry.metadataNamespace, entry.value);
    }
  }
  return http::FilterHeadersStatus::kContinue;
}

}  // namespace orrery::filters::set_metadata
