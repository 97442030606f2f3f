#include "proxy/compression/codec.h"

#include "proxy/compression/codings.h"

namespace orrery::compression {

std::string_view codingName(Coding coding) {
  switch (coding) {
    case Coding::kGzip: return "gzip";
    case Coding::kBrotli: return "br";
    case Coding::kZstd: return "zstd";
  }
  return {};
}

std::string_view codingStatName(Coding coding) { return coding == Coding::kBrotli ? "brotli" : codingName(coding); }

std::span<const std::string_view> failureNames(Coding coding) {
  static constexpr std::string_view kZlib[] = {"zlib_data_error", "zlib_buf_error",    "zlib_errno",
                                               "zlib_mem_error",  "zlib_stream_error", "zlib_version_error"};
  static constexpr std::string_view kBrotli[] = {"brotli_error", "brotli_output_overflow", "brotli_redundant_input"};
  static constexpr std::string_view kZstd[] = {"zstd_generic_error", "zstd_checksum_wrong_error",
                                               "zstd_dictionary_error", "zstd_memory_error"};
  switch (coding) {
    case Coding::kGzip: return kZlib;
    case Coding::kBrotli: return kBrotli;
    case Coding::kZstd: return kZstd;
  }
  return {};
}

std::unique_ptr<Compressor> newCompressor(const CompressorOptions& options) {
  switch (options.coding) {
    case Coding::kGzip: return newGzipCompressor(options);
    case Coding::kBrotli: return newBrotliCompressor(options);
    case Coding::kZstd: return newZstdCompressor(options);
  }
  return nullptr;
}

std::unique_ptr<Decompressor> newDecompressor(const DecompressorOptions& options) {
  switch (options.coding) {
    case Coding::kGzip: return newGzipDecompressor(options);
    case Coding::kBrotli: return newBrotliDecompressor();
    case Coding::kZstd: return newZstdDecompressor(options);
  }
  return nullptr;
}

}  // namespace orrery::compression
