#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/codec/http1/codec.h"
#include "proxy/codec/http1/token.h"
#include "proxy/message/header_map.h"

namespace orrery::http1 {

// Turns the tokens of a head or of a trailer section into header fields, and refuses what llhttp lets pass: folded lines
// (RFC 9112 section 5.2), protocols other than HTTP, transfer codings other than one "chunked", both framings at once.
//
// Lifetime: the map given to begin() lives until the message ends. Bounds: count of fields here; bytes by its owner.
// Errors: the first one is kept, with a text for people.
class HeadReader {
 public:
  HeadReader(MessageKind kind, const ParserOptions& options) : kind_(kind), options_(options) {}

  void begin(message::HeaderMap& map);
  void beginTrailers();

  // The bytes that the next pieces lie in.
  void beginSlice(const char* begin);
  // Pieces seen so far must be kept: the slice ends here.
  void endSlice(const char* end);

  // Tokens; false: refused, see error().
  void urlPiece(const char* at, size_t n);
  bool urlComplete(std::string_view method);
  bool versionPiece(const char* at);
  void statusComplete(uint32_t code);
  void namePiece(const char* at, size_t n);
  bool nameComplete();
  bool valuePiece(const char* at, size_t n);
  bool valueComplete();
  // The empty line was seen: checks that need the whole head.
  bool headComplete();

  ParseError error() const { return error_; }
  std::string_view errorText() const { return errorText_; }
  bool inValue() const { return inValue_; }

  bool hasTrailers() const { return !trailers_.empty(); }
  void moveTrailersTo(message::HeaderMap& map);

 private:
  enum class Target : uint8_t { kOrigin, kAbsolute, kConnect };
  struct Field {
    size_t nameSize;
    size_t valueSize;
  };

  bool refuse(ParseError error, std::string_view text);
  void scanGap(const char* end);
  bool storeTrailer();

  const MessageKind kind_;
  const ParserOptions options_;
  message::HeaderMap* map_ = nullptr;
  bool trailing_ = false;
  Target target_ = Target::kOrigin;

  Token token_;
  message::HeaderId nameId_ = message::HeaderId::kOther;
  std::string_view name_;
  uint32_t fieldCount_ = 0;
  bool inValue_ = false;

  // Watches the bytes between two tokens, which llhttp skips without telling: from the end of the request target to the
  // version, and from the colon to the value.
  enum class Gap : uint8_t { kNone, kBeforeVersion, kBeforeValue };
  Gap gap_ = Gap::kNone;
  const char* gapFrom_ = nullptr;   // in the current slice
  const char* tokenEnd_ = nullptr;  // of the last piece, if it is in the current slice or ends it
  bool valueStarted_ = false;
  uint32_t lineFeeds_ = 0;
  char protocol_ = 0;  // first character of "HTTP/1.1"

  bool contentLengthSeen_ = false;
  bool transferEncodingSeen_ = false;
  bool transferEncodingBad_ = false;

  // Trailers wait here until the body before them was delivered: names and values back to back, and their sizes.
  std::string trailerBytes_;
  std::vector<Field> trailers_;

  ParseError error_ = ParseError::kNone;
  std::string_view errorText_;
};

}  // namespace orrery::http1
