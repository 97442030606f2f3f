#include "proxy/buffer/buffer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstring>

namespace orrery::buffer {
namespace {

struct Fixture : testing::Test {
  BlockPool pool;
  Buffer a{pool};
  Buffer b{pool};
};
using BufferTest = Fixture;

TEST_F(BufferTest, AnEmptyBufferOwnsNothing) {
  EXPECT_TRUE(a.empty());
  a.append("x");
  EXPECT_EQ(pool.liveBlocks(), 1u);
  a.drain(1);
  EXPECT_EQ(pool.liveBlocks(), 0u);
  EXPECT_EQ(a.frontBlock(), nullptr);
  EXPECT_EQ(a.front().size, 0u);
}

TEST_F(BufferTest, AppendsFillTheLastBlock) {
  a.append("hello ");
  a.append("world");
  EXPECT_EQ(a.toString(), "hello world");
  Piece pieces[2];
  EXPECT_EQ(a.pieces(pieces), 1u);
}

TEST_F(BufferTest, LargeAppendsSpanBlocks) {
  const std::string large(200'000, 'x');
  a.append(large);
  a.append("end");
  EXPECT_EQ(a.size(), 200'003u);
  EXPECT_EQ(a.toString(), large + "end");
}

TEST_F(BufferTest, MoveTakesBlocksWithoutCopying) {
  a.append("hello world");
  const char* const bytes = a.front().data;
  b.move(a, 5);
  EXPECT_EQ(b.toString(), "hello");
  EXPECT_EQ(b.front().data, bytes);
  EXPECT_EQ(a.toString(), " world");
  b.move(a);
  EXPECT_EQ(b.toString(), "hello world");
  EXPECT_TRUE(a.empty());
  EXPECT_EQ(pool.liveBlocks(), 1u);
}

// CVE-2020-12603: each piece comes in a block of its own, as from reads of one byte.
TEST_F(BufferTest, TinyPiecesDoNotKeepTheirBlocks) {
  std::string wanted;
  for (int i = 0; i < 10'000; ++i) {
    const std::string byte(1, static_cast<char>('a' + i % 26));
    b.append(byte);
    a.move(b);
    wanted += byte;
  }
  EXPECT_EQ(a.toString(), wanted);
  EXPECT_LE(pool.liveBlocks(), 4u);
}

// ... or many in one block, with something between them that is not kept, as from a read of many frames.
TEST_F(BufferTest, TinyPiecesOfOneBlockDoNotStayApart) {
  b.append(std::string(4'000, 'x'));
  Buffer c{pool};
  for (size_t i = 0; i < 400; ++i) {
    b.drain(9);
    c.move(b, 1);
    a.move(c);
  }
  EXPECT_EQ(a.toString(), std::string(400, 'x'));
  Piece pieces[8];
  EXPECT_EQ(a.pieces(pieces), 2u);
}

TEST_F(BufferTest, BytesOfASharedBlockAreNotOverwritten) {
  a.append("hello");
  b.move(a, 2);
  b.append("XXX");  // must not touch "llo"
  a.append("YY");
  EXPECT_EQ(a.toString(), "lloYY");
  EXPECT_EQ(b.toString(), "heXXX");
}

TEST_F(BufferTest, SharedPiecesOfOneBlockJoin) {
  a.append("0123456789");
  Block* const block = a.frontBlock();
  const char* const bytes = a.front().data;
  b.appendShared(block, bytes + 2, 3);
  b.appendShared(block, bytes + 5, 2);
  b.appendShared(block, bytes + 8, 2);
  EXPECT_EQ(b.toString(), "2345689");
  Piece pieces[4];
  EXPECT_EQ(b.pieces(pieces), 2u);
  a.clear();
  EXPECT_EQ(b.toString(), "2345689");  // the reference keeps the block
  b.clear();
  EXPECT_EQ(pool.liveBlocks(), 0u);
}

TEST_F(BufferTest, ReservedRoomIsKeptOnlyAsFarAsCommitted) {
  a.append("ab");
  Piece pieces[3];
  const size_t n = a.reserve(10'000, pieces);
  ASSERT_GE(n, 2u);
  std::memset(pieces[0].data, 'x', pieces[0].size);
  pieces[1].data[0] = 'y';
  a.commit(pieces[0].size + 1);
  EXPECT_EQ(a.toString(), "ab" + std::string(pieces[0].size, 'x') + "y");
  const size_t live = pool.liveBlocks();
  EXPECT_GT(a.reserve(70'000, pieces), 0u);
  a.commit(0);
  EXPECT_EQ(pool.liveBlocks(), live);
}

TEST_F(BufferTest, AnUnusedReserveOfAnEmptyBufferLeavesItEmpty) {
  Piece pieces[1];
  EXPECT_EQ(a.reserve(16'000, pieces), 1u);
  EXPECT_GE(pieces[0].size, 16'000u);
  a.commit(0);
  EXPECT_TRUE(a.empty());
  EXPECT_EQ(pool.liveBlocks(), 0u);
}

struct Marks {
  int above = 0;
  int below = 0;
  void onAbove() { ++above; }
  void onBelow() { ++below; }
};

TEST_F(BufferTest, WatermarksTellEachCrossingOnce) {
  Marks marks;
  a.setWatermarks(10, Delegate<void()>::to<&Marks::onAbove>(&marks), Delegate<void()>::to<&Marks::onBelow>(&marks));
  a.append("0123456789");
  EXPECT_EQ(marks.above, 0);  // exactly at the mark is not above it
  a.append("x");
  a.append("y");
  EXPECT_EQ(marks.above, 1);
  EXPECT_TRUE(a.aboveHigh());
  a.drain(6);
  EXPECT_EQ(marks.below, 0);
  a.drain(1);
  EXPECT_EQ(marks.below, 1);  // 5 is half of 10
  a.clear();
  EXPECT_EQ(marks.below, 1);
  b.append(std::string(20, 'z'));
  a.move(b);
  EXPECT_EQ(marks.above, 2);
}

TEST_F(BufferTest, BlocksAreRecycled) {
  a.append("x");
  Block* const first = a.frontBlock();
  a.clear();
  b.append("y");
  EXPECT_EQ(b.frontBlock(), first);
}

// Two buffers under generated operations against two strings.
TEST(BufferModel, BehavesLikeAString) {
  EXPECT_TRUE(rc::check("a buffer is a string", [] {
    BlockPool pool;
    {
      Buffer buffers[2] = {Buffer(pool), Buffer(pool)};
      std::string models[2];
      char next = 'a';
      const auto steps = *rc::gen::container<std::vector<std::tuple<int, bool, uint32_t>>>(
          rc::gen::tuple(rc::gen::inRange(0, 5), rc::gen::arbitrary<bool>(), rc::gen::inRange<uint32_t>(0, 20'000)));
      for (const auto& [what, which, amount] : steps) {
        Buffer& buffer = buffers[which ? 1 : 0];
        std::string& model = models[which ? 1 : 0];
        Buffer& other = buffers[which ? 0 : 1];
        std::string& otherModel = models[which ? 0 : 1];
        next = next == 'z' ? 'a' : static_cast<char>(next + 1);
        switch (what) {
          case 0: {
            const std::string bytes(amount, next);
            buffer.append(bytes);
            model += bytes;
            break;
          }
          case 1: {
            const size_t n = std::min<size_t>(amount, model.size());
            buffer.drain(n);
            model.erase(0, n);
            break;
          }
          case 2: {
            const size_t n = std::min<size_t>(amount, otherModel.size());
            buffer.move(other, n);
            model += otherModel.substr(0, n);
            otherModel.erase(0, n);
            break;
          }
          case 3: {
            Piece pieces[4];
            const size_t filled = buffer.reserve(amount, pieces);
            size_t left = amount;
            size_t written = 0;
            for (size_t i = 0; i < filled && left > 0; ++i) {
              const size_t n = std::min(left, pieces[i].size);
              std::memset(pieces[i].data, next, n);
              left -= n;
              written += n;
            }
            buffer.commit(written);
            model += std::string(written, next);
            break;
          }
          default:
            if (!other.empty()) {
              const Piece front = other.front();
              const size_t n = std::min<size_t>(amount, front.size);
              buffer.appendShared(other.frontBlock(), front.data, n);
              model += otherModel.substr(0, n);
            }
        }
        RC_ASSERT(buffer.size() == model.size());
        RC_ASSERT(buffer.toString() == model);
        RC_ASSERT(other.toString() == otherModel);
      }
    }
    RC_ASSERT(pool.liveBlocks() == 0u);
  }));
}

}  // namespace
}  // namespace orrery::buffer
