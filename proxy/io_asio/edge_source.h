#pragma once

#include <sys/epoll.h>

#include <cstdint>

#include "proxy/io/readiness.h"

namespace orrery::io_asio {

// What an epoll set of ours refers to. onEdge() records what the kernel says and calls nobody: that is why no event of a
// batch can meet an object that a callback has destroyed meanwhile.
class EdgeSource {
 public:
  virtual void onEdge(uint32_t epollEvents) = 0;

 protected:
  ~EdgeSource() = default;
};

// What every descriptor is registered for, once and for all.
inline constexpr uint32_t kAllEdges = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET;

// The peer's FIN makes the end of the stream readable. EPOLLHUP says that both directions are shut: no call blocks any
// more and each tells what it found; after a reset EPOLLERR comes with it, after two FINs nothing is wrong.
constexpr uint8_t readyBitsOf(uint32_t epollEvents) {
  uint8_t bits = 0;
  if (epollEvents & EPOLLIN) bits |= io::kReadable;
  if (epollEvents & EPOLLOUT) bits |= io::kWritable;
  if (epollEvents & EPOLLRDHUP) bits |= io::kPeerClosed | io::kReadable;
  if (epollEvents & EPOLLHUP) bits |= io::kPeerClosed | io::kReadable | io::kWritable;
  if (epollEvents & EPOLLERR) bits |= io::kError;
  return bits;
}

}  // namespace orrery::io_asio
