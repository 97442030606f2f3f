// proxy/io/readiness.h and step 3 of the iteration contract: who is called, when, and how often.

#include "tests/contract/fixture.h"

namespace orrery::contract {
namespace {

class ReadinessContract : public ContractTest {
 protected:
  // A pair whose server end has bytes to read that nobody was told of yet.
  void pairWithBytes(Peer& client, Peer& server) {
    connectPair(client, server);
    ASSERT_EQ(client.write("bytes").bytes, 5u);
    ASSERT_TRUE(runUntil([&] { return (server.stream->readyBits() & io::kReadable) != 0; }));
    ASSERT_TRUE(server.calls.empty());
  }
};
ORRERY_CONTRACT(ReadinessContract);

TEST_P(ReadinessContract, NothingIsDeliveredWithoutInterest) {
  Peer client, server;
  pairWithBytes(client, server);
  iterate(3);
  EXPECT_TRUE(server.calls.empty());
}

TEST_P(ReadinessContract, InterestInABitThatIsSetIsInjectedIntoTheNextIteration) {
  Peer client, server;
  pairWithBytes(client, server);
  IterationCounter counter(dispatcher_);
  int setIn = 0;
  int calledIn = -1;
  server.onReady = [&](uint8_t) {
    calledIn = counter.count();
    server.stream->setInterest(0);
  };
  onMain([&] {
    setIn = counter.count();
    server.stream->setInterest(io::kReadable);
    EXPECT_TRUE(server.calls.empty()) << "never inside setInterest()";
  });
  ASSERT_TRUE(runUntil([&] { return calledIn >= 0; }));
  // Step 3 of an iteration comes before the counter's step 4.
  EXPECT_EQ(calledIn, setIn);
  EXPECT_EQ(server.calls.size(), 1u);
}

TEST_P(ReadinessContract, InterestThatWasDroppedAgainIsNotInjected) {
  Peer client, server;
  pairWithBytes(client, server);
  onMain([&] {
    server.stream->setInterest(io::kReadable);
    server.stream->setInterest(0);
  });
  iterate(3);
  EXPECT_TRUE(server.calls.empty());
}

TEST_P(ReadinessContract, WhileABitIsSetTheCallbackComesOnceInEachIteration) {
  Peer client, server;
  pairWithBytes(client, server);
  IterationCounter counter(dispatcher_);
  std::vector<int> in;
  server.onReady = [&](uint8_t) { in.push_back(counter.count()); };
  onMain([&] { server.stream->setInterest(io::kReadable); });
  ASSERT_TRUE(runUntil([&] { return in.size() == 4; }));
  for (size_t i = 1; i < in.size(); ++i) EXPECT_EQ(in[i], in[i - 1] + 1);
}

TEST_P(ReadinessContract, AfterAReadThatWouldBlockOnlyNewBytesCallAgain) {
  Peer client, server;
  pairWithBytes(client, server);
  server.onReady = [&](uint8_t) { server.readAll(); };
  onMain([&] { server.stream->setInterest(io::kReadable); });
  ASSERT_TRUE(runUntil([&] { return server.received == "bytes"; }));
  server.calls.clear();
  iterate(4);
  EXPECT_TRUE(server.calls.empty());
  EXPECT_EQ(client.write(" more").bytes, 5u);
  ASSERT_TRUE(runUntil([&] { return server.received == "bytes more"; }));
}

TEST_P(ReadinessContract, AReadThatFitsExactlyIsFollowedByOneThatWouldBlock) {
  // The kernel has no more, but the first read cannot know.
  Peer client, server;
  pairWithBytes(client, server);
  EXPECT_EQ(server.read(5).bytes, 5u);
  EXPECT_TRUE(server.read(5).wouldBlock());
  EXPECT_EQ(server.stream->readyBits() & io::kReadable, 0);
  server.stream->setInterest(io::kReadable);
  iterate(3);
  EXPECT_TRUE(server.calls.empty());
}

TEST_P(ReadinessContract, WhereNothingHappensNoIterationHappens) {
  // A listener that has accepted and two streams that have read all, with interest: the dispatcher waits.
  const auto socket = listen();
  Acceptor acceptor;
  const auto listener = dispatcher_.listen(socket, acceptor);
  auto connecting = dispatcher_.connect(socket->localAddress(), {});
  ASSERT_TRUE(connecting.has_value());
  Peer client, server;
  client.take(std::move(*connecting));
  ASSERT_TRUE(
      runUntil([&] { return acceptor.streams.size() == 1 && (client.stream->readyBits() & io::kWritable) != 0; }));
  server.take(std::move(acceptor.streams[0]));
  client.readEverything();
  server.readEverything();
  EXPECT_EQ(client.write("bytes").bytes, 5u);
  ASSERT_TRUE(runUntil([&] { return server.received == "bytes"; }));
  runFor(Duration::milliseconds(20));  // what comes late (acknowledgements, edges of writability)
  int iterations = 0;
  (void)world_->runUntil(
      [&] {
        ++iterations;
        return false;
      },
      Duration::milliseconds(50));
  EXPECT_LE(iterations, 5);
}

TEST_P(ReadinessContract, WritableAndReadableComeInOneCallback) {
  Peer client, server;
  pairWithBytes(client, server);
  ASSERT_TRUE(runUntil([&] { return (server.stream->readyBits() & io::kWritable) != 0; }));
  server.onReady = [&](uint8_t) { server.stream->setInterest(0); };
  onMain([&] { server.stream->setInterest(io::kReadable | io::kWritable); });
  ASSERT_TRUE(runUntil([&] { return !server.calls.empty(); }));
  iterate(2);
  ASSERT_EQ(server.calls.size(), 1u);
  EXPECT_EQ(server.calls[0], io::kReadable | io::kWritable);
}

TEST_P(ReadinessContract, ThePeersCloseIsSeenWhileReadsArePaused) {
  Peer client, server;
  connectPair(client, server);
  server.onReady = [&](uint8_t) { server.stream->setInterest(0); };
  server.stream->setInterest(io::kPeerClosed);
  EXPECT_EQ(client.write("unread").bytes, 6u);
  runFor(Duration::milliseconds(20));
  EXPECT_TRUE(server.calls.empty()) << "bytes are not of interest";
  client.stream->close();
  ASSERT_TRUE(runUntil([&] { return !server.calls.empty(); }));
  EXPECT_EQ(server.calls[0], io::kPeerClosed);
  EXPECT_EQ(server.read().bytes, 6u);
  EXPECT_EQ(server.read().bytes, 0u);
  EXPECT_TRUE(server.ended);
}

TEST_P(ReadinessContract, ErrorsAreOfInterestWithAnyInterest) {
  Peer client, server;
  connectPair(client, server);
  server.onReady = [&](uint8_t) { server.stream->setInterest(0); };
  server.stream->setInterest(io::kPeerClosed);
  client.stream->abort();
  ASSERT_TRUE(runUntil([&] { return !server.calls.empty(); }));
  EXPECT_NE(server.calls[0] & io::kError, 0);
}

TEST_P(ReadinessContract, AStreamDestroyedByAnEarlierCallbackOfTheIterationIsNotCalled) {
  Peer client1, server1, client2, server2;
  pairWithBytes(client1, server1);
  pairWithBytes(client2, server2);
  server1.onReady = [&](uint8_t) {
    server2.stream.reset();
    server1.stream->setInterest(0);
  };
  onMain([&] {
    server1.stream->setInterest(io::kReadable);
    server2.stream->setInterest(io::kReadable);
  });
  ASSERT_TRUE(runUntil([&] { return !server1.calls.empty(); }));
  iterate(2);
  EXPECT_TRUE(server2.calls.empty());
}

TEST_P(ReadinessContract, AStreamWhoseInterestAnEarlierCallbackDroppedIsNotCalled) {
  Peer client1, server1, client2, server2;
  pairWithBytes(client1, server1);
  pairWithBytes(client2, server2);
  server1.onReady = [&](uint8_t) {
    server2.stream->setInterest(0);
    server1.stream->setInterest(0);
  };
  onMain([&] {
    server1.stream->setInterest(io::kReadable);
    server2.stream->setInterest(io::kReadable);
  });
  ASSERT_TRUE(runUntil([&] { return !server1.calls.empty(); }));
  iterate(2);
  EXPECT_TRUE(server2.calls.empty());
}

TEST_P(ReadinessContract, AStreamMayBeDestroyedInItsOwnCallback) {
  Peer client, server;
  pairWithBytes(client, server);
  server.onReady = [&](uint8_t) { server.stream.reset(); };
  onMain([&] { server.stream->setInterest(io::kReadable); });
  ASSERT_TRUE(runUntil([&] { return !server.calls.empty(); }));
  iterate(2);
  EXPECT_EQ(server.calls.size(), 1u);
}

TEST_P(ReadinessContract, NoCallbackComesAfterClose) {
  Peer client, server;
  pairWithBytes(client, server);
  onMain([&] {
    server.stream->setInterest(io::kReadable | io::kWritable);
    server.stream->close();
  });
  iterate(3);
  EXPECT_TRUE(server.calls.empty());
}

TEST_P(ReadinessContract, ReadySourcesComeBeforeTimersAndTimersBeforePosts) {
  std::vector<std::string> log;
  Peer client, server;
  pairWithBytes(client, server);
  server.onReady = [&](uint8_t) {
    log.push_back("ready");
    server.stream->setInterest(0);
    dispatcher_.post([&] { log.push_back("post"); });
  };
  TestTimer timer(dispatcher_, [&] { log.push_back("timer"); });
  onMain([&] {
    timer.timer.arm(Duration::zero());
    server.stream->setInterest(io::kReadable);
  });
  ASSERT_TRUE(runUntil([&] { return log.size() == 3; }));
  EXPECT_EQ(log, (std::vector<std::string>{"ready", "timer", "post"}));
}

TEST_P(ReadinessContract, WhatAReadySourceArmsOrSchedulesWaitsForTheNextIteration) {
  // Step 3 comes before step 4, yet 'next' means after another poll of the kernel, and a timer armed meanwhile waits.
  Peer client, server;
  pairWithBytes(client, server);
  bool ended = false;  // step 5 of the iteration in which the source was ready has come
  int late = 0;
  const auto check = [&] {
    EXPECT_TRUE(ended);
    ++late;
  };
  TestTimer timer(dispatcher_, check);
  TestTask next(check);
  TestTask end([&] { ended = true; });
  server.onReady = [&](uint8_t) {
    server.stream->setInterest(0);
    timer.timer.arm(Duration::zero());
    dispatcher_.scheduleNext(next.task);
    dispatcher_.schedule(end.task);
  };
  onMain([&] { server.stream->setInterest(io::kReadable); });
  ASSERT_TRUE(runUntil([&] { return late == 2; }));
}

}  // namespace
}  // namespace orrery::contract
