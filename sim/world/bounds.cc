#include "sim/world/bounds.h"

#include <string>

#include "proxy/base/saturating.h"

namespace orrery::sim {

namespace {
// A read takes a block of 64 KiB, a frame of HTTP/2 is 16 KiB and its head.
constexpr uint64_t kReadAndFrame = 64 * 1024 + 16 * 1024 + 9;
}  // namespace

bool Bounds::afterIteration(uint32_t worker, TimePoint now) {
  buffer::BlockPool& blocks = server_.workerRuntime(worker).worker().blocks;
  const uint64_t above = blocks.takeMostAbove();
  const uint64_t most = saturatingSum(blocks.highestWatermark(), kReadAndFrame);
  if (above <= most) return false;
  findings_.broken("bounds", "proxy", now,
                   "a buffer of worker " + std::to_string(worker) + " was " + std::to_string(above) +
                       " bytes above its watermark, where nothing that is configured lets more than " +
                       std::to_string(most) + " come at once");
  return true;
}

}  // namespace orrery::sim
