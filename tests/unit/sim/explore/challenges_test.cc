#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "proxy/base/prng.h"
#include "sim/core/run.h"
#include "sim/explore/search.h"
#include "sim/explore/shrinker.h"

// The shrinking challenges of property-based testing libraries (github.com/jlink/shrinking-challenge), with inputs that are drawn
// through `choose`: a sequence of answers of one actor, as a scenario's payload or a load would draw it. What other libraries
// come to is in tests/bench/README.md.
namespace orrery::sim {
namespace {

class Draw {
 public:
  explicit Draw(Run& run) : run_(run), entity_(run.names().childKept(0, kActor, 1)) {}

  uint32_t below(uint32_t n) { return run_.chooser().choose(entity_, Site::kActorDraw, n); }
  bool more() { return below(4) != 0; }
  // 0, 1, -1, 2, -2, ... within 16 bits.
  int16_t integer() {
    const uint32_t v = below(1u << 16);
    return static_cast<int16_t>(v % 2 == 1 ? (v + 1) / 2 : -static_cast<int>(v / 2));
  }
  std::vector<int> integers(size_t most = 64) {
    std::vector<int> out;
    while (out.size() < most && more()) out.push_back(integer());
    return out;
  }
  std::vector<std::vector<int>> lists() {
    std::vector<std::vector<int>> out;
    while (out.size() < 32 && more()) out.push_back(integers());
    return out;
  }

 private:
  static constexpr Name kActor{"actor"};
  Run& run_;
  EntityId entity_;
};

std::string text(const std::vector<int>& list) {
  std::string out = "[";
  for (const int v : list) out += (out.size() == 1 ? "" : ", ") + std::to_string(v);
  return out + "]";
}
std::string text(const std::vector<std::vector<int>>& lists) {
  std::string out = "[";
  for (const auto& l : lists) out += (out.size() == 1 ? "" : ", ") + text(l);
  return out + "]";
}

// Draws an input, says it in words, and whether it breaks the property.
struct Drawn {
  bool fails = false;
  std::string words;
};
using Challenge = std::function<Drawn(Draw&)>;

RunResult runChallenge(const Challenge& challenge, const RunRequest& request, Pools& pools) {
  RunOptions options;
  options.strategy = request.strategy;
  options.listQuestions = request.listQuestions;
  Run run(pools, std::move(options));
  Draw draw(run);
  const Drawn drawn = challenge(draw);
  RunResult result;
  if (drawn.fails) {
    result.outcome = RunOutcome::kFail;
    result.failures.push_back({"claim", "/actor.1", TimePoint(), "it broke"});
  }
  result.error = drawn.words;  // what is shown; nobody reads it of a run that was carried out
  takeFromRun(run, result);
  run.finish();
  return result;
}

// Every answer is anything, all alike.
class Anything final : public Decider {
 public:
  explicit Anything(uint64_t seed) : seed_(seed) {}
  uint32_t decide(const Question& q) override { return static_cast<uint32_t>(Prng::scale(prf(seed_, q.key), q.n)); }

 private:
  uint64_t seed_;
};

// What ten failing inputs are made of, each by itself.
std::set<std::string> shrunkOf(const Challenge& challenge, size_t wanted = 10) {
  Pools pools;
  std::set<std::string> out;
  const Execute execute = [&](const RunRequest& r) { return runChallenge(challenge, r, pools); };
  size_t found = 0;
  uint64_t runs = 0;
  for (uint64_t seed = 1; seed <= 200'000 && found < wanted; ++seed) {
    RunRequest request;
    request.strategy = Strategy::decided(std::make_shared<Anything>(seed));
    request.listQuestions = true;
    const RunResult failing = execute(request);
    if (failing.failures.empty()) continue;
    ++found;
    const Shrunk shrunk = Shrinker(execute, *classOf(failing), 50'000).shrink(ChoiceLog::of(failing));
    out.insert(shrunk.result.error);
    runs += shrunk.runs;
  }
  EXPECT_EQ(found, wanted);
  testing::Test::RecordProperty("runs", std::to_string(runs / wanted));  // the mean, for the table
  return out;
}

using Forms = std::set<std::string>;

TEST(ShrinkingChallenge, Reverse) {
  const Forms forms = shrunkOf([](Draw& d) {
    const std::vector<int> list = d.integers();
    std::vector<int> reversed(list.rbegin(), list.rend());
    return Drawn{list != reversed, text(list)};
  });
  EXPECT_EQ(forms, Forms{"[1, 0]"});
}

TEST(ShrinkingChallenge, LengthList) {
  const Forms forms = shrunkOf([](Draw& d) {
    std::vector<int> list(1 + d.below(100));
    for (int& v : list) v = static_cast<int>(d.below(1001));
    return Drawn{*std::max_element(list.begin(), list.end()) >= 900, text(list)};
  });
  EXPECT_EQ(forms, Forms{"[900]"});
}

TEST(ShrinkingChallenge, Distinct) {
  const Forms forms = shrunkOf([](Draw& d) {
    const std::vector<int> list = d.integers();
    return Drawn{std::set<int>(list.begin(), list.end()).size() >= 3, text(list)};
  });
  EXPECT_EQ(forms, Forms{"[0, 1, -1]"});
}

TEST(ShrinkingChallenge, Deletion) {
  const Forms forms = shrunkOf([](Draw& d) {
    std::vector<int> list;
    while (list.size() < 20 && d.more()) list.push_back(static_cast<int>(d.below(40)));
    if (list.empty()) return Drawn{};
    const int out = list[d.below(static_cast<uint32_t>(list.size()))];
    std::vector<int> less = list;
    less.erase(std::find(less.begin(), less.end(), out));
    return Drawn{std::find(less.begin(), less.end(), out) != less.end(), text(list) + ", " + std::to_string(out)};
  });
  EXPECT_EQ(forms, Forms{"[0, 0], 0"});
}

TEST(ShrinkingChallenge, Coupling) {
  const Forms forms = shrunkOf([](Draw& d) {
    std::vector<int> list;
    while (list.size() < 10 && d.more()) list.push_back(static_cast<int>(d.below(10)));
    bool fails = false;
    for (size_t i = 0; i < list.size(); ++i) {
      const auto j = static_cast<size_t>(list[i]);
      if (j >= list.size()) return Drawn{};
      fails = fails || (i != j && static_cast<size_t>(list[j]) == i);
    }
    return Drawn{fails, text(list)};
  });
  // Two that point at each other. Zeros before them stay where they do: without one, both would have to be lower at once.
  EXPECT_TRUE(forms.contains("[1, 0]"));
  for (const std::string& form : forms) {
    EXPECT_LE(std::count_if(form.begin(), form.end(), [](char c) { return c >= '1' && c <= '9'; }), 2) << form;
  }
}

// Two numbers that depend on each other.
Forms difference(bool (*holds)(int)) {
  return shrunkOf([holds](Draw& d) {
    const auto x = static_cast<int>(d.below(10'000));
    const auto y = static_cast<int>(d.below(2) == 1 ? static_cast<uint32_t>(x) + 4 - d.below(9) : d.below(10'000));
    return Drawn{x >= 10 && !holds(std::abs(x - y)), text(std::vector<int>{x, y})};
  });
}
TEST(ShrinkingChallenge, DifferenceMustNotBeZero) {
  EXPECT_EQ(difference([](int d) { return d != 0; }), Forms{"[10, 10]"});
}
TEST(ShrinkingChallenge, DifferenceMustNotBeSmall) {
  EXPECT_EQ(difference([](int d) { return d < 1 || d > 4; }), Forms{"[10, 14]"});
}
TEST(ShrinkingChallenge, DifferenceMustNotBeOne) {
  EXPECT_EQ(difference([](int d) { return d != 1; }), Forms{"[10, 11]"});
}

TEST(ShrinkingChallenge, Bound5) {
  const Forms forms = shrunkOf([](Draw& d) {
    std::vector<std::vector<int>> lists(5);
    int16_t all = 0;
    bool small = true;
    for (auto& list : lists) {
      list = d.integers(8);
      const auto sum = static_cast<int16_t>(std::accumulate(list.begin(), list.end(), 0));
      small = small && sum < 256;
      all = static_cast<int16_t>(all + sum);
    }
    return Drawn{small && all >= 5 * 256, text(lists)};
  });
  // Two numbers whose sum overflows, in all but a few.
  for (const std::string& form : forms) {
    EXPECT_LE(std::count(form.begin(), form.end(), ','), 4 + 2) << form;
  }
  EXPECT_TRUE(forms.contains("[[-2], [-32767], [], [], []]"));
}

TEST(ShrinkingChallenge, LargeUnionList) {
  const Forms forms = shrunkOf([](Draw& d) {
    const auto lists = d.lists();
    std::set<int> all;
    for (const auto& l : lists) all.insert(l.begin(), l.end());
    return Drawn{all.size() > 4, text(lists)};
  });
  EXPECT_EQ(forms, (Forms{"[[0, 1, -1, 2, -2]]", "[[1, -1, 2, -2, 0]]"}));
}

TEST(ShrinkingChallenge, NestedLists) {
  const Forms forms = shrunkOf([](Draw& d) {
    const auto lists = d.lists();
    size_t length = 0;
    for (const auto& l : lists) length += l.size();
    return Drawn{length > 10, text(lists)};
  });
  EXPECT_EQ(forms, Forms{"[[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]"});
}

// Expressions: a number, or an operation on two of them. Division by something that is not the number 0 but comes to 0.
struct Value {
  bool defined = true;
  bool plainZero = false;  // somewhere it is divided by the number 0
  bool isZeroLiteral = false;
  int64_t value = 0;
  std::string words;
};
Value expression(Draw& d, int depth) {
  const uint32_t kind = depth == 0 ? 0 : d.below(3);
  if (kind == 0) {
    const int v = d.integer();
    return {.isZeroLiteral = v == 0, .value = v, .words = std::to_string(v)};
  }
  const Value a = expression(d, depth - 1);
  const Value b = expression(d, depth - 1);
  Value out;
  out.defined = a.defined && b.defined;
  out.plainZero = a.plainZero || b.plainZero;
  out.words = "(" + a.words + (kind == 1 ? " + " : " / ") + b.words + ")";
  if (kind == 1) {
    out.value = a.value + b.value;
    return out;
  }
  out.plainZero = out.plainZero || b.isZeroLiteral;
  if (b.value == 0) {
    out.defined = false;
  } else {
    out.value = a.value / b.value;
  }
  return out;
}
// A binary heap, and a list of it that is sorted wrongly: what is left after the smallest is not sorted at all.
struct Heap {
  int value = 0;
  std::shared_ptr<const Heap> left = nullptr;
  std::shared_ptr<const Heap> right = nullptr;
};
using HeapPointer = std::shared_ptr<const Heap>;

HeapPointer drawHeap(Draw& d, int least, int depth) {
  if (depth == 0 || d.below(2) == 0) return nullptr;
  const int value = least + static_cast<int>(d.below(50));
  HeapPointer left = drawHeap(d, value, depth - 1);
  return std::make_shared<Heap>(value, left, drawHeap(d, value, depth - 1));
}
std::string text(const HeapPointer& h) {
  if (h == nullptr) return "None";
  return "(" + std::to_string(h->value) + ", " + text(h->left) + ", " + text(h->right) + ")";
}
void addTo(std::vector<int>& out, const HeapPointer& h) {
  if (h == nullptr) return;
  out.push_back(h->value);
  addTo(out, h->left);
  addTo(out, h->right);
}
HeapPointer merged(const HeapPointer& a, const HeapPointer& b) {
  if (a == nullptr || b == nullptr) return a == nullptr ? b : a;
  if (b->value < a->value) return merged(b, a);
  return std::make_shared<Heap>(a->value, merged(a->right, b), a->left);
}
TEST(ShrinkingChallenge, BinHeap) {
  const Forms forms = shrunkOf([](Draw& d) {
    const HeapPointer heap = drawHeap(d, 0, 6);
    if (heap == nullptr) return Drawn{};
    std::vector<int> list = {heap->value};
    addTo(list, merged(heap->left, heap->right));
    return Drawn{!std::is_sorted(list.begin(), list.end()), text(heap)};
  });
  // Four values in three places.
  for (const std::string& form : forms) EXPECT_EQ(std::count(form.begin(), form.end(), '('), 4) << form;
  EXPECT_TRUE(forms.contains("(0, (0, (0, None, None), None), (1, None, None))"));
}

TEST(ShrinkingChallenge, Calculator) {
  const Forms forms = shrunkOf([](Draw& d) {
    const Value v = expression(d, 5);
    return Drawn{!v.defined && !v.plainZero, v.words};
  });
  EXPECT_EQ(forms, Forms{"(0 / (0 + 0))"});
}

}  // namespace
}  // namespace orrery::sim
