#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/net/net.h"
#include "tests/bench/allocations.h"

// The simulated kernel alone: two hosts, one link each way, connections that talk in turn.
namespace orrery::sim {
namespace {

constexpr uint32_t kClientIp = 0x7f000002;
constexpr uint32_t kServerIp = 0x7f000003;
constexpr size_t kPorts = 8;  // of the server: ephemeral ports are per address pair and port
constexpr size_t kBytes = 200;

RunOptions quickly() {
  RunOptions o;
  o.checkpoints = false;
  o.eventLimit = UINT64_MAX;
  return o;
}

// Connected pairs, first the client's end.
class Connections {
 public:
  explicit Connections(size_t n) {
    for (size_t i = 0; i < kPorts; ++i) {
      listeners_.push_back(*server_.tcp().listen({kServerIp, static_cast<uint16_t>(1000 + i)}, {}));
    }
    clients_.reserve(n);
    servers_.reserve(n);
    for (size_t i = 0; i < n; ++i) {
      static constexpr Name kName("c");
      const Endpoint to = listeners_[i % kPorts]->local();
      clients_.push_back(*client_.tcp().connect(to, std::nullopt, {}, run_.names().child(client_.id(), kName, i)));
      (void)run_.runUntilQuiet();
      servers_.push_back(listeners_[i % kPorts]->accept());
    }
  }
  ~Connections() {
    for (Socket* s : clients_) s->close(true);
    for (Socket* s : servers_) s->close(true);
    (void)run_.runUntilQuiet();
    listeners_.clear();
    (void)run_.finish();
  }

  // Each client sends, each server answers: two segments with payload a connection. So many at a time are under way.
  void exchange(size_t atOnce) {
    for (size_t first = 0; first < clients_.size(); first += atOnce) {
      const size_t end = std::min(first + atOnce, clients_.size());
      for (size_t i = first; i < end; ++i) send(*clients_[i]);
      (void)run_.runFor(Duration::milliseconds(1));
      for (size_t i = first; i < end; ++i) {
        receive(*servers_[i]);
        send(*servers_[i]);
      }
      (void)run_.runFor(Duration::milliseconds(1));
      for (size_t i = first; i < end; ++i) receive(*clients_[i]);
    }
  }

 private:
  void send(Socket& s) {
    const SockResult r = s.writeStart(kBytes);
    s.put(buffer_, r.bytes, r.bytes);
    s.writeDone();
  }
  void receive(Socket& s) {
    const SockResult r = s.readStart(sizeof buffer_);
    s.take(buffer_, r.bytes);
    s.readDone();
  }

  Pools pools_;
  NetPools netPools_;
  Ledger ledger_;
  Run run_{pools_, quickly()};
  Net net_{run_, netPools_, ledger_};
  Host& client_ = net_.addHost("client", {kClientIp});
  Host& server_ = net_.addHost("server", {kServerIp});
  std::vector<std::unique_ptr<ListeningSocket>> listeners_;
  std::vector<Socket*> clients_;
  std::vector<Socket*> servers_;
  char buffer_[kBytes] = {};
};

// Delivered segments with payload, their acknowledgements among the answers, by connections and how many of them talk at once:
// goal 3 million a second at 100 connections, and a cost per segment at 10,000 within three times, goal twice. With all 10,000 at
// once the caches are measured, not the queues.
void BM_Segments(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  Connections connections(n);
  for (auto _ : state) connections.exchange(static_cast<size_t>(state.range(1)));
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(2 * n));
}
BENCHMARK(BM_Segments)->Args({100, 100})->Args({10'000, 100})->Args({10'000, 10'000})->Unit(benchmark::kMicrosecond);

// Memory of idle connections, both ends together: at most 4 KiB each, and 100,000 under 1 GiB.
void BM_IdleConnections(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  double bytes = 0;
  for (auto _ : state) {
    const size_t before = bench::allocatedBytes();
    const Connections connections(n);
    bytes = static_cast<double>(bench::allocatedBytes() - before);
  }
  state.counters["bytes_per_connection"] = bytes / static_cast<double>(n);
}
BENCHMARK(BM_IdleConnections)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond)->Iterations(1);

// A world of three hosts that all know each other, and its end: under 20 us, goal 10.
void BM_NetOfThreeHosts(benchmark::State& state) {
  Pools pools;
  NetPools netPools;
  for (auto _ : state) {
    Ledger ledger;
    Run run(pools, {});
    Net net(run, netPools, ledger);
    Host& a = net.addHost("a", {1});
    Host& b = net.addHost("b", {2});
    Host& c = net.addHost("c", {3});
    benchmark::DoNotOptimize(&net.link(a, b));
    benchmark::DoNotOptimize(&net.link(b, a));
    benchmark::DoNotOptimize(&net.link(b, c));
    benchmark::DoNotOptimize(&net.link(c, b));
    (void)run.finish();
  }
}
BENCHMARK(BM_NetOfThreeHosts)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace orrery::sim
