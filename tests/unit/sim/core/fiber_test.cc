#include "sim/core/fiber.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace orrery::sim {
namespace {

TEST(Fiber, GoesOnWhereItSuspended) {
  StackPool stacks;
  std::vector<int> log;
  Fiber* self = nullptr;
  Fiber f(stacks, [&] {
    for (int i = 0; i < 3; ++i) {
      log.push_back(i);
      EXPECT_TRUE(self->suspend());
    }
  });
  self = &f;
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(f.finished());
    f.resume();
    EXPECT_EQ(log.size(), static_cast<size_t>(i + 1));
  }
  f.resume();
  EXPECT_TRUE(f.finished());
}

TEST(Fiber, ACancelledBodyRunsItsDestructors) {
  StackPool stacks;
  auto alive = std::make_shared<int>(1);
  {
    Fiber* self = nullptr;
    Fiber f(stacks, [&, held = alive] {
      const auto local = held;
      while (self->suspend()) {
      }
    });
    self = &f;
    f.resume();
    EXPECT_GT(alive.use_count(), 2);
  }
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(Fiber, ABodyThatNeverStartedIsNotRunByDestruction) {
  StackPool stacks;
  bool ran = false;
  {
    Fiber f(stacks, [&] { ran = true; });
  }
  EXPECT_FALSE(ran);
}

// Without saved exception globals the outer `throw;` would rethrow the other fiber's exception.
TEST(Fiber, ExceptionsBeingHandledBelongToTheirFiber) {
  StackPool stacks;
  std::string a, b;
  Fiber* fa = nullptr;
  Fiber* fb = nullptr;
  const auto body = [](Fiber*& self, std::string& seen, const char* text) {
    return [&self, &seen, text] {
      try {
        try {
          throw std::runtime_error(text);
        } catch (const std::runtime_error&) {
          self->suspend();
          throw;
        }
      } catch (const std::runtime_error& e) {
        seen = e.what();
      }
    };
  };
  Fiber first(stacks, body(fa, a, "a"));
  Fiber second(stacks, body(fb, b, "b"));
  fa = &first;
  fb = &second;
  first.resume();
  second.resume();
  first.resume();
  second.resume();
  EXPECT_EQ(a, "a");
  EXPECT_EQ(b, "b");
}

TEST(Fiber, ErrnoBelongsToItsFiber) {
  StackPool stacks;
  Fiber* self = nullptr;
  Fiber f(stacks, [&] {
    errno = 11;
    self->suspend();
    EXPECT_EQ(errno, 11);
  });
  self = &f;
  errno = 5;
  f.resume();
  EXPECT_EQ(errno, 5);
  f.resume();
}

TEST(Fiber, FibersNest) {
  StackPool stacks;
  std::string log;
  Fiber* inner = nullptr;
  Fiber in(stacks, [&] {
    log += "i";
    inner->suspend();
    log += "I";
  });
  inner = &in;
  Fiber out(stacks, [&] {
    log += "o";
    in.resume();
    log += "O";
    in.resume();
  });
  out.resume();
  EXPECT_EQ(log, "oiOI");
  EXPECT_TRUE(in.finished());
}

TEST(StackPool, GivesTheSameStackAgain) {
  StackPool pool;
  const Stack a = pool.take(StackPool::kSmall);
  pool.give(a);
  const Stack b = pool.take(StackPool::kSmall);
  EXPECT_EQ(a.top, b.top);
  const Stack c = pool.take(StackPool::kMedium);
  EXPECT_NE(c.top, b.top);
  pool.give(b);
  pool.give(c);
  EXPECT_EQ(pool.take(StackPool::kMedium).top, c.top);
  pool.give(c);
}

}  // namespace
}  // namespace orrery::sim
