#include <gtest/gtest.h>

#include <optional>
#include <variant>

#include "proxy/base/prng.h"
#include "tests/unit/proxy/cel/trees.h"

// Generated conditions over whole numbers, truths and errors, beside a model of a few lines.
namespace orrery::cel {
namespace {

using namespace trees;

using Model = std::variant<std::monostate, bool, int64_t>;

struct Made {
  Expression tree;
  Model model;
};

std::optional<bool> truthOf(const Model& m) {
  const auto* truth = std::get_if<bool>(&m);
  return truth != nullptr ? std::optional(*truth) : std::nullopt;
}

Model modelOfLogic(bool decides, const Model& a, const Model& b) {
  const auto one = truthOf(a), other = truthOf(b);
  if (one == decides || other == decides) return decides;
  return one && other ? Model(!decides) : Model();
}

Model modelOfNumbers(const std::string& sign, const Model& a, const Model& b) {
  const auto *x = std::get_if<int64_t>(&a), *y = std::get_if<int64_t>(&b);
  if (x == nullptr || y == nullptr) return {};
  int64_t out = 0;
  if (sign == "_<_") return *x < *y;
  if (sign == "_+_") return __builtin_add_overflow(*x, *y, &out) ? Model() : Model(out);
  return __builtin_mul_overflow(*x, *y, &out) ? Model() : Model(out);
}

class Generator {
 public:
  explicit Generator(uint64_t seed) : prng_(seed) {}

  Made make(int depth) {
    const uint64_t kind = prng_.below(depth == 0 ? 3 : 9);
    if (kind == 0) return {name("nobody"), {}};
    if (kind == 1) return leaf(prng_.below(2) == 0);
    if (kind == 2) return leaf(static_cast<int64_t>(prng_.below(4)) * (prng_.below(4) == 0 ? INT64_MAX / 3 : 1));
    Made a = make(depth - 1);
    Made b = make(depth - 1);
    switch (kind) {
      case 3: return {call("_&&_", {a.tree, b.tree}), modelOfLogic(false, a.model, b.model)};
      case 4: return {call("_||_", {a.tree, b.tree}), modelOfLogic(true, a.model, b.model)};
      case 5: {
        const Made c = make(depth - 1);
        const auto truth = truthOf(a.model);
        return {call("_?_:_", {a.tree, b.tree, c.tree}), truth ? (*truth ? b.model : c.model) : Model()};
      }
      case 6: {
        const bool error = a.model.index() == 0 || b.model.index() == 0;
        return {call("_==_", {a.tree, b.tree}), error ? Model() : Model(a.model == b.model)};
      }
      default: break;
    }
    const std::string sign = kind == 7 ? "_<_" : prng_.below(2) == 0 ? "_+_" : "_*_";
    // Truths have an order, too: false before true.
    const auto one = truthOf(a.model), other = truthOf(b.model);
    if (sign == "_<_" && one && other) return {call(sign, {a.tree, b.tree}), *one < *other};
    return {call(sign, {a.tree, b.tree}), modelOfNumbers(sign, a.model, b.model)};
  }

 private:
  template <class T>
  Made leaf(T value) {
    return {constant(value), value};
  }
  Prng prng_;
};

TEST(CelModel, GeneratedConditionsComeToWhatTheModelSays) {
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    Generator generator(seed);
    const Made made = generator.make(static_cast<int>(seed % 6));
    const auto truth = truthOf(made.model);
    ASSERT_EQ(judged(made.tree), !truth ? "error" : *truth ? "true" : "false") << "seed " << seed;
  }
}

}  // namespace
}  // namespace orrery::cel
