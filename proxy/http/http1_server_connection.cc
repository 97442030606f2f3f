#include "proxy/http/http1_server_connection.h"

#include "proxy/base/assert.h"
#include "proxy/base/mark.h"
#include "proxy/http/header_rules.h"
#include "proxy/http/upgrade_rules.h"

namespace orrery::http {

using http1::BodyFraming;
using http1::ParseError;
using message::HeaderId;
using message::HeaderMap;

namespace {

http1::ParserOptions parserOptions(const HcmOptions& options, const runtime::Snapshot& runtime) {
  http1::ParserOptions p;
  p.limits = options.requestLimits;
  p.acceptHttp10 = options.acceptHttp10;
  p.enableTrailers = options.enableTrailers;
  p.allowAbsoluteUrl = options.allowAbsoluteUrl;
  p.underscores = options.underscores;
  p.allowChunkedLength = options.allowChunkedLength;
  p.preserveCase = options.preserveCase;
  p.allowCustomMethods = options.allowCustomMethods;
  p.lenient = runtime.boolean(http1::kLenientKey, false);
  return p;
}

uint32_t statusOf(ParseError error) {
  switch (error) {
    case ParseError::kHeadersTooLarge:
    case ParseError::kTooManyHeaders: return 431;
    case ParseError::kInvalidTransferEncoding: return 501;
    case ParseError::kLowVersion: return 426;
    default: return 400;
  }
}

}  // namespace

Http1ServerConnection::Http1ServerConnection(net::Connection& connection, ServerConnectionCallbacks& callbacks,
                                             const CompiledHcm& config)
    : connection_(connection),
      callbacks_(callbacks),
      options_(*config.options),
      stats_(config.stats),
      parser_(http1::MessageKind::kRequest, parserOptions(*config.options, *connection.worker().runtime), *this),
      body_(connection.worker().blocks) {}

DispatchStatus Http1ServerConnection::dispatch(buffer::Buffer& data) {
  ORRERY_ASSERT(!reset_, "the connection of a request that was reset closes, and is read no more");
  if (tunnel_) {
    passOn(data);
    return DispatchStatus::kOk;
  }
  const ParseError error = parser_.dispatch(data);
  if (tunnel_ && error == ParseError::kNone) passOn(data);
  if (!reset_ && !body_.empty()) deliverBody(false);  // no piece is held back
  if (!reset_ && error == ParseError::kUnderscore) connection_.worker().stats.add(stats_.rejectedUnderscores);
  if (!reset_ && error != ParseError::kNone) refuse(statusOf(error), http1::parseErrorDetails(error));
  if (reset_) body_.clear();
  return refused_ ? DispatchStatus::kProtocolError : DispatchStatus::kOk;
}

void Http1ServerConnection::passOn(buffer::Buffer& data) {
  if (reset_ || data.empty()) return;
  tunnelBytes_ += data.size();
  body_.move(data);
  deliverBody(false);
}

void Http1ServerConnection::refuse(uint32_t status, std::string_view details) {
  refused_ = true;
  details_ = details;
  // There may be no request yet: garbage is answered too.
  if (!active_) beginRequest();
  countReceived();
  if (stream_ != nullptr) stream_->onProtocolError(status, http1::reasonPhrase(status), details);
}

// What Envoy's codec refuses although the parser takes it.
bool Http1ServerConnection::checkHead(const http1::Framing& framing, HeaderMap& headers, bool tunnel) {
  if (framing.minor == 0 && !options_.acceptHttp10) {
    refuse(426, "low_version");
  } else if (!authorityIsValid(headers.authority())) {
    refuse(400, "http.invalid_authority");
  } else if (headers.has(HeaderId::kConnection) && !tunnel && !removeNominatedHeaders(headers)) {
    refuse(400, "http1.connection_header_rejected");
  } else {
    return true;
  }
  return false;
}

void Http1ServerConnection::beginRequest() {
  ORRERY_ASSERT(!active_, "HTTP/1 requests follow each other");
  active_ = true;
  remoteComplete_ = localComplete_ = headersDelivered_ = hasTrailers_ = startedResponse_ = false;
  headRequest_ = connectRequest_ = rawBody_ = false;
  tunnelBytes_ = 0;
  protocol_ = stream_info::Protocol::kHttp11;
  minor_ = 1;
  takeOver(callbacks_.newStream(*this));
  if (connection_.aboveHighWatermark()) stream_->onAboveWriteBufferHighWatermark();
}

void Http1ServerConnection::takeOver(ServerStream& stream) {
  stream_ = &stream;
  meter_ = &stream.bytesMeter();
}

// A tunnel's bytes are no message's: they are counted as they come.
void Http1ServerConnection::countReceived() {
  if (stream_ == nullptr) return;
  meter_->wireReceived = parser_.messageBytes() + tunnelBytes_;
  meter_->headersReceived = parser_.fieldBytes();
  meter_->decompressedHeadersReceived = parser_.headFieldBytes();
}

HeaderMap& Http1ServerConnection::onMessageBegin() {
  beginRequest();
  return stream_->requestHeaderMap();
}

void Http1ServerConnection::onHeadersComplete(const http1::Framing& framing) {
  if (stream_ == nullptr) return;
  HeaderMap& headers = stream_->requestHeaderMap();
  const std::string_view method = headers.method();
  headRequest_ = method == "HEAD";
  connectRequest_ = method == "CONNECT";
  const bool tunnel = framing.upgrade && (!removeUpgrades(headers, options_.ignoredUpgrades) || connectRequest_);
  if (!checkHead(framing, headers, tunnel)) {
    parser_.pause();
    return;
  }
  if (parser_.droppedFields() > 0) connection_.worker().stats.add(stats_.droppedUnderscores, parser_.droppedFields());
  minor_ = framing.minor;
  if (framing.minor == 0) protocol_ = stream_info::Protocol::kHttp10;
  if (tunnel) {
    tunnel_ = true;
    parser_.pause();
  }
  // A request without body is told as one piece at its end.
  if (!framing.hasBody && !tunnel) return;
  headersDelivered_ = true;
  countReceived();
  stream_->decodeHeaders(false);
}

void Http1ServerConnection::onBody(buffer::Buffer& data) {
  if (stream_ == nullptr) {
    data.clear();
    return;
  }
  body_.move(data);
}

HeaderMap* Http1ServerConnection::onTrailersBegin() {
  if (stream_ == nullptr || !options_.enableTrailers) return nullptr;
  hasTrailers_ = true;
  return &stream_->requestTrailerMap();
}

void Http1ServerConnection::deliverBody(bool endStream) {
  if (stream_ == nullptr) {
    body_.clear();
    return;
  }
  countReceived();
  stream_->decodeData(body_, endStream);
  body_.clear();
}

void Http1ServerConnection::onMessageComplete() {
  if (stream_ == nullptr || reset_) return;
  remoteComplete_ = true;
  countReceived();
  readDisable(true);
  if (!headersDelivered_) {
    headersDelivered_ = true;
    stream_->decodeHeaders(true);
    return;
  }
  if (!hasTrailers_) {
    deliverBody(true);
    return;
  }
  if (!body_.empty()) deliverBody(false);
  if (stream_ != nullptr) stream_->decodeTrailers();
}

void Http1ServerConnection::encode1xxHeaders(const HeaderMap& headers) {
  buffer::Buffer& out = connection_.writeBuffer();
  const size_t before = out.size();
  const size_t fields =
      http1::writeResponseHead(headers, BodyFraming::kNone, {.properCase = options_.properCaseHeaders}, out);
  noteWritten(before, fields);
}

void Http1ServerConnection::noteWritten(size_t before, size_t fields) {
  if (stream_ != nullptr) {
    meter_->wireSent += connection_.writeBuffer().size() - before;
    meter_->headersSent += fields;
    meter_->decompressedHeadersSent += fields;
  }
  connection_.noteWritten();
}

// RFC 9112 section 6 as Envoy's StreamEncoderImpl::encodeHeadersBase applies it.
void Http1ServerConnection::encodeHeaders(HeaderMap& headers, bool endStream) {
  startedResponse_ = true;
  const uint32_t status = headers.status();
  const bool interim = status < 200;
  // RFC 9110 section 8.6: no length where there can be no content.
  if (interim || status == 204) headers.remove(HeaderId::kContentLength);
  if (headers.has(HeaderId::kContentLength)) {
    framing_ = BodyFraming::kContentLength;
  } else if (endStream && !headRequest_) {
    if (!interim && status != 204 && status != 304) {
      headers.setReference(HeaderId::kContentLength, "0");
      framing_ = BodyFraming::kContentLength;
    } else {
      framing_ = BodyFraming::kNone;
    }
  } else if (minor_ == 0) {
    framing_ = BodyFraming::kUntilClose;
  } else if (interim || status == 204) {
    framing_ = BodyFraming::kNone;
  } else if (connectRequest_ && status / 100 == 2) {
    framing_ = BodyFraming::kUntilClose;  // RFC 9110 section 9.3.6: no transfer-encoding in what grants it
  } else {
    framing_ = BodyFraming::kChunked;
    rawBody_ = isUpgrade(headers);
  }
  buffer::Buffer& out = connection_.writeBuffer();
  const size_t before = out.size();
  const size_t fields = http1::writeResponseHead(
      headers, framing_, {.properCase = options_.properCaseHeaders, .minor = static_cast<uint8_t>(minor_)}, out);
  noteWritten(before, fields);
  if (endStream) {
    // A HEAD request's answer says chunked, and has no chunk.
    if (headRequest_ && framing_ == BodyFraming::kChunked) framing_ = BodyFraming::kNone;
    encodeEnd(nullptr);
  }
}

void Http1ServerConnection::encodeData(buffer::Buffer& data, bool endStream) {
  if (!data.empty() && !headRequest_) {
    buffer::Buffer& out = connection_.writeBuffer();
    const size_t before = out.size();
    if (framing_ == BodyFraming::kChunked && !rawBody_) {
      http1::writeChunk(data, out);
    } else {
      out.move(data);
    }
    noteWritten(before);
  }
  data.clear();
  if (endStream) encodeEnd(nullptr);
}

void Http1ServerConnection::encodeTrailers(const HeaderMap& trailers) {
  encodeEnd(options_.enableTrailers ? &trailers : nullptr);
}

void Http1ServerConnection::encodeEnd(const HeaderMap* trailers) {
  if (framing_ == BodyFraming::kChunked && !headRequest_ && !rawBody_) {
    buffer::Buffer& out = connection_.writeBuffer();
    const size_t before = out.size();
    http1::writeLastChunk(trailers, {.properCase = options_.properCaseHeaders}, out);
    noteWritten(before);
  }
  localComplete_ = true;
  ServerStream* const stream = stream_;
  // An answer that comes before the end of its request leaves the request open, for the reset that follows.
  if (remoteComplete_) {
    endRequest();
  } else {
    sometimes(Mark::kAnswerBeforeRequest);
  }
  if (stream != nullptr) stream->onEncodeComplete();
}

void Http1ServerConnection::endRequest() {
  active_ = false;
  while (readDisableCalls_ > 0) readDisable(false);
}

void Http1ServerConnection::resetStream(ResetReason reason) {
  ORRERY_ASSERT(!reset_, "one reset ends an HTTP/1 connection");
  reset_ = true;
  parser_.pause();
  endRequest();
  if (ServerStream* stream = std::exchange(stream_, nullptr)) stream->onResetStream(reason);
}

void Http1ServerConnection::handOver(ServerStream& to) {
  ORRERY_ASSERT(active_ && remoteComplete_ && !startedResponse_,
                "only a request that is read and unanswered starts over");
  takeOver(to);
  if (connection_.aboveHighWatermark()) to.onAboveWriteBufferHighWatermark();
}

void Http1ServerConnection::readDisable(bool disable) {
  if (disable) {
    ++readDisableCalls_;
  } else {
    ORRERY_ASSERT(readDisableCalls_ > 0, "readDisable(false) undoes one readDisable(true)");
    --readDisableCalls_;
  }
  connection_.readDisable(disable);
}

void Http1ServerConnection::onConnectionAboveHighWatermark() {
  if (stream_ != nullptr) stream_->onAboveWriteBufferHighWatermark();
}

void Http1ServerConnection::onConnectionBelowLowWatermark() {
  if (stream_ != nullptr) stream_->onBelowWriteBufferLowWatermark();
}

}  // namespace orrery::http
