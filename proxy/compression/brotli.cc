#include <brotli/decode.h>
#include <brotli/encode.h>

#include "proxy/base/assert.h"
#include "proxy/compression/codings.h"
#include "proxy/compression/pieces.h"

namespace orrery::compression {

namespace {

const uint8_t* bytesOf(std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }

class BrotliCompressor final : public CompressorOver<BrotliCompressor> {
 public:
  explicit BrotliCompressor(const CompressorOptions& o)
      : state_(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr)) {
    ORRERY_ASSERT(state_ != nullptr, "memory for the coder");
    set(BROTLI_PARAM_QUALITY, static_cast<uint32_t>(o.level));
    set(BROTLI_PARAM_LGWIN, o.windowBits);
    set(BROTLI_PARAM_MODE, o.strategy);
    set(BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING, o.literalContext ? 0 : 1);
    if (o.inputBlockBits != 0) set(BROTLI_PARAM_LGBLOCK, o.inputBlockBits);
  }
  ~BrotliCompressor() override { BrotliEncoderDestroyInstance(state_); }

  void step(std::string_view bytes, buffer::Buffer& out) { run(BROTLI_OPERATION_PROCESS, bytes, out); }
  void end(bool finish, buffer::Buffer& out) {
    run(finish ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_FLUSH, {}, out);
  }

 private:
  void set(BrotliEncoderParameter parameter, uint32_t value) {
    const bool taken = BrotliEncoderSetParameter(state_, parameter, value) == BROTLI_TRUE;
    ORRERY_ASSERT(taken, "brotli takes the options that the configuration allows");
  }
  void run(BrotliEncoderOperation operation, std::string_view bytes, buffer::Buffer& out) {
    size_t left = bytes.size();
    const uint8_t* at = bytesOf(bytes);
    do {
      Chunk chunk;
      size_t room = chunk.size();
      uint8_t* to = chunk.data();
      const bool good = BrotliEncoderCompressStream(state_, operation, &left, &at, &room, &to, nullptr) == BROTLI_TRUE;
      ORRERY_ASSERT(good, "the coder's state is sound");
      appendTo(out, chunk, chunk.size() - room);
    } while (left > 0 || BrotliEncoderHasMoreOutput(state_) == BROTLI_TRUE);
  }

  BrotliEncoderState* const state_;
};

class BrotliDecompressor final : public DecompressorOver<BrotliDecompressor> {
 public:
  BrotliDecompressor() : DecompressorOver(kMostRatio), state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
    ORRERY_ASSERT(state_ != nullptr, "memory for the decoder");
  }
  ~BrotliDecompressor() override { BrotliDecoderDestroyInstance(state_); }

  bool step(std::string_view bytes, uint64_t limit, buffer::Buffer& out) {
    size_t left = bytes.size();
    const uint8_t* at = bytesOf(bytes);
    for (;;) {
      Chunk chunk;
      size_t room = chunk.size();
      uint8_t* to = chunk.data();
      const BrotliDecoderResult result = BrotliDecoderDecompressStream(state_, &left, &at, &room, &to, nullptr);
      appendTo(out, chunk, chunk.size() - room);
      if (out.size() > limit) return false;
      if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) continue;
      if (result == BROTLI_DECODER_RESULT_SUCCESS) return left == 0;
      return result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT;
    }
  }

 private:
  BrotliDecoderState* const state_;
};

}  // namespace

std::unique_ptr<Compressor> newBrotliCompressor(const CompressorOptions& options) {
  return std::make_unique<BrotliCompressor>(options);
}
std::unique_ptr<Decompressor> newBrotliDecompressor() { return std::make_unique<BrotliDecompressor>(); }

}  // namespace orrery::compression
