#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

struct nghttp2_hd_deflater;
struct nghttp2_hd_inflater;

// Header compression (RFC 7541), nghttp2's. The state of a direction of a connection: every block must pass through it, in
// order, also one that nobody wants.
namespace orrery::http2 {

class HeaderEncoder {
 public:
  HeaderEncoder();
  ~HeaderEncoder();
  HeaderEncoder(const HeaderEncoder&) = delete;
  HeaderEncoder& operator=(const HeaderEncoder&) = delete;

  struct Field {
    std::string_view name;
    std::string_view value;
  };
  // Appends the block of these fields to `out`.
  void encode(std::span<const Field> fields, std::string& out);
  // The peer's SETTINGS_HEADER_TABLE_SIZE; more than 4096 is not used.
  void setTableSize(uint32_t size);

 private:
  nghttp2_hd_deflater* deflater_ = nullptr;
};

class HeaderDecoder {
 public:
  explicit HeaderDecoder(uint32_t tableSize);
  ~HeaderDecoder();
  HeaderDecoder(const HeaderDecoder&) = delete;
  HeaderDecoder& operator=(const HeaderDecoder&) = delete;

  class Sink {
   public:
    // Texts live until the call returns.
    virtual void onField(std::string_view name, std::string_view value) = 0;

   protected:
    ~Sink() = default;
  };
  // A part of a block; `last`: its end. False: not HPACK (a connection error, COMPRESSION_ERROR).
  bool decode(std::string_view part, bool last, Sink& sink);

 private:
  nghttp2_hd_inflater* inflater_ = nullptr;
};

}  // namespace orrery::http2
