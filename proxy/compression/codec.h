#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "proxy/buffer/buffer.h"
#include "proxy/compression/dictionary.h"

// Content codings of bodies (RFC 9110 section 8.4.1): gzip by zlib, brotli, zstd. Bytes in, bytes out; no clock.
namespace orrery::compression {

enum class Coding : uint8_t { kGzip, kBrotli, kZstd };
// As in content-encoding: "gzip", "br", "zstd".
std::string_view codingName(Coding coding);
// As in names of statistics: "gzip", "brotli", "zstd".
std::string_view codingStatName(Coding coding);

// What Envoy calls the ways in which its library fails, for statistics; the first: the bytes are not of the coding.
std::span<const std::string_view> failureNames(Coding coding);

// Zero means the library's, or Envoy's, default; the ranges are checked by proxy/config.
struct CompressorOptions {
  Coding coding = Coding::kGzip;
  int32_t level = -1;           // gzip: 1..9, -1 its default; brotli: quality 0..11; zstd: its level
  uint32_t windowBits = 12;     // gzip: 9..15; brotli: 10..24
  uint32_t memoryLevel = 5;     // gzip
  uint32_t strategy = 0;        // gzip: zlib's number; zstd: ZSTD_strategy; brotli: mode
  uint32_t inputBlockBits = 0;  // brotli; 0: its own choice
  bool literalContext = true;   // brotli
  bool checksum = false;        // zstd
  std::shared_ptr<const CoderDictionary> dictionary = {};  // zstd; null: none
};

struct DecompressorOptions {
  Coding coding = Coding::kGzip;
  uint32_t windowBits = 15;        // gzip
  uint32_t maxInflateRatio = 100;  // gzip: more output than this times the input is an attack
  std::shared_ptr<const DecoderDictionaries> dictionaries = {};  // zstd; null: none
};

// One body being encoded. Lifetime: a member of its stream's filter; not in an arena. Threading: one worker.
class Compressor {
 public:
  virtual ~Compressor() = default;
  // Takes all of `data` and leaves its coded form in it: everything so far can be decoded (a flush), and with `finish`
  // the coding ends.
  virtual void compress(buffer::Buffer& data, bool finish) = 0;
};

// One body being decoded. Lifetime, threading: as Compressor.
class Decompressor {
 public:
  virtual ~Decompressor() = default;
  // Takes all of `data` and leaves what it decodes to in it. False: the bytes are not of the coding, or there are far too
  // many; what was decoded before is in `data`, and nothing more can be decoded.
  virtual bool decompress(buffer::Buffer& data) = 0;
  // Why not: a place in failureNames() of its coding.
  virtual size_t failure() const { return 0; }
};

std::unique_ptr<Compressor> newCompressor(const CompressorOptions& options);
std::unique_ptr<Decompressor> newDecompressor(const DecompressorOptions& options);

}  // namespace orrery::compression
