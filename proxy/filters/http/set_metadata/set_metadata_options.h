#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proxy/stream_info/value.h"

namespace orrery::filters::set_metadata {

// One entry of envoy.extensions.filters.http.set_metadata.v3.Config.
struct MetadataOptions {
  std::string metadataNamespace;
  bool allowOverwrite = false;  // merged into what the namespace holds already, which stays as it is otherwise
  stream_info::Value::Object value;
  std::optional<std::string> typed;  // a message instead of the value: an Any in bytes
};
struct SetMetadataOptions {
  std::vector<MetadataOptions> entries;
};

}  // namespace orrery::filters::set_metadata
