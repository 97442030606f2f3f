#include "proxy/filters/http/compressor/accept_encoding.h"

#include <gtest/gtest.h>

namespace orrery::filters::compressor {
namespace {

// As Envoy 1.40 with a gzip compressor alone in the chain (measured, but for the second and the fifth).
TEST(AcceptEncoding, MeansWhatEnvoySaysItMeans) {
  const struct {
    const char* header;
    Acceptance means;
  } cases[] = {
      {"gzip", Acceptance::kUsed},
      {"GZIP", Acceptance::kUsed},
      {"br, gzip", Acceptance::kUsed},
      {"gzip;q=0.5, identity", Acceptance::kIdentity},
      {"gzip, identity;q=0.5", Acceptance::kUsed},
      {"identity", Acceptance::kIdentity},
      {"*", Acceptance::kWildcard},
      {"*;q=0", Acceptance::kNotValid},
      {"gzip;q=0, *", Acceptance::kNotValid},
      {"gzip;q=0", Acceptance::kNotValid},
      {"br", Acceptance::kNotValid},
      {"", Acceptance::kNotValid},
  };
  for (const auto& c : cases) EXPECT_EQ(acceptance(c.header, true, "gzip"), c.means) << c.header;
  EXPECT_EQ(acceptance("", false, "gzip"), Acceptance::kNoHeader);
}

}  // namespace
}  // namespace orrery::filters::compressor
