// proxy/io/threads.h, and what of dispatcher.h may be called from other threads. All of it runs inside callbacks of the
// main dispatcher, because a simulated join() gives the other logical threads their turn.

#include <array>
#include <atomic>

#include "tests/contract/fixture.h"

namespace orrery::contract {
namespace {

class ThreadsContract : public ContractTest {
 protected:
  std::unique_ptr<io::Thread> start(const std::string& name) { return world_->io().threads.start(name); }
};
ORRERY_CONTRACT(ThreadsContract);

TEST_P(ThreadsContract, JoinReturnsWhenTheLoopHasEnded) {
  onMain([&] {
    auto t = start("worker");
    bool ran = false;
    t->dispatcher().post([&, d = &t->dispatcher()] {
      ran = true;
      d->exit();
    });
    t->join();
    EXPECT_TRUE(ran);
  });
}

TEST_P(ThreadsContract, PostsMadeBeforeExitAreRunInOrder) {
  onMain([&] {
    for (int round = 0; round < 20; ++round) {
      auto t = start("worker");
      std::vector<int> log;
      for (int i = 0; i < 10; ++i) t->dispatcher().post([&log, i] { log.push_back(i); });
      t->dispatcher().exit();
      t->join();
      ASSERT_EQ(log, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    }
  });
}

TEST_P(ThreadsContract, TheIterationThatExitsIsFinishedAndIsTheLast) {
  onMain([&] {
    auto t = start("worker");
    std::vector<std::string> log;
    TestTask flush([&] { log.push_back("flush"); });
    TestTask next([&] { log.push_back("next iteration"); });
    t->dispatcher().post([&, d = &t->dispatcher()] {
      d->scheduleNext(next.task);
      d->scheduleFlush(flush.task);
      d->exit();
      d->post([&] { log.push_back("post"); });
    });
    t->join();
    EXPECT_EQ(log, (std::vector<std::string>{"post", "flush"}));
  });
}

TEST_P(ThreadsContract, APostWakesAThreadThatWaits) {
  auto t = std::unique_ptr<io::Thread>();
  std::atomic<int> answers = 0;
  onMain([&] { t = start("worker"); });
  for (int round = 1; round <= 20; ++round) {
    onMain([&] { t->dispatcher().post([&] { dispatcher_.post([&] { ++answers; }); }); });
    ASSERT_TRUE(runUntil([&] { return answers == round; }));
  }
  onMain([&] {
    t->dispatcher().exit();
    t->join();
  });
}

TEST_P(ThreadsContract, AThreadWithWorkForTheNextIterationDoesNotWait) {
  onMain([&] {
    auto t = start("worker");
    io::Dispatcher& d = t->dispatcher();
    int rounds = 0;
    TestTask next([&] {
      if (++rounds < 5) {
        d.scheduleNext(next.task);
      } else {
        d.exit();
      }
    });
    d.post([&] { d.scheduleNext(next.task); });
    t->join();
    EXPECT_EQ(rounds, 5);
  });
}

TEST_P(ThreadsContract, ThreadsHaveTimersOfTheirOwnOnTheSameClock) {
  std::unique_ptr<io::Thread> t;
  TimePoint posted, firedAt;
  std::atomic<bool> fired = false;
  std::unique_ptr<TestTimer> timer;
  onMain([&] {
    t = start("worker");
    posted = dispatcher_.now();
    io::Dispatcher& d = t->dispatcher();
    d.post([&, dp = &d] {
      EXPECT_GE(dp->now(), posted);
      timer = std::make_unique<TestTimer>(*dp, [&, dp] {
        firedAt = dp->now();
        dispatcher_.post([&] { fired = true; });
        dp->exit();
      });
      timer->timer.arm(Duration::milliseconds(5));
    });
  });
  ASSERT_TRUE(runUntil([&] { return fired.load(); }));
  onMain([&] { t->join(); });
  timer.reset();  // before its dispatcher, which is the thread's
  EXPECT_GE(firedAt - posted, Duration::milliseconds(5));
}

// An echo on whatever dispatcher adopts it.
struct Echo final : io::StreamCallbacks {
  Echo(io::Dispatcher& dispatcher, std::unique_ptr<io::StreamHandle> handle)
      : stream(dispatcher.adopt(std::move(handle))) {
    stream->setCallbacks(this);
    stream->setInterest(io::kReadable);
  }
  void onStreamReady(uint8_t) override {
    char room[1024];
    for (;;) {
      const io::MutableSlice in{room, sizeof(room)};
      const io::IoResult r = stream->read({&in, 1});
      if (r.wouldBlock()) return;
      if (!r.ok() || r.bytes == 0) return stream->close();
      const io::ConstSlice out{room, r.bytes};
      (void)stream->write({&out, 1});
    }
  }
  std::unique_ptr<io::Stream> stream;
};

TEST_P(ThreadsContract, AStreamMovesToAnotherThreadsDispatcher) {
  Peer client, server;
  connectPair(client, server);
  EXPECT_EQ(client.write("sent before the move").bytes, 20u);
  std::unique_ptr<io::Thread> t;
  std::unique_ptr<Echo> echo;
  onMain([&] {
    t = start("worker");
    server.stream->setCallbacks(nullptr);
    auto handle = server.stream->release();
    server.stream.reset();
    t->dispatcher().post(
        [&, h = std::move(handle)]() mutable { echo = std::make_unique<Echo>(t->dispatcher(), std::move(h)); });
  });
  client.readEverything();
  ASSERT_TRUE(runUntil([&] { return client.received == "sent before the move"; }));
  EXPECT_EQ(client.write(", and after").bytes, 11u);
  ASSERT_TRUE(runUntil([&] { return client.received == "sent before the move, and after"; }));
  client.stream->close();
  onMain([&] {
    t->dispatcher().post([&] {
      echo.reset();
      t->dispatcher().exit();
    });
    t->join();
  });
}

TEST_P(ThreadsContract, ThreadsOnSocketsOfOnePortAcceptBesideEachOther) {
  // As workers do: sockets opened by main, adopted by a listener on each thread.
  struct Worker {
    std::unique_ptr<io::Thread> thread;
    Acceptor acceptor;
    std::unique_ptr<io::Listener> listener;
  };
  std::array<Worker, 2> workers;
  std::vector<std::shared_ptr<io::ListenSocket>> sockets;
  sockets.push_back(listen());
  sockets.push_back(listenAt(sockets[0]->localAddress()));
  std::atomic<int> ready = 0;
  std::atomic<int> accepted = 0;
  onMain([&] {
    for (size_t i = 0; i < 2; ++i) {
      workers[i].thread = start("worker" + std::to_string(i));
      workers[i].acceptor.onStream = [&] { dispatcher_.post([&] { ++accepted; }); };
      io::Dispatcher& d = workers[i].thread->dispatcher();
      d.post([&, i, dp = &d] {
        workers[i].listener = dp->listen(sockets[i], workers[i].acceptor);
        dispatcher_.post([&] { ++ready; });
      });
    }
  });
  ASSERT_TRUE(runUntil([&] { return ready == 2; }));
  std::vector<std::unique_ptr<io::Stream>> clients;
  for (int i = 0; i < 40; ++i) {
    auto s = dispatcher_.connect(sockets[0]->localAddress(), {});
    ASSERT_TRUE(s.has_value());
    clients.push_back(std::move(*s));
  }
  ASSERT_TRUE(runUntil([&] { return accepted == 40; }));
  onMain([&] {
    for (Worker& w : workers) {
      w.thread->dispatcher().post([&w] {
        w.listener.reset();
        w.acceptor.streams.clear();
        w.thread->dispatcher().exit();
      });
      w.thread->join();
    }
  });
}

}  // namespace
}  // namespace orrery::contract
