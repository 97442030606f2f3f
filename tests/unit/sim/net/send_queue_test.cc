#include "sim/net/send_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/net/net_pools.h"

namespace orrery::sim {
namespace {

struct Pieces {
  NetPools pools;
  SendQueue queue{pools.blocks, pools.pieces};

  void write(const std::string& text) { queue.append(text.data(), text.size(), text.size()); }
  // Sends all there is: the payloads of the segments.
  std::vector<std::string> sent(size_t limit) {
    std::vector<std::string> out;
    while (SendPiece* p = queue.takeUnsent(limit)) out.emplace_back(p->block->data() + p->offset, p->length);
    return out;
  }
};

TEST(SendQueue, LittleWritesMakeOnePieceUpToTheSizeOfABlock) {
  Pieces p;
  std::string all;
  for (int i = 0; i < 9; ++i) {
    const std::string part(200, static_cast<char>('a' + i));
    p.write(part);
    all += part;
  }
  EXPECT_EQ(p.sent(4000), std::vector<std::string>{all});
}

TEST(SendQueue, APieceThatIsFullIsFollowedByAnother) {
  Pieces p;
  p.write(std::string(400, 'a'));
  p.write(std::string(2000, 'b'));
  const std::vector<std::string> wanted{std::string(400, 'a') + std::string(1648, 'b'), std::string(352, 'b')};
  EXPECT_EQ(p.sent(4000), wanted);
}

TEST(SendQueue, WhatFollowsASentPieceKeepsItsBytesAndThoseOfThePiece) {
  Pieces p;
  p.write(std::string(450, 'a'));
  SendPiece* first = p.queue.takeUnsent(4000);
  p.write(std::string(20, 'b'));   // in the same block
  p.write(std::string(600, 'c'));  // beyond its memory
  EXPECT_EQ(std::string(first->block->data() + first->offset, first->length), std::string(450, 'a'));
  EXPECT_EQ(p.sent(4000), std::vector<std::string>{std::string(20, 'b') + std::string(600, 'c')});
}

TEST(SendQueue, APieceCutInTwoGoesOnBehindTheSecond) {
  Pieces p;
  p.write(std::string(450, 'a'));
  SendPiece* first = p.queue.takeUnsent(300);
  p.write(std::string(500, 'b'));
  EXPECT_EQ(std::string(first->block->data() + first->offset, first->length), std::string(300, 'a'));
  EXPECT_EQ(p.sent(4000), std::vector<std::string>{std::string(150, 'a') + std::string(500, 'b')});
}

TEST(SendQueue, AllMemoryIsGivenBack) {
  Pieces p;
  p.write(std::string(100, 'a'));
  p.write(std::string(1000, 'b'));
  p.write(std::string(70'000, 'c'));
  p.queue.acknowledge(p.queue.end());
  EXPECT_EQ(p.queue.bytes(), 0u);
  EXPECT_EQ(p.pools.blocks.inUse(), 0u);
}

}  // namespace
}  // namespace orrery::sim
