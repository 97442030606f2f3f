// HTTP/2 codec: what comes out must not depend on where the bytes are cut.
//
// Input: byte 0 bit 0 chooses the server's or the client's side, bits 1 to 3 its options, byte 1 how many cuts, then a byte a
// piece (its size), the rest is what the peer sends. A server is greeted first if bit 4 is set.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tests/support/http2_transcript.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace orrery;
  if (size < 2) return 0;
  const http2::Side side = (data[0] & 1) != 0 ? http2::Side::kClient : http2::Side::kServer;
  const auto options = static_cast<uint8_t>(data[0] >> 1 & 7);
  const bool greet = side == http2::Side::kServer && (data[0] & 16) != 0;
  const size_t cuts = data[1] % 33;
  data += 2;
  size -= 2;
  if (size < cuts || size > 64 * 1024) return 0;
  const std::vector<size_t> sizes(data, data + cuts);
  std::string bytes = greet ? tests::http2Greeting() : "";
  bytes.append(reinterpret_cast<const char*>(data) + cuts, size - cuts);
  const std::string whole = tests::http2Transcript(side, options, bytes, {});
  const std::string cut = tests::http2Transcript(side, options, bytes, sizes);
  if (whole != cut) {
    std::fprintf(stderr, "the cutting changed the result\n--- whole\n%s\n--- cut\n%s\n", whole.c_str(), cut.c_str());
    std::abort();
  }
  return 0;
}
