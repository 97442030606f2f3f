#include "sim/net/pcapng.h"

namespace orrery::sim {

namespace {
// Block types, option codes: sections 4 and 3.5 of the draft.
constexpr uint32_t kSection = 0x0a0d0d0a;
constexpr uint32_t kInterface = 1;
constexpr uint32_t kEnhancedPacket = 6;
constexpr uint32_t kByteOrder = 0x1a2b3c4d;
constexpr uint16_t kLinkTypeRaw = 101;  // begins with an IP header
constexpr uint16_t kComment = 1;
constexpr uint16_t kUserApplication = 4;
constexpr uint16_t kInterfaceName = 2;
constexpr uint16_t kInterfaceDescription = 3;
constexpr uint16_t kTimeResolution = 9;
constexpr uint16_t kPacketFlags = 2;
}  // namespace

PcapngWriter::PcapngWriter(std::string_view application) {
  const size_t start = begin(kSection);
  u32(kByteOrder);
  u16(1);  // version 1.0
  u16(0);
  u32(0xffffffff);  // length not said
  u32(0xffffffff);
  option(kUserApplication, application);
  option(0, {});
  end(start);
}

uint32_t PcapngWriter::addInterface(std::string_view name, std::string_view description) {
  const size_t start = begin(kInterface);
  u16(kLinkTypeRaw);
  u16(0);
  u32(0);  // no limit to the length of packets
  option(kInterfaceName, name);
  option(kInterfaceDescription, description);
  option(kTimeResolution, std::string_view("\x09", 1));
  option(0, {});
  end(start);
  return interfaces_++;
}

void PcapngWriter::packet(uint32_t interface, WallTime at, Way way, std::string_view bytes, std::string_view comment) {
  const size_t start = begin(kEnhancedPacket);
  const auto ns = static_cast<uint64_t>(at.unixNanoseconds());
  u32(interface);
  u32(static_cast<uint32_t>(ns >> 32));
  u32(static_cast<uint32_t>(ns));
  u32(static_cast<uint32_t>(bytes.size()));
  u32(static_cast<uint32_t>(bytes.size()));
  padded(bytes);
  if (way != Way::kUnknown) option(kPacketFlags, std::string_view(way == Way::kIn ? "\x01\0\0\0" : "\x02\0\0\0", 4));
  if (!comment.empty()) option(kComment, comment);
  if (way != Way::kUnknown || !comment.empty()) option(0, {});
  end(start);
}

void PcapngWriter::u16(uint32_t v) {
  out_ += static_cast<char>(v);
  out_ += static_cast<char>(v >> 8);
}

void PcapngWriter::u32(uint32_t v) {
  u16(v & 0xffff);
  u16(v >> 16);
}

void PcapngWriter::padded(std::string_view bytes) {
  out_ += bytes;
  out_.append((4 - bytes.size() % 4) % 4, '\0');
}

void PcapngWriter::option(uint16_t code, std::string_view value) {
  u16(code);
  u16(static_cast<uint32_t>(value.size()));
  padded(value);
}

// A block is framed by its length on both sides.
size_t PcapngWriter::begin(uint32_t type) {
  const size_t start = out_.size();
  u32(type);
  u32(0);
  return start;
}

void PcapngWriter::end(size_t start) {
  const auto length = static_cast<uint32_t>(out_.size() - start + 4);
  u32(length);
  for (size_t i = 0; i < 4; ++i) out_[start + 4 + i] = static_cast<char>(length >> (8 * i));
}

}  // namespace orrery::sim
