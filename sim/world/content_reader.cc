#include "sim/world/content_reader.h"

#include <algorithm>

namespace orrery::sim {

namespace {

using http2::FrameType;
using http2::kPreface;

constexpr uint32_t kTableSize = 4096;

// Of the frames that belong to no message.
std::string_view nameOf(const http2::FrameHead& frame) {
  const bool ack = frame.has(http2::flag::kAck);
  switch (frame.type) {
    case FrameType::kPriority: return "PRIORITY";
    case FrameType::kRstStream: return "RST_STREAM";
    case FrameType::kSettings: return ack ? "SETTINGS ACK" : "SETTINGS";
    case FrameType::kPing: return ack ? "PING ACK" : "PING";
    case FrameType::kGoAway: return "GOAWAY";
    case FrameType::kWindowUpdate: return "WINDOW_UPDATE";
    default: return "";
  }
}

// Of several that come together, each once.
void add(std::string& words, std::string_view word) {
  for (size_t at = 0; at < words.size();) {
    const size_t end = std::min(words.find(", ", at), words.size());
    if (std::string_view(words).substr(at, end - at) == word) return;
    at = end + 2;
  }
  if (!words.empty()) words += ", ";
  words += word;
}

// 101 is an answer's last head.
bool isInterim(std::string_view status) { return status.size() == 3 && status[0] == '1' && status != "101"; }

}  // namespace

WireContent ContentReader::read(std::string_view bytes, bool answers, bool http2) {
  WireContent content;
  if (kind_ == Kind::kUnknown) begin(bytes, answers, http2);
  if (kind_ == Kind::kPreface) bytes = preface(bytes, content);
  if (kind_ == Kind::kHttp2) {
    frames(bytes, content);
  } else if (!bytes.empty()) {
    content.message = true;
    if (answers) interimHeads(bytes, content);
  }
  return content;
}

// Who accepts may begin with its SETTINGS before it has read anything.
void ContentReader::begin(std::string_view bytes, bool answers, bool http2) {
  answers_ = answers;
  kind_ = Kind::kOther;
  if (!answers) {
    if (kPreface.starts_with(bytes.substr(0, kPreface.size()))) kind_ = Kind::kPreface;
  } else if (http2) {
    kind_ = Kind::kHttp2;
  } else if (bytes.size() >= http2::kFrameHeadSize) {
    const http2::FrameHead first = http2::readFrameHead(bytes.data());
    if (first.type == FrameType::kSettings && first.stream == 0 && first.flags == 0 && first.length % 6 == 0)
      kind_ = Kind::kHttp2;
  }
}

std::string_view ContentReader::preface(std::string_view bytes, WireContent& content) {
  const size_t n = std::min(bytes.size(), kPreface.size() - prefaceSeen_);
  if (bytes.substr(0, n) != kPreface.substr(prefaceSeen_, n)) {
    kind_ = Kind::kOther;
    return bytes;
  }
  add(content.frames, "preface");
  prefaceSeen_ += n;
  if (prefaceSeen_ == kPreface.size()) kind_ = Kind::kHttp2;
  return bytes.substr(n);
}

void ContentReader::frames(std::string_view bytes, WireContent& content) {
  while (!bytes.empty()) {
    if (left_ == 0) {
      bytes = head(bytes, content);
      continue;
    }
    if (content.stream == 0 && nameOf(frame_).empty()) content.stream = frame_.stream;
    const size_t n = std::min<size_t>(bytes.size(), left_);
    left_ -= static_cast<uint32_t>(n);
    payload(bytes.substr(0, n), content);
    bytes.remove_prefix(n);
  }
}

std::string_view ContentReader::head(std::string_view bytes, WireContent& content) {
  const size_t n = std::min(bytes.size(), http2::kFrameHeadSize - headSeen_);
  std::copy_n(bytes.begin(), n, headBytes_.begin() + static_cast<ptrdiff_t>(headSeen_));
  headSeen_ += n;
  if (headSeen_ == http2::kFrameHeadSize) {
    headSeen_ = 0;
    frame_ = http2::readFrameHead(headBytes_.data());
    left_ = frame_.length;
    if (frame_.type == FrameType::kHeaders) block_.clear();
    if (const std::string_view name = nameOf(frame_); !name.empty()) {
      add(content.frames, name);
    } else if (!answers_ || frame_.type == FrameType::kData) {
      content.message = true;
    }
    if (left_ == 0) {
      if (content.stream == 0 && nameOf(frame_).empty()) content.stream = frame_.stream;
      payload({}, content);
    }
  }
  return bytes.substr(n);
}

// Whether HEADERS begin an interim answer shows when the block is whole.
void ContentReader::payload(std::string_view bytes, WireContent& content) {
  if (!nameOf(frame_).empty()) return;
  const bool fields = frame_.type == FrameType::kHeaders || frame_.type == FrameType::kContinuation;
  if (!answers_ || !fields) {
    content.message = content.message || !bytes.empty();
    return;
  }
  if (decodes_) block_ += bytes;
  if (block_.size() > kMaxBlock) decodes_ = false;
  if (left_ != 0) return;
  std::string_view part = block_;
  if (frame_.type == FrameType::kHeaders) {
    size_t padding = 0;
    if (frame_.has(http2::flag::kPadded) && !part.empty()) {
      padding = static_cast<uint8_t>(part[0]);
      part.remove_prefix(1);
    }
    if (frame_.has(http2::flag::kPriority)) part.remove_prefix(std::min<size_t>(part.size(), 5));
    part.remove_suffix(std::min(part.size(), padding));
  }
  block(part, frame_.has(http2::flag::kEndHeaders), content);
  block_.clear();
}

void ContentReader::block(std::string_view fields, bool ends, WireContent& content) {
  if (!decoder_) decoder_ = std::make_unique<http2::HeaderDecoder>(kTableSize);
  decodes_ = decodes_ && decoder_->decode(fields, ends, *this);
  if (!ends && decodes_) return;
  if (decodes_ && isInterim(status_)) {
    add(content.interim, status_);
  } else {
    content.message = true;
  }
  status_.clear();
}

void ContentReader::onField(std::string_view name, std::string_view value) {
  if (name == ":status") status_ = value;
}

// Heads of HTTP/1 that stand whole at the begin of the bytes.
void ContentReader::interimHeads(std::string_view bytes, WireContent& content) {
  constexpr size_t kStatusAt = 9;  // HTTP/1.1 100
  while (bytes.starts_with("HTTP/1.") && bytes.size() > kStatusAt + 3 && isInterim(bytes.substr(kStatusAt, 3))) {
    const size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) break;
    add(content.interim, bytes.substr(kStatusAt, 3));
    bytes.remove_prefix(end + 4);
  }
  content.message = !bytes.empty();
}

}  // namespace orrery::sim
