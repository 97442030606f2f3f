#pragma once

// The HTTP filters that a configuration may name. One line a filter: the FilterTranslator of its filter_<name>.cc.
#define ORRERY_HTTP_FILTERS(X) \
  X(kBandwidthLimitTranslator) \
  X(kBasicAuthTranslator)      \
  X(kBufferTranslator)         \
  X(kCompressorTranslator)     \
  X(kCorsTranslator)           \
  X(kCsrfTranslator)           \
  X(kDecompressorTranslator)   \
  X(kExtAuthzTranslator)       \
  X(kFaultTranslator)          \
  X(kHeaderMutationTranslator) \
  X(kHealthCheckTranslator)    \
  X(kLocalRateLimitTranslator) \
  X(kRbacTranslator)           \
  X(kRouterTranslator)         \
  X(kSetMetadataTranslator)    \
  X(kUpstreamCodecTranslator)
