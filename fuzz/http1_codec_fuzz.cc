// HTTP/1 codec: what comes out must not depend on where the bytes are cut.
//
// Input: byte 0 bit 0 chooses requests or responses, bit 1 lenient reading, bit 2 custom methods; byte 1 how many cuts, then two bytes a cut (position modulo length),
// the rest is the stream.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "fuzz/http1_trace.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const auto kind = (data[0] & 1) != 0 ? orrery::http1::MessageKind::kResponse : orrery::http1::MessageKind::kRequest;
  const orrery::fuzz::Http1Reading reading{(data[0] & 2) != 0, (data[0] & 4) != 0};
  const size_t cutCount = data[1] % 17;
  data += 2;
  size -= 2;
  if (size < cutCount * 2) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + cutCount * 2, size - cutCount * 2);
  if (bytes.size() > 64 * 1024) return 0;
  std::vector<size_t> cuts;
  for (size_t i = 0; i < cutCount; ++i) {
    cuts.push_back((data[2 * i] | static_cast<size_t>(data[2 * i + 1]) << 8) % (bytes.size() + 1));
  }
  std::sort(cuts.begin(), cuts.end());
  const std::string whole = orrery::fuzz::http1Trace(kind, reading, bytes, {});
  const std::string cut = orrery::fuzz::http1Trace(kind, reading, bytes, cuts);
  if (whole != cut) {
    std::fprintf(stderr, "the cutting changed the result\n--- whole\n%s--- cut\n%s", whole.c_str(), cut.c_str());
    std::abort();
  }
  return 0;
}
