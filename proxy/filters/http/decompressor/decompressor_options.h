#pragma once

#include <string>

#include "proxy/compression/codec.h"
#include "proxy/runtime/runtime.h"

namespace orrery::filters::decompressor {

// common_config of a direction.
struct DirectionOptions {
  runtime::Flag enabled;
  bool ignoreNoTransform = false;
};

// envoy.extensions.filters.http.decompressor.v3.Decompressor
struct DecompressorFilterOptions {
  compression::DecompressorOptions library;
  std::string libraryName;
  DirectionOptions request;
  DirectionOptions response;
  bool advertise = true;  // advertise_accept_encoding
};

}  // namespace orrery::filters::decompressor
