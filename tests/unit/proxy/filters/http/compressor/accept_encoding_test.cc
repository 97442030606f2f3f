#include "proxy/filters/http/compressor/accept_encoding.h"

#include <gtest/gtest.h>

namespace orrery::filters::compressor {
namespace {

using Why = Choice::Why;

// As Envoy 1.40 with a gzip compressor alone in the chain (measured, but for the second and the fifth).
TEST(AcceptEncoding, MeansWhatEnvoySaysItMeans) {
  const struct {
    const char* header;
    Why means;
  } cases[] = {
      {"gzip", Why::kNamed},
      {"GZIP", Why::kNamed},
      {"br, gzip", Why::kNamed},
      {"gzip;q=0.5, identity", Why::kIdentity},
      {"gzip, identity;q=0.5", Why::kNamed},
      {"identity", Why::kIdentity},
      {"*", Why::kWildcard},
      {"*;q=0", Why::kNotValid},
      {"gzip;q=0, *", Why::kNotValid},
      {"gzip;q=0", Why::kNotValid},
      {"br", Why::kNotValid},
      {"", Why::kNotValid},
  };
  const Offer gzip[] = {{"gzip"}};
  for (const auto& c : cases) EXPECT_EQ(choose(c.header, gzip).why, c.means) << c.header;
}

// As Envoy 1.40 with gzip before brotli in the chain (measured); `first`: those that go before others wanted as much.
TEST(AcceptEncoding, ChoosesAmongTheCompressorsOfAChain) {
  const struct {
    const char* header;
    const char* first;
    Why why;
    const char* coding;
  } cases[] = {
      {"gzip, br", "", Why::kNamed, "gzip"},         {"br, gzip", "", Why::kNamed, "br"},
      {"gzip;q=0.5, br", "", Why::kNamed, "br"},     {"gzip, br", "br", Why::kNamed, "br"},
      {"gzip, br;q=0.9", "br", Why::kNamed, "gzip"}, {"gzip, br", "gzip br", Why::kNamed, "br"},
      {"br, gzip", "gzip br", Why::kNamed, "gzip"},  {"*", "br", Why::kWildcard, "gzip"},
      {"gzip;q=0.5, *", "", Why::kWildcard, "gzip"}, {"br;q=0.5, *;q=0.1", "", Why::kNamed, "br"},
      {"gzip;q=0, *", "", Why::kWildcard, "br"},     {"identity, gzip, br", "", Why::kIdentity, ""},
      {"identity, br", "br", Why::kNamed, "br"},     {"x", "", Why::kNotValid, ""},
  };
  for (const auto& c : cases) {
    const std::string_view first = c.first;
    const Offer offers[] = {{"gzip", first.contains("gzip")}, {"br", first.contains("br")}};
    const Choice choice = choose(c.header, offers);
    EXPECT_EQ(choice.why, c.why) << c.header;
    EXPECT_EQ(choice.coding, c.coding) << c.header << " first " << first;
  }
}

TEST(AcceptEncoding, OfTwoOffersForOneCodingTheFirstCounts) {
  const Offer offers[] = {{"gzip"}, {"br"}, {"gzip", true}};
  EXPECT_EQ(choose("br, gzip", offers).coding, "br");
}

}  // namespace
}  // namespace orrery::filters::compressor
