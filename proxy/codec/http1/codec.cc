#include "proxy/codec/http1/codec.h"

#include <llhttp.h>

#include <algorithm>
#include <optional>

#include "proxy/codec/http1/head_reader.h"
#include "proxy/codec/http1/line_rewriter.h"
#include "proxy/codec/http1/section_text.h"

namespace orrery::http1 {

using buffer::Buffer;
using buffer::Piece;

namespace {
// Chunk extensions are dropped, so what one chunk may carry only has to be bounded (CVE-2024-22019 is the lack of it).
constexpr uint64_t kMaxChunkExtensionBytes = 16 * 1024;

bool isControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Whether llhttp refused a target for a control character. With three of its words it points behind the byte, which may
// be behind what it was given (each of its words was tried with a byte at a time).
bool isControlInUrl(std::string_view words, const char* at) {
  if (words == "Invalid characters in url (strict mode)") return true;  // tab and form feed
  const bool pointsBehind = words == "Invalid characters in url" || words == "Double @ in url";
  return !pointsBehind && isControl(*at);
}

bool hasNoBody(uint32_t status) { return status / 100 == 1 || status == 204 || status == 304; }
}  // namespace

// llhttp judges the bytes as they come and says where sections end; fields are read out of a whole head (HeadReader). Events
// are delivered between calls of llhttp, not inside: it is stopped at the end of a head, before trailers and at the end of a
// message. So pauses are exact, and head sizes are known to the byte.
class MessageParser::Impl {
 public:
  Impl(MessageKind kind, const ParserOptions& options, ParserCallbacks& callbacks)
      : request_(kind == MessageKind::kRequest),
        keepTrailers_(options.enableTrailers),
        limits_(options.limits),
        callbacks_(callbacks),
        reader_(kind, options) {
    llhttp_init(&parser_, request_ ? HTTP_REQUEST : HTTP_RESPONSE, &kSettings);
    if (options.lenient || (request_ && options.allowCustomMethods)) {
      rewriter_.emplace(request_, options.lenient, options.allowCustomMethods, limits_.maxBytes);
    }
    if (options.allowChunkedLength) llhttp_set_lenient_chunked_length(&parser_, 1);
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
  uint64_t messageBytes() const { return rewriter_ ? rewriter_->messageBytes() : messageBytes_; }
  uint64_t headFieldBytes() const { return reader_.headFieldBytes(); }
  uint64_t fieldBytes() const { return reader_.fieldBytes(); }
  uint32_t droppedFields() const { return reader_.droppedFields(); }
  std::string_view errorText() const { return errorText_; }
  bool upgraded() const { return upgraded_; }

 private:
  enum class Stop : uint8_t { kNone, kHead, kLastChunk, kMessage };
  enum class Ending : uint8_t { kNo, kBody, kTrailers, kComplete };

  Piece next(Buffer& input);
  void feed(Buffer& input, Piece piece);
  void afterStop();
  void noteSection(const char* begin, size_t n);
  bool readHead(std::string_view text);
  void settleFraming();
  void startAfresh();
  void deliverEnding();
  void flushBody();
  void fail(ParseError error, std::string_view text);
  void failTooLarge();
  void beginMessage();
  // Of the request whose head was read; lives as long as its map.
  std::string_view method();
  void failFromParser(int code);

  // llhttp's callbacks.
  int messageBegin();
  int fieldComplete();
  int stop(Stop where) {
    stop_ = where;
    return HPE_PAUSED;
  }
  int chunkExtension(size_t n);
  int chunkHeader();
  static Impl& of(llhttp_t* p) { return *static_cast<Impl*>(p->data); }
  static constexpr llhttp_settings_t makeSettings();
  static const llhttp_settings_t kSettings;

  const bool request_;
  const bool keepTrailers_;
  const message::HeaderLimits limits_;
  ParserCallbacks& callbacks_;
  llhttp_t parser_;
  HeadReader reader_;
  std::optional<LineRewriter> rewriter_;  // between the input and llhttp
  message::HeaderMap* map_ = nullptr;
  Framing framing_;
  std::optional<Buffer> body_;  // of this dispatch(); made with the input's pool
  buffer::Block* block_ = nullptr;

  // A section is a head or trailers: what the limits are for.
  bool inSection_ = true;
  SectionText section_;
  uint64_t sectionBytes_ = 0;
  uint32_t fieldCount_ = 0;
  uint64_t messageBytes_ = 0;
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
      return error_;
    }
    const Piece piece = next(input);
    if (paused_ || (piece.size == 0 && !resume_ && error_ == ParseError::kNone)) break;
    if (error_ == ParseError::kNone) feed(input, piece);
    if (error_ != ParseError::kNone) {
      flushBody();
      return paused_ ? ParseError::kNone : error_;
    }
  }
  flushBody();
  return ParseError::kNone;
}

// What llhttp is to get next.
Piece MessageParser::Impl::next(Buffer& input) {
  if (!rewriter_) return input.front();
  const Piece piece = rewriter_->front(input);
  if (rewriter_->takeBegun()) {
    beginMessage();
    if (!paused_) return next(input);
  }
  if (rewriter_->tooLarge()) failTooLarge();
  return piece;
}

void MessageParser::Impl::feed(Buffer& input, Piece piece) {
  size_t n = piece.size;
  if (inSection_) {
    n = std::min<uint64_t>(n, limits_.maxBytes - sectionBytes_);
    if (n == 0 && piece.size > 0) return failTooLarge();
  }
  static constexpr char kNothing = 0;
  const char* const data = piece.size > 0 ? piece.data : &kNothing;
  block_ = input.frontBlock();
  resume_ = false;
  stop_ = Stop::kNone;
  const llhttp_errno_t code = llhttp_execute(&parser_, data, n);
  if (code != HPE_OK && code != HPE_PAUSED) {
    messageBytes_ += n;  // what is wrong has come, too
    return failFromParser(code);
  }
  const size_t used = code == HPE_OK ? n : static_cast<size_t>(llhttp_get_error_pos(&parser_) - data);
  messageBytes_ += used;
  if (inSection_) noteSection(data, used);
  if (rewriter_) {
    rewriter_->drain(input, used);
  } else {
    input.drain(used);
  }
  if (code == HPE_PAUSED && error_ == ParseError::kNone) {
    llhttp_resume(&parser_);
    resume_ = true;
    afterStop();
  }
}

// While the slice is still there: a head that is whole is read, other bytes are kept.
void MessageParser::Impl::noteSection(const char* begin, size_t n) {
  sectionBytes_ += n;
  if (stop_ == Stop::kHead) {
    if (readHead(section_.complete(begin, n))) settleFraming();
    section_.clear();
  } else if (!headersDone_ || keepTrailers_) {
    section_.spill(begin, n);
  }
}

bool MessageParser::Impl::readHead(std::string_view text) {
  // HTTP/0.9 is a request line only; anything else that is not HTTP/1 is not for this codec.
  if (parser_.http_major != 1 && !(request_ && parser_.http_major == 0)) {
    fail(request_ ? ParseError::kLowVersion : ParseError::kCodecError, "Invalid HTTP version");
    return false;
  }
  const bool read =
      request_ ? reader_.readRequest(text, method(), *map_) : reader_.readResponse(text, parser_.status_code, *map_);
  if (!read) fail(reader_.error(), reader_.errorText());
  return read;
}

void MessageParser::Impl::settleFraming() {
  const uint32_t status = parser_.status_code;
  bool skipBody = false;
  if (request_) {
    framing_.upgrade = parser_.upgrade != 0;
  } else {
    framing_.upgrade = status == 101 || (expectConnect_ && status / 100 == 2);
    skipBody = expectHead_ || framing_.upgrade || hasNoBody(status);
    if (skipBody) parser_.flags |= F_SKIPBODY;
  }
  framing_.minor = parser_.http_major == 1 ? parser_.http_minor : 0;
  framing_.chunked = (parser_.flags & F_CHUNKED) != 0;
  framing_.hasContentLength = (parser_.flags & F_CONTENT_LENGTH) != 0 && !framing_.chunked;
  framing_.contentLength = framing_.hasContentLength ? parser_.content_length : 0;
  framing_.untilEof = !request_ && llhttp_message_needs_eof(&parser_) != 0;
  framing_.keepAlive = llhttp_should_keep_alive(&parser_) != 0;
  framing_.hasBody = !skipBody && (framing_.chunked || framing_.contentLength > 0 || framing_.untilEof);
}

void MessageParser::Impl::afterStop() {
  switch (stop_) {
    case Stop::kNone: break;  // pause() in onMessageBegin
    case Stop::kHead:
      inSection_ = false;
      headersDone_ = true;
      if (rewriter_) rewriter_->onHead(framing_.chunked && framing_.hasBody);
      callbacks_.onHeadersComplete(framing_);
      break;
    case Stop::kLastChunk:
      inSection_ = true;
      sectionBytes_ = 0;
      fieldCount_ = 0;
      break;
    case Stop::kMessage:
      startAfresh();
      ending_ = Ending::kBody;
      break;
  }
}

// What llhttp carries from one message to the next (closed connections, trailers that look like framing) is not wanted: the
// owner of the connection decides what follows.
void MessageParser::Impl::startAfresh() {
  llhttp_reset(&parser_);
  if (rewriter_) rewriter_->onMessageEnd();
  resume_ = false;
  inSection_ = true;
  sectionBytes_ = 0;
}

void MessageParser::Impl::deliverEnding() {
  if (ending_ == Ending::kBody) {
    ending_ = Ending::kTrailers;
    flushBody();
    if (paused_) return;
  }
  if (ending_ == Ending::kTrailers) {
    ending_ = Ending::kComplete;
    if (keepTrailers_ && framing_.chunked && fieldCount_ > 0) {
      message::HeaderMap* const map = callbacks_.onTrailersBegin();
      if (map != nullptr && !reader_.readTrailers(section_.spilled(), *map)) {
        return fail(reader_.error(), reader_.errorText());
      }
      if (paused_) return;
    }
  }
  ending_ = Ending::kNo;
  section_.clear();
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
    startAfresh();
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
  const char* const reason = llhttp_get_error_reason(&parser_);
  const std::string_view text = reason != nullptr ? reason : "";
  ParseError error = ParseError::kCodecError;
  if (code == HPE_INVALID_TRANSFER_ENCODING) error = ParseError::kInvalidTransferEncoding;
  // llhttp's words tell "HTTP/1.2" from "HTTP/x.1".
  if (code == HPE_INVALID_VERSION && request_ && text == "Invalid HTTP version") error = ParseError::kLowVersion;
  if (code == HPE_INVALID_URL && isControlInUrl(text, llhttp_get_error_pos(&parser_))) {
    error = ParseError::kInvalidCharacters;
  }
  if (code == HPE_INVALID_HEADER_TOKEN && text == "Invalid header value char") error = ParseError::kInvalidCharacters;
  if (code == HPE_UNEXPECTED_CONTENT_LENGTH && text.ends_with("Transfer-Encoding")) {
    error = ParseError::kContentLengthAndChunked;
  }
  fail(error, text);
}

void MessageParser::Impl::failTooLarge() {
  fail(ParseError::kHeadersTooLarge, headersDone_ ? "Trailers too large" : "Headers too large");
}

std::string_view MessageParser::Impl::method() {
  if (rewriter_ && !rewriter_->method().empty()) return map_->arena().copy(rewriter_->method());
  return llhttp_method_name(static_cast<llhttp_method_t>(parser_.method));
}

int MessageParser::Impl::messageBegin() {
  if (!rewriter_) beginMessage();  // else the message began with its first byte
  return paused_ ? HPE_PAUSED : 0;
}

void MessageParser::Impl::beginMessage() {
  inMessage_ = true;
  headersDone_ = false;
  fieldCount_ = 0;
  framing_ = Framing{};
  messageBytes_ = 0;
  map_ = &callbacks_.onMessageBegin();
}

int MessageParser::Impl::fieldComplete() {
  if (++fieldCount_ <= limits_.maxCount) return 0;
  fail(ParseError::kTooManyHeaders, headersDone_ ? "Too many trailers" : "Too many headers");
  return HPE_USER;
}

int MessageParser::Impl::chunkExtension(size_t n) {
  extensionBytes_ += n;
  if (extensionBytes_ <= kMaxChunkExtensionBytes) return 0;
  fail(ParseError::kCodecError, "Chunk extensions too large");
  return HPE_USER;
}

int MessageParser::Impl::chunkHeader() {
  extensionBytes_ = 0;
  return parser_.content_length == 0 ? stop(Stop::kLastChunk) : 0;
}

constexpr llhttp_settings_t MessageParser::Impl::makeSettings() {
  llhttp_settings_t s{};
  s.on_message_begin = [](llhttp_t* p) { return of(p).messageBegin(); };
  s.on_header_value_complete = [](llhttp_t* p) { return of(p).fieldComplete(); };
  s.on_headers_complete = [](llhttp_t* p) { return of(p).stop(Stop::kHead); };
  s.on_body = [](llhttp_t* p, const char* at, size_t n) {
    of(p).body_->appendShared(of(p).block_, at, n);
    return 0;
  };
  s.on_chunk_extension_name = [](llhttp_t* p, const char*, size_t n) { return of(p).chunkExtension(n); };
  s.on_chunk_extension_value = [](llhttp_t* p, const char*, size_t n) { return of(p).chunkExtension(n); };
  s.on_chunk_header = [](llhttp_t* p) { return of(p).chunkHeader(); };
  s.on_message_complete = [](llhttp_t* p) { return of(p).stop(Stop::kMessage); };
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
uint64_t MessageParser::messageBytes() const { return impl_->messageBytes(); }
uint64_t MessageParser::headFieldBytes() const { return impl_->headFieldBytes(); }
uint64_t MessageParser::fieldBytes() const { return impl_->fieldBytes(); }
uint32_t MessageParser::droppedFields() const { return impl_->droppedFields(); }
std::string_view MessageParser::errorText() const { return impl_->errorText(); }
bool MessageParser::upgraded() const { return impl_->upgraded(); }

}  // namespace orrery::http1
