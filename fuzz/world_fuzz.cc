// A whole small world: the real proxy between a scripted client and origin. Input: a story with the deviations of its
// run (world_input.h), changed by a mutator that knows both. What a story claims may become false when it is changed; what
// the oracles say holds in every story.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "fuzz/world_input.h"
#include "sim/world/world.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t maxSize);

namespace orrery {
namespace {

constexpr const char* kAsIfAt = "scenarios/fuzzed.yaml";
constexpr size_t kMaxInput = 64 * 1024;

sim::WorldPools& pools() {
  static sim::WorldPools pools;
  return pools;
}

std::shared_ptr<const sim::CompiledScenario> compile(const std::string& text) {
  return sim::compileScenario(kAsIfAt,
                              [&](const std::string& path) -> Result<std::string> {
                                if (path == kAsIfAt) return text;
                                std::ifstream in(path, std::ios::binary);
                                if (!in) return makeError("No such file or directory");
                                std::ostringstream out;
                                out << in.rdbuf();
                                return out.str();
                              })
      .scenario;
}

// Failures that a changed story may bring about by itself.
bool ofTheStory(const sim::CheckFailure& f) {
  for (const char* check : {"always", "default", "sometimes", "expect", "story", "time-limit", "event-limit"}) {
    if (f.check == check) return true;
  }
  // A story may wait for longer than its limits allow; what the proxy owes its requests is judged by the bound of each.
  return f.check == "liveness" && f.message.find(" still waits in `") != std::string::npos;
}

sim::Strategy strategyOf(const fuzz::WorldInput& input) {
  if (input.deviations.empty()) return input.seed == 0 ? sim::Strategy::plain() : sim::Strategy::random(input.seed);
  sim::Deviations deviations;
  for (const auto& [key, value] : input.deviations) (void)deviations.add(key, value);
  return sim::Strategy::replay(std::move(deviations),
                               input.seed == 0 ? sim::Strategy::kPlainRunKey : sim::Strategy::runKeyOf(input.seed));
}

void run(const fuzz::WorldInput& input) {
  const auto scenario = compile(input.scenario);
  if (scenario == nullptr) return;
  const sim::RunResult first = sim::runScenario(*scenario, {.strategy = strategyOf(input)}, pools());
  for (const sim::CheckFailure& f : first.failures) {
    if (ofTheStory(f)) continue;
    std::fprintf(stderr, "%s at %lld ns: %s\n", f.check.c_str(), static_cast<long long>(f.at.inNanoseconds()),
                 f.message.c_str());
    std::abort();
  }
  const sim::RunResult again = sim::runScenario(*scenario, {.strategy = strategyOf(input)}, pools());
  if (again.hash != first.hash) {
    std::fprintf(stderr, "the same run twice has two hashes\n");
    std::abort();
  }
}

}  // namespace
}  // namespace orrery

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size <= orrery::kMaxInput) {
    orrery::run(orrery::fuzz::parseWorldInput({reinterpret_cast<const char*>(data), size}));
  }
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t maxSize, unsigned int seed) {
  using namespace orrery;
  if (seed % 16 == 0) return LLVMFuzzerMutate(data, size, maxSize);  // bytes: the parsers' part
  fuzz::WorldInput input = fuzz::parseWorldInput({reinterpret_cast<const char*>(data), size});
  if (seed % 16 == 1) {
    // The log of a random walk through this very story: its keys mean something here.
    if (const auto scenario = compile(input.scenario)) {
      input.seed = seed / 16;
      const sim::RunResult walk =
          sim::runScenario(*scenario, {.strategy = sim::Strategy::random(input.seed), .record = true}, pools());
      input.deviations.clear();
      for (const sim::Deviation& d : walk.deviations.items()) input.deviations.emplace_back(d.text, d.value);
    }
  } else {
    fuzz::mutate(input, seed);
  }
  const std::string text = fuzz::toText(input);
  if (text.size() > maxSize) return size;
  std::memcpy(data, text.data(), text.size());
  return text.size();
}
