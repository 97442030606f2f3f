#include "proxy/compression/codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace orrery::compression {
namespace {

constexpr Coding kAll[] = {Coding::kGzip, Coding::kBrotli, Coding::kZstd};

CompressorOptions optionsOf(Coding coding) {
  CompressorOptions o{.coding = coding};
  if (coding == Coding::kBrotli) o.windowBits = 18;
  if (coding != Coding::kGzip) o.level = 3;
  return o;
}

std::string text(const std::string& s, buffer::BlockPool& pool, const std::function<void(buffer::Buffer&)>& f) {
  buffer::Buffer b(pool);
  b.append(s);
  f(b);
  return b.toString();
}

// Cut anywhere, each piece can be read as soon as it is there.
RC_GTEST_PROP(Codings, BringBackEveryPieceAtOnce, ()) {
  const Coding coding = kAll[*rc::gen::inRange(0, 3)];
  const auto pieces = *rc::gen::arbitrary<std::vector<std::string>>();
  buffer::BlockPool pool;
  const auto compressor = newCompressor(optionsOf(coding));
  const auto decompressor = newDecompressor({.coding = coding});
  for (size_t i = 0; i < pieces.size(); ++i) {
    const bool last = i + 1 == pieces.size();
    const std::string coded = text(pieces[i], pool, [&](buffer::Buffer& b) { compressor->compress(b, last); });
    bool good = true;
    const std::string back = text(coded, pool, [&](buffer::Buffer& b) { good = decompressor->decompress(b); });
    RC_ASSERT(good);
    RC_ASSERT(back == pieces[i]);
  }
}

TEST(Codings, RefuseWhatIsNotTheirs) {
  for (const Coding coding : kAll) {
    buffer::BlockPool pool;
    const auto decompressor = newDecompressor({.coding = coding});
    bool good = true;
    text("hello, this is plain text", pool, [&](buffer::Buffer& b) { good = decompressor->decompress(b); });
    EXPECT_FALSE(good) << codingName(coding);
  }
}

// A megabyte of zeros is a kilobyte of gzip: more than a hundred times its size.
TEST(Codings, StopABombAtItsRatio) {
  for (const Coding coding : kAll) {
    buffer::BlockPool pool;
    const std::string coded = text(std::string(4 << 20, '\0'), pool,
                                   [&](buffer::Buffer& b) { newCompressor(optionsOf(coding))->compress(b, true); });
    const auto decompressor = newDecompressor({.coding = coding});
    bool good = true;
    const std::string out = text(coded, pool, [&](buffer::Buffer& b) { good = decompressor->decompress(b); });
    EXPECT_FALSE(good) << codingName(coding);
    EXPECT_LE(out.size(), coded.size() * 100 + 4096) << codingName(coding);
  }
}

}  // namespace
}  // namespace orrery::compression
