#include <zlib.h>

#include "proxy/base/assert.h"
#include "proxy/compression/codings.h"
#include "proxy/compression/pieces.h"

namespace orrery::compression {

namespace {

constexpr int kGzipHeader = 16;  // added to the window bits: gzip's header and trailer instead of zlib's

void setInput(z_stream& z, std::string_view bytes) {
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
}

class GzipCompressor final : public CompressorOver<GzipCompressor> {
 public:
  explicit GzipCompressor(const CompressorOptions& o) {
    const int result = deflateInit2(&z_, o.level, Z_DEFLATED, static_cast<int>(o.windowBits) + kGzipHeader,
                                    static_cast<int>(o.memoryLevel), static_cast<int>(o.strategy));
    ORRERY_ASSERT(result == Z_OK, "zlib takes the options that the configuration allows");
  }
  ~GzipCompressor() override { deflateEnd(&z_); }

  void step(std::string_view bytes, buffer::Buffer& out) {
    setInput(z_, bytes);
    run(Z_NO_FLUSH, out);
  }
  void end(bool finish, buffer::Buffer& out) {
    setInput(z_, {});
    run(finish ? Z_FINISH : Z_SYNC_FLUSH, out);
  }

 private:
  void run(int flush, buffer::Buffer& out) {
    Chunk chunk;
    do {
      z_.next_out = chunk.data();
      z_.avail_out = static_cast<uInt>(chunk.size());
      // Z_BUF_ERROR says that there was nothing to do.
      const int result = deflate(&z_, flush);
      ORRERY_ASSERT(result != Z_STREAM_ERROR, "the coder's state is sound");
      appendTo(out, chunk, chunk.size() - z_.avail_out);
    } while (z_.avail_out == 0);
  }

  z_stream z_ = {};
};

class GzipDecompressor final : public DecompressorOver<GzipDecompressor> {
 public:
  explicit GzipDecompressor(const DecompressorOptions& o) : DecompressorOver(o.maxInflateRatio) {
    const int result = inflateInit2(&z_, static_cast<int>(o.windowBits) + kGzipHeader);
    ORRERY_ASSERT(result == Z_OK, "zlib takes the options that the configuration allows");
  }
  ~GzipDecompressor() override { inflateEnd(&z_); }

  bool step(std::string_view bytes, uint64_t limit, buffer::Buffer& out) {
    setInput(z_, bytes);
    Chunk chunk;
    do {
      z_.next_out = chunk.data();
      z_.avail_out = static_cast<uInt>(chunk.size());
      const int result = inflate(&z_, Z_NO_FLUSH);
      appendTo(out, chunk, chunk.size() - z_.avail_out);
      if (result == Z_STREAM_END) return z_.avail_in == 0;  // nothing may follow
      if (result != Z_OK && result != Z_BUF_ERROR) return false;
      if (out.size() > limit) return false;
    } while (z_.avail_out == 0 || z_.avail_in > 0);
    return true;
  }

 private:
  z_stream z_ = {};
};

}  // namespace

std::unique_ptr<Compressor> newGzipCompressor(const CompressorOptions& options) {
  return std::make_unique<GzipCompressor>(options);
}
std::unique_ptr<Decompressor> newGzipDecompressor(const DecompressorOptions& options) {
  return std::make_unique<GzipDecompressor>(options);
}

}  // namespace orrery::compression
