#pragma once

#include <string>
#include <string_view>

#include "proxy/buffer/buffer.h"
#include "proxy/codec/http2/frame.h"

namespace orrery::http2 {

// What a FrameReader finds. Each returns false to stop the reader; nothing is read afterwards.
class FrameHandler {
 public:
  // Before the payload: the place to refuse a frame by its size or kind.
  virtual bool onFrameHead(const FrameHead& head) = 0;
  // A whole DATA frame, padding taken off. `data` is dropped if it is not taken.
  virtual bool onDataFrame(const FrameHead& head, buffer::Buffer& data) = 0;
  // Any other frame, whole.
  virtual bool onFrame(const FrameHead& head, std::string_view payload) = 0;
  // A DATA frame whose padding is longer than it.
  virtual bool onBadPadding(const FrameHead& head) = 0;

 protected:
  ~FrameHandler() = default;
};

// Cuts bytes into frames. What it says does not depend on how the bytes come: a frame is told when it is complete.
// DATA is moved, other payloads are copied once. Lifetime: the handler outlives it. Bounds: holds at most one frame, whose
// size the handler has accepted. Re-entry: read() may not be called from the handler; the handler may stop it.
class FrameReader {
 public:
  FrameReader(FrameHandler& handler, buffer::BlockPool& pool) : handler_(handler), data_(pool) {}
  // Takes all of `in`, unless stopped. False: stopped.
  bool read(buffer::Buffer& in);

 private:
  bool finishFrame();
  bool finishData();
  // Moves at most n bytes to the end of `to`.
  static void take(buffer::Buffer& in, size_t n, std::string& to);

  FrameHandler& handler_;
  FrameHead head_;
  bool inPayload_ = false;
  std::string bytes_;  // of the head, then of a payload that is not DATA
  buffer::Buffer data_;
};

}  // namespace orrery::http2
