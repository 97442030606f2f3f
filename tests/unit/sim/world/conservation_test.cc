#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/sim/world/story_world.h"

namespace orrery::sim {
namespace {

// What a proxy with a bug would leave behind, planted on its first worker as soon as it serves.
struct Planted {
  net::Worker* worker = nullptr;
  const stats::Layout* layout = nullptr;
  std::vector<std::unique_ptr<io::Timer>> timers;
  std::vector<std::unique_ptr<io::Stream>> streams;
  std::vector<buffer::Block*> blocks;

  void timer(io::TimerKind kind) {
    timers.push_back(
        std::make_unique<io::Timer>(worker->dispatcher, kind, Delegate<void()>::to<&Planted::nothing>(this)));
    timers.back()->arm(Duration::seconds(3600));
  }
  void gauge(std::string_view name) { worker->stats.increment(stats::GaugeId{layout->find(name)->index}); }
  void buffer() { blocks.push_back(worker->blocks.take(1)); }
  void socket() {
    auto stream = worker->dispatcher.connect(io::Address::ipv4(0x7f000003, 8080), {});
    ASSERT_TRUE(stream);
    streams.push_back(std::move(*stream));
  }
  void nothing() {}
  void remove() {
    timers.clear();
    streams.clear();
    for (buffer::Block* b : blocks) release(b);
    blocks.clear();
  }
};

class Conservation : public World {
 protected:
  template <class Plant>
  RunResult runWith(const std::string& scenario, Plant plant, bool record = false) {
    Planted planted;
    WorldRun::Sabotage sabotage;
    sabotage.serving = [&](server::Server& server) {
      planted.worker = &server.workerRuntime(0).worker();
      planted.layout = &server.compiled().layout();
      plant(planted);
    };
    sabotage.ended = [&] { planted.remove(); };
    return runPlanted(scenario, std::move(sabotage), bootstrap(), {Strategy::plain(), record});
  }
  template <class Plant>
  std::string foundWith(const std::string& scenario, Plant plant) {
    return first(runWith(scenario, plant));
  }
  const std::string one_ = story(kGet, kAnswer);
  const std::string none_ = story("    - connect proxy:10000\n    - wait 1s", kAnswer);
  static constexpr std::string_view kEnded = "conservation: when request 1 of connection 1 had ended, worker 0 ";
};

// --- when a stream ends ---

TEST_F(Conservation, CatchesATimerOfAStreamThatHasEnded) {
  for (const io::TimerKind kind :
       {io::TimerKind::kRoute, io::TimerKind::kStreamIdle, io::TimerKind::kPerTry, io::TimerKind::kRetryBackoff,
        io::TimerKind::kRateLimit, io::TimerKind::kMaxStreamDuration}) {
    const std::string found = foundWith(one_, [&](Planted& p) { p.timer(kind); });
    const std::string expected =
        std::string(kEnded) + "had timer " + std::string(io::timerKindName(kind)) + " armed, due at 3600s (";
    EXPECT_EQ(found.substr(0, expected.size()), expected);
  }
}

TEST_F(Conservation, NamesTheTimerWhenNamesAreKept) {
  const RunResult r = runWith(one_, [](Planted& p) { p.timer(io::TimerKind::kRoute); }, true);
  EXPECT_EQ(first(r), std::string(kEnded) + "had timer route armed, due at 3600s (/proxy/wrk_worker_0/timer_route.1)");
}

TEST_F(Conservation, CatchesCountsThatDisagreeWithWhatIsUnderWay) {
  EXPECT_EQ(foundWith(one_, [](Planted& p) { p.gauge("http.edge.downstream_rq_active"); }),
            std::string(kEnded) + "had http.edge.downstream_rq_active 1 for 0 requests under way");
  EXPECT_EQ(foundWith(one_, [](Planted& p) { p.gauge("cluster.origin.upstream_rq_pending_active"); }),
            std::string(kEnded) + "had cluster.origin.upstream_rq_active and the like at 1 for 0 attempts under way");
}

TEST_F(Conservation, CatchesABufferOfAStreamThatHasEnded) {
  EXPECT_EQ(foundWith(one_, [](Planted& p) { p.buffer(); }), std::string(kEnded) + "held 1 blocks of buffers");
}

// One stream of many ends: the timers of the others are theirs, one more is not.
TEST_F(Conservation, CatchesATimerTooManyUnderLoad) {
  const std::string load =
      story("    - load 8 connections, 400 requests, get /l", "    - from then on, answer 200 after 3ms");
  EXPECT_EQ(foundWith(load, [](Planted&) {}), "");
  EXPECT_NE(foundWith(load,
                      [](Planted& p) {
                        for (int i = 0; i < 8; ++i) p.timer(io::TimerKind::kStreamIdle);
                      })
                .find(" had ended, worker 0 had timer stream_idle armed"),
            std::string::npos);
}

// --- at rest ---

TEST_F(Conservation, CatchesWhatIsLeftAtRest) {
  for (const io::TimerKind kind : {io::TimerKind::kConnect, io::TimerKind::kRequestHeaders, io::TimerKind::kFault}) {
    const std::string found = foundWith(none_, [&](Planted& p) { p.timer(kind); });
    const std::string expected =
        "conservation: at rest worker 0 has timer " + std::string(io::timerKindName(kind)) + " armed, due at 3600s (";
    EXPECT_EQ(found.substr(0, expected.size()), expected);
  }
  EXPECT_EQ(foundWith(none_, [](Planted& p) { p.gauge("http.edge.downstream_rq_active"); }),
            "conservation: at rest http.edge.downstream_rq_active is 1");
  EXPECT_EQ(foundWith(none_,
                      [](Planted& p) {
                        p.worker->stats.add(stats::CounterId{p.layout->find("http.edge.downstream_rq_total")->index});
                      }),
            "conservation: downstream_rq_total is 1, but 0 requests were finished");
}

// --- after shutdown ---

TEST_F(Conservation, CatchesWhatIsLeftAfterShutdown) {
  const std::string timer = foundWith(none_, [](Planted& p) { p.timer(io::TimerKind::kUpstreamIdle); });
  EXPECT_TRUE(timer.starts_with("conservation: after shutdown worker 0 has timer upstream_idle armed, due at 3600s ("))
      << timer;
  const std::string socket = foundWith(none_, [](Planted& p) { p.socket(); });
  EXPECT_TRUE(socket.starts_with("conservation: after shutdown the connection 127.0.0.1:")) << socket;
  EXPECT_TRUE(socket.ends_with(" -> 127.0.0.3:8080 is still open in the proxy")) << socket;
  EXPECT_EQ(foundWith(none_, [](Planted& p) { p.gauge("cluster.origin.upstream_cx_active"); }),
            "conservation: after shutdown cluster.origin.upstream_cx_active is 1");
  EXPECT_EQ(foundWith(none_, [](Planted& p) { p.buffer(); }),
            "conservation: after shutdown worker 0 has 1 blocks of buffers");
}

// --- silent ---

TEST_F(Conservation, IsSilentAboutWhatMayStay) {
  const std::string connect = "    - connect proxy:10000\n";
  struct Case {
    std::string what, client, origin;
  };
  for (const Case& c : {
           Case{"idle connections and their timers", connect + "    - get / -> a\n    - get / -> b\n    - wait 10s",
                kAnswer},
           Case{"a client that goes in the middle of a response",
                connect + "    - send get / -> a\n    - wait 10ms\n    - reset",
                "    - from then on, answer 200 body 200KiB in 20 parts every 5ms"},
           Case{"a client that goes in the middle of a request",
                connect +
                    "    - 'send raw \"POST / HTTP/1.1\\r\\nhost: a\\r\\ncontent-length: 10\\r\\n\\r\\nx\" -> a'\n "
                    "   - wait 10ms\n    - close",
                kAnswer},
           Case{"an answer before the request is whole, and its delayed close",
                connect + "    - post / body 64KiB in 64 parts every 1ms -> a",
                "    - accept\n    - answer 413 early, then close"},
           Case{"bytes that nobody reads", connect + "    - stop reading\n    - send get / -> a\n    - wait 5s",
                "    - from then on, answer 200 body 4MiB"},
           Case{
               "pipelined requests",
               connect + "    - send get / -> a\n    - send get / -> b\n    - send get / -> c\n    - wait for response",
               kAnswer},
           Case{"garbage", connect + "    - 'send raw \"garbage\\r\\n\\r\\n\" -> a'\n    - wait for response a",
                kAnswer},
           Case{"an origin that goes away", connect + "    - get / -> a\n    - get / -> b",
                "    - accept\n    - read request\n    - reset\n    - accept\n    - read request\n    - close"},
           Case{"nobody at the other end", connect + "    - get / -> a", "    - refuse"},
       }) {
    for (uint64_t seed = 0; seed <= 30; ++seed) {
      const RunResult r =
          run(story(c.client, c.origin), bootstrap(), {seed == 0 ? Strategy::plain() : Strategy::random(seed)});
      EXPECT_EQ(r.outcome, RunOutcome::kPass) << c.what << " | " << seed << " | " << first(r);
    }
  }
}

// A run that ends with a worker in the middle of an upload: its connections go, and their buffers, before their pool.
TEST_F(Conservation, ARunThatFailsInTheMiddleOfAnUploadIsToldAndTakenDown) {
  const RunResult r = run(story("    - connect proxy:10000\n    - send post / body 16MiB -> upload\n    - wait 100s",
                                "    - accept\n    - read request head\n    - stop reading\n    - wait 100s",
                                "limits: { virtual_time: 1s }\n"));
  EXPECT_EQ(r.outcome, RunOutcome::kFail);
  EXPECT_EQ(first(r), "liveness: client still waits in `wait 100s`");
}

}  // namespace
}  // namespace orrery::sim
