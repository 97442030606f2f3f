#include "envoy/extensions/filters/http/set_metadata/v3/set_metadata.pb.h"
#include "proxy/config/filter_translator.h"
#include "proxy/config/translate_value.h"
#include "proxy/filters/http/set_metadata/set_metadata_options.h"

// Envoy's deprecated fields are honoured where it honours them.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace orrery::config {

namespace {

using SetMetadataMessage = envoy::extensions::filters::http::set_metadata::v3::Config;

filters::set_metadata::SetMetadataOptions toSetMetadata(Translation&, const SetMetadataMessage& m) {
  filters::set_metadata::SetMetadataOptions out;
  // The older form is an entry that may overwrite, before the others.
  if (m.has_value()) out.entries.push_back({m.metadata_namespace(), true, toObject(m.value()), {}});
  for (const auto& entry : m.metadata()) {
    // Of both the value counts; an entry with neither says nothing.
    if (!entry.has_value() && !entry.has_typed_value()) continue;
    auto& made = out.entries.emplace_back();
    made.metadataNamespace = entry.metadata_namespace();
    made.allowOverwrite = entry.allow_overwrite();
    made.value = toObject(entry.value());
    if (!entry.has_value()) made.typed = entry.typed_value().SerializeAsString();
  }
  return out;
}

}  // namespace

const FilterTranslator kSetMetadataTranslator{.typeName = "envoy.filters.http.set_metadata",
                                              .message = "envoy.extensions.filters.http.set_metadata.v3.Config",
                                              .translate = translated<SetMetadataMessage, toSetMetadata>,
                                              .routeMessage = {}};

}  // namespace orrery::config
