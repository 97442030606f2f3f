#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/codec/http2/frame.h"
#include "proxy/codec/http2/hpack.h"
#include "sim/world/recording.h"

namespace orrery::sim {

// Reads along one direction of a connection, so that pictures can say what its bytes are: interim answers, and the frames of HTTP/2. It
// judges nothing; bytes that are neither are part of messages.
//
// Lifetime: its owner's. Threading: the run's. Bounds: keeps at most kMaxBlock bytes of a block of header fields; of a longer one, and of
// all behind it, interim answers are not told from others.
class ContentReader final : http2::HeaderDecoder::Sink {
 public:
  static constexpr size_t kMaxBlock = 64 * 1024;

  // The next bytes. `answers`: they come from who accepted the connection; `http2`: the other direction is known to be HTTP/2.
  WireContent read(std::string_view bytes, bool answers, bool http2);
  bool isHttp2() const { return kind_ == Kind::kHttp2; }

 private:
  enum class Kind : uint8_t { kUnknown, kPreface, kHttp2, kOther };

  void begin(std::string_view bytes, bool answers, bool http2);
  std::string_view preface(std::string_view bytes, WireContent& content);
  void frames(std::string_view bytes, WireContent& content);
  std::string_view head(std::string_view bytes, WireContent& content);
  void payload(std::string_view bytes, WireContent& content);
  void block(std::string_view fields, bool ends, WireContent& content);
  void onField(std::string_view name, std::string_view value) override;
  static void interimHeads(std::string_view bytes, WireContent& content);

  Kind kind_ = Kind::kUnknown;
  size_t prefaceSeen_ = 0;
  std::array<char, http2::kFrameHeadSize> headBytes_{};
  size_t headSeen_ = 0;
  http2::FrameHead frame_;
  uint32_t left_ = 0;  // of the frame's payload
  std::string block_;  // HEADERS as it comes
  bool answers_ = false;
  std::unique_ptr<http2::HeaderDecoder> decoder_;
  bool decodes_ = true;
  std::string status_;
};

}  // namespace orrery::sim
