#include <benchmark/benchmark.h>

#include <string_view>

#include "proxy/buffer/buffer.h"
#include "proxy/codec/http1/codec.h"
#include "proxy/codec/http1/writer.h"
#include "tests/bench/allocations.h"

// HTTP/1 heads in and out, as a kept-alive connection sees them: arena reset after each message, blocks recycled.
namespace orrery::http1 {
namespace {

constexpr std::string_view kRequest =
    "GET /index.html HTTP/1.1\r\nHost: a.test\r\nUser-Agent: wrk\r\nAccept: */*\r\nX-A: 1\r\nX-Request-Id: 42\r\n\r\n";
constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 16\r\ndate: Mon, 23 Nov 2026 15:27:36 GMT\r\n\r\n"
    "0123456789abcdef";

class Sink final : public ParserCallbacks {
 public:
  message::HeaderMap& onMessageBegin() override {
    arena.reset();
    map = arena.make<message::HeaderMap>(arena);
    return *map;
  }
  void onHeadersComplete(const Framing&) override {}
  void onBody(buffer::Buffer& data) override { bodyBytes += data.size(); }
  message::HeaderMap* onTrailersBegin() override { return nullptr; }
  void onMessageComplete() override { ++messages; }

  ArenaPool pool;
  Arena arena{pool};
  message::HeaderMap* map = nullptr;
  uint64_t bodyBytes = 0;
  uint64_t messages = 0;
};

void parse(benchmark::State& state, MessageKind kind, std::string_view bytes) {
  buffer::BlockPool blocks;
  Sink sink;
  MessageParser parser(kind, {}, sink);
  buffer::Buffer input(blocks);
  const auto once = [&] {
    input.append(bytes);
    if (parser.dispatch(input) != ParseError::kNone || !input.empty()) state.SkipWithError("the message was refused");
  };
  once();
  const uint64_t before = bench::allocations();
  for (auto _ : state) once();
  state.counters["allocations/message"] =
      benchmark::Counter(static_cast<double>(bench::allocations() - before), benchmark::Counter::kAvgIterations);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes.size()));
}

void BM_Http1ParseRequest(benchmark::State& state) { parse(state, MessageKind::kRequest, kRequest); }
BENCHMARK(BM_Http1ParseRequest);
void BM_Http1ParseResponse(benchmark::State& state) { parse(state, MessageKind::kResponse, kResponse); }
BENCHMARK(BM_Http1ParseResponse);

void BM_Http1WriteRequestHead(benchmark::State& state) {
  buffer::BlockPool blocks;
  Sink sink;
  MessageParser parser(MessageKind::kRequest, {}, sink);
  buffer::Buffer input(blocks);
  buffer::Buffer out(blocks);
  input.append(kRequest);
  parser.dispatch(input);
  const uint64_t before = bench::allocations();
  for (auto _ : state) {
    writeRequestHead(*sink.map, BodyFraming::kNone, {}, out);
    benchmark::DoNotOptimize(out.front().data);
    out.clear();
  }
  state.counters["allocations/message"] =
      benchmark::Counter(static_cast<double>(bench::allocations() - before), benchmark::Counter::kAvgIterations);
}
BENCHMARK(BM_Http1WriteRequestHead);

}  // namespace
}  // namespace orrery::http1
