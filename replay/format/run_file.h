#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::replay {

// An answer that was not the default.
struct RunDeviation {
  std::string choice;  // "/client/connection.1:lateness:4"
  uint64_t value = 0;
  auto operator<=>(const RunDeviation&) const = default;
};

// The first thing that was broken.
struct RunFailure {
  std::string check;
  std::string entity;
  int64_t atNs = 0;
  std::string message;
  bool operator==(const RunFailure&) const = default;
};

// A file that the bootstrap names, as it was.
struct RunNamedFile {
  std::string path;
  std::string text;
  bool operator==(const RunNamedFile&) const = default;
};

// What a .run file holds: all that is needed to repeat one run, and to see that it was the same. A plain value.
struct RunFile {
  static constexpr uint64_t kVersion = 1;
  static constexpr uint64_t kCheckpointStride = 64;  // items between two checkpoints
  static constexpr size_t kMaxTrail = 1u << 16;
  static constexpr size_t kMaxNamedFileBytes = 4u << 20;  // of all named files together; those beyond are not held

  enum class Strategy : uint8_t { kPlain, kRandom, kReplay };

  std::string revision;
  std::string preset;
  std::string scenario;
  std::string scenarioHash;
  std::string bootstrap;
  std::string bootstrapHash;
  Strategy strategy = Strategy::kPlain;
  uint64_t seed = 0;
  uint64_t runKey = 0;
  uint64_t events = 0;
  uint64_t choices = 0;
  int64_t virtualNs = 0;
  uint64_t hash = 0;
  std::vector<uint64_t> checkpoints;
  // The low 16 bits of the hash after each of the first kMaxTrail events and choices: a run that does not repeat is told at which event
  // it parts, where checkpoints tell only between which items.
  std::vector<uint16_t> trail;
  std::optional<RunFailure> failure;
  std::vector<RunDeviation> deviations;
  std::vector<RunNamedFile> files;

  bool operator==(const RunFile&) const = default;
};

std::string_view strategyName(RunFile::Strategy strategy);

// XXH128 as 32 hexadecimal digits: for the hashes of files and the integrity line.
std::string contentHash(std::string_view bytes);
// 16 hexadecimal digits.
std::string hex64(uint64_t value);

}  // namespace orrery::replay
