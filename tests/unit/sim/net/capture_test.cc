#include "sim/net/capture.h"

#include "sim/net/packet_bytes.h"
#include "sim/net/socket_table.h"
#include "tests/unit/sim/net/kernel_world.h"

namespace orrery::sim {
namespace {

using K = KernelWorld;

uint32_t u16(std::string_view b, size_t at) {
  return static_cast<uint32_t>(static_cast<uint8_t>(b[at])) << 8 | static_cast<uint8_t>(b[at + 1]);
}

// RFC 1071: with the checksum in its place the sum is all ones.
bool sumsToOnes(std::string_view bytes, uint64_t sum = 0) {
  for (size_t i = 0; i < bytes.size(); i += 2) {
    sum += i + 1 < bytes.size() ? u16(bytes, i) : static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << 8;
  }
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return sum == 0xffff;
}

TEST(PacketBytes, ChecksumsHoldForAnyLength) {
  BlockPool blocks;
  for (uint32_t length = 0; length < 70; ++length) {
    for (const bool datagram : {false, true}) {
      Segment s;
      s.from = {0x7f000002, 40000};
      s.to = {0x7f000003, 80};
      s.seq = 0xfffffff0;
      s.ack = 12345;
      s.window = 131'072;
      s.flags = kAck | kPsh;
      s.datagram = datagram;
      s.block = BlockRef(blocks.take(length + 1));
      for (uint32_t i = 0; i < length; ++i) s.block->data()[i] = static_cast<char>(251 * i + length);
      s.length = length;
      std::string p;
      appendPacket(s, 7, 1460, p);
      ASSERT_EQ(p.size(), (datagram ? 28u : 40u) + length);
      EXPECT_EQ(u16(p, 2), p.size());
      EXPECT_TRUE(sumsToOnes(std::string_view(p).substr(0, 20)));
      const std::string_view rest = std::string_view(p).substr(20);
      const uint64_t pseudo = (datagram ? 17u : 6u) + rest.size() + u16(p, 12) + u16(p, 14) + u16(p, 16) + u16(p, 18);
      EXPECT_TRUE(sumsToOnes(rest, pseudo)) << length << datagram;
      if (!datagram) {
        EXPECT_EQ(u16(p, 34), 1024u);  // 131,072 in units of 128
      }
    }
  }
}

TEST(PacketBytes, OnlyAClosedWindowReadsZero) {
  Segment s;
  s.flags = kAck;
  for (const auto& [window, shown] : std::vector<std::pair<uint32_t, uint32_t>>{{0, 0}, {1, 1}, {128, 1}, {129, 2}}) {
    std::string p;
    s.window = window;
    appendPacket(s, 0, 1460, p);
    EXPECT_EQ(u16(p, 34), shown);
  }
}

TEST(Capture, DoesNotChangeTheRun) {
  const auto hash = [](bool captured) {
    LinkOptions o;
    o.loss = o.duplication = {200'000};
    K w(o);
    std::optional<Capture> capture;
    if (captured) capture.emplace(w.net, CaptureOptions{});
    auto [c, s] = w.pair();
    K::write(*c, std::string(100'000, 'x'));
    w.settle();
    EXPECT_TRUE(!captured || capture->take().size() > 100'000u);
    return w.run.hash();
  };
  EXPECT_EQ(hash(true), hash(false));
}

TEST(SocketTable, ShowsWhatNetstatWould) {
  K w;
  auto [c, s] = w.pair();
  K::write(*c, "four");
  w.settle();
  const auto udp = w.server.udp().bind({K::kServerIp, 53}, 1);
  w.server.setDown(true);
  K::write(*c, "lost");
  w.pass(Duration::milliseconds(100));
  const std::string table = socketTableText(socketTable(w.net), 10);
  EXPECT_NE(table.find("client  tcp    ESTABLISHED          0       4  127.0.0.2:32768        127.0.0.3:80           "
                       "tail-probe 0."),
            std::string::npos)
      << table;
  EXPECT_NE(table.find("server  tcp    LISTEN               0       0  127.0.0.3:80           *:*\n"),
            std::string::npos)
      << table;
  EXPECT_NE(table.find("server  tcp    ESTABLISHED          4       0  127.0.0.3:80           127.0.0.2:32768\n"),
            std::string::npos)
      << table;
  EXPECT_NE(table.find("server  udp                         0       0  127.0.0.3:53           *:*\n"),
            std::string::npos)
      << table;
  EXPECT_NE(socketTableText(socketTable(w.net), 2).find("and 2 more"), std::string::npos);
}

}  // namespace
}  // namespace orrery::sim
