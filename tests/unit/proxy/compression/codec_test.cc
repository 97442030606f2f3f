#include "proxy/compression/codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "proxy/config/yaml_scalar.h"
#include "tests/support/zstd_dictionary.h"

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

// --- dictionaries of zstd ---

class Dictionaries : public testing::Test {
 protected:
  Dictionaries() {
    auto all = std::make_shared<DecoderDictionaries>();
    all->add(bytes_);
    with_.dictionary = std::make_shared<CoderDictionary>(bytes_, with_.level);
    knows_.dictionaries = std::move(all);
  }
  std::string coded(const CompressorOptions& options) {
    return text(kBody, pool_, [&](buffer::Buffer& b) { newCompressor(options)->compress(b, true); });
  }
  // What comes out; and in brackets what is wrong, if something is, of each piece.
  std::string decoded(const std::string& bytes, const DecompressorOptions& options, size_t piece) {
    const auto decompressor = newDecompressor(options);
    std::string out;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      bool good = true;
      out += text(bytes.substr(at, piece), pool_, [&](buffer::Buffer& b) { good = decompressor->decompress(b); });
      if (!good) out += "[" + std::string(failureNames(options.coding)[decompressor->failure()]) + "]";
    }
    return out;
  }

  static constexpr const char* kBody = "{\"text\":\"orrery upstream clock clock planet proxy\"}";
  const std::string bytes_ = config::fromBase64(ZSTD_DICTIONARY).value_or("");
  CompressorOptions with_ = optionsOf(Coding::kZstd);
  DecompressorOptions knows_{.coding = Coding::kZstd};
  buffer::BlockPool pool_;
};

TEST_F(Dictionaries, MakeBodiesSmallThatOnlyWhoKnowsThemReads) {
  const std::string small = coded(with_);
  EXPECT_LT(small.size() + 20, coded(optionsOf(Coding::kZstd)).size());
  // However it is cut: the number may come in pieces.
  for (size_t piece = 1; piece <= small.size(); ++piece) EXPECT_EQ(decoded(small, knows_, piece), kBody) << piece;
  EXPECT_EQ(decoded(small, {.coding = Coding::kZstd}, 1000), "[zstd_dictionary_error]");
}

TEST_F(Dictionaries, DoNotMatterToFramesThatNameNone) {
  const std::string plain = coded(optionsOf(Coding::kZstd));
  for (size_t piece = 1; piece <= plain.size(); ++piece) EXPECT_EQ(decoded(plain, knows_, piece), kBody) << piece;
}

TEST_F(Dictionaries, ThatAreNotKnownEndTheBody) {
  std::string other = coded(with_);
  other[6] = static_cast<char>(other[6] ^ 1);  // of its number
  EXPECT_EQ(decoded(other, knows_, 20).substr(0, 43), "[zstd_dictionary_error][zstd_generic_error]");
}

TEST_F(Dictionaries, HaveANumber) {
  EXPECT_EQ(dictionaryId(bytes_), 557411661u);
  EXPECT_EQ(dictionaryId(""), 0u);
  EXPECT_EQ(dictionaryId("some text that is none"), 0u);
  EXPECT_EQ(dictionaryId(bytes_.substr(0, 40)), 0u);  // its tables are cut off
}

}  // namespace
}  // namespace orrery::compression
