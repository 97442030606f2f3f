#include "proxy/io_asio/entropy.h"

#include <string.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>

#include "proxy/base/assert.h"

namespace orrery::io_asio {

namespace {
void fromKernel(std::span<uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);
    ORRERY_ASSERT(n > 0 || errno == EINTR, "getrandom() of Linux fails only by misuse");
    if (n > 0) out = out.subspan(static_cast<size_t>(n));
  }
}
}  // namespace

void RealEntropy::fill(std::span<uint8_t> out) {
  if (out.size() > bytes_.size()) return fromKernel(out);
  const std::lock_guard lock(mutex_);
  while (!out.empty()) {
    if (left_ == 0) {
      fromKernel(bytes_);
      left_ = bytes_.size();
    }
    const size_t n = std::min(left_, out.size());
    uint8_t* from = bytes_.data() + (bytes_.size() - left_);
    std::copy_n(from, n, out.data());
    ::explicit_bzero(from, n);
    left_ -= n;
    out = out.subspan(n);
  }
}

}  // namespace orrery::io_asio
