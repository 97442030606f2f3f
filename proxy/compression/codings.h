#pragma once

#include "proxy/compression/codec.h"

// The codings, one file each; for codec.cc.
namespace orrery::compression {

std::unique_ptr<Compressor> newGzipCompressor(const CompressorOptions& options);
std::unique_ptr<Decompressor> newGzipDecompressor(const DecompressorOptions& options);
std::unique_ptr<Compressor> newBrotliCompressor(const CompressorOptions& options);
std::unique_ptr<Decompressor> newBrotliDecompressor();
std::unique_ptr<Compressor> newZstdCompressor(const CompressorOptions& options);
std::unique_ptr<Decompressor> newZstdDecompressor(const DecompressorOptions& options);

}  // namespace orrery::compression
