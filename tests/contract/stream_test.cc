// proxy/io/stream.h: bytes, ends, errors.

#include <array>

#include "tests/contract/fixture.h"

namespace orrery::contract {
namespace {

using StreamContract = ContractTest;
ORRERY_CONTRACT(StreamContract);

using io::IoError;

TEST_P(StreamContract, BytesArriveBothWays) {
  Peer client, server;
  connectPair(client, server);
  client.readEverything();
  server.readEverything();
  EXPECT_EQ(client.write("to the server").bytes, 13u);
  EXPECT_EQ(server.write("to the client").bytes, 13u);
  ASSERT_TRUE(runUntil([&] { return client.received.size() == 13 && server.received.size() == 13; }));
  EXPECT_EQ(server.received, "to the server");
  EXPECT_EQ(client.received, "to the client");
}

TEST_P(StreamContract, AddressesMirrorEachOther) {
  Peer client, server;
  connectPair(client, server);
  EXPECT_EQ(client.stream->localAddress(), server.stream->peerAddress());
  EXPECT_EQ(client.stream->peerAddress(), server.stream->localAddress());
  EXPECT_NE(client.stream->localAddress().port(), 0);
  EXPECT_EQ(server.stream->originalDestination(), server.stream->localAddress());
  EXPECT_STREQ(client.stream->info().state, "ESTABLISHED");
}

TEST_P(StreamContract, ALocalAddressAskedForIsUsed) {
  Peer client, server;
  io::SocketOptions options;
  options.bind = world_->anyPort();
  connectPair(client, server, options);
  EXPECT_EQ(server.stream->peerAddress().ipText(), world_->anyPort().ipText());
}

TEST_P(StreamContract, ReadAndWriteTakeSeveralSlices) {
  Peer client, server;
  connectPair(client, server);
  const std::array<io::ConstSlice, 3> out{{{"abc", 3}, {"", 0}, {"defgh", 5}}};
  EXPECT_EQ(client.stream->write(out).bytes, 8u);
  server.stream->setInterest(io::kReadable);
  server.onReady = [&](uint8_t) { server.stream->setInterest(0); };
  ASSERT_TRUE(runUntil([&] { return (server.seen & io::kReadable) != 0; }));
  char first[2];
  char second[16];
  const std::array<io::MutableSlice, 2> in{{{first, sizeof(first)}, {second, sizeof(second)}}};
  const io::IoResult r = server.stream->read(in);
  ASSERT_EQ(r.bytes, 8u);
  EXPECT_EQ(std::string(first, 2) + std::string(second, 6), "abcdefgh");
}

TEST_P(StreamContract, AReadOfNothingWouldBlock) {
  Peer client, server;
  connectPair(client, server);
  EXPECT_TRUE(client.read().wouldBlock());
  EXPECT_EQ(client.stream->readyBits() & io::kReadable, 0);
}

TEST_P(StreamContract, AReadTakesNoMoreThanItHasRoomForAndTheRestStays) {
  Peer client, server;
  connectPair(client, server);
  EXPECT_EQ(client.write("0123456789").bytes, 10u);
  server.onReady = [&](uint8_t) { EXPECT_LE(server.read(3).bytes, 3u); };
  server.stream->setInterest(io::kReadable);
  ASSERT_TRUE(runUntil([&] { return server.received.size() == 10; }));
  EXPECT_EQ(server.received, "0123456789");
}

// The urgent byte is left out (SO_OOBINLINE is off), and the end of a read before it is not the end of what is there: no edge
// would come for the rest.
TEST_P(StreamContract, UrgentDataIsLeftOutAndWhatFollowsItIsRead) {
  const auto socket = listen();
  Acceptor acceptor;
  const auto listener = dispatcher_.listen(socket, acceptor);
  world_->talkUrgently(socket->localAddress());
  ASSERT_TRUE(runUntil([&] { return acceptor.streams.size() == 1; }));
  Peer server;
  server.take(std::move(acceptor.streams[0]));
  server.onReady = [&](uint8_t) { (void)server.read(); };  // once each time: what is left over must be told again
  server.stream->setInterest(io::kReadable);
  ASSERT_TRUE(runUntil([&] { return server.received.size() >= 11; }));
  EXPECT_EQ(server.received, "beforeafter");
}

TEST_P(StreamContract, PeekLeavesTheBytes) {
  Peer client, server;
  connectPair(client, server);
  EXPECT_EQ(client.write("hello").bytes, 5u);
  char room[16];
  bool peeked = false;
  server.onReady = [&](uint8_t) {
    const io::IoResult r = server.stream->peek({room, 3});
    EXPECT_EQ(r.bytes, 3u);
    EXPECT_EQ(std::string(room, 3), "hel");
    peeked = true;
    EXPECT_NE(server.stream->readyBits() & io::kReadable, 0);
    server.stream->setInterest(0);
  };
  server.stream->setInterest(io::kReadable);
  ASSERT_TRUE(runUntil([&] { return peeked; }));
  EXPECT_EQ(server.read().bytes, 5u);
  EXPECT_EQ(server.received, "hello");
  EXPECT_TRUE(server.stream->peek({room, 3}).wouldBlock());
}

TEST_P(StreamContract, AFullPipeWouldBlockAndBecomesWritableAgain) {
  Peer client, server;
  io::SocketOptions small;
  small.sendBuffer = 16 * 1024;
  io::ListenOptions listenOptions;
  listenOptions.accepted.receiveBuffer = 16 * 1024;
  connectPair(client, server, small, listenOptions);

  // Nobody reads: writes become short, then would block. The pattern's period is no power of two.
  constexpr size_t kTotal = 1'000'003;
  std::string pattern(kTotal, '\0');
  for (size_t i = 0; i < kTotal; ++i) pattern[i] = static_cast<char>(i % 251);
  size_t sent = 0;
  bool blocked = false;
  client.onReady = [&](uint8_t bits) {
    if ((bits & io::kWritable) == 0) return;
    while (sent < kTotal) {
      const io::IoResult r = client.write(std::string_view(pattern).substr(sent, 10'000));
      if (r.wouldBlock()) {
        blocked = true;
        EXPECT_EQ(client.stream->readyBits() & io::kWritable, 0);
        return;
      }
      ASSERT_TRUE(r.ok());
      ASSERT_GT(r.bytes, 0u);
      sent += r.bytes;
    }
    client.stream->setInterest(0);
  };
  client.stream->setInterest(io::kWritable);
  ASSERT_TRUE(runUntil([&] { return blocked; }));
  const size_t before = sent;
  EXPECT_LT(before, kTotal);
  client.calls.clear();
  iterate(5);
  EXPECT_TRUE(client.calls.empty()) << "no callback while nothing changes";

  server.readEverything();
  ASSERT_TRUE(runUntil([&] { return server.received.size() == kTotal; }));
  EXPECT_EQ(server.received, pattern);
}

TEST_P(StreamContract, TheEndIsReadAfterAllBytes) {
  Peer client, server;
  connectPair(client, server);
  EXPECT_EQ(client.write("last words").bytes, 10u);
  client.stream->close();
  server.readEverything();
  ASSERT_TRUE(runUntil([&] { return server.ended; }));
  EXPECT_EQ(server.received, "last words");
  EXPECT_EQ(server.error, IoError::kNone);
  EXPECT_NE(server.seen & io::kPeerClosed, io::kPeerClosed) << "delivered only where it is of interest";
  EXPECT_EQ(server.read().bytes, 0u) << "the end stays";
}

TEST_P(StreamContract, TheEndIsDeliveredAfterAReadThatTookAllBytesOnly) {
  // Bytes and FIN are there before the first read; one read for each callback, with room to spare.
  Peer client, server;
  connectPair(client, server);
  EXPECT_EQ(client.write("last words").bytes, 10u);
  client.stream->close();
  ASSERT_TRUE(runUntil([&] { return (server.stream->readyBits() & io::kPeerClosed) != 0; }));
  server.onReady = [&](uint8_t) {
    server.read();
    if (server.ended) server.stream->setInterest(0);
  };
  server.stream->setInterest(io::kReadable);
  ASSERT_TRUE(runUntil([&] { return server.ended; }));
  EXPECT_EQ(server.received, "last words");
}

TEST_P(StreamContract, DestructionClosesLikeClose) {
  Peer client, server;
  connectPair(client, server);
  client.stream.reset();
  server.readEverything();
  ASSERT_TRUE(runUntil([&] { return server.ended; }));
}

TEST_P(StreamContract, HalfCloseEndsOneDirectionOnly) {
  Peer client, server;
  connectPair(client, server);
  EXPECT_EQ(client.write("question").bytes, 8u);
  client.stream->shutdownWrite();
  server.readEverything();
  ASSERT_TRUE(runUntil([&] { return server.ended; }));
  EXPECT_EQ(server.received, "question");

  EXPECT_EQ(client.write("more").error, IoError::kBrokenPipe);
  EXPECT_EQ(server.write("answer").bytes, 6u);
  server.stream->close();
  client.readEverything();
  ASSERT_TRUE(runUntil([&] { return client.ended; }));
  EXPECT_EQ(client.received, "answer");
  EXPECT_EQ(client.error, IoError::kNone);
}

TEST_P(StreamContract, TwoEndsAreNoError) {
  Peer client, server;
  connectPair(client, server);
  client.stream->shutdownWrite();
  server.stream->shutdownWrite();
  client.readEverything();
  server.readEverything();
  ASSERT_TRUE(runUntil([&] { return client.ended && server.ended; }));
  iterate(2);
  EXPECT_EQ(client.seen & io::kError, 0);
  EXPECT_EQ(server.seen & io::kError, 0);
  EXPECT_EQ(client.stream->readyBits() & io::kError, 0);
}

TEST_P(StreamContract, ClosingWithUnreadBytesResetsThePeer) {
  Peer client, server;
  connectPair(client, server);
  EXPECT_EQ(client.write("nobody reads this").bytes, 17u);
  ASSERT_TRUE(runUntil([&] { return (server.stream->readyBits() & io::kReadable) != 0; }));
  server.stream->close();
  client.readEverything();
  ASSERT_TRUE(runUntil([&] { return client.error != IoError::kNone || client.ended; }));
  EXPECT_EQ(client.error, IoError::kConnectionReset);
  EXPECT_NE(client.seen & io::kError, 0);
}

TEST_P(StreamContract, AbortResetsThePeer) {
  Peer client, server;
  connectPair(client, server);
  client.stream->abort();
  server.readEverything();
  ASSERT_TRUE(runUntil([&] { return server.error != IoError::kNone || server.ended; }));
  EXPECT_EQ(server.error, IoError::kConnectionReset);
}

TEST_P(StreamContract, BytesThatArrivedBeforeAResetCanStillBeRead) {
  Peer client, server;
  connectPair(client, server);
  EXPECT_EQ(client.write("arrived").bytes, 7u);
  ASSERT_TRUE(runUntil([&] { return (server.stream->readyBits() & io::kReadable) != 0; }));
  client.stream->abort();
  ASSERT_TRUE(runUntil([&] { return (server.stream->readyBits() & io::kError) != 0; }));
  EXPECT_EQ(server.read().bytes, 7u);
  EXPECT_EQ(server.read().error, IoError::kConnectionReset);
}

TEST_P(StreamContract, TakeErrorTellsAResetOnce) {
  Peer client, server;
  connectPair(client, server);
  client.stream->abort();
  ASSERT_TRUE(runUntil([&] { return (server.stream->readyBits() & io::kError) != 0; }));
  EXPECT_EQ(server.stream->takeError(), IoError::kConnectionReset);
  EXPECT_EQ(server.stream->readyBits() & io::kError, 0) << "pending no more";
  EXPECT_EQ(server.stream->takeError(), IoError::kNone);
}

TEST_P(StreamContract, WritingToAPeerThatHasClosedIsAnsweredByAReset) {
  // The FIN says only that the peer sends no more; the first write goes out, its answer is a reset.
  Peer client, server;
  connectPair(client, server);
  server.stream->close();
  client.readEverything();
  ASSERT_TRUE(runUntil([&] { return client.ended; }));
  EXPECT_EQ(client.write("too late").bytes, 8u);
  ASSERT_TRUE(runUntil([&] { return (client.stream->readyBits() & io::kError) != 0; }));
  EXPECT_EQ(client.write("again").error, IoError::kBrokenPipe);
}

TEST_P(StreamContract, ARefusedConnectIsToldOnceByTakeError) {
  auto connecting = dispatcher_.connect(refusing(), {});
  ASSERT_TRUE(connecting.has_value());
  Peer client;
  client.take(std::move(*connecting));
  client.onReady = [&](uint8_t) { client.stream->setInterest(0); };
  client.stream->setInterest(io::kWritable);
  ASSERT_TRUE(runUntil([&] { return client.seen != 0; }));
  EXPECT_NE(client.seen & io::kError, 0);
  EXPECT_EQ(client.stream->takeError(), IoError::kConnectionRefused);
  EXPECT_EQ(client.stream->takeError(), IoError::kNone);
}

TEST_P(StreamContract, AConnectFromAForeignAddressFailsAtOnce) {
  io::SocketOptions options;
  options.bind = io::Address::ipv4(0xC0000201, 0);  // 192.0.2.1 (TEST-NET-1, RFC 5737) is nobody's
  const auto result = dispatcher_.connect(refusing(), options);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error(), IoError::kAddressNotAvailable);
}

TEST_P(StreamContract, WritesBeforeTheConnectionIsMadeWouldBlockOrBreak) {
  const auto socket = listen();
  auto connecting = dispatcher_.connect(socket->localAddress(), {});
  ASSERT_TRUE(connecting.has_value());
  Peer client;
  client.take(std::move(*connecting));
  const io::IoResult early = client.write("early");
  if (!early.ok()) {
    EXPECT_TRUE(early.wouldBlock());
  }
  client.onReady = [&](uint8_t) { client.stream->setInterest(0); };
  client.stream->setInterest(io::kWritable);
  ASSERT_TRUE(runUntil([&] { return (client.seen & io::kWritable) != 0; }));
  EXPECT_EQ(client.stream->takeError(), IoError::kNone);
  EXPECT_EQ(client.write("now").bytes, 3u);
}

TEST_P(StreamContract, AReleasedStreamIsAdoptedWithWhatLiesInIt) {
  Peer client, server;
  connectPair(client, server);
  EXPECT_EQ(client.write("before").bytes, 6u);
  ASSERT_TRUE(runUntil([&] { return (server.stream->readyBits() & io::kReadable) != 0; }));
  const io::Address peer = server.stream->peerAddress();
  server.stream->setCallbacks(nullptr);
  auto handle = server.stream->release();
  server.stream.reset();
  EXPECT_EQ(client.write(" and between").bytes, 12u);
  iterate(2);
  Peer adopted;
  adopted.take(dispatcher_.adopt(std::move(handle)));
  adopted.readEverything();
  ASSERT_TRUE(runUntil([&] { return adopted.received.size() == 18; }));
  EXPECT_EQ(adopted.received, "before and between");
  EXPECT_EQ(adopted.stream->peerAddress(), peer);
  EXPECT_EQ(adopted.write("answer").bytes, 6u);
  client.readEverything();
  ASSERT_TRUE(runUntil([&] { return client.received == "answer"; }));
}

TEST_P(StreamContract, AReleasedStreamThatNobodyAdoptsIsClosed) {
  Peer client, server;
  connectPair(client, server);
  server.stream->setCallbacks(nullptr);
  server.stream->release().reset();
  server.stream.reset();
  client.readEverything();
  ASSERT_TRUE(runUntil([&] { return client.ended; }));
}

TEST_P(StreamContract, UnixSocketsCarryBytes) {
  for (const auto& at : {world_->unixPath("socket"), world_->unixAbstract("socket")}) {
    if (!at) GTEST_SKIP() << "this back end has no unix sockets";
    Peer client, server;
    connectPairAt(*at, client, server);
    EXPECT_EQ(client.stream->peerAddress(), *at);
    EXPECT_EQ(server.stream->localAddress(), *at);
    client.readEverything();
    server.readEverything();
    EXPECT_EQ(client.write("over unix").bytes, 9u);
    ASSERT_TRUE(runUntil([&] { return server.received == "over unix"; }));
    server.stream->close();
    ASSERT_TRUE(runUntil([&] { return client.ended; }));
    EXPECT_EQ(client.error, IoError::kNone);
  }
}

TEST_P(StreamContract, AUnixSocketWhereNobodyListensFailsAtOnce) {
  const auto at = world_->unixPath("nobody");
  if (!at) GTEST_SKIP() << "this back end has no unix sockets";
  const auto result = dispatcher_.connect(*at, {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error(), IoError::kNotFound);
}

}  // namespace
}  // namespace orrery::contract
