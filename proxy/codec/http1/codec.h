#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/base/arena.h"
#include "proxy/buffer/buffer.h"
#include "proxy/message/header_map.h"
#include "proxy/message/limits.h"

// HTTP/1 as a transformation of bytes (llhttp under it): no socket, no clock. The server side reads requests and writes
// responses, the client side the reverse. Both halves of one connection share little, so they are two classes:
// MessageParser (bytes to events) and the free functions of writer.h (heads, chunks and trailers to bytes).
namespace orrery::http1 {

enum class MessageKind : uint8_t { kRequest, kResponse };

// Why a message was refused: what the connection manager or the pool turns into a reply, a flag and details. The order is
// free; names follow Envoy's details ("http1.codec_error").
enum class ParseError : uint8_t {
  kNone,
  kCodecError,               // http1.codec_error: anything malformed
  kHeadersTooLarge,          // http1.headers_too_large
  kTooManyHeaders,           // http1.too_many_headers
  kInvalidTransferEncoding,  // http1.invalid_transfer_encoding (501)
  kContentLengthAndChunked,  // http1.content_length_and_chunked_not_allowed
  kInvalidUrl,               // http1.invalid_url
  kInvalidScheme,            // http1.invalid_scheme
  kConnectionHeaderRejected,
  kUnderscore,         // http1.unexpected_underscore
  kLowVersion,         // low_version (426): HTTP, but neither 1.0 nor 1.1
  kBodyDisallowed,     // http1.body_disallowed
  kInvalidCharacters,  // http1.invalid_characters
  kUnexpectedEof,      // the stream ended inside a message
};
std::string_view parseErrorDetails(ParseError error);

// What stands in the start line and framing of a message.
struct Framing {
  uint8_t minor = 1;      // HTTP/1.x
  bool keepAlive = true;  // what the message says about reuse (RFC 9112 section 9.3)
  bool chunked = false;
  bool hasContentLength = false;
  uint64_t contentLength = 0;
  bool upgrade = false;   // connection: upgrade, or CONNECT
  bool hasBody = false;   // body bytes or chunks follow (or until the end of the stream)
  bool untilEof = false;  // response without length: body ends with the connection
};

class ParserCallbacks {
 public:
  // The first byte of a new message was seen (request_headers_timeout starts here). Returns the map that receives its
  // fields; it must live until onMessageComplete or destruction. Request: ":method", ":path", then fields as received,
  // names lower-cased, with ":authority" from Host (the host field itself is not repeated). Response: ":status", fields.
  virtual message::HeaderMap& onMessageBegin() = 0;
  virtual void onHeadersComplete(const Framing& framing) = 0;
  // Body bytes, moved out of the input: the callee may move them on or leave them (then they are dropped).
  virtual void onBody(buffer::Buffer& data) = 0;
  // A trailer section follows; fields go to the returned map (null: drop them).
  virtual message::HeaderMap* onTrailersBegin() = 0;
  virtual void onMessageComplete() = 0;

 protected:
  ~ParserCallbacks() = default;
};

// headers_with_underscores_action: what comes of requests that some servers read as if '_' were '-'.
enum class UnderscoresAction : uint8_t { kAllow, kDropHeader, kReject };

// The key of the runtime whose truth makes the connections that come after it read leniently.
constexpr std::string_view kLenientKey = "orrery.lenient_http1";

struct ParserOptions {
  message::HeaderLimits limits;
  bool acceptHttp10 = false;  // accept_http_10; refused requests are reported by Framing::minor, the owner answers 426
  bool enableTrailers = false;
  UnderscoresAction underscores = UnderscoresAction::kAllow;  // of requests
  bool allowAbsoluteUrl = true;  // false: an absolute request target stays in ":path" as it came
  // allow_chunked_length: of a message with both framings the chunks count, and its content-length is taken out; else it is
  // refused (RFC 9112 section 6.1 lets a server do either).
  bool allowChunkedLength = false;
  std::optional<message::PreserveCase> preserveCase;  // maps get to know how names were written
  bool lenient = false;             // takes what Envoy takes: see LineRewriter; and joins what two Hosts say
  bool allowCustomMethods = false;  // any token is a method of a request
};

// Bytes in, events out. One per connection; messages follow each other.
//
// dispatch() consumes from the front of `input` until it is empty, an error occurs, a message is complete (the rest stays
// for the next call: one request at a time, as Envoy), or pause() is called from a callback. The result of a run of bytes
// does not depend on where they are cut. Body bytes of one call are given in one onBody(), chunks merged, as Envoy; a call
// that ends in an error gives the bytes before the error first (Envoy drops those of the same read). After a pause dispatch() is called again even if no bytes
// came: the end of the message may be due.
//
// Lifetime: callbacks outlive it; it may not be destroyed inside its own callbacks. Threading: one worker.
// Errors: after an error it refuses everything (error()). Bounds: limits on header bytes and count while they arrive.
// Re-entry: callbacks may call pause(), not dispatch().
class MessageParser {
 public:
  MessageParser(MessageKind kind, const ParserOptions& options, ParserCallbacks& callbacks);
  ~MessageParser();
  MessageParser(const MessageParser&) = delete;
  MessageParser& operator=(const MessageParser&) = delete;

  ParseError dispatch(buffer::Buffer& input);
  // The stream ended. kNone if that is a proper end (between messages, or a body until EOF, which then completes).
  ParseError finish();
  // Stops dispatch() after the current callback; dispatch() goes on later.
  void pause();

  // Response side: the next response answers this method (HEAD and CONNECT change the framing). Before each message.
  void expectResponseTo(std::string_view method);

  ParseError error() const;
  // True from the first byte of a message until its end.
  bool midMessage() const;
  bool headersComplete() const;
  // All bytes taken of the current (or last) message so far, and those of its fields as a BytesMeter counts them: of the
  // head, and with the trailers that are kept.
  uint64_t messageBytes() const;
  uint64_t headFieldBytes() const;
  uint64_t fieldBytes() const;
  // Fields left out of the current (or last) message for their names.
  uint32_t droppedFields() const;
  // A detail for people ("Invalid header value char").
  std::string_view errorText() const;
  // The last message ended with a protocol change: a request that asks for one (upgrade or CONNECT), a response that grants
  // it (101, or 2xx to CONNECT). Bytes that follow are not HTTP if it is granted; calling dispatch() goes on with HTTP.
  bool upgraded() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace orrery::http1
