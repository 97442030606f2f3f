#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/base/time.h"

namespace orrery::sim {

// A file in the format pcapng (draft-ietf-opsawg-pcapng), one section, little-endian, made in memory: interfaces that carry
// raw IPv4 packets, with times in nanoseconds.
// Threading: one. Bounds: the caller's affair (size()).
class PcapngWriter {
 public:
  enum class Way : uint8_t { kUnknown, kIn, kOut };

  explicit PcapngWriter(std::string_view application);

  // Its number for packet().
  uint32_t addInterface(std::string_view name, std::string_view description);
  // `comment` may be empty.
  void packet(uint32_t interface, WallTime at, Way way, std::string_view bytes, std::string_view comment);

  size_t size() const { return out_.size(); }
  std::string take() { return std::move(out_); }

 private:
  void u16(uint32_t v);
  void u32(uint32_t v);
  void padded(std::string_view bytes);
  void option(uint16_t code, std::string_view value);
  size_t begin(uint32_t type);
  void end(size_t start);

  std::string out_;
  uint32_t interfaces_ = 0;
};

}  // namespace orrery::sim
