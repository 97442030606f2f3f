#include <algorithm>

#include "sim/actors/http2_wire.h"

namespace orrery::sim {

using http2::ErrorCode;
using http2::FrameHead;
using http2::FrameType;
namespace flag = http2::flag;

void Http2Wire::begin() {
  if (side_ == Side::kClient) out_ += "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  append(FrameType::kSettings, 0, 0, {});
}

void Http2Wire::append(FrameType type, uint8_t flags, uint32_t stream, std::string_view payload) {
  const size_t at = out_.size();
  out_.resize(at + http2::kFrameHeadSize);
  http2::writeFrameHead({static_cast<uint32_t>(payload.size()), type, flags, stream}, out_.data() + at);
  out_ += payload;
}

void Http2Wire::appendNumber(FrameType type, uint32_t stream, uint32_t number) {
  std::array<char, 4> bytes;
  http2::writeU32(bytes.data(), number);
  append(type, 0, stream, {bytes.data(), bytes.size()});
}

void Http2Wire::appendHeaders(uint32_t stream, const Fields& fields, bool end) {
  scratch_.clear();
  for (const HeaderField& f : fields) scratch_.push_back({f.name, f.value});
  block_.clear();
  encoder_.encode(scratch_, block_);
  const uint8_t ends = end ? flag::kEndStream : uint8_t{0};
  std::string_view rest = block_;
  FrameType type = FrameType::kHeaders;
  for (;;) {
    const std::string_view part = rest.substr(0, http2::kDefaultMaxFrameSize);
    rest.remove_prefix(part.size());
    const uint8_t last = rest.empty() ? flag::kEndHeaders : uint8_t{0};
    append(type, static_cast<uint8_t>(last | (type == FrameType::kHeaders ? ends : 0)), stream, part);
    type = FrameType::kContinuation;
    if (rest.empty()) return;
  }
}

void Http2Wire::open(const Fields& fields, bool end) {
  const uint32_t id = next_;
  next_ += 2;
  Stream& s = streams_.emplace_back();
  s.id = id;
  s.sendWindow = initialWindow_;
  s.noBody = !fields.empty() && fields[0].value == "HEAD";  // :method goes first
  appendHeaders(id, fields, end);
  if (end) {
    s.localEnd = true;
    delegate_.onSent(id);
  }
}

void Http2Wire::respond(uint32_t stream, const Fields& fields, bool end) {
  Stream* s = find(stream);
  if (s == nullptr || s->localEnd) return;
  appendHeaders(stream, fields, end);
  if (!end) return;
  s->localEnd = true;
  delegate_.onSent(stream);
  closeIfOver(stream);
}

void Http2Wire::sendBody(uint32_t stream, std::string_view bytes, bool end) {
  Stream* s = find(stream);
  if (s == nullptr || s->localEnd || s->endQueued) return;
  s->queued += bytes;
  s->endQueued = end;
  pump(*s);
  closeIfOver(stream);
}

void Http2Wire::pump(Stream& s) {
  while (!s.localEnd) {
    const size_t left = s.queued.size() - s.queuedAt;
    const int64_t window = std::min({sendWindow_, s.sendWindow, int64_t{http2::kDefaultMaxFrameSize}});
    if (left == 0 ? !s.endQueued : window <= 0) break;
    const size_t n = std::min(left, static_cast<size_t>(std::max<int64_t>(window, 0)));
    const bool last = s.endQueued && n == left;
    append(FrameType::kData, last ? flag::kEndStream : uint8_t{0}, s.id,
           std::string_view(s.queued).substr(s.queuedAt, n));
    s.queuedAt += n;
    sendWindow_ -= static_cast<int64_t>(n);
    s.sendWindow -= static_cast<int64_t>(n);
    if (!last) continue;
    s.localEnd = true;
    delegate_.onSent(s.id);
  }
  if (s.queuedAt != s.queued.size()) return;
  s.queued.clear();
  s.queuedAt = 0;
}

void Http2Wire::reset(uint32_t stream, ErrorCode code) {
  if (find(stream) == nullptr) return;
  erase(stream);
  appendNumber(FrameType::kRstStream, stream, static_cast<uint32_t>(code));
}

void Http2Wire::goAway(ErrorCode code) {
  leaving_ = true;
  std::array<char, 8> bytes;
  http2::writeU32(bytes.data(), lastPeer_);
  http2::writeU32(bytes.data() + 4, static_cast<uint32_t>(code));
  append(FrameType::kGoAway, 0, 0, {bytes.data(), bytes.size()});
}

}  // namespace orrery::sim
