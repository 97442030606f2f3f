// proxy/io over IPv6: what both families promise, and what they do not do for each other.

#include <array>

#include "tests/contract/fixture.h"

namespace orrery::contract {
namespace {

using io::IoError;

class Ipv6Contract : public ContractTest {
 protected:
  void SetUp() override {
    const auto loopback = world_->anyIpv6Port();
    if (!loopback) GTEST_SKIP() << "no IPv6 here";
    loopback_ = *loopback;
  }
  static io::Address ip(std::string_view text, uint16_t port) { return *io::Address::parseIp(text, port); }
  // What connect() says, at once or once it is known.
  IoError connecting(const io::Address& to, const io::SocketOptions& options = {}) {
    Peer client;
    auto stream = dispatcher_.connect(to, options);
    if (!stream) return stream.error();
    client.take(std::move(*stream));
    client.stream->setInterest(io::kWritable | io::kReadable);
    EXPECT_TRUE(runUntil([&] { return client.seen != 0; }));
    return client.stream->takeError();
  }
  std::unique_ptr<io::Datagram> open(const io::Address& at) {
    auto d = dispatcher_.openDatagram(at);
    EXPECT_TRUE(d.has_value());
    return d ? std::move(*d) : nullptr;
  }
  static io::IoResult send(io::Datagram& from, const io::Address& to) {
    io::DatagramSlot slot;
    slot.data = {const_cast<char*>("hello"), 5};
    slot.peer = to;
    return from.write({&slot, 1});
  }

  io::Address loopback_;
};
ORRERY_CONTRACT(Ipv6Contract);

TEST_P(Ipv6Contract, StreamsCarryBytesAndEndAsOverIpv4) {
  Peer client, server;
  connectPairAt(loopback_, client, server);
  EXPECT_EQ(client.stream->localAddress(), server.stream->peerAddress());
  EXPECT_EQ(client.stream->peerAddress(), server.stream->localAddress());
  EXPECT_EQ(server.stream->originalDestination(), server.stream->localAddress());
  EXPECT_EQ(client.stream->localAddress().ipText(), "::1");
  EXPECT_NE(client.stream->localAddress().port(), 0);
  client.readEverything();
  server.readEverything();
  EXPECT_EQ(client.write("to the server").bytes, 13u);
  EXPECT_EQ(server.write("to the client").bytes, 13u);
  server.stream->shutdownWrite();
  ASSERT_TRUE(runUntil([&] { return client.ended && server.received.size() == 13; }));
  EXPECT_EQ(client.received, "to the client");
  client.stream->abort();
  ASSERT_TRUE(runUntil([&] { return server.error != IoError::kNone; }));
  EXPECT_EQ(server.error, IoError::kConnectionReset);
}

TEST_P(Ipv6Contract, ALocalAddressAskedForIsUsed) {
  Peer client, server;
  io::SocketOptions options;
  options.bind = loopback_;
  connectPairAt(loopback_, client, server, options);
  EXPECT_EQ(server.stream->peerAddress().ipText(), "::1");
}

TEST_P(Ipv6Contract, APortOnWhichNobodyListensRefuses) {
  EXPECT_EQ(connecting(loopback_.withPort(1)), IoError::kConnectionRefused);
}

TEST_P(Ipv6Contract, AListenerOnEveryIpv6AddressLeavesIpv4Alone) {
  const auto socket = listenAt(ip("::", 0));
  const uint16_t port = socket->localAddress().port();
  Acceptor acceptor;
  const auto listener = dispatcher_.listen(socket, acceptor);
  EXPECT_EQ(connecting(loopback_.withPort(port)), IoError::kNone);
  ASSERT_TRUE(runUntil([&] { return acceptor.streams.size() == 1; }));
  EXPECT_EQ(acceptor.streams[0]->localAddress(), loopback_.withPort(port));
  EXPECT_EQ(connecting(world_->anyPort().withPort(port)), IoError::kConnectionRefused);
  // So both can have the port.
  io::ListenOptions alone;
  alone.reusePort = false;
  const auto ipv4 = world_->io().network.listen(ip("0.0.0.0", port), alone);
  ASSERT_TRUE(ipv4.has_value());
  Acceptor other;
  const auto second = dispatcher_.listen(*ipv4, other);
  EXPECT_EQ(connecting(world_->anyPort().withPort(port)), IoError::kNone);
  ASSERT_TRUE(runUntil([&] { return other.streams.size() == 1; }));
  EXPECT_EQ(acceptor.streams.size(), 1u);
}

TEST_P(Ipv6Contract, OneAddressHasOneListenerAndEveryAddressIncludesIt) {
  io::ListenOptions alone;
  alone.reusePort = false;
  const auto first = listenAt(loopback_, alone);
  for (const char* again : {"::1", "::"}) {
    const auto second = world_->io().network.listen(ip(again, first->localAddress().port()), alone);
    ASSERT_FALSE(second.has_value()) << again;
    EXPECT_EQ(second.error(), IoError::kAddressInUse);
  }
}

TEST_P(Ipv6Contract, AForeignAddressCannotBeUsed) {
  const auto r = world_->io().network.listen(ip("2001:db8::1", 0), {});
  ASSERT_FALSE(r.has_value());
  EXPECT_EQ(r.error(), IoError::kAddressNotAvailable);
  io::SocketOptions options;
  options.bind = ip("2001:db8::1", 0);
  EXPECT_EQ(connecting(loopback_.withPort(9), options), IoError::kAddressNotAvailable);
}

TEST_P(Ipv6Contract, AMappedAddressIsThatOfIpv4) {
  const auto socket = listen();
  const uint16_t port = socket->localAddress().port();
  Acceptor acceptor;
  const auto listener = dispatcher_.listen(socket, acceptor);
  const io::Address mapped = ip("::ffff:127.0.0.1", port);
  auto stream = dispatcher_.connect(mapped, {});
  ASSERT_TRUE(stream.has_value());
  ASSERT_TRUE(runUntil([&] { return acceptor.streams.size() == 1; }));
  EXPECT_EQ((*stream)->peerAddress(), mapped);
  EXPECT_EQ((*stream)->localAddress().ipText(), "::ffff:127.0.0.1");
  EXPECT_EQ(acceptor.streams[0]->peerAddress().ipText(), "127.0.0.1");
  EXPECT_EQ(acceptor.streams[0]->peerAddress().port(), (*stream)->localAddress().port());
}

TEST_P(Ipv6Contract, AddressesOfTheOtherFamilyCannotBeBoundTo) {
  io::SocketOptions options;
  options.bind = world_->anyPort();
  EXPECT_EQ(connecting(loopback_.withPort(9), options), IoError::kInvalid);
  options.bind = loopback_;
  EXPECT_EQ(connecting(world_->anyPort().withPort(9), options), IoError::kOther);
  // An IPv6 address has no route to what is mapped.
  EXPECT_EQ(connecting(ip("::ffff:127.0.0.1", 9), options), IoError::kNetworkUnreachable);
}

TEST_P(Ipv6Contract, DatagramsTravelAndAreRefused) {
  const auto receiver = open(loopback_);
  const auto sender = open(ip("::", 0));
  EXPECT_TRUE(send(*sender, receiver->localAddress()).ok());
  char room[16];
  io::DatagramSlot slot;
  ASSERT_TRUE(runUntil([&] {
    slot.data = {room, sizeof room};
    return receiver->read({&slot, 1}).bytes == 1;
  }));
  EXPECT_EQ(std::string(room, slot.data.size), "hello");
  EXPECT_EQ(slot.peer, loopback_.withPort(sender->localAddress().port()));
  const io::Address nobody = loopback_.withPort(1);
  ASSERT_EQ(receiver->connect(nobody), IoError::kNone);
  EXPECT_TRUE(send(*receiver, nobody).ok());
  ASSERT_TRUE(runUntil([&] { return receiver->takeError() == IoError::kConnectionRefused; }));
}

TEST_P(Ipv6Contract, DatagramsDoNotCrossFamilies) {
  const auto ipv6 = open(ip("::", 0));
  const auto ipv4 = open(world_->anyPort());
  EXPECT_EQ(send(*ipv6, ip("::ffff:127.0.0.1", 9)).error, IoError::kNetworkUnreachable);
  EXPECT_EQ(ipv6->connect(ip("::ffff:127.0.0.1", 9)), IoError::kNetworkUnreachable);
  EXPECT_EQ(ipv4->connect(loopback_.withPort(9)), IoError::kOther);
  EXPECT_EQ(send(*ipv4, loopback_.withPort(9)).error, IoError::kOther);
  // One port in both.
  EXPECT_TRUE(dispatcher_.openDatagram(ip("0.0.0.0", ipv6->localAddress().port())).has_value());
  const auto taken = dispatcher_.openDatagram(loopback_.withPort(ipv6->localAddress().port()));
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error(), IoError::kAddressInUse);
}

}  // namespace
}  // namespace orrery::contract
