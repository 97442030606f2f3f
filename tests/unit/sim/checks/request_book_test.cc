#include "sim/checks/request_book.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace orrery::sim {
namespace {

class Book : public testing::Test {
 protected:
  void begin(uint64_t connection, uint64_t index) {
    RequestRecord r;
    r.id = ++last_;
    r.connection = connection;
    r.indexOnConnection = index;
    book_.add(r, nullptr, "");
  }
  RequestBook book_;
  uint64_t last_ = 0;
};

TEST_F(Book, FindsRequestsByTheirPlaces) {
  for (uint64_t i = 1; i <= 100; ++i) begin(1 + i % 2, (i + 1) / 2);
  for (uint64_t i = 1; i <= 100; ++i) EXPECT_EQ(book_.onConnection(1 + i % 2, (i + 1) / 2), i);
  EXPECT_EQ(book_.onConnection(1, 0), 0u);
  EXPECT_EQ(book_.onConnection(1, 51), 0u);
  EXPECT_EQ(book_.onConnection(3, 1), 0u);
}

TEST_F(Book, WhatIsForgottenIsNotFound) {
  for (uint64_t i = 1; i <= 100; ++i) begin(1, i);
  for (uint64_t i = 1; i <= 100; ++i) {
    book_.forgetPlace(1, i);
    EXPECT_EQ(book_.onConnection(1, i), 0u);
    EXPECT_EQ(book_.onConnection(1, i - std::min<uint64_t>(i, 3)), 0u);
    EXPECT_EQ(book_.onConnection(1, i + 1), i < 100 ? i + 1 : 0u);
    EXPECT_EQ(book_.onConnection(1, 100), i < 100 ? 100u : 0u);
  }
  begin(1, 101);
  EXPECT_EQ(book_.onConnection(1, 101), 101u);
}

TEST_F(Book, PlacesNeedNotBeNumberedOneAfterAnother) {
  for (const uint64_t index : {1, 2, 5, 9, 6}) begin(1, index);
  book_.forgetPlace(1, 5);
  book_.forgetPlace(1, 1);
  EXPECT_EQ(book_.onConnection(1, 1), 0u);
  EXPECT_EQ(book_.onConnection(1, 2), 2u);
  EXPECT_EQ(book_.onConnection(1, 5), 0u);
  EXPECT_EQ(book_.onConnection(1, 9), 4u);
  EXPECT_EQ(book_.onConnection(1, 6), 5u);
}

}  // namespace
}  // namespace orrery::sim
