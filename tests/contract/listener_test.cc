// proxy/io/listener.h, network.h.

#include "tests/contract/fixture.h"

namespace orrery::contract {
namespace {

class ListenerContract : public ContractTest {
 protected:
  // Starts a connection whose local port identifies it.
  std::unique_ptr<io::Stream> connect(const io::ListenSocket& to) {
    auto s = dispatcher_.connect(to.localAddress(), {});
    EXPECT_TRUE(s.has_value());
    return std::move(*s);
  }
  // Connects and waits until the handshake is done.
  std::unique_ptr<io::Stream> connected(const io::ListenSocket& to) {
    auto s = connect(to);
    EXPECT_TRUE(runUntil([&] { return (s->readyBits() & io::kWritable) != 0; }));
    return s;
  }
};
ORRERY_CONTRACT(ListenerContract);

TEST_P(ListenerContract, PortZeroBecomesAPortOfItsOwn) {
  const auto a = listen();
  const auto b = listen();
  EXPECT_NE(a->localAddress().port(), 0);
  EXPECT_NE(a->localAddress().port(), b->localAddress().port());
}

TEST_P(ListenerContract, ConnectionsAreAcceptedInOrderOfArrival) {
  const auto socket = listen();
  std::vector<std::unique_ptr<io::Stream>> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(connected(*socket));
  Acceptor acceptor;
  const auto listener = dispatcher_.listen(socket, acceptor);
  ASSERT_TRUE(runUntil([&] { return acceptor.streams.size() == 5; }));
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ(acceptor.streams[i]->peerAddress(), clients[i]->localAddress());
}

TEST_P(ListenerContract, AllThatArePendingAreAcceptedInOneIteration) {
  const auto socket = listen();
  std::vector<std::unique_ptr<io::Stream>> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(connected(*socket));
  runFor(Duration::milliseconds(1));  // the last ACK of the last handshake is on its way
  IterationCounter counter(dispatcher_);
  std::vector<int> in;
  Acceptor acceptor;
  acceptor.onStream = [&] { in.push_back(counter.count()); };
  const auto listener = dispatcher_.listen(socket, acceptor);
  ASSERT_TRUE(runUntil([&] { return in.size() == 4; }));
  EXPECT_EQ(in[3], in[0]);
}

TEST_P(ListenerContract, NothingIsAcceptedInsideListen) {
  const auto socket = listen();
  const auto client = connected(*socket);
  Acceptor acceptor;
  std::unique_ptr<io::Listener> listener;
  onMain([&] {
    listener = dispatcher_.listen(socket, acceptor);
    EXPECT_TRUE(acceptor.streams.empty());
  });
  ASSERT_TRUE(runUntil([&] { return acceptor.streams.size() == 1; }));
}

TEST_P(ListenerContract, AnAcceptedStreamHasNoInterestYet) {
  const auto socket = listen();
  Acceptor acceptor;
  acceptor.onStream = [&] { EXPECT_EQ(acceptor.streams.back()->interest(), 0); };
  const auto listener = dispatcher_.listen(socket, acceptor);
  const auto client = connected(*socket);
  ASSERT_TRUE(runUntil([&] { return acceptor.streams.size() == 1; }));
  iterate(2);
}

TEST_P(ListenerContract, DestroyingAListenerKeepsThePendingConnections) {
  const auto socket = listen();
  Acceptor first;
  auto listener = dispatcher_.listen(socket, first);
  const auto warm = connected(*socket);
  ASSERT_TRUE(runUntil([&] { return first.streams.size() == 1; }));
  listener.reset();

  Peer client;
  client.take(connected(*socket));
  client.stream->setInterest(io::kReadable);
  iterate(3);
  EXPECT_EQ(first.streams.size(), 1u);
  EXPECT_TRUE(client.calls.empty()) << "neither closed nor reset";

  Acceptor second;
  listener = dispatcher_.listen(socket, second);
  ASSERT_TRUE(runUntil([&] { return second.streams.size() == 1; }));
  EXPECT_EQ(second.streams[0]->peerAddress(), client.stream->localAddress());
}

TEST_P(ListenerContract, TheListenerMayBeDestroyedInsideOnAccept) {
  const auto socket = listen();
  const auto a = connected(*socket);
  const auto b = connected(*socket);
  Acceptor acceptor;
  std::unique_ptr<io::Listener> listener;
  acceptor.onStream = [&] { listener.reset(); };
  listener = dispatcher_.listen(socket, acceptor);
  ASSERT_TRUE(runUntil([&] { return acceptor.streams.size() == 1; }));
  iterate(3);
  EXPECT_EQ(acceptor.streams.size(), 1u);
}

TEST_P(ListenerContract, AcceptingIsPausedByDroppingTheInterest) {
  const auto socket = listen();
  const auto a = connected(*socket);
  const auto b = connected(*socket);
  Acceptor acceptor;
  auto listener = dispatcher_.listen(socket, acceptor);
  acceptor.onStream = [&] { listener->setInterest(0); };
  ASSERT_TRUE(runUntil([&] { return acceptor.streams.size() == 1; }));
  iterate(3);
  EXPECT_EQ(acceptor.streams.size(), 1u) << "paused inside onAccept()";
  acceptor.onStream = nullptr;
  listener->setInterest(io::kReadable);
  ASSERT_TRUE(runUntil([&] { return acceptor.streams.size() == 2; }));
  EXPECT_EQ(acceptor.streams[1]->peerAddress(), b->localAddress());
}

TEST_P(ListenerContract, TheSocketLivesUntilItsLastOwnerLetsGo) {
  auto socket = listen();
  const io::Address at = socket->localAddress();
  Acceptor acceptor;
  auto listener = dispatcher_.listen(socket, acceptor);
  socket.reset();
  auto s = dispatcher_.connect(at, {});
  ASSERT_TRUE(s.has_value());
  ASSERT_TRUE(runUntil([&] { return acceptor.streams.size() == 1; }));
  listener.reset();
  auto late = dispatcher_.connect(at, {});
  ASSERT_TRUE(late.has_value());
  ASSERT_TRUE(runUntil([&] { return ((*late)->readyBits() & io::kError) != 0; }));
  EXPECT_EQ((*late)->takeError(), io::IoError::kConnectionRefused);
}

TEST_P(ListenerContract, AnAddressInUseIsToldUnlessBothSharePorts) {
  const auto first = listen();
  io::ListenOptions alone;
  alone.reusePort = false;
  const auto refused = world_->io().network.listen(first->localAddress(), alone);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error(), io::IoError::kAddressInUse);
  const auto shared = world_->io().network.listen(first->localAddress(), {});
  ASSERT_TRUE(shared.has_value());
  EXPECT_EQ((*shared)->localAddress(), first->localAddress());
}

TEST_P(ListenerContract, SocketsThatShareAPortShareItsConnections) {
  const auto first = listen();
  const auto second = listenAt(first->localAddress());
  Acceptor a, b;
  const auto la = dispatcher_.listen(first, a);
  const auto lb = dispatcher_.listen(second, b);
  std::vector<std::unique_ptr<io::Stream>> clients;
  for (int i = 0; i < 40; ++i) clients.push_back(connect(*first));
  ASSERT_TRUE(runUntil([&] { return a.streams.size() + b.streams.size() == 40; }));
  EXPECT_FALSE(a.streams.empty());
  EXPECT_FALSE(b.streams.empty());
}

TEST_P(ListenerContract, AForeignAddressCannotBeListenedOn) {
  const auto r = world_->io().network.listen(io::Address::ipv4(0xC0000201, 0), {});  // 192.0.2.1
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), io::IoError::kAddressNotAvailable);
}

}  // namespace
}  // namespace orrery::contract
