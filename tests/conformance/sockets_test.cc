#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "tests/conformance/compare.h"
#include "tests/conformance/mutants.h"
#include "tests/conformance/play.h"
#include "tests/conformance/sequence.h"
#include "tests/conformance/tally.h"
#include "tests/support/socket_scripts.h"

namespace orrery::conformance {
namespace {

using Script = std::vector<sockets::Operation>;

constexpr size_t kBatch = 1000;
constexpr size_t kSequences = 3000;
constexpr size_t kRepeats = 20;
constexpr uint64_t kLeastOfHard = 100;

size_t environment(const char* name, size_t byDefault) {
  const char* value = std::getenv(name);
  return value == nullptr ? byDefault : std::strtoull(value, nullptr, 10);
}

std::vector<Transcript> onSim(const std::vector<Script>& scripts) {
  return play(scripts, [] { return sockets::newSimBackend(hosts()); }, Kernel::kSimulated);
}
std::vector<Transcript> onReal(const std::vector<Script>& scripts) {
  return play(scripts, [] { return sockets::newRealBackend(hosts()); }, Kernel::kReal);
}

// Linux repeats it twenty times: a difference that counts.
std::optional<std::string> stableDifference(const Script& script) {
  const Transcript simulated = onSim({script}).front();
  std::optional<std::string> last;
  for (size_t i = 0; i < kRepeats; ++i) {
    last = difference(simulated, onReal({script}).front());
    if (!last) return std::nullopt;
  }
  return last;
}

std::string textOf(const Script& script) {
  std::string out;
  for (const auto& o : script) out += "  " + toLine(o) + "\n";
  return out;
}

// The shortest that RapidCheck's shrinking finds.
rc::Shrinkable<Sequence> shrunk(rc::Shrinkable<Sequence> failing) {
  for (size_t tries = environment("ORRERY_CONFORMANCE_SHRINKS", 400); tries > 0;) {
    auto candidates = failing.shrinks();
    bool found = false;
    while (!found && tries-- > 0) {
      auto next = candidates.next();
      if (!next) return failing;
      const Script script = operationsOf(next->value());
      if (difference(onSim({script}).front(), onReal({script}).front())) {
        failing = *next;
        found = true;
      }
    }
    if (!found) break;
  }
  return failing;
}

class Conformance : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::realSocketsPermitted()) GTEST_SKIP() << "real sockets on 127.0.0.0/8 are not permitted here";
  }
  // The next `n` sequences; the same for the same seed.
  std::vector<rc::Shrinkable<Sequence>> next(size_t n) {
    std::vector<rc::Shrinkable<Sequence>> out;
    out.reserve(n);
    for (size_t i = 0; i < n; ++i) out.push_back(gen_(random_.split(), 100));
    return out;
  }
  static std::vector<Script> scriptsOf(const std::vector<rc::Shrinkable<Sequence>>& sequences) {
    std::vector<Script> out;
    out.reserve(sequences.size());
    for (const auto& s : sequences) out.push_back(operationsOf(s.value()));
    return out;
  }

 private:
  rc::Random random_{environment("ORRERY_CONFORMANCE_SEED", 1)};
  rc::Gen<Sequence> gen_ = anySequence();
};

TEST_F(Conformance, GeneratedCallsAnswerAsOnLinux) {
  const size_t sequences = environment("ORRERY_CONFORMANCE_SEQUENCES", kSequences);
  Tally tally;
  size_t unstable = 0;
  size_t found = 0;
  for (size_t done = 0; done < sequences && found < environment("ORRERY_CONFORMANCE_FAILURES", 1); done += kBatch) {
    const auto batch = next(std::min(kBatch, sequences - done));
    const auto scripts = scriptsOf(batch);
    const auto simulated = onSim(scripts);
    const auto real = onReal(scripts);
    for (size_t i = 0; i < scripts.size(); ++i) {
      tally.add(real[i]);
      if (!difference(simulated[i], real[i])) continue;
      if (!stableDifference(scripts[i])) {
        ++unstable;
        continue;
      }
      ++found;
      const Script script = operationsOf(shrunk(batch[i]).value());
      ADD_FAILURE() << "sequence " << done + i
                    << ", shortest script that shows it (orrery sockets - --backend sim|real):\n"
                    << textOf(script) << stableDifference(script).value_or("");
    }
  }
  std::printf("%s  %zu\tsequences, %zu of them not stable on Linux\n", tally.table().c_str(), sequences, unstable);
  if (sequences < kSequences || found > 0) return;
  for (size_t i = 0; i < kHards; ++i) {
    EXPECT_GE(tally.of(static_cast<Hard>(i)), kLeastOfHard) << hardName(static_cast<Hard>(i));
  }
}

TEST_F(Conformance, PlantedBugsAreFound) {
  std::set<int> left;
  for (int bug = 0; bug < kBugs; ++bug) left.insert(bug);
  for (size_t done = 0; done < kSequences && !left.empty(); done += kBatch) {
    const auto scripts = scriptsOf(next(kBatch));
    const auto real = onReal(scripts);
    for (auto bug = left.begin(); bug != left.end();) {
      const auto mutated =
          play(scripts, [bug] { return newMutant(static_cast<Bug>(*bug), hosts()); }, Kernel::kSimulated);
      bool found = false;
      for (size_t i = 0; i < scripts.size() && !found; ++i) found = difference(mutated[i], real[i]).has_value();
      bug = found ? left.erase(bug) : std::next(bug);
    }
  }
  for (const int bug : left) ADD_FAILURE() << "not found: " << bugName(static_cast<Bug>(bug));
}

}  // namespace
}  // namespace orrery::conformance
