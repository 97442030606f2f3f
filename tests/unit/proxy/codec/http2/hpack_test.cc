#include "proxy/codec/http2/hpack.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace orrery::http2 {
namespace {

class Collected final : public HeaderDecoder::Sink {
 public:
  void onField(std::string_view name, std::string_view value) override { fields.emplace_back(name, value); }
  std::vector<std::pair<std::string, std::string>> fields;
};

TEST(RepeatGuess, KnowsWhatChangesInEachMessage) {
  RepeatGuess guess;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(guess.neverRepeats("x-request-id", "0000-" + std::to_string(i) + "-0000"), i >= 4) << i;
    EXPECT_FALSE(guess.neverRepeats("server", "envoy"));
  }
  // Once it repeats it is worth its place again.
  EXPECT_FALSE(guess.neverRepeats("x-request-id", "0000-19-0000"));
  EXPECT_FALSE(guess.neverRepeats("x-request-id", "0000-20-0000"));
}

TEST(HeaderEncoder, SaysTheSameWhateverIsPutIntoTheTable) {
  HeaderEncoder encoder;
  HeaderDecoder decoder(4096);
  for (int i = 0; i < 200; ++i) {
    const std::string id = "id-" + std::to_string(i * 7919), empty;
    const std::vector<HeaderEncoder::Field> fields = {
        {":status", "200"}, {"x-request-id", id}, {"server", "envoy"}, {"x-empty", empty}};
    std::string block;
    encoder.encode(fields, block);
    Collected seen;
    ASSERT_TRUE(decoder.decode(block, true, seen));
    ASSERT_EQ(seen.fields.size(), fields.size());
    for (size_t f = 0; f < fields.size(); ++f) {
      EXPECT_EQ(seen.fields[f].first, fields[f].name);
      EXPECT_EQ(seen.fields[f].second, fields[f].value);
    }
  }
}

}  // namespace
}  // namespace orrery::http2
