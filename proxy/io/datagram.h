#pragma once

#include <cstddef>
#include <span>

#include "proxy/io/address.h"
#include "proxy/io/io_error.h"
#include "proxy/io/stream.h"

namespace orrery::io {

class DatagramCallbacks {
 public:
  virtual void onDatagramReady(uint8_t bits) = 0;

 protected:
  ~DatagramCallbacks() = default;
};

// One datagram of a batch. When reading, `data` is room and `size` becomes the length of what came, cut to the room
// (`truncated`); when writing it is the payload.
struct DatagramSlot {
  MutableSlice data;
  Address peer;
  bool truncated = false;
};

// A UDP socket. Reads and writes arrays of datagrams; IoResult::bytes counts datagrams.
// Lifetime, threading and readiness as Stream. Errors: what the network says of a datagram (nobody listens there) reaches
// a socket only after connect(): once, by the next read or write or takeError(), with kError set.
class Datagram : public Readiness {
 public:
  void setCallbacks(DatagramCallbacks* callbacks) { callbacks_ = callbacks; }
  // From now on only the peer's datagrams are received, and its host's refusals are told. May be called again.
  virtual IoError connect(const Address& peer) = 0;
  virtual IoResult read(std::span<DatagramSlot> slots) = 0;
  virtual IoResult write(std::span<const DatagramSlot> slots) = 0;
  virtual IoError takeError() = 0;
  virtual const Address& localAddress() const = 0;

 protected:
  explicit Datagram(Dispatcher& dispatcher) : Readiness(dispatcher) {}
  void deliver(uint8_t bits) final {
    if (callbacks_ != nullptr) callbacks_->onDatagramReady(bits);
  }

 private:
  DatagramCallbacks* callbacks_ = nullptr;
};

}  // namespace orrery::io
