#include <algorithm>
#include <array>

#include "proxy/base/assert.h"
#include "proxy/codec/http2/session.h"

// What a session writes.
namespace orrery::http2 {
namespace {

using message::HeaderId;

// DATA goes out in frames of at most this size, whatever the peer allows: streams take turns.
constexpr size_t kLargestDataSent = 16384;

// RFC 9113 section 8.2.2: they belong to one HTTP/1 connection.
bool isConnectionField(const message::HeaderEntry& entry) {
  switch (entry.id) {
    case HeaderId::kConnection:
    case HeaderId::kKeepAlive:
    case HeaderId::kProxyConnection:
    case HeaderId::kTransferEncoding:
    case HeaderId::kUpgrade: return true;
    default: return false;
  }
}

// The fields of a map as they go on the wire.
class Fields {
 public:
  explicit Fields(const message::HeaderMap& headers) {
    HeaderEncoder::Field* to = room_.data();
    if (headers.size() > room_.size()) {
      more_.resize(headers.size());
      to = more_.data();
    }
    size_t n = 0;
    for (const message::HeaderEntry& entry : headers) {
      if (!isConnectionField(entry)) to[n++] = {entry.name, entry.value};
    }
    all_ = {to, n};
  }
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;
  std::span<const HeaderEncoder::Field> all() const { return all_; }

 private:
  std::array<HeaderEncoder::Field, 48> room_;
  std::vector<HeaderEncoder::Field> more_;
  std::span<const HeaderEncoder::Field> all_;
};

}  // namespace

void Session::writeFrame(FrameType type, uint8_t flags, uint32_t stream, std::string_view payload) {
  char head[kFrameHeadSize];
  writeFrameHead({static_cast<uint32_t>(payload.size()), type, flags, stream}, head);
  const bool control = type != FrameType::kData && type != FrameType::kHeaders && type != FrameType::kContinuation;
  outbound_.push(kFrameHeadSize + payload.size(), control);
  wrote_ = true;
  out_.append({head, kFrameHeadSize});
  out_.append(payload);
}

void Session::writeRst(uint32_t id, ErrorCode code) {
  char payload[4];
  writeU32(payload, static_cast<uint32_t>(code));
  block_.add(stats_.tx_reset);
  writeFrame(FrameType::kRstStream, 0, id, {payload, sizeof payload});
}

void Session::writeWindowUpdate(uint32_t id, uint32_t increment) {
  char payload[4];
  writeU32(payload, increment);
  writeFrame(FrameType::kWindowUpdate, 0, id, {payload, sizeof payload});
}

void Session::writeGoAway(uint32_t lastStream, ErrorCode code) {
  char payload[8];
  writeU32(payload, lastStream);
  writeU32(payload + 4, static_cast<uint32_t>(code));
  block_.add(stats_.goaway_sent);
  writeFrame(FrameType::kGoAway, 0, 0, {payload, sizeof payload});
}

void Session::shutdownNotice() {
  Scope scope(*this);
  if (noticeSent_ || goAwaySent_ || status_ != SessionStatus::kOk) return;
  noticeSent_ = true;
  writeGoAway(kLargestStreamId, ErrorCode::kNoError);
}

void Session::goAway(ErrorCode code) {
  Scope scope(*this);
  if (goAwaySent_ || status_ != SessionStatus::kOk) return;
  goAwaySent_ = true;
  goAwayLast_ = lastPeerStream_;
  writeGoAway(lastPeerStream_, code);
}

void Session::ping(uint64_t data) {
  Scope scope(*this);
  char payload[8];
  writeU32(payload, static_cast<uint32_t>(data >> 32));
  writeU32(payload + 4, static_cast<uint32_t>(data));
  writeFrame(FrameType::kPing, 0, 0, {payload, sizeof payload});
}

void Session::consumeOnConnection(int64_t bytes) {
  const uint32_t increment = receiveWindow_.consume(bytes);
  if (increment != 0 && status_ == SessionStatus::kOk) writeWindowUpdate(0, increment);
}

void Session::consume(Stream& stream, int64_t bytes) {
  consumeOnConnection(bytes);
  if (stream.remoteEnd_) return;  // nothing more will come
  const uint32_t increment = stream.receiveWindow_.consume(bytes);
  if (increment != 0) writeWindowUpdate(stream.id_, increment);
}

void Session::sendBlock(Stream& stream, std::span<const HeaderEncoder::Field> fields, bool endStream) {
  blockBytes_.clear();
  encoder_.encode(fields, blockBytes_);
  const size_t most = peer_.maxFrameSize;
  std::string_view left = blockBytes_;
  size_t written = 0;
  for (bool first = true; first || !left.empty(); first = false) {
    const std::string_view part = left.substr(0, most);
    left.remove_prefix(part.size());
    uint8_t flags = left.empty() ? flag::kEndHeaders : 0;
    if (first && endStream) flags |= flag::kEndStream;
    writeFrame(first ? FrameType::kHeaders : FrameType::kContinuation, flags, stream.id_, part);
    written += kFrameHeadSize + part.size();
  }
  stream.meter_->wireSent += written;
  stream.meter_->headersSent += written;
  for (const HeaderEncoder::Field& field : fields) {
    stream.meter_->decompressedHeadersSent += field.name.size() + field.value.size();
  }
  if (blockBytes_.capacity() > 4096) blockBytes_.shrink_to_fit();
}

// ---- one stream ----

void Stream::sendHeaders(const message::HeaderMap& headers, bool endStream) {
  if (!open_) return;
  Session::Scope scope(session_);
  if (id_ == 0) {
    std::erase(session_.unsent_, this);
    session_.insert(*this, session_.nextStream_);
    session_.nextStream_ += 2;
    const std::string_view method = headers.method();
    isHead_ = method == "HEAD";
    isConnect_ = method == "CONNECT";
  }
  const Fields fields(headers);
  session_.sendBlock(*this, fields.all(), endStream);
  if (endStream) {
    localEnd_ = true;
    session_.sendEnd(*this);
  }
}

void Stream::sendData(buffer::Buffer& data, bool endStream) {
  if (!open_ || localEnd_) {
    data.clear();
    return;
  }
  Session::Scope scope(session_);
  localEnd_ = endStream;
  session_.block_.increment(session_.stats_.pending_send_bytes, data.size());
  pending_.move(data);
  if (open_) session_.enlist(*this);
}

void Stream::sendTrailers(const message::HeaderMap& trailers) {
  if (!open_ || localEnd_) return;
  Session::Scope scope(session_);
  localEnd_ = hasTrailers_ = true;
  const Fields fields(trailers);
  if (fields.all().empty()) hasTrailers_ = false;  // an empty section would be no end of an HTTP/1 peer's either
  for (const HeaderEncoder::Field& field : fields.all()) trailers_.emplace_back(field.name, field.value);
  session_.enlist(*this);
}

void Stream::reset(ErrorCode code) {
  if (!open_) return;
  Session::Scope scope(session_);
  detach();
  if (session_.side_ == Side::kServer && localEnd_ && !localEndSent_) {
    deferredReset_ = true;
    deferredCode_ = code;
    return;
  }
  resetNow(code);
}

void Stream::resetNow(ErrorCode code) {
  if (!open_) return;
  Session::Scope scope(session_);
  detach();
  const bool ended = localEndSent_ && remoteEnd_;
  if (id_ != 0 && !ended) session_.writeRst(id_, code);
  session_.remove(*this, ended ? ClosedStreams::How::kEnded : ClosedStreams::How::kLocalReset);
}

void Stream::abandon() {
  if (!open_) return;
  Session::Scope scope(session_);
  detach();
  session_.remove(*this, ClosedStreams::How::kLocalReset);
}

void Stream::detach() {
  callbacks_ = nullptr;
  session_.forgetSection(*this);
}

void Stream::readDisable(bool disable) {
  if (!open_) return;
  if (disable) {
    ++readDisabled_;
    return;
  }
  ORRERY_ASSERT(readDisabled_ > 0, "a stream is resumed as often as it was paused");
  if (--readDisabled_ > 0 || !waiting()) return;
  session_.resumable_.push_back(id_);
  session_.callbacks_.onResumeWanted();
}

// Sends what the windows allow of it.
void Session::enlist(Stream& stream) {
  if (stream.pending_.empty()) {
    if (stream.localEnd_ && !stream.localEndSent_ && !stream.linked()) sendPart(stream);
    return;
  }
  if (stream.sendWindow_ > 0 && !stream.linked()) sendable_.pushBack(stream);
  pump();
}

void Session::pump() {
  if (pumping_) return;
  pumping_ = true;
  while (sendWindow_ > 0 && status_ == SessionStatus::kOk) {
    Stream* const stream = sendable_.popFront();
    if (stream == nullptr) break;
    sendPart(*stream);
  }
  pumping_ = false;
}

// One frame of body, or what ends the stream without one.
void Session::sendPart(Stream& stream) {
  const size_t waiting = stream.pending_.size();
  if (waiting > 0 || !stream.hasTrailers_) {
    const int64_t window = std::min(sendWindow_, stream.sendWindow_);
    const size_t most = std::min<size_t>(kLargestDataSent, peer_.maxFrameSize);
    const size_t n = waiting == 0 ? 0 : std::min({waiting, most, static_cast<size_t>(window)});
    const bool end = stream.localEnd_ && !stream.hasTrailers_ && n == waiting;
    char head[kFrameHeadSize];
    writeFrameHead({static_cast<uint32_t>(n), FrameType::kData, end ? flag::kEndStream : uint8_t{0}, stream.id_}, head);
    outbound_.push(kFrameHeadSize + n, false);
    floods_.onDataSent();
    wrote_ = true;
    sendWindow_ -= static_cast<int64_t>(n);
    stream.sendWindow_ -= static_cast<int64_t>(n);
    stream.meter_->wireSent += kFrameHeadSize + n;
    block_.decrement(stats_.pending_send_bytes, n);
    out_.append({head, kFrameHeadSize});
    out_.move(stream.pending_, n);
    if (!stream.open_) return;
    if (end) return sendEnd(stream);
    if (!stream.pending_.empty()) {
      if (stream.sendWindow_ > 0) sendable_.pushBack(stream);
      if (stream.localEnd_ && stream.callbacks_ != nullptr) stream.callbacks_->onSendProgress();
      return;
    }
  }
  if (!stream.hasTrailers_) return;
  std::vector<HeaderEncoder::Field> fields;
  for (const auto& [name, value] : stream.trailers_) fields.push_back({name, value});
  sendBlock(stream, fields, true);
  sendEnd(stream);
}

void Session::sendEnd(Stream& stream) {
  stream.localEndSent_ = true;
  if (stream.callbacks_ != nullptr) stream.callbacks_->onLocalEnd();
  if (!stream.open_) return;
  if (stream.deferredReset_ && !stream.remoteEnd_) {
    writeRst(stream.id_, stream.deferredCode_);
    remove(stream, ClosedStreams::How::kLocalReset);
  } else {
    if (stream.deferredReset_) stream.endDelivered_ = true;  // to nobody
    closeIfDone(stream);
  }
}

}  // namespace orrery::http2
