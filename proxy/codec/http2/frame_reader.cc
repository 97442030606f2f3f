#include "proxy/codec/http2/frame_reader.h"

#include <algorithm>

namespace orrery::http2 {
namespace {

// Larger payloads give their memory back: a connection at rest holds little.
constexpr size_t kKeptBytes = 512;

}  // namespace

void FrameReader::take(buffer::Buffer& in, size_t n, std::string& to) {
  n = std::min(n, in.size());
  while (n > 0) {
    const buffer::Piece piece = in.front();
    const size_t part = std::min(n, piece.size);
    to.append(piece.data, part);
    in.drain(part);
    n -= part;
  }
}

bool FrameReader::read(buffer::Buffer& in) {
  for (;;) {
    if (!inPayload_) {
      take(in, kFrameHeadSize - bytes_.size(), bytes_);
      if (bytes_.size() < kFrameHeadSize) return true;
      head_ = readFrameHead(bytes_.data());
      bytes_.clear();
      inPayload_ = true;
      if (!handler_.onFrameHead(head_)) return false;
    }
    if (head_.type == FrameType::kData) {
      data_.move(in, std::min<size_t>(in.size(), head_.length - data_.size()));
      if (data_.size() < head_.length) return true;
    } else {
      take(in, head_.length - bytes_.size(), bytes_);
      if (bytes_.size() < head_.length) return true;
    }
    inPayload_ = false;
    if (!finishFrame()) return false;
  }
}

bool FrameReader::finishFrame() {
  if (head_.type == FrameType::kData) return finishData();
  const bool go = handler_.onFrame(head_, bytes_);
  bytes_.clear();
  if (bytes_.capacity() > kKeptBytes) bytes_.shrink_to_fit();
  return go;
}

bool FrameReader::finishData() {
  bool go = false;
  if (!head_.has(flag::kPadded)) {
    go = handler_.onDataFrame(head_, data_);
  } else if (head_.length == 0) {
    return handler_.onBadPadding(head_);
  } else {
    const auto padding = static_cast<uint8_t>(*data_.front().data);
    data_.drain(1);
    if (padding > data_.size()) {
      data_.clear();
      return handler_.onBadPadding(head_);
    }
    buffer::Buffer unpadded(data_.pool());
    unpadded.move(data_, data_.size() - padding);
    data_.clear();
    go = handler_.onDataFrame(head_, unpadded);
  }
  data_.clear();
  return go;
}

}  // namespace orrery::http2
