#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "proxy/buffer/buffer.h"

// What the codings share: walking a buffer's pieces, and room for output.
namespace orrery::compression {

constexpr size_t kChunk = 4096;
using Chunk = std::array<uint8_t, kChunk>;

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

inline void appendTo(buffer::Buffer& out, const Chunk& chunk, size_t size) {
  if (size > 0) out.append({reinterpret_cast<const char*>(chunk.data()), size});
}

}  // namespace orrery::compression
