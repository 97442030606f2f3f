#include <benchmark/benchmark.h>

#include "proxy/format/format.h"
#include "proxy/stats/block.h"
#include "tests/bench/allocations.h"
#include "tests/unit/proxy/format/record.h"

// What one request pays for being seen: a counter, a histogram, a line of the access log.
namespace orrery {
namespace {

void BM_CounterAdd(benchmark::State& state) {
  stats::Layout layout;
  const stats::CounterId id = layout.counter("c");
  stats::Block block(layout);
  for (auto _ : state) {
    block.add(id);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_CounterAdd);

void BM_HistogramRecord(benchmark::State& state) {
  stats::Layout layout;
  const stats::HistogramId id = layout.histogram("h");
  stats::Block block(layout);
  uint64_t value = 0;
  for (auto _ : state) {
    block.record(id, value);
    value = (value * 7 + 3) & 0xfff;
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_HistogramRecord);

// As a world makes it: 300 names, 10 histograms, one value in each.
void BM_BlockOfAWorld(benchmark::State& state) {
  stats::Layout layout;
  for (int i = 0; i < 300; ++i) layout.counter("counter." + std::to_string(i));
  stats::HistogramId ids[10];
  for (int i = 0; i < 10; ++i) ids[i] = layout.histogram("histogram." + std::to_string(i));
  for (auto _ : state) {
    stats::Block block(layout);
    for (const stats::HistogramId id : ids) block.record(id, 3);
    benchmark::DoNotOptimize(block.cell(1));
  }
}
BENCHMARK(BM_BlockOfAWorld);

void BM_DefaultAccessLogLine(benchmark::State& state) {
  const format::SampleRecord sample;
  const auto formatter = *format::parseFormat(format::defaultFormatText());
  std::string out;
  formatter->append(sample.record(), out);
  const uint64_t before = bench::allocations();
  for (auto _ : state) {
    out.clear();
    formatter->append(sample.record(), out);
    benchmark::DoNotOptimize(out.data());
  }
  state.counters["allocations/line"] =
      benchmark::Counter(static_cast<double>(bench::allocations() - before), benchmark::Counter::kAvgIterations);
}
BENCHMARK(BM_DefaultAccessLogLine);

}  // namespace
}  // namespace orrery
