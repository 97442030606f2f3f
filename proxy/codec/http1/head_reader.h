#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "proxy/codec/http1/codec.h"
#include "proxy/message/header_map.h"

namespace orrery::http1 {

// Reads the fields out of a whole head or trailer section whose grammar llhttp has accepted, and refuses what llhttp lets
// pass: folded lines (RFC 9112 section 5.2), protocols other than HTTP, transfer codings other than one
// "chunked", a second Host, framing in responses without a body.
//
// The text is copied into the map's arena once; names are lower-cased there and values are views of it. Because only whole
// sections are read, where their bytes were cut cannot matter.
//
// Errors: false, and error() says which.
class HeadReader {
 public:
  HeadReader(MessageKind kind, const ParserOptions& options)
      : request_(kind == MessageKind::kRequest),
        allowAbsoluteUrl_(options.allowAbsoluteUrl),
        lenient_(options.lenient),
        preserveCase_(options.preserveCase),
        underscores_(options.underscores) {}

  // `method` lives as long as the map.
  bool readRequest(std::string_view text, std::string_view method, message::HeaderMap& map);
  bool readResponse(std::string_view text, uint32_t status, message::HeaderMap& map);
  bool readTrailers(std::string_view text, message::HeaderMap& map);

  uint32_t droppedFields() const { return dropped_; }
  // Of the fields of the last message read: names, values, a colon and a line end each, as Envoy counts.
  uint64_t headFieldBytes() const { return fieldBytes_ - trailerBytes_; }
  uint64_t fieldBytes() const { return fieldBytes_; }
  ParseError error() const { return error_; }
  std::string_view errorText() const { return errorText_; }

 private:
  enum class Target : uint8_t { kOrigin, kAbsolute, kConnect };

  bool readTarget(std::string_view url, std::string_view method, message::HeaderMap& map);
  bool readFields(std::string_view text, message::HeaderMap& map);
  bool takeHost(std::string_view value, message::HeaderMap& map);
  void takeTransferEncoding(std::string_view value);
  bool refuse(ParseError error, std::string_view text);

  const bool request_;
  const bool allowAbsoluteUrl_;
  const bool lenient_;
  const std::optional<message::PreserveCase> preserveCase_;
  const UnderscoresAction underscores_;
  Target target_ = Target::kOrigin;
  bool hostSeen_ = false;
  uint32_t dropped_ = 0;
  uint64_t fieldBytes_ = 0;
  uint64_t trailerBytes_ = 0;  // of these
  bool transferEncodingSeen_ = false;
  bool transferEncodingBad_ = false;
  ParseError error_ = ParseError::kNone;
  std::string_view errorText_;
};

}  // namespace orrery::http1
