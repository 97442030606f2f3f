#pragma once

#include <array>
#include <cstddef>
#include <mutex>

#include "proxy/io/entropy.h"

namespace orrery::io_asio {

// getrandom(2), fetched 4 KiB at a time: an id of 16 bytes costs no system call. Bytes are wiped when handed out.
// Threading: any thread.
class RealEntropy final : public io::Entropy {
 public:
  void fill(std::span<uint8_t> out) override;

 private:
  std::mutex mutex_;
  std::array<uint8_t, 4096> bytes_{};
  size_t left_ = 0;  // unused bytes are the last ones
};

}  // namespace orrery::io_asio
