#include "proxy/codec/http1/codec.h"

namespace orrery::http1 {

// Envoy's response code details (source/common/http/http1/codec_impl.cc, Http1ResponseCodeDetailValues).
std::string_view parseErrorDetails(ParseError error) {
  switch (error) {
    case ParseError::kNone: return "";
    case ParseError::kCodecError: return "http1.codec_error";
    case ParseError::kHeadersTooLarge: return "http1.headers_too_large";
    case ParseError::kTooManyHeaders: return "http1.too_many_headers";
    case ParseError::kInvalidTransferEncoding: return "http1.invalid_transfer_encoding";
    case ParseError::kContentLengthAndChunked: return "http1.content_length_and_chunked_not_allowed";
    case ParseError::kInvalidUrl: return "http1.invalid_url";
    case ParseError::kInvalidScheme: return "http1.invalid_scheme";
    case ParseError::kConnectionHeaderRejected: return "http1.connection_header_rejected";
    case ParseError::kLowVersion: return "low_version";
    case ParseError::kUnderscore: return "http1.unexpected_underscore";
    case ParseError::kBodyDisallowed: return "http1.body_disallowed";
    case ParseError::kInvalidCharacters: return "http1.invalid_characters";
    case ParseError::kUnexpectedEof: return "http1.codec_error";
  }
  return "";
}

}  // namespace orrery::http1
