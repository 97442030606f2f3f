#include "tests/contract/fixture.h"

#include "proxy/base/assert.h"

namespace orrery::contract {

io::IoResult Peer::read(size_t room) {
  std::string buffer(room, '\0');
  const io::MutableSlice slice{buffer.data(), buffer.size()};
  const io::IoResult r = stream->read({&slice, 1});
  received.append(buffer, 0, r.bytes);
  if (r.ok() && r.bytes == 0) ended = true;
  if (!r.ok() && !r.wouldBlock()) error = r.error;
  return r;
}

io::IoResult Peer::readAll() {
  for (;;) {
    const io::IoResult r = read();
    if (!r.ok() || r.bytes == 0) return r;
  }
}

void Peer::readEverything() {
  onReady = [this](uint8_t bits) {
    if ((bits & (io::kReadable | io::kError)) == 0) return;
    readAll();
    if (ended || error != io::IoError::kNone) stream->setInterest(0);
  };
  stream->setInterest(io::kReadable);
}

void ContractTest::onMain(std::function<void()> fn) {
  auto done = std::make_shared<bool>(false);
  dispatcher_.post([fn = std::move(fn), done] {
    fn();
    *done = true;
  });
  ASSERT_TRUE(runUntil([done] { return *done; }));
}

void ContractTest::iterate(int n) {
  IterationCounter counter(dispatcher_);
  ASSERT_TRUE(runUntil([&] { return counter.count() >= n; }));
}

std::shared_ptr<io::ListenSocket> ContractTest::listen(const io::ListenOptions& options) {
  return listenAt(world_->anyPort(), options);
}

std::shared_ptr<io::ListenSocket> ContractTest::listenAt(const io::Address& at, const io::ListenOptions& options) {
  auto socket = world_->io().network.listen(at, options);
  EXPECT_TRUE(socket.has_value()) << at.text() << ": " << io::ioErrorText(socket.error());
  ORRERY_ASSERT(socket.has_value(), "no test goes on without its listening socket");
  return *socket;
}

void ContractTest::connectPair(Peer& client, Peer& server, const io::SocketOptions& options,
                               const io::ListenOptions& listenOptions) {
  connectPairAt(world_->anyPort(), client, server, options, listenOptions);
}

void ContractTest::connectPairAt(const io::Address& at, Peer& client, Peer& server, const io::SocketOptions& options,
                                 const io::ListenOptions& listenOptions) {
  auto socket = listenAt(at, listenOptions);
  Acceptor acceptor;
  auto listener = dispatcher_.listen(socket, acceptor);
  auto connecting = dispatcher_.connect(socket->localAddress(), options);
  ASSERT_TRUE(connecting.has_value()) << io::ioErrorText(connecting.error());
  client.take(std::move(*connecting));
  client.stream->setInterest(io::kWritable);
  client.onReady = [&](uint8_t) { client.stream->setInterest(0); };
  ASSERT_TRUE(runUntil([&] { return client.seen != 0 && acceptor.streams.size() == 1; }));
  ASSERT_EQ(client.stream->takeError(), io::IoError::kNone);
  client.onReady = nullptr;
  client.calls.clear();
  client.seen = 0;
  server.take(std::move(acceptor.streams[0]));
}

io::Address ContractTest::refusing() {
  const auto socket = listen();
  return socket->localAddress();  // and nobody listens there any more
}

std::string backendName(const testing::TestParamInfo<Backend>& info) { return info.param.name; }

}  // namespace orrery::contract
