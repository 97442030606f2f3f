#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "proxy/buffer/buffer.h"
#include "proxy/compression/codec.h"

// What the codings share: walking a buffer's pieces, room for output, the bound on what comes out.
namespace orrery::compression {

// As Envoy's decoders: no honest body of a piece's size grows by more.
constexpr uint32_t kMostRatio = 100;

constexpr size_t kChunk = 4096;
using Chunk = std::array<uint8_t, kChunk>;

inline void appendTo(buffer::Buffer& out, const Chunk& chunk, size_t size) {
  if (size > 0) out.append({reinterpret_cast<const char*>(chunk.data()), size});
}

// Calls f(bytes) for each piece, front first, and drains it; stops early when f says false.
template <class F>
bool forEachPiece(buffer::Buffer& data, F&& f) {
  while (!data.empty()) {
    const buffer::Piece piece = data.front();
    if (!f(std::string_view(piece.data, piece.size))) return false;
    data.drain(piece.size);
  }
  return true;
}

// A compressor over a library: Self has step(bytes, out), which codes them, and end(finish, out), which flushes or ends.
template <class Self>
class CompressorOver : public Compressor {
 public:
  void compress(buffer::Buffer& data, bool finish) final {
    auto& self = static_cast<Self&>(*this);
    buffer::Buffer out(data.pool());
    forEachPiece(data, [&](std::string_view bytes) {
      self.step(bytes, out);
      return true;
    });
    self.end(finish, out);
    data.move(out);
  }
};

// A decompressor over a library: Self has step(bytes, limit, out), which decodes them and stops with false where they are
// wrong or `out` grows past the limit. `maxRatio`: more output than this times a piece of input is an attack.
template <class Self>
class DecompressorOver : public Decompressor {
 public:
  explicit DecompressorOver(uint32_t maxRatio) : maxRatio_(maxRatio) {}
  bool decompress(buffer::Buffer& data) final {
    auto& self = static_cast<Self&>(*this);
    if (failed_) failure_ = next_;
    buffer::Buffer out(data.pool());
    const uint64_t limit = uint64_t{data.size()} * maxRatio_;
    failed_ = failed_ || !forEachPiece(data, [&](std::string_view bytes) { return self.step(bytes, limit, out); });
    data.clear();
    data.move(out);
    return !failed_;
  }
  size_t failure() const final { return failure_; }

 protected:
  // Before step() says false: why, and what is said of pieces that come later.
  void noteFailure(size_t failure, size_t next) {
    failure_ = failure;
    next_ = next;
  }

 private:
  const uint32_t maxRatio_;
  bool failed_ = false;
  size_t failure_ = 0;
  size_t next_ = 0;
};

}  // namespace orrery::compression
