#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

struct nghttp2_hd_deflater;
struct nghttp2_hd_inflater;

// Header compression (RFC 7541), nghttp2's. The state of a direction of a connection: every block must pass through it, in
// order, also one that nobody wants.
namespace orrery::http2 {

// Fields whose value is another one in every message (x-request-id) are not put into the table: they would only push out what
// does repeat, and be searched for in vain.
class RepeatGuess {
 public:
  // Whether the field's value has changed in each of the last few messages. A guess by digests: never wrong for the peer.
  bool neverRepeats(std::string_view name, std::string_view value);

 private:
  struct Seen {
    uint32_t name = 0;
    uint32_t value = 0;
    uint8_t changes = 0;
  };
  std::array<Seen, 32> seen_;
};

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
  RepeatGuess guess_;
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
