#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/buffer/buffer.h"

namespace orrery::http1 {

// Stands before a strict parser where more has to be taken than it takes: writes lines anew as it wants them, and gives it the
// rest of the input as it is.
//
// Lenient (orrery.lenient_http1, as Envoy reads, measured at 1.40): a line may end in a bare LF; a CR inside of it is taken
// out; a folded line (RFC 9112 section 5.2) goes on behind a blank; the words of a request line may be parted by blanks and
// tabs, and followed by them; "HTTP/2.0" in a response passes for 1.1; of a chunk's line only the size counts; what a chunk
// has beyond its size is thrown away up to the next line end.
// Custom methods (allow_custom_methods): the parser sees "GET" whatever token the request begins with, but for CONNECT,
// which is read otherwise; method() says what it was.
//
// Lifetime: its parser's. Threading: one worker. Bounds: of a line and of what a head was so far by the parser's limit.
class LineRewriter {
 public:
  LineRewriter(bool request, bool lenient, bool customMethods, uint64_t maxSectionBytes)
      : request_(request), lenient_(lenient), customMethods_(customMethods), maxSectionBytes_(maxSectionBytes) {}

  // What the parser is to get next, taking lines off `input` as it needs them; empty: more input is needed, or tooLarge().
  buffer::Piece front(buffer::Buffer& input);
  // The parser has taken `n` bytes of it.
  void drain(buffer::Buffer& input, size_t n);
  // The head is complete.
  void onHead(bool chunked);
  // What follows is another message.
  void onMessageEnd();

  // True once in each message, after its first byte.
  bool takeBegun();
  bool tooLarge() const { return tooLarge_; }
  // Of the present message, as they came.
  uint64_t messageBytes() const { return messageBytes_; }
  // The request's method; empty: the parser knows it.
  std::string_view method() const { return method_; }

 private:
  // kAsIs: a body, or what nothing is known of. kChunkEnd: behind the data, up to the line end.
  enum class State : uint8_t { kBetween, kStartToken, kStartLine, kFields, kAsIs, kChunkSize, kChunkData, kChunkEnd };

  bool takeToken(buffer::Buffer& input);
  bool takeLine(buffer::Buffer& input);
  void take(buffer::Buffer& input, size_t n);
  void finishLine();
  void finishStart(std::string_view line);
  void finishField(std::string_view line);
  void finishChunkSize(std::string_view line);

  const bool request_;
  const bool lenient_;
  const bool customMethods_;
  const uint64_t maxSectionBytes_;
  State state_ = State::kBetween;
  bool begun_ = false;
  bool tooLarge_ = false;
  bool holds_ = false;  // a field that the next line may go on
  std::string held_;
  std::string line_;       // that is not complete
  std::string rewritten_;  // for the parser
  size_t given_ = 0;       // of rewritten_
  uint64_t sectionBytes_ = 0;
  uint64_t messageBytes_ = 0;
  uint64_t chunkLeft_ = 0;
  std::string method_;
};

}  // namespace orrery::http1
