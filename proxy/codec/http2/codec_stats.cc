#include "proxy/codec/http2/codec_stats.h"

namespace orrery::http2 {

CodecStats::CodecStats(stats::Layout& layout, const std::string& prefix) {
#define ORRERY_X(name) name = layout.counter(prefix + #name);
  ORRERY_HTTP2_COUNTERS(ORRERY_X)
#undef ORRERY_X
#define ORRERY_X(name) name = layout.gauge(prefix + #name);
  ORRERY_HTTP2_GAUGES(ORRERY_X)
#undef ORRERY_X
}

}  // namespace orrery::http2
