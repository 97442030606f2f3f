#include "proxy/codec/http2/session.h"

// The fields that a session receives: HEADERS and CONTINUATION.
namespace orrery::http2 {

using message::HeaderId;
using Verdict = MessageRules::Verdict;

namespace {

// How far a block may go beyond the limit of its list before it is taken for an attack (CVE-2024-30255): it is decoded to
// its end, since the compression goes on behind it.
constexpr uint64_t kSurplusBytes = 64 * 1024;

}  // namespace

bool Session::onHeaders(const FrameHead& head, std::string_view payload) {
  if (head.stream == 0) return fail(ErrorCode::kProtocolError, "HEADERS on stream 0");
  if (head.has(flag::kPadded)) {
    if (payload.empty() || static_cast<uint8_t>(payload.front()) >= payload.size()) return onBadPadding(head);
    const auto padding = static_cast<uint8_t>(payload.front());
    payload = payload.substr(1, payload.size() - 1 - padding);
  }
  if (head.has(flag::kPriority)) {
    if (payload.size() < 5) return fail(ErrorCode::kFrameSizeError, "HEADERS of a wrong size");
    if ((readU32(payload.data()) & kLargestStreamId) == head.stream) {
      return fail(ErrorCode::kProtocolError, "A stream depends on itself");
    }
    payload.remove_prefix(5);
  }
  if (!openSection(head)) return false;
  return decodePart(payload, head.has(flag::kEndHeaders));
}

bool Session::openSection(const FrameHead& head) {
  Stream* const stream = find(head.stream);
  if (stream == nullptr) {
    if (!isOurs(head.stream) && isIdle(head.stream)) return openRequest(head);
    if (isIdle(head.stream)) return fail(ErrorCode::kProtocolError, "HEADERS on an idle stream");
    // Fields of a stream that is over: decoded and dropped, if the peer could not know.
    switch (head.stream > goAwayLast_ ? ClosedStreams::How::kLocalReset : closed_.find(head.stream)) {
      case ClosedStreams::How::kLocalReset: break;
      case ClosedStreams::How::kUnknown: return fail(ErrorCode::kProtocolError, "HEADERS on a stream passed over");
      default: return fail(ErrorCode::kStreamClosed, "HEADERS on a closed stream");
    }
    section_.emplace(SectionKind::kTrailers, false, head);
    return true;
  }
  if (stream->remoteEnd_) return fail(ErrorCode::kStreamClosed, "HEADERS on a half-closed stream");
  const bool trailers = stream->headSeen_;
  section_.emplace(trailers ? SectionKind::kTrailers : SectionKind::kResponse, false, head);
  section_->stream = stream;
  section_->trailers = trailers;
  if (stream->callbacks_ != nullptr) section_->map = stream->callbacks_->onSectionBegin(trailers);
  return true;
}

bool Session::openRequest(const FrameHead& head) {
  // Servers push nothing, and clients have odd ids (section 5.1.1).
  if (side_ == Side::kClient || head.stream % 2 == 0) return fail(ErrorCode::kProtocolError, "A stream id of nobody");
  section_.emplace(SectionKind::kRequest, options_.allowConnect, head);
  lastPeerStream_ = head.stream;
  if (head.stream > goAwayLast_) return true;  // told that it would not be read
  if (streams_.size() >= options_.maxConcurrentStreams) {
    section_->refuse = true;
    return true;
  }
  auto* const stream = new Stream(*this, nullptr);
  insert(*stream, head.stream);
  section_->stream = stream;
  stream->callbacks_ = &callbacks_.onStream(*stream);
  section_->map = stream->callbacks_->onSectionBegin(false);
  return true;
}

bool Session::decodePart(std::string_view part, bool last) {
  section_->wireBytes += kFrameHeadSize + part.size();
  if (section_->wireBytes > options_.headers.maxBytes + kSurplusBytes) return flood("Too large a block of fields");
  if (!decoder_.decode(part, last, *this)) {
    section_.reset();
    return fail(ErrorCode::kCompressionError, "Header compression failed");
  }
  return !last || finishSection();
}

void Session::onField(std::string_view name, std::string_view value) {
  Block& section = *section_;
  if (section.verdict != Verdict::kOk || !section.failure.empty()) return;
  const HeaderId id = message::headerIdOf(name);
  section.verdict = section.rules.onField(id, name, value);
  if (section.verdict != Verdict::kOk) return;
  if (options_.underscores != Underscores::kAllow && name.find('_') != std::string_view::npos) {
    if (options_.underscores == Underscores::kDropHeader) {
      block_.add(stats_.dropped_headers_with_underscores);
      return;
    }
    block_.add(stats_.requests_rejected_with_underscores_in_headers);
    section.failure = "http2.unexpected_underscore";
    return;
  }
  section.listBytes += name.size() + value.size();
  // As they come: crumbs of a cookie, which become one field, and a Host that :authority replaces (CVE-2026-47774).
  ++section.fields;
  if (section.listBytes > options_.headers.maxBytes) {
    block_.add(stats_.header_list_size_too_large);
    section.failure = "http2.header_list_size_too_large";
    return;
  }
  if (section.fields > options_.headers.maxCount) {
    block_.add(stats_.header_overflow);
    section.failure = "http2.too_many_headers";
    return;
  }
  if (section.map != nullptr) keepField(id, name, value);
}

void Session::keepField(HeaderId id, std::string_view name, std::string_view value) {
  Block& section = *section_;
  message::HeaderMap& map = *section.map;
  if (id == HeaderId::kCookie) {
    if (section.hasCookie) section.cookie += "; ";
    section.hasCookie = true;
    section.cookie += value;
  } else if (id == HeaderId::kHost && side_ == Side::kServer) {
    // The same as :authority, which wins (section 8.3.1).
    if (!map.has(HeaderId::kAuthority)) map.add(HeaderId::kAuthority, value);
  } else if (id != HeaderId::kOther) {
    map.add(id, value);
  } else {
    map.add(name, value);
  }
}

bool Session::finishSection() {
  Block section = std::move(*section_);
  section_.reset();
  if (section.refuse) {
    block_.add(stats_.stream_refused_errors);
    writeRst(section.head.stream, ErrorCode::kRefusedStream);
    closed_.add(section.head.stream, ClosedStreams::How::kLocalReset);
    return true;
  }
  if (section.stream == nullptr || !section.stream->open_) return true;
  return finishOpen(*section.stream, section);
}

bool Session::finishOpen(Stream& stream, const Block& section) {
  stream.meter_->wireReceived += section.wireBytes;
  stream.meter_->headersReceived += section.wireBytes;
  stream.meter_->decompressedHeadersReceived += section.listBytes;
  if (!section.failure.empty()) {
    // Envoy's library makes it a reset by the remote side: that is what flags and statistics say.
    stream.details_ = section.failure;
    writeRst(stream.id_, ErrorCode::kInternalError);
    endByReset(stream, {StreamReset::By::kRemote, ErrorCode::kInternalError, section.failure},
               ClosedStreams::How::kLocalReset);
    return true;
  }
  const bool end = section.head.has(flag::kEndStream);
  Verdict verdict = section.verdict;
  if (verdict == Verdict::kOk) verdict = section.rules.finish(end);
  if (verdict != Verdict::kOk) return onMalformed(stream, verdict);
  if (section.map != nullptr && section.hasCookie) section.map->add(HeaderId::kCookie, section.cookie);
  if (!section.trailers && !section.rules.interim()) {
    const uint32_t status = section.rules.status();
    const bool noBody = stream.isHead_ || status == 204 || status == 304;
    const bool tunnel = side_ == Side::kServer ? section.rules.connect() : stream.isConnect_ && status / 100 == 2;
    if (side_ == Side::kServer) {
      stream.isHead_ = section.rules.head();
      stream.isConnect_ = section.rules.connect();
    }
    if (section.rules.contentLength() && !tunnel) {
      stream.hasLength_ = !noBody;
      stream.expectedBody_ = *section.rules.contentLength();
      if (stream.hasLength_ && end && stream.expectedBody_ != 0) return onMalformed(stream, Verdict::kBadMessage);
    }
  } else if (section.trailers && stream.hasLength_ && stream.receivedBody_ != stream.expectedBody_) {
    return onMalformed(stream, Verdict::kBadMessage);
  }
  return deliverSection(stream, section);
}

bool Session::deliverSection(Stream& stream, const Block& section) {
  const bool end = section.head.has(flag::kEndStream);
  if (section.rules.interim()) {
    if (stream.callbacks_ != nullptr) stream.callbacks_->onInterimHead();
    return true;
  }
  stream.remoteEnd_ = end;
  if (section.trailers) {
    block_.add(stats_.trailers);
    if (stream.readDisabled_ > 0 || !stream.received_.empty()) {
      stream.trailersReady_ = true;
      return true;
    }
    stream.endDelivered_ = true;
    if (stream.callbacks_ != nullptr) stream.callbacks_->onTrailers();
  } else {
    stream.headSeen_ = true;
    stream.endDelivered_ = end;
    if (stream.callbacks_ != nullptr) stream.callbacks_->onHead(end);
  }
  closeIfDone(stream);
  return true;
}

// A message that is none: a matter of its stream, or (Envoy's default) of the connection.
bool Session::onMalformed(Stream& stream, Verdict verdict) {
  block_.add(stats_.rx_messaging_error);
  const std::string_view details =
      verdict == Verdict::kBadField ? "http2.invalid.header.field" : "http2.violation.of.messaging.rule";
  if (options_.streamErrorOnInvalidMessage) {
    failStream(stream, ErrorCode::kProtocolError, details);
    return true;
  }
  stream.details_ = details;
  endByReset(stream, {StreamReset::By::kLocal, ErrorCode::kProtocolError, details}, ClosedStreams::How::kLocalReset);
  return fail(ErrorCode::kProtocolError, details);
}

}  // namespace orrery::http2
