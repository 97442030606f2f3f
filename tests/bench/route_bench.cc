#include <benchmark/benchmark.h>

#include "tests/bench/allocations.h"
#include "tests/unit/proxy/route/builders.h"

// Route matching in large configurations: a host among 10,000 virtual hosts (at most 2 us), a path among 10,000 routes of one host.
namespace orrery::route {
namespace {

constexpr size_t kMany = 10'000;

std::string hostOf(size_t i) { return "host-" + std::to_string(i) + ".example.com"; }

void match(benchmark::State& state, const RouteTable& table,
           const std::vector<std::unique_ptr<test::Request>>& requests, const char* wanted) {
  const runtime::Snapshot runtime;
  size_t i = 0;
  const uint64_t before = bench::allocations();
  for (auto _ : state) {
    const RouteResult result = table.match(requests[i]->headers, runtime, 0);
    if (result.route == nullptr) [[unlikely]]
      state.SkipWithError("no route");
    benchmark::DoNotOptimize(result);
    i = i + 1 == requests.size() ? 0 : i + 1;
  }
  state.counters["allocations"] = static_cast<double>(bench::allocations() - before);
  if (test::matched(table, *requests[0]) != wanted) state.SkipWithError("another route");
}

std::shared_ptr<const RouteTable> compiled(std::vector<VirtualHost> hosts) {
  return *RouteTable::compile(test::config(std::move(hosts)));
}

// Exact domains, asked for all over.
void BM_VirtualHostExact(benchmark::State& state) {
  std::vector<VirtualHost> hosts;
  for (size_t i = 0; i < kMany; ++i) {
    hosts.push_back(
        test::virtualHost(hostOf(i), {hostOf(i)}, {test::routeTo("r" + std::to_string(i), test::prefix("/"))}));
  }
  const auto table = compiled(std::move(hosts));
  std::vector<std::unique_ptr<test::Request>> requests;
  for (size_t i = 0; i < 1000; ++i) requests.push_back(std::make_unique<test::Request>("/", hostOf(i * 7919 % kMany)));
  match(state, *table, requests, "r0");
}
BENCHMARK(BM_VirtualHostExact);

// "*.tenant-7.example.com": the longest suffix wins.
void BM_VirtualHostSuffix(benchmark::State& state) {
  std::vector<VirtualHost> hosts;
  for (size_t i = 0; i < kMany; ++i) {
    hosts.push_back(
        test::virtualHost(hostOf(i), {"*." + hostOf(i)}, {test::routeTo("r" + std::to_string(i), test::prefix("/"))}));
  }
  const auto table = compiled(std::move(hosts));
  std::vector<std::unique_ptr<test::Request>> requests;
  for (size_t i = 0; i < 1000; ++i)
    requests.push_back(std::make_unique<test::Request>("/", "a.b." + hostOf(i * 7919 % kMany)));
  match(state, *table, requests, "r0");
}
BENCHMARK(BM_VirtualHostSuffix);

// The first route that matches, as Envoy says: by exact path, by prefix.
void routes(benchmark::State& state, RouteMatch::PathKind kind) {
  std::vector<Route> all;
  for (size_t i = 0; i < kMany; ++i) {
    all.push_back(test::routeTo("r" + std::to_string(i), test::pathMatch(kind, "/service-" + std::to_string(i) + "/")));
  }
  const auto table = compiled({test::virtualHost("all", {"*"}, std::move(all))});
  std::vector<std::unique_ptr<test::Request>> requests;
  for (size_t i = 0; i < 1000; ++i)
    requests.push_back(std::make_unique<test::Request>("/service-" + std::to_string(i * 7919 % kMany) + "/"));
  match(state, *table, requests, "r0");
}
void BM_RouteByExactPath(benchmark::State& state) { routes(state, RouteMatch::PathKind::kExact); }
BENCHMARK(BM_RouteByExactPath);
void BM_RouteByPrefix(benchmark::State& state) { routes(state, RouteMatch::PathKind::kPrefix); }
BENCHMARK(BM_RouteByPrefix);

}  // namespace
}  // namespace orrery::route
