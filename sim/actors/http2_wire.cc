#include "sim/actors/http2_wire.h"

#include <algorithm>
#include <iterator>

namespace orrery::sim {

using http2::ErrorCode;
using http2::FrameHead;
using http2::FrameType;
using http2::SettingId;
namespace flag = http2::flag;

namespace {
constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr size_t kMaxBlock = 256 * 1024;
}  // namespace

Http2Wire::Stream* Http2Wire::find(uint32_t id) {
  for (Stream& s : streams_) {
    if (s.id == id) return &s;
  }
  return nullptr;
}

bool Http2Wire::isOver(uint32_t id) const {
  return id % 2 == 1 && (side_ == Side::kClient ? raw_ || id < next_ : id <= lastPeer_);
}

bool Http2Wire::endedWell(uint32_t id) const { return std::find(ended_.begin(), ended_.end(), id) != ended_.end(); }

void Http2Wire::erase(uint32_t id) {
  std::erase_if(streams_, [id](const Stream& s) { return s.id == id; });
}

void Http2Wire::closeIfOver(uint32_t id) {
  const Stream* s = find(id);
  if (s == nullptr || !s->localEnd || !s->remoteEnd) return;
  erase(id);
  ended_[endedAt_++ % ended_.size()] = id;
}

void Http2Wire::closeAllOver() {
  std::vector<uint32_t> ids;
  for (const Stream& s : streams_) {
    if (s.localEnd && s.remoteEnd) ids.push_back(s.id);
  }
  for (const uint32_t id : ids) closeIfOver(id);
}

void Http2Wire::fail(const std::string& why) {
  if (broken_) return;
  broken_ = true;
  delegate_.onBroken(why);
}

void Http2Wire::feed(std::string_view data) {
  std::string joined;
  if (!in_.empty()) {
    in_.append(data);
    joined.swap(in_);
    data = joined;
  }
  if (!prefaceSeen_) {
    if (data.size() < kPreface.size()) {
      in_.assign(data);
      return;
    }
    if (!data.starts_with(kPreface)) return fail("no connection preface");
    prefaceSeen_ = true;
    data.remove_prefix(kPreface.size());
  }
  while (!broken_ && data.size() >= http2::kFrameHeadSize) {
    const FrameHead head = http2::readFrameHead(data.data());
    if (head.length > http2::kDefaultMaxFrameSize) return fail("a frame of " + std::to_string(head.length) + " bytes");
    if (data.size() - http2::kFrameHeadSize < head.length) break;
    onFrame(head, data.substr(http2::kFrameHeadSize, head.length));
    data.remove_prefix(http2::kFrameHeadSize + head.length);
  }
  if (!broken_) in_.assign(data);
}

void Http2Wire::onFrame(const FrameHead& head, std::string_view payload) {
  if (!settingsSeen_ && (head.type != FrameType::kSettings || head.has(flag::kAck)))
    return fail("the first frame is not SETTINGS");
  if (blockStream_ != 0 && (head.type != FrameType::kContinuation || head.stream != blockStream_))
    return fail("a frame inside a header block");
  switch (head.type) {
    case FrameType::kData: return onData(head, payload);
    case FrameType::kHeaders: return onHeaders(head, payload);
    case FrameType::kContinuation:
      if (blockStream_ == 0) return fail("CONTINUATION without HEADERS");
      block_.append(payload);
      if (block_.size() > kMaxBlock) return fail("a header block of more than 256 KiB");
      if (head.has(flag::kEndHeaders)) onBlock();
      return;
    case FrameType::kPriority:
      if (payload.size() != 5 || head.stream == 0) fail("PRIORITY of another size, or of no stream");
      return;
    case FrameType::kRstStream: return onRstStream(head.stream, payload);
    case FrameType::kSettings: return onSettings(head, payload);
    case FrameType::kPushPromise: return fail("PUSH_PROMISE, which was not allowed");
    case FrameType::kPing:
      if (payload.size() != 8 || head.stream != 0) return fail("PING of another size, or of a stream");
      if (!head.has(flag::kAck)) append(FrameType::kPing, flag::kAck, 0, payload);
      return;
    case FrameType::kGoAway:
      if (payload.size() < 8 || head.stream != 0) return fail("GOAWAY that is too short, or of a stream");
      return onGoAway(payload);
    case FrameType::kWindowUpdate: return onWindowUpdate(head.stream, payload);
  }
}

void Http2Wire::noteRaw(std::string_view frames) {
  raw_ = true;
  while (frames.size() >= http2::kFrameHeadSize) {
    const FrameHead head = http2::readFrameHead(frames.data());
    if (head.type == FrameType::kData) sendWindow_ -= head.length;
    frames.remove_prefix(std::min(frames.size(), http2::kFrameHeadSize + head.length));
  }
}

bool Http2Wire::unpad(const FrameHead& head, std::string_view& payload) {
  if (!head.has(flag::kPadded)) return true;
  if (payload.empty()) return false;
  const size_t pad = static_cast<uint8_t>(payload[0]);
  payload.remove_prefix(1);
  if (pad > payload.size()) return false;
  payload.remove_suffix(pad);
  return true;
}

void Http2Wire::onData(const FrameHead& head, std::string_view payload) {
  const uint32_t id = head.stream;
  Stream* s = find(id);
  if (s == nullptr && (!isOver(id) || endedWell(id))) return fail("DATA on a stream that is not open");
  receiveWindow_ -= head.length;
  if (receiveWindow_ < 0) return fail("DATA beyond the connection's window");
  if (s == nullptr) return reopenWindows(id);  // it crossed our reset
  s->receiveWindow -= head.length;
  if (s->receiveWindow < 0) return fail("DATA beyond the stream's window");
  if (!unpad(head, payload)) return fail("DATA with more padding than payload");
  if (!s->headSeen || s->remoteEnd) return fail("DATA before a message's head or behind its end");
  if (!payload.empty() && (s->noBody || (s->hasLength && s->lengthLeft < payload.size())))
    return fail("more DATA than the message may have");
  s->lengthLeft -= payload.size();
  if (!payload.empty()) delegate_.onBody(id, payload);
  if (head.has(flag::kEndStream)) onMessageEnd(id);
  if (!broken_) reopenWindows(id);
}

// As soon as half of one is used: the actor has read what came.
void Http2Wire::reopenWindows(uint32_t stream) {
  const auto reopen = [this](uint32_t of, int64_t& window) {
    if (window * 2 > http2::kDefaultWindow) return;
    appendNumber(FrameType::kWindowUpdate, of, static_cast<uint32_t>(http2::kDefaultWindow - window));
    window = http2::kDefaultWindow;
  };
  reopen(0, receiveWindow_);
  if (Stream* s = find(stream); s != nullptr && !s->remoteEnd) reopen(stream, s->receiveWindow);
}

void Http2Wire::onHeaders(const FrameHead& head, std::string_view payload) {
  if (head.stream == 0) return fail("HEADERS of no stream");
  if (!unpad(head, payload)) return fail("HEADERS with more padding than payload");
  if (head.has(flag::kPriority)) {
    if (payload.size() < 5) return fail("HEADERS that are too short");
    payload.remove_prefix(5);
  }
  block_.assign(payload);
  blockStream_ = head.stream;
  blockEnds_ = head.has(flag::kEndStream);
  if (head.has(flag::kEndHeaders)) onBlock();
}

void Http2Wire::onSettings(const FrameHead& head, std::string_view payload) {
  if (head.stream != 0) return fail("SETTINGS of a stream");
  if (head.has(flag::kAck)) {
    if (!payload.empty()) fail("SETTINGS with ACK that has a payload");
    return;
  }
  if (payload.size() % 6 != 0) return fail("SETTINGS of another size");
  settingsSeen_ = true;
  for (; !payload.empty() && !broken_; payload.remove_prefix(6)) {
    onSetting(http2::readU16(payload.data()), http2::readU32(payload.data() + 2));
  }
  if (broken_) return;
  append(FrameType::kSettings, flag::kAck, 0, {});
  for (Stream& s : streams_) pump(s);
  closeAllOver();
}

void Http2Wire::onSetting(uint16_t id, uint32_t value) {
  switch (static_cast<SettingId>(id)) {
    case SettingId::kHeaderTableSize: encoder_.setTableSize(value); return;
    case SettingId::kEnablePush:
      if (value > (side_ == Side::kClient ? 0u : 1u)) fail("SETTINGS_ENABLE_PUSH " + std::to_string(value));
      return;
    case SettingId::kMaxConcurrentStreams: maxStreams_ = value; return;
    case SettingId::kInitialWindowSize:
      if (value > http2::kLargestWindow) return fail("SETTINGS_INITIAL_WINDOW_SIZE beyond 2^31-1");
      for (Stream& s : streams_) s.sendWindow += int64_t{value} - initialWindow_;
      initialWindow_ = value;
      return;
    case SettingId::kMaxFrameSize:
      if (value < http2::kDefaultMaxFrameSize || value > http2::kLargestMaxFrameSize)
        fail("SETTINGS_MAX_FRAME_SIZE " + std::to_string(value));
      return;
    case SettingId::kMaxHeaderListSize:
    case SettingId::kEnableConnectProtocol: return;
  }
}

void Http2Wire::onWindowUpdate(uint32_t stream, std::string_view payload) {
  if (payload.size() != 4) return fail("WINDOW_UPDATE of another size");
  const int64_t more = http2::readU32(payload.data()) & 0x7fffffff;
  if (more == 0) return fail("WINDOW_UPDATE of zero");
  Stream* s = stream == 0 ? nullptr : find(stream);
  if (stream != 0 && s == nullptr) {
    if (!isOver(stream)) fail("WINDOW_UPDATE of a stream that never was");
    return;
  }
  int64_t& window = s == nullptr ? sendWindow_ : s->sendWindow;
  window += more;
  if (window > http2::kLargestWindow) return fail("a window beyond 2^31-1");
  if (s != nullptr) {
    pump(*s);
  } else {
    for (Stream& each : streams_) pump(each);
  }
  closeAllOver();
}

void Http2Wire::onRstStream(uint32_t stream, std::string_view payload) {
  if (payload.size() != 4) return fail("RST_STREAM of another size");
  const bool known = find(stream) != nullptr;
  if (!known) {
    if (!isOver(stream)) fail("RST_STREAM of a stream that never was");
    return;
  }
  erase(stream);
  delegate_.onReset(stream, static_cast<ErrorCode>(http2::readU32(payload.data())));
}

void Http2Wire::onGoAway(std::string_view payload) {
  const uint32_t last = http2::readU32(payload.data()) & http2::kLargestStreamId;
  const auto code = static_cast<ErrorCode>(http2::readU32(payload.data() + 4));
  goneAway_ = true;
  std::vector<uint32_t> refused;
  for (const Stream& s : streams_) {
    if (side_ == Side::kClient && s.id > last) refused.push_back(s.id);
  }
  for (const uint32_t id : refused) {
    erase(id);
    delegate_.onReset(id, ErrorCode::kRefusedStream);
  }
  delegate_.onGoAway(last, code);
}

}  // namespace orrery::sim
