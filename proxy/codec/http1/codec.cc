#include "proxy/codec/http1/codec.h"

#include <llhttp.h>

#include <algorithm>
#include <optional>

#include "proxy/base/assert.h"
#include "proxy/codec/http1/head_reader.h"

namespace orrery::http1 {

using buffer::Buffer;
using buffer::Piece;

namespace {
// Chunk extensions are dropped, so what one chunk may carry only has to be bounded (CVE-2024-22019 is the lack of it).
constexpr uint64_t kMaxChunkExtensionBytes = 16 * 1024;

bool hasNoBody(uint32_t status) { return status / 100 == 1 || status == 204 || status == 304; }
}  // namespace

// Events are delivered between calls of llhttp, not inside: it is stopped at the end of a head, before trailers and at the end
// of a message. So pauses are exact and head sizes are known to the byte.
class MessageParser::Impl {
 public:
  Impl(MessageKind kind, const ParserOptions& options, ParserCallbacks& callbacks)
      : kind_(kind), limits_(options.limits), callbacks_(callbacks), reader_(kind, options) {
    llhttp_init(&parser_, kind == MessageKind::kRequest ? HTTP_REQUEST : HTTP_RESPONSE, &kSettings);
    parser_.data = this;
  }

  ParseError dispatch(Buffer& input);
  ParseError finish();
  void pause() { paused_ = true; }
  void expectResponseTo(std::string_view method) {
    expectHead_ = method == "HEAD";
    expectConnect_ = method == "CONNECT";
  }

  ParseError error() const { return error_; }
  bool midMessage() const { return inMessage_; }
  bool headersComplete() const { return headersDone_; }
  uint64_t headBytes() const { return headersDone_ ? headBytes_ : sectionBytes_; }
  std::string_view errorText() const { return errorText_; }
  bool upgraded() const { return upgraded_; }

 private:
  enum class Stop : uint8_t { kNone, kHead, kLastChunk, kMessage };
  enum class Ending : uint8_t { kNo, kBody, kTrailers, kComplete };

  void feed(Buffer& input, Piece piece);
  void handleStop();
  void deliverEnding();
  void flushBody();
  void fail(ParseError error, std::string_view text);
  void failFromParser(int code);

  // llhttp's callbacks.
  int messageBegin();
  int headersDone();
  int body(const char* at, size_t n);
  int chunkExtension(size_t n);
  int chunkHeader();
  int messageDone();
  static Impl& of(llhttp_t* p) { return *static_cast<Impl*>(p->data); }
  static int accept(bool ok) { return ok ? 0 : HPE_USER; }
  static constexpr llhttp_settings_t makeSettings();
  static const llhttp_settings_t kSettings;

  const MessageKind kind_;
  const message::HeaderLimits limits_;
  ParserCallbacks& callbacks_;
  llhttp_t parser_;
  HeadReader reader_;
  Framing framing_;
  std::optional<Buffer> body_;  // of this dispatch(); made with the input's pool
  buffer::Block* block_ = nullptr;

  // A section is a head or trailers: what the byte limit is for.
  bool inSection_ = true;
  uint64_t sectionBytes_ = 0;
  uint64_t headBytes_ = 0;
  uint64_t extensionBytes_ = 0;

  bool inMessage_ = false;
  bool headersDone_ = false;
  bool upgraded_ = false;
  bool expectHead_ = false;
  bool expectConnect_ = false;
  bool paused_ = false;
  bool resume_ = false;  // llhttp has something to do even without bytes
  Stop stop_ = Stop::kNone;
  Ending ending_ = Ending::kNo;
  ParseError error_ = ParseError::kNone;
  std::string_view errorText_;
};

ParseError MessageParser::Impl::dispatch(Buffer& input) {
  if (error_ != ParseError::kNone) return error_;
  paused_ = false;
  upgraded_ = false;
  if (!body_) body_.emplace(input.pool());
  while (!paused_) {
    if (ending_ != Ending::kNo) {
      deliverEnding();
      return ParseError::kNone;
    }
    const Piece piece = input.front();
    if (piece.size == 0 && !resume_) break;
    feed(input, piece);
    if (error_ != ParseError::kNone) {
      flushBody();
      return paused_ ? ParseError::kNone : error_;
    }
  }
  flushBody();
  return ParseError::kNone;
}

void MessageParser::Impl::feed(Buffer& input, Piece piece) {
  size_t n = piece.size;
  if (inSection_) {
    n = std::min<uint64_t>(n, limits_.maxBytes - sectionBytes_);
    if (n == 0 && piece.size > 0) {
      return fail(ParseError::kHeadersTooLarge, headersDone_ ? "Trailers too large" : "Headers too large");
    }
  }
  static constexpr char kNothing = 0;
  const char* const data = piece.size > 0 ? piece.data : &kNothing;
  block_ = input.frontBlock();
  resume_ = false;
  stop_ = Stop::kNone;
  reader_.beginSlice(data);
  const llhttp_errno_t code = llhttp_execute(&parser_, data, n);
  if (code != HPE_OK && code != HPE_PAUSED) return failFromParser(code);
  const size_t used = code == HPE_OK ? n : static_cast<size_t>(llhttp_get_error_pos(&parser_) - data);
  reader_.endSlice(data + used);
  if (inSection_) sectionBytes_ += used;
  input.drain(used);
  if (code == HPE_PAUSED) {
    llhttp_resume(&parser_);
    resume_ = true;
    handleStop();
  }
}

void MessageParser::Impl::handleStop() {
  switch (stop_) {
    case Stop::kNone: break;  // pause() in onMessageBegin
    case Stop::kHead:
      inSection_ = false;
      headBytes_ = sectionBytes_;
      headersDone_ = true;
      callbacks_.onHeadersComplete(framing_);
      break;
    case Stop::kLastChunk:
      inSection_ = true;
      sectionBytes_ = 0;
      reader_.beginTrailers();
      break;
    case Stop::kMessage:
      // A fresh start each time: what llhttp carries from one message to the next (closed connections, trailers that look
      // like framing) is decided by the owner of the connection.
      llhttp_reset(&parser_);
      resume_ = false;
      inSection_ = true;
      sectionBytes_ = 0;
      ending_ = Ending::kBody;
      break;
  }
}

void MessageParser::Impl::deliverEnding() {
  if (ending_ == Ending::kBody) {
    ending_ = Ending::kTrailers;
    flushBody();
    if (paused_) return;
  }
  if (ending_ == Ending::kTrailers) {
    ending_ = Ending::kComplete;
    if (reader_.hasTrailers()) {
      if (message::HeaderMap* map = callbacks_.onTrailersBegin()) reader_.moveTrailersTo(*map);
      if (paused_) return;
    }
  }
  ending_ = Ending::kNo;
  inMessage_ = false;
  upgraded_ = framing_.upgrade;
  callbacks_.onMessageComplete();
}

void MessageParser::Impl::flushBody() {
  if (body_->empty()) return;
  callbacks_.onBody(*body_);
  body_->clear();
}

ParseError MessageParser::Impl::finish() {
  if (error_ != ParseError::kNone) return error_;
  paused_ = false;
  if (ending_ == Ending::kNo && inMessage_ && headersDone_ && framing_.untilEof) {
    llhttp_reset(&parser_);
    inSection_ = true;
    sectionBytes_ = 0;
    resume_ = false;
    ending_ = Ending::kBody;
  }
  if (ending_ != Ending::kNo) {
    deliverEnding();
  } else if (inMessage_) {
    fail(ParseError::kUnexpectedEof, "Unexpected end of the stream");
  }
  return error_;
}

void MessageParser::Impl::fail(ParseError error, std::string_view text) {
  error_ = error;
  errorText_ = text;
}

void MessageParser::Impl::failFromParser(int code) {
  if (error_ != ParseError::kNone) return;  // ours, from a callback
  // Where both framings are present llhttp refuses before our own check of the whole head, with a code that means more.
  if (code == HPE_UNEXPECTED_CONTENT_LENGTH) reader_.headComplete();
  if (reader_.error() != ParseError::kNone) return fail(reader_.error(), reader_.errorText());
  ParseError error = ParseError::kCodecError;
  if (code == HPE_INVALID_TRANSFER_ENCODING) error = ParseError::kInvalidTransferEncoding;
  if (code == HPE_INVALID_HEADER_TOKEN && reader_.inValue()) error = ParseError::kInvalidCharacters;
  const char* const reason = llhttp_get_error_reason(&parser_);
  fail(error, reason != nullptr ? reason : "");
}

int MessageParser::Impl::messageBegin() {
  inMessage_ = true;
  headersDone_ = false;
  framing_ = Framing{};
  reader_.begin(callbacks_.onMessageBegin());
  return paused_ ? HPE_PAUSED : 0;
}

int MessageParser::Impl::headersDone() {
  const bool request = kind_ == MessageKind::kRequest;
  const uint32_t status = parser_.status_code;
  // HTTP/0.9 is a request line only; anything else that is not HTTP/1 is not for this codec.
  if (parser_.http_major != 1 && !(request && parser_.http_major == 0)) {
    fail(ParseError::kCodecError, "Invalid HTTP version");
    return HPE_USER;
  }
  if (!reader_.headComplete()) return HPE_USER;
  bool skipBody = false;
  if (request) {
    framing_.upgrade = parser_.upgrade != 0;
  } else {
    framing_.upgrade = status == 101 || (expectConnect_ && status / 100 == 2);
    skipBody = expectHead_ || framing_.upgrade || hasNoBody(status);
    if (skipBody) parser_.flags |= F_SKIPBODY;
  }
  framing_.minor = parser_.http_major == 1 ? parser_.http_minor : 0;
  framing_.chunked = (parser_.flags & F_CHUNKED) != 0;
  framing_.hasContentLength = (parser_.flags & F_CONTENT_LENGTH) != 0;
  framing_.contentLength = framing_.hasContentLength ? parser_.content_length : 0;
  framing_.untilEof = !request && llhttp_message_needs_eof(&parser_) != 0;
  framing_.keepAlive = llhttp_should_keep_alive(&parser_) != 0;
  framing_.hasBody = !skipBody && (framing_.chunked || framing_.contentLength > 0 || framing_.untilEof);
  stop_ = Stop::kHead;
  return HPE_PAUSED;
}

int MessageParser::Impl::body(const char* at, size_t n) {
  body_->appendShared(block_, at, n);
  return 0;
}

int MessageParser::Impl::chunkExtension(size_t n) {
  extensionBytes_ += n;
  if (extensionBytes_ <= kMaxChunkExtensionBytes) return 0;
  fail(ParseError::kCodecError, "Chunk extensions too large");
  return HPE_USER;
}

int MessageParser::Impl::chunkHeader() {
  extensionBytes_ = 0;
  if (parser_.content_length != 0) return 0;
  stop_ = Stop::kLastChunk;
  return HPE_PAUSED;
}

int MessageParser::Impl::messageDone() {
  stop_ = Stop::kMessage;
  return HPE_PAUSED;
}

constexpr llhttp_settings_t MessageParser::Impl::makeSettings() {
  llhttp_settings_t s{};
  s.on_message_begin = [](llhttp_t* p) { return of(p).messageBegin(); };
  s.on_url = [](llhttp_t* p, const char* at, size_t n) {
    of(p).reader_.urlPiece(at, n);
    return 0;
  };
  s.on_url_complete = [](llhttp_t* p) {
    const auto method = static_cast<llhttp_method_t>(p->method);
    return accept(of(p).reader_.urlComplete(llhttp_method_name(method)));
  };
  s.on_version = [](llhttp_t* p, const char* at, size_t) { return accept(of(p).reader_.versionPiece(at)); };
  s.on_status_complete = [](llhttp_t* p) {
    of(p).reader_.statusComplete(p->status_code);
    return 0;
  };
  s.on_header_field = [](llhttp_t* p, const char* at, size_t n) {
    of(p).reader_.namePiece(at, n);
    return 0;
  };
  s.on_header_field_complete = [](llhttp_t* p) { return accept(of(p).reader_.nameComplete()); };
  s.on_header_value = [](llhttp_t* p, const char* at, size_t n) { return accept(of(p).reader_.valuePiece(at, n)); };
  s.on_header_value_complete = [](llhttp_t* p) { return accept(of(p).reader_.valueComplete()); };
  s.on_headers_complete = [](llhttp_t* p) { return of(p).headersDone(); };
  s.on_body = [](llhttp_t* p, const char* at, size_t n) { return of(p).body(at, n); };
  s.on_chunk_extension_name = [](llhttp_t* p, const char*, size_t n) { return of(p).chunkExtension(n); };
  s.on_chunk_extension_value = [](llhttp_t* p, const char*, size_t n) { return of(p).chunkExtension(n); };
  s.on_chunk_header = [](llhttp_t* p) { return of(p).chunkHeader(); };
  s.on_message_complete = [](llhttp_t* p) { return of(p).messageDone(); };
  return s;
}
constinit const llhttp_settings_t MessageParser::Impl::kSettings = MessageParser::Impl::makeSettings();

MessageParser::MessageParser(MessageKind kind, const ParserOptions& options, ParserCallbacks& callbacks)
    : impl_(std::make_unique<Impl>(kind, options, callbacks)) {}
MessageParser::~MessageParser() = default;
ParseError MessageParser::dispatch(Buffer& input) { return impl_->dispatch(input); }
ParseError MessageParser::finish() { return impl_->finish(); }
void MessageParser::pause() { impl_->pause(); }
void MessageParser::expectResponseTo(std::string_view method) { impl_->expectResponseTo(method); }
ParseError MessageParser::error() const { return impl_->error(); }
bool MessageParser::midMessage() const { return impl_->midMessage(); }
bool MessageParser::headersComplete() const { return impl_->headersComplete(); }
uint64_t MessageParser::headBytes() const { return impl_->headBytes(); }
std::string_view MessageParser::errorText() const { return impl_->errorText(); }
bool MessageParser::upgraded() const { return impl_->upgraded(); }

}  // namespace orrery::http1
