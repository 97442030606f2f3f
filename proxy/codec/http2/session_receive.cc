#include <algorithm>

#include "proxy/base/mark.h"
#include "proxy/codec/http2/session.h"

// The frames that a session receives, but for those that carry fields.
namespace orrery::http2 {

bool Session::onFrameHead(const FrameHead& head) {
  if (callbacks_.closing()) return false;
  if (head.length > kDefaultMaxFrameSize) return fail(ErrorCode::kFrameSizeError, "Frame too large");
  // RFC 9113 section 3.4: SETTINGS come first.
  if (!settingsReceived_ && (head.type != FrameType::kSettings || head.has(flag::kAck))) {
    return fail(ErrorCode::kProtocolError, "SETTINGS expected");
  }
  if (section_ && (head.type != FrameType::kContinuation || head.stream != section_->head.stream)) {
    return fail(ErrorCode::kProtocolError, "CONTINUATION expected");
  }
  return true;
}

bool Session::onBadPadding(const FrameHead&) {
  return fail(ErrorCode::kProtocolError, "Padding longer than its frame");
}

bool Session::onFrame(const FrameHead& head, std::string_view payload) {
  callbacks_.onFrameReceived();
  const std::string_view flooded = floods_.onFrame(head, payload.size());
  if (!flooded.empty()) return flood(flooded);
  bool go = true;
  switch (head.type) {
    case FrameType::kHeaders: go = onHeaders(head, payload); break;
    case FrameType::kPriority: go = onPriority(head, payload); break;
    case FrameType::kRstStream: go = onRstStream(head, payload); break;
    case FrameType::kSettings: go = onSettings(head, payload); break;
    case FrameType::kPushPromise: return fail(ErrorCode::kProtocolError, "PUSH_PROMISE was not allowed");
    case FrameType::kPing: go = onPing(head, payload); break;
    case FrameType::kGoAway: go = onGoAwayFrame(head, payload); break;
    case FrameType::kWindowUpdate: go = onWindowUpdate(head, payload); break;
    case FrameType::kContinuation:
      if (!section_) return fail(ErrorCode::kProtocolError, "CONTINUATION without HEADERS");
      go = decodePart(payload, head.has(flag::kEndHeaders));
      break;
    default: break;  // extensions are ignored (section 5.5)
  }
  return go && checkOutbound();
}

bool Session::onDataFrame(const FrameHead& head, buffer::Buffer& data) {
  callbacks_.onFrameReceived();
  const auto length = static_cast<int64_t>(head.length);
  if (head.stream == 0) return fail(ErrorCode::kProtocolError, "DATA on stream 0");
  const std::string_view flooded = floods_.onFrame(head, data.size());
  if (!flooded.empty()) return flood(flooded);
  if (isIdle(head.stream)) return fail(ErrorCode::kProtocolError, "DATA on an idle stream");
  if (!receiveWindow_.receive(length)) return fail(ErrorCode::kFlowControlError, "Connection window exceeded");
  Stream* const found = find(head.stream);
  if (found == nullptr || found->remoteEnd_) {
    consumeOnConnection(length);
    if (found != nullptr) return fail(ErrorCode::kStreamClosed, "DATA on a half-closed stream");
    if (head.stream > goAwayLast_) return true;
    switch (closed_.find(head.stream)) {
      case ClosedStreams::How::kEnded: return fail(ErrorCode::kStreamClosed, "DATA on a closed stream");
      case ClosedStreams::How::kRemoteReset: writeRst(head.stream, ErrorCode::kStreamClosed); [[fallthrough]];
      default: sometimes(Mark::kDataOnReset); break;
    }
    return checkOutbound();
  }
  Stream& stream = *found;
  stream.meter_->wireReceived += kFrameHeadSize + head.length;
  if (!stream.receiveWindow_.receive(length)) {
    sometimes(Mark::kWindowOverrun);
    consumeOnConnection(length);
    failStream(stream, ErrorCode::kFlowControlError, "http2.flow_control");
    return checkOutbound();
  }
  const bool end = head.has(flag::kEndStream);
  stream.receivedBody_ += data.size();
  const bool wrongLength = stream.hasLength_ && (stream.receivedBody_ > stream.expectedBody_ ||
                                                 (end && stream.receivedBody_ != stream.expectedBody_));
  if (!stream.headSeen_ || wrongLength) {
    consumeOnConnection(length);
    if (!stream.headSeen_) return onMalformed(stream, MessageRules::Verdict::kBadMessage);
    // A matter of the stream alone, whatever the options say (Envoy).
    block_.add(stats_.rx_messaging_error);
    failStream(stream, ErrorCode::kProtocolError, "http2.violation.of.messaging.rule");
    return checkOutbound();
  }
  stream.remoteEnd_ = end;
  const auto size = static_cast<int64_t>(data.size());
  consume(stream, length - size);
  if (stream.readDisabled_ > 0 || !stream.received_.empty()) {
    stream.unconsumed_ += size;
    stream.received_.move(data);
  } else {
    consume(stream, size);
    deliverData(stream, data, end);
  }
  return checkOutbound();
}

void Session::deliverData(Stream& stream, buffer::Buffer& data, bool endStream) {
  stream.endDelivered_ = endStream;
  if (stream.callbacks_ != nullptr && (endStream || !data.empty())) stream.callbacks_->onData(data, endStream);
  data.clear();
  closeIfDone(stream);
}

void Session::resume() {
  Scope scope(*this);
  const std::vector<uint32_t> ids = std::exchange(resumable_, {});
  for (const uint32_t id : ids) {
    Stream* const stream = find(id);
    if (stream != nullptr && stream->readDisabled_ == 0) deliverWaiting(*stream);
  }
}

void Session::deliverWaiting(Stream& stream) {
  if (!stream.waiting()) return;
  consume(stream, std::exchange(stream.unconsumed_, 0));
  const bool end = stream.remoteEnd_ && !stream.trailersReady_;
  if (end || !stream.received_.empty()) {
    buffer::Buffer data(std::move(stream.received_));
    deliverData(stream, data, end);
  }
  if (stream.trailersReady_ && stream.open_ && stream.readDisabled_ == 0) {
    stream.trailersReady_ = false;
    stream.endDelivered_ = true;
    if (stream.callbacks_ != nullptr) stream.callbacks_->onTrailers();
    closeIfDone(stream);
  }
  if (stream.open_ && stream.remoteReset_ && !stream.waiting()) {
    endByReset(stream, {StreamReset::By::kRemote, ErrorCode::kNoError, "http2.remote_reset"},
               ClosedStreams::How::kRemoteReset);
  }
}

bool Session::onRstStream(const FrameHead& head, std::string_view payload) {
  if (payload.size() != 4) return fail(ErrorCode::kFrameSizeError, "RST_STREAM of a wrong size");
  if (head.stream == 0 || isIdle(head.stream)) return fail(ErrorCode::kProtocolError, "RST_STREAM on an idle stream");
  Stream* const stream = find(head.stream);
  if (stream == nullptr) return true;
  block_.add(stats_.rx_reset);
  const auto code = static_cast<ErrorCode>(readU32(payload.data()));
  if (stream->remoteEnd_ && stream->waiting()) {
    // Its answer is complete, and waits here: the owner gets it first.
    sometimes(Mark::kResetHeldBack);
    stream->remoteReset_ = true;
    return true;
  }
  const bool refused = code == ErrorCode::kRefusedStream;
  endByReset(*stream, {StreamReset::By::kRemote, code, refused ? "http2.remote_refuse" : "http2.remote_reset"},
             ClosedStreams::How::kRemoteReset);
  return true;
}

bool Session::onSettings(const FrameHead& head, std::string_view payload) {
  if (head.stream != 0) return fail(ErrorCode::kProtocolError, "SETTINGS on a stream");
  if (head.has(flag::kAck)) {
    if (!payload.empty()) return fail(ErrorCode::kFrameSizeError, "SETTINGS acknowledged with a payload");
    settingsAcked_ = true;
    return true;
  }
  if (payload.size() % 6 != 0) return fail(ErrorCode::kFrameSizeError, "SETTINGS of a wrong size");
  // As nghttp2 has it: each entry may cost a walk over all streams (CVE-2020-11080).
  constexpr size_t kMostSettings = 32;
  if (payload.size() > kMostSettings * 6)
    return fail(ErrorCode::kEnhanceYourCalm, "SETTINGS: too many setting entries");
  for (size_t at = 0; at < payload.size(); at += 6) {
    const auto id = static_cast<SettingId>(readU16(payload.data() + at));
    if (!applySetting(id, readU32(payload.data() + at + 2))) return false;
  }
  settingsReceived_ = true;
  writeFrame(FrameType::kSettings, flag::kAck, 0, {});
  tellWindow();
  callbacks_.onPeerSettings();
  pump();
  return true;
}

bool Session::applySetting(SettingId id, uint32_t value) {
  switch (id) {
    case SettingId::kHeaderTableSize: encoder_.setTableSize(value); return true;
    case SettingId::kEnablePush:
      // A server may not offer it (section 6.5.2).
      return value <= (side_ == Side::kServer ? 1u : 0u) || fail(ErrorCode::kProtocolError, "Bad SETTINGS_ENABLE_PUSH");
    case SettingId::kMaxConcurrentStreams: peer_.maxConcurrentStreams = value; return true;
    case SettingId::kInitialWindowSize: {
      if (value > kLargestWindow) return fail(ErrorCode::kFlowControlError, "Bad SETTINGS_INITIAL_WINDOW_SIZE");
      const int64_t change = int64_t{value} - peer_.initialWindow;
      peer_.initialWindow = value;
      for (Stream* stream : unsent_) stream->sendWindow_ += change;
      for (Stream* stream : streams_) {
        stream->sendWindow_ += change;
        if (stream->sendWindow_ > kLargestWindow) return fail(ErrorCode::kFlowControlError, "Window too large");
        if (stream->sendWindow_ > 0 && !stream->pending_.empty() && !stream->linked()) sendable_.pushBack(*stream);
        if (stream->sendWindow_ > 0) continue;
        if (stream->linked()) sometimes(Mark::kWindowTakenBack);
        stream->unlink();
      }
      return true;
    }
    case SettingId::kMaxFrameSize:
      if (value < kDefaultMaxFrameSize || value > kLargestMaxFrameSize) {
        return fail(ErrorCode::kProtocolError, "Bad SETTINGS_MAX_FRAME_SIZE");
      }
      peer_.maxFrameSize = value;
      return true;
    case SettingId::kEnableConnectProtocol:
      // RFC 8441 section 3: it may not be taken back.
      if (value > 1 || (peer_.enableConnect && value == 0)) {
        return fail(ErrorCode::kProtocolError, "Bad SETTINGS_ENABLE_CONNECT_PROTOCOL");
      }
      peer_.enableConnect = value == 1;
      return true;
    default: return true;  // advice, or unknown
  }
}

bool Session::onWindowUpdate(const FrameHead& head, std::string_view payload) {
  if (payload.size() != 4) return fail(ErrorCode::kFrameSizeError, "WINDOW_UPDATE of a wrong size");
  const int64_t increment = readU32(payload.data()) & kLargestStreamId;
  if (head.stream == 0) {
    if (increment == 0) return fail(ErrorCode::kProtocolError, "WINDOW_UPDATE of nothing");
    sendWindow_ += increment;
    if (sendWindow_ > kLargestWindow) return fail(ErrorCode::kFlowControlError, "Connection window too large");
    pump();
    return true;
  }
  if (isIdle(head.stream)) return fail(ErrorCode::kProtocolError, "WINDOW_UPDATE on an idle stream");
  Stream* const stream = find(head.stream);
  if (stream == nullptr) return true;
  if (increment == 0) {
    failStream(*stream, ErrorCode::kProtocolError, "http2.violation.of.messaging.rule");
    return true;
  }
  stream->sendWindow_ += increment;
  if (stream->sendWindow_ > kLargestWindow) {
    failStream(*stream, ErrorCode::kFlowControlError, "http2.flow_control");
    return true;
  }
  if (!stream->pending_.empty()) enlist(*stream);
  return true;
}

bool Session::onGoAwayFrame(const FrameHead& head, std::string_view payload) {
  if (head.stream != 0) return fail(ErrorCode::kProtocolError, "GOAWAY on a stream");
  if (payload.size() < 8) return fail(ErrorCode::kFrameSizeError, "GOAWAY of a wrong size");
  const uint32_t last = readU32(payload.data()) & kLargestStreamId;
  const auto code = static_cast<ErrorCode>(readU32(payload.data() + 4));
  if (side_ == Side::kServer) return true;
  goAwayReceived_ = true;
  // With those whose head was not sent yet: it would not be read.
  std::vector<Stream*> all = streams_;
  all.insert(all.end(), unsent_.begin(), unsent_.end());
  for (Stream* stream : all) {
    if (!stream->open_ || (stream->id_ != 0 && stream->id_ <= last)) continue;
    sometimes(Mark::kGoAwayRefuses);
    endByReset(*stream, {StreamReset::By::kRemote, ErrorCode::kRefusedStream, "http2.remote_refuse"},
               ClosedStreams::How::kRemoteReset);
  }
  callbacks_.onGoAway(code, last);
  return true;
}

bool Session::onPing(const FrameHead& head, std::string_view payload) {
  if (head.stream != 0) return fail(ErrorCode::kProtocolError, "PING on a stream");
  if (payload.size() != 8) return fail(ErrorCode::kFrameSizeError, "PING of a wrong size");
  if (head.has(flag::kAck)) {
    callbacks_.onPingAck(uint64_t{readU32(payload.data())} << 32 | readU32(payload.data() + 4));
  } else {
    writeFrame(FrameType::kPing, flag::kAck, 0, payload);
  }
  return true;
}

// Nothing is done with priorities (RFC 9113 section 5.3.2), but a broken frame is one.
bool Session::onPriority(const FrameHead& head, std::string_view payload) {
  if (head.stream == 0) return fail(ErrorCode::kProtocolError, "PRIORITY on stream 0");
  if (payload.size() != 5) return fail(ErrorCode::kFrameSizeError, "PRIORITY of a wrong size");
  if ((readU32(payload.data()) & kLargestStreamId) == head.stream) {
    return fail(ErrorCode::kProtocolError, "A stream depends on itself");
  }
  return true;
}

}  // namespace orrery::http2
