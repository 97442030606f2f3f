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
    case Coding::kZstd: return newZstdDecompressor();
  }
  return nullptr;
}

}  // namespace orrery::compression
