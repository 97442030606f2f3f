#include <zstd.h>

#include "proxy/base/assert.h"
#include "proxy/compression/codings.h"
#include "proxy/compression/pieces.h"

namespace orrery::compression {

namespace {

class ZstdCompressor final : public CompressorOver<ZstdCompressor> {
 public:
  explicit ZstdCompressor(const CompressorOptions& o) : context_(ZSTD_createCCtx()) {
    ORRERY_ASSERT(context_ != nullptr, "memory for the coder");
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, o.level);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, o.checksum ? 1 : 0);
    if (o.strategy != 0) ZSTD_CCtx_setParameter(context_, ZSTD_c_strategy, static_cast<int>(o.strategy));
  }
  ~ZstdCompressor() override { ZSTD_freeCCtx(context_); }

  void step(std::string_view bytes, buffer::Buffer& out) { run(ZSTD_e_continue, bytes, out); }
  void end(bool finish, buffer::Buffer& out) { run(finish ? ZSTD_e_end : ZSTD_e_flush, {}, out); }

 private:
  void run(ZSTD_EndDirective directive, std::string_view bytes, buffer::Buffer& out) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    size_t left = 0;
    do {
      Chunk chunk;
      ZSTD_outBuffer to{chunk.data(), chunk.size(), 0};
      left = ZSTD_compressStream2(context_, &to, &in, directive);
      ORRERY_ASSERT(ZSTD_isError(left) == 0, "the coder's state is sound");
      appendTo(out, chunk, to.pos);
    } while (directive == ZSTD_e_continue ? in.pos < in.size : left > 0);
  }

  ZSTD_CCtx* const context_;
};

class ZstdDecompressor final : public DecompressorOver<ZstdDecompressor> {
 public:
  ZstdDecompressor() : DecompressorOver(kMostRatio), context_(ZSTD_createDCtx()) {
    ORRERY_ASSERT(context_ != nullptr, "memory for the decoder");
  }
  ~ZstdDecompressor() override { ZSTD_freeDCtx(context_); }

  bool step(std::string_view bytes, uint64_t limit, buffer::Buffer& out) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (;;) {
      Chunk chunk;
      ZSTD_outBuffer to{chunk.data(), chunk.size(), 0};
      if (ZSTD_isError(ZSTD_decompressStream(context_, &to, &in)) != 0) return false;
      appendTo(out, chunk, to.pos);
      if (out.size() > limit) return false;
      if (in.pos == in.size && to.pos < to.size) return true;
    }
  }

 private:
  ZSTD_DCtx* const context_;
};

}  // namespace

std::unique_ptr<Compressor> newZstdCompressor(const CompressorOptions& options) {
  return std::make_unique<ZstdCompressor>(options);
}
std::unique_ptr<Decompressor> newZstdDecompressor() { return std::make_unique<ZstdDecompressor>(); }

}  // namespace orrery::compression
