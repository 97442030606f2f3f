#include "proxy/stats/response_codes.h"

#include <string_view>

namespace orrery::stats {
namespace {

// The codes that have a name in Envoy's list (envoy/http/codes.h): counters exist for these.
constexpr uint16_t kKnownCodes[] = {100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300,
                                    301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407,
                                    408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 426,
                                    428, 429, 431, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511};

constexpr std::string_view kClasses[] = {"unknown", "1xx", "2xx", "3xx", "4xx", "5xx"};

}  // namespace

ResponseCodeStats::ResponseCodeStats(Layout& layout, const std::string& prefix) {
  std::string name = prefix + "upstream_rq_";
  const size_t stem = name.size();
  const auto counter = [&](std::string_view rest) {
    name.resize(stem);
    name += rest;
    return layout.counter(name);
  };
  completed = counter("completed");
  for (size_t i = 0; i < classes.size(); ++i) classes[i] = counter(kClasses[i]);
  for (uint16_t code : kKnownCodes) codes[code - 100u] = counter(std::to_string(code)).index;
}

void ResponseCodeStats::charge(Block& block, uint32_t status) const {
  block.add(completed);
  const uint32_t group = status / 100;
  if (group < 1 || group >= classes.size()) {
    block.add(classes[0]);
    return;
  }
  block.add(classes[group]);
  if (const uint32_t index = codes[status - 100]; index != 0) block.add(CounterId{index});
}

}  // namespace orrery::stats
