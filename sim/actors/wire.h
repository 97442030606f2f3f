#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::sim {

inline constexpr std::string_view kRequestIdHeader = "x-orrery-request";
inline constexpr std::string_view kNonceHeader = "x-orrery-nonce";

// One parsed message head. Views are valid until the reader is fed again.
struct WireHead {
  struct Field {
    std::string_view name;
    std::string_view value;
  };
  uint32_t status = 0;      // responses
  std::string_view method;  // requests
  std::string_view target;  // requests
  uint8_t minor = 1;
  bool close = false;  // connection: close
  bool chunked = false;
  bool hasLength = false;
  uint64_t length = 0;
  uint64_t id = 0;        // x-orrery-request or x-orrery-nonce; 0: none
  std::string_view text;  // the whole head
  std::vector<Field> fields;
};

// HTTP/1 as RFC 9112 has it and nothing else, written for the simulator and independent of the proxy's codec: what the
// proxy emits must pass here. Bytes in, events out; does not depend on where the bytes are cut.
//
// Use: feed(), then next() until kMore. Bounds: heads of up to 256 KiB.
class WireReader {
 public:
  enum class Kind : uint8_t { kRequest, kResponse };
  enum class Event : uint8_t {
    kMore,     // nothing further in what was fed
    kInterim,  // head(): a 1xx response
    kHead,     // head()
    kBody,     // body(): some bytes of it
    kEnd,      // the message is complete
    kError,    // error(): not HTTP; the reader is of no use any more
  };

  explicit WireReader(Kind kind) : kind_(kind) {}

  // `data` must live until next() has returned kMore.
  void feed(std::string_view data);
  Event next();
  // The stream ended: kEnd if that ends the message properly, kError in the middle of one, else kMore.
  Event finish();

  // Responses: the next final one answers a HEAD (has no body).
  void expectNoBody(bool noBody) { noBody_ = noBody; }
  // Whether anything of a message was seen that has not ended.
  bool midMessage() const { return state_ != State::kStart || !carry_.empty(); }
  // Requests: bytes that were fed and belong to later messages.
  bool hasRest() const { return !in_.empty(); }

  // The bytes behind the head are no HTTP: takes what was fed of them. The reader is of no use any more.
  std::string_view takeRest() {
    state_ = State::kBroken;
    return std::exchange(in_, {});
  }

  const WireHead& head() const { return head_; }
  std::string_view body() const { return body_; }
  const std::string& error() const { return error_; }

 private:
  enum class State : uint8_t {
    kStart,
    kLength,
    kUntilEnd,
    kChunkSize,
    kChunkData,
    kChunkEnd,
    kTrailers,
    kAtEnd,
    kBroken
  };
  Event readHead();
  Event readChunkSize();
  bool parseHead(std::string_view text);
  bool parseStartLine(std::string_view line);
  bool parseField(std::string_view line);
  Event framing();
  Event takeBody(uint64_t limit);
  Event fail(std::string why);
  // The next line without its CRLF; false: not complete yet (kept), or broken.
  bool line(std::string_view& out);
  void keep();

  Kind kind_;
  State state_ = State::kStart;
  bool noBody_ = false;
  std::string_view in_;
  std::string carry_;  // a head or line that is not complete yet
  std::string held_;   // storage of `in_` while it continues what was carried
  WireHead head_;
  std::string_view body_;
  uint64_t left_ = 0;
  std::string error_;
};

std::string_view wireReason(uint32_t status);

}  // namespace orrery::sim
