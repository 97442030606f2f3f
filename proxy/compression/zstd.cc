#include <zstd.h>
#include <zstd_errors.h>

#include <string>
#include <utility>

#include "proxy/base/assert.h"
#include "proxy/compression/codings.h"
#include "proxy/compression/pieces.h"

namespace orrery::compression {

namespace {

class ZstdCompressor final : public CompressorOver<ZstdCompressor> {
 public:
  explicit ZstdCompressor(const CompressorOptions& o) : context_(ZSTD_createCCtx()), dictionary_(o.dictionary) {
    ORRERY_ASSERT(context_ != nullptr, "memory for the coder");
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, o.level);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, o.checksum ? 1 : 0);
    if (o.strategy != 0) ZSTD_CCtx_setParameter(context_, ZSTD_c_strategy, static_cast<int>(o.strategy));
    if (dictionary_ != nullptr) ZSTD_CCtx_refCDict(context_, static_cast<const ZSTD_CDict*>(dictionary_->digest()));
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
  const std::shared_ptr<const CoderDictionary> dictionary_;
};

// Where in a frame's head the number of its dictionary ends (RFC 8878 section 3.1.1.1); 0: not all of that is here. What is
// no frame is whole at once.
size_t endOfDictionaryId(std::string_view head) {
  constexpr size_t kMagic = 4;
  if (head.size() <= kMagic) return 0;
  const auto descriptor = static_cast<uint8_t>(head[kMagic]);
  constexpr size_t kIdSizes[] = {0, 1, 2, 4};
  const bool hasWindow = (descriptor & 0x20) == 0;
  const size_t end = kMagic + 1 + (hasWindow ? 1 : 0) + kIdSizes[descriptor & 3];
  return head.size() < end ? 0 : end;
}

class ZstdDecompressor final : public DecompressorOver<ZstdDecompressor> {
 public:
  explicit ZstdDecompressor(const DecompressorOptions& o)
      : DecompressorOver(kMostRatio), context_(ZSTD_createDCtx()), dictionaries_(o.dictionaries) {
    ORRERY_ASSERT(context_ != nullptr, "memory for the decoder");
  }
  ~ZstdDecompressor() override { ZSTD_freeDCtx(context_); }

  bool step(std::string_view bytes, uint64_t limit, buffer::Buffer& out) {
    if (dictionaries_ == nullptr) return decode(bytes, limit, out);
    head_.append(bytes);
    if (endOfDictionaryId(head_) == 0) return true;
    // As in Envoy, the first frame's dictionary is the one of all that follow.
    const bool known = useDictionaryOf(head_);
    dictionaries_.reset();
    return known && decode(std::exchange(head_, {}), limit, out);
  }

 private:
  // Places in failureNames().
  static constexpr size_t kGeneric = 0, kChecksum = 1, kDictionary = 2, kMemory = 3;

  bool useDictionaryOf(std::string_view head) {
    const uint32_t id = ZSTD_getDictID_fromFrame(head.data(), head.size());
    if (id == 0) return true;
    used_ = dictionaries_;
    const void* const digest = used_->find(id);
    if (digest == nullptr) {
      noteFailure(kDictionary, kGeneric);  // as Envoy, which then takes what follows for a frame
      return false;
    }
    ZSTD_DCtx_refDDict(context_, static_cast<const ZSTD_DDict*>(digest));
    return true;
  }

  bool decode(std::string_view bytes, uint64_t limit, buffer::Buffer& out) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (;;) {
      Chunk chunk;
      ZSTD_outBuffer to{chunk.data(), chunk.size(), 0};
      const size_t result = ZSTD_decompressStream(context_, &to, &in);
      if (ZSTD_isError(result) != 0) {
        const size_t kind = kindOf(ZSTD_getErrorCode(result));
        noteFailure(kind, kind);
        return false;
      }
      appendTo(out, chunk, to.pos);
      if (out.size() > limit) return false;
      if (in.pos == in.size && to.pos < to.size) return true;
    }
  }
  static size_t kindOf(ZSTD_ErrorCode code) {
    switch (code) {
      case ZSTD_error_checksum_wrong: return kChecksum;
      case ZSTD_error_dictionary_corrupted:
      case ZSTD_error_dictionary_wrong: return kDictionary;
      case ZSTD_error_memory_allocation: return kMemory;
      default: return kGeneric;
    }
  }

  ZSTD_DCtx* const context_;
  std::shared_ptr<const DecoderDictionaries> dictionaries_;  // until the first frame has said which it wants
  std::shared_ptr<const DecoderDictionaries> used_;
  std::string head_;  // what has come of the first frame until then
};

}  // namespace

std::unique_ptr<Compressor> newZstdCompressor(const CompressorOptions& options) {
  return std::make_unique<ZstdCompressor>(options);
}
std::unique_ptr<Decompressor> newZstdDecompressor(const DecompressorOptions& options) {
  return std::make_unique<ZstdDecompressor>(options);
}

}  // namespace orrery::compression
