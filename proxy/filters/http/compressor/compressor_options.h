#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proxy/compression/codec.h"
#include "proxy/match/string_matcher.h"
#include "proxy/runtime/runtime.h"

namespace orrery::filters::compressor {

// common_config of a direction.
struct DirectionOptions {
  runtime::Flag enabled;
  uint64_t minContentLength = 30;
  std::set<std::string, std::less<>> contentTypes;        // lower case
  std::vector<match::StringMatcher> contentTypeMatchers;  // instead, if there are any; ready for use
};

// envoy.extensions.filters.http.compressor.v3.Compressor
struct CompressorFilterOptions {
  compression::CompressorOptions library;
  std::string libraryName;
  std::optional<DirectionOptions> request;  // none: requests are not compressed
  DirectionOptions response;
  bool chooseFirst = false;         // before other compressors of the chain that the client wants as much
  bool tellsStatus = false;         // x-envoy-compression-status says what became of a response, and why
  bool responseConfigured = false;  // response_direction_config is there: names of its statistics say so
  bool disableOnEtag = false;
  bool weakenEtag = false;
  bool removeAcceptEncoding = false;
  std::set<uint32_t> uncompressibleCodes;
};

// CompressorPerRoute
struct CompressorRouteOptions {
  bool disabled = false;
  std::optional<bool> removeAcceptEncoding;
  std::optional<compression::CompressorOptions> library;  // instead of the chain's
  bool enabled = false;  // overrides.response_direction_config is there: on, whatever the chain says
};

}  // namespace orrery::filters::compressor
