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
// Lifetime, threading and readiness as Stream.
class Datagram : public Readiness {
 public:
  void setCallbacks(DatagramCallbacks* callbacks) { callbacks_ = callbacks; }
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
