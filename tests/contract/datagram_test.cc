// proxy/io/datagram.h.

#include <array>

#include "tests/contract/fixture.h"

namespace orrery::contract {
namespace {

struct Reader final : io::DatagramCallbacks {
  void onDatagramReady(uint8_t bits) override {
    ++calls;
    if ((bits & io::kReadable) == 0) return;
    for (;;) {
      std::array<std::array<char, 64>, 4> rooms;
      std::array<io::DatagramSlot, 4> slots;
      for (size_t i = 0; i < slots.size(); ++i) slots[i].data = {rooms[i].data(), room};
      const io::IoResult r = socket->read(slots);
      if (!r.ok()) {
        EXPECT_TRUE(r.wouldBlock());
        return;
      }
      for (size_t i = 0; i < r.bytes; ++i) {
        payloads.emplace_back(slots[i].data.data, slots[i].data.size);
        peers.push_back(slots[i].peer);
        truncated.push_back(slots[i].truncated);
      }
    }
  }
  io::Datagram* socket = nullptr;
  size_t room = 64;
  int calls = 0;
  std::vector<std::string> payloads;
  std::vector<io::Address> peers;
  std::vector<bool> truncated;
};

class DatagramContract : public ContractTest {
 protected:
  void SetUp() override {
    sender_ = open();
    receiver_ = open();
    reader_.socket = receiver_.get();
    receiver_->setCallbacks(&reader_);
    receiver_->setInterest(io::kReadable);
  }
  std::unique_ptr<io::Datagram> open() {
    auto d = dispatcher_.openDatagram(world_->anyPort());
    EXPECT_TRUE(d.has_value());
    return d.has_value() ? std::move(*d) : nullptr;
  }
  io::IoResult send(const std::vector<std::string>& payloads) {
    std::vector<io::DatagramSlot> slots;
    for (const std::string& p : payloads) {
      io::DatagramSlot s;
      s.data = {const_cast<char*>(p.data()), p.size()};
      s.peer = receiver_->localAddress();
      slots.push_back(s);
    }
    return sender_->write(slots);
  }

  std::unique_ptr<io::Datagram> sender_;
  std::unique_ptr<io::Datagram> receiver_;
  Reader reader_;
};
ORRERY_CONTRACT(DatagramContract);

TEST_P(DatagramContract, DatagramsKeepTheirBoundsOrderAndSender) {
  EXPECT_EQ(send({"one", "two", "three", "", "five", "six"}).bytes, 6u);
  ASSERT_TRUE(runUntil([&] { return reader_.payloads.size() == 6; }));
  EXPECT_EQ(reader_.payloads, (std::vector<std::string>{"one", "two", "three", "", "five", "six"}));
  for (const auto& p : reader_.peers) EXPECT_EQ(p, sender_->localAddress());
  for (const bool t : reader_.truncated) EXPECT_FALSE(t);
}

TEST_P(DatagramContract, ADatagramLongerThanTheRoomIsCutAndSaysSo) {
  reader_.room = 4;
  EXPECT_EQ(send({"longer than four", "next"}).bytes, 2u);
  ASSERT_TRUE(runUntil([&] { return reader_.payloads.size() == 2; }));
  EXPECT_EQ(reader_.payloads, (std::vector<std::string>{"long", "next"}));
  EXPECT_EQ(reader_.truncated, (std::vector<bool>{true, false}));
}

TEST_P(DatagramContract, AReadOfNothingWouldBlockAndCallsComeOnlyWithDatagrams) {
  char room[8];
  io::DatagramSlot slot;
  slot.data = {room, sizeof(room)};
  EXPECT_TRUE(receiver_->read({&slot, 1}).wouldBlock());
  iterate(3);
  EXPECT_EQ(reader_.calls, 0);
}

TEST_P(DatagramContract, NoCallbackComesAfterDestruction) {
  EXPECT_EQ(send({"too late"}).bytes, 1u);
  receiver_.reset();
  runFor(Duration::milliseconds(10));
  EXPECT_EQ(reader_.calls, 0);
}

TEST_P(DatagramContract, APortInUseIsTold) {
  const auto second = dispatcher_.openDatagram(receiver_->localAddress());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error(), io::IoError::kAddressInUse);
}

TEST_P(DatagramContract, AConnectedSocketIsToldOnceThatNobodyListens) {
  const io::Address gone = receiver_->localAddress();
  receiver_.reset();
  EXPECT_EQ(sender_->connect(gone), io::IoError::kNone);
  int errors = 0;
  struct Errors final : io::DatagramCallbacks {
    explicit Errors(int& n) : count(n) {}
    void onDatagramReady(uint8_t bits) override { count += (bits & io::kError) != 0 ? 1 : 0; }
    int& count;
  } callbacks(errors);
  sender_->setCallbacks(&callbacks);
  sender_->setInterest(io::kReadable);
  std::string payload = "anybody?";
  io::DatagramSlot slot;
  slot.data = {payload.data(), payload.size()};
  slot.peer = gone;
  EXPECT_EQ(sender_->write({&slot, 1}).bytes, 1u);
  ASSERT_TRUE(runUntil([&] { return errors > 0; }));
  char room[8];
  io::DatagramSlot into;
  into.data = {room, sizeof(room)};
  EXPECT_EQ(sender_->read({&into, 1}).error, io::IoError::kConnectionRefused);
  EXPECT_TRUE(sender_->read({&into, 1}).wouldBlock());
  EXPECT_EQ(sender_->takeError(), io::IoError::kNone);
}

TEST_P(DatagramContract, AnUnconnectedSocketIsNotTold) {
  const io::Address gone = receiver_->localAddress();
  receiver_.reset();
  std::string payload = "anybody?";
  io::DatagramSlot slot;
  slot.data = {payload.data(), payload.size()};
  slot.peer = gone;
  EXPECT_EQ(sender_->write({&slot, 1}).bytes, 1u);
  runFor(Duration::milliseconds(10));
  char room[8];
  io::DatagramSlot into;
  into.data = {room, sizeof(room)};
  EXPECT_TRUE(sender_->read({&into, 1}).wouldBlock());
}

TEST_P(DatagramContract, AConnectedSocketReceivesItsPeersDatagramsOnly) {
  auto third = open();
  EXPECT_EQ(receiver_->connect(sender_->localAddress()), io::IoError::kNone);
  std::string payload = "from the third";
  io::DatagramSlot slot;
  slot.data = {payload.data(), payload.size()};
  slot.peer = receiver_->localAddress();
  EXPECT_EQ(third->write({&slot, 1}).bytes, 1u);
  EXPECT_EQ(send({"from the peer"}).bytes, 1u);
  ASSERT_TRUE(runUntil([&] { return !reader_.payloads.empty(); }));
  runFor(Duration::milliseconds(5));
  EXPECT_EQ(reader_.payloads, (std::vector<std::string>{"from the peer"}));
}

}  // namespace
}  // namespace orrery::contract
