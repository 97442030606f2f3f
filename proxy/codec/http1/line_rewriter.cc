#include "proxy/codec/http1/line_rewriter.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "proxy/base/ascii.h"

namespace orrery::http1 {

using buffer::Buffer;
using buffer::Piece;

namespace {

bool isBlank(char c) { return c == ' ' || c == '\t'; }

bool isTokenChar(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// What the parser is to think that an unknown method is.
constexpr std::string_view kPlainMethod = "GET";

}  // namespace

Piece LineRewriter::front(Buffer& input) {
  while (true) {
    if (given_ < rewritten_.size()) return {rewritten_.data() + given_, rewritten_.size() - given_};
    rewritten_.clear();
    given_ = 0;
    const Piece piece = input.front();
    if (piece.size == 0 || tooLarge_) return {nullptr, 0};
    switch (state_) {
      case State::kAsIs: return piece;
      case State::kChunkData: return {piece.data, std::min<size_t>(piece.size, chunkLeft_)};
      case State::kBetween:
        // Empty lines before a message are skipped (RFC 9112 section 2.2).
        if (piece.data[0] == '\r' || piece.data[0] == '\n') {
          input.drain(1);
          break;
        }
        messageBytes_ = sectionBytes_ = 0;
        method_.clear();
        begun_ = true;
        state_ = request_ && customMethods_ ? State::kStartToken : lenient_ ? State::kStartLine : State::kAsIs;
        return {nullptr, 0};  // the parser's owner is told first
      case State::kStartToken:
        if (!takeToken(input)) return {nullptr, 0};
        break;
      default:
        if (!takeLine(input)) return {nullptr, 0};
        finishLine();
    }
  }
}

void LineRewriter::drain(Buffer& input, size_t n) {
  if (given_ < rewritten_.size()) {
    given_ += n;
    return;
  }
  take(input, n);
  if (state_ != State::kChunkData) return;
  chunkLeft_ -= n;
  if (chunkLeft_ == 0) state_ = State::kChunkEnd;
}

void LineRewriter::take(Buffer& input, size_t n) {
  messageBytes_ += n;
  sectionBytes_ += n;
  input.drain(n);
}

bool LineRewriter::takeToken(Buffer& input) {
  for (Piece piece = input.front(); piece.size > 0; piece = input.front()) {
    size_t n = 0;
    while (n < piece.size && isTokenChar(piece.data[n])) ++n;
    const bool ended = n < piece.size;
    line_.append(piece.data, n);
    take(input, n);
    if (sectionBytes_ > maxSectionBytes_) tooLarge_ = true;
    if (tooLarge_) return false;
    if (!ended) continue;
    if (line_ != "CONNECT" && !line_.empty()) {
      method_ = std::move(line_);
      line_ = kPlainMethod;
    }
    if (lenient_) {
      state_ = State::kStartLine;
    } else {
      rewritten_ = std::move(line_);
      line_.clear();
      state_ = State::kAsIs;
    }
    return true;
  }
  return false;
}

// Up to a line end; what stands behind a chunk's data is not even kept.
bool LineRewriter::takeLine(Buffer& input) {
  for (Piece piece = input.front(); piece.size > 0; piece = input.front()) {
    const void* const end = std::memchr(piece.data, '\n', piece.size);
    const size_t n = end == nullptr ? piece.size : static_cast<size_t>(static_cast<const char*>(end) - piece.data) + 1;
    if (state_ != State::kChunkEnd) line_.append(piece.data, n);
    take(input, n);
    if (state_ != State::kChunkEnd && sectionBytes_ > maxSectionBytes_) {
      tooLarge_ = true;
      return false;
    }
    if (end != nullptr) return true;
  }
  return false;
}

void LineRewriter::finishLine() {
  std::erase(line_, '\r');
  const std::string line = std::move(line_);
  line_.clear();
  const std::string_view text = std::string_view(line).substr(0, line.empty() ? 0 : line.size() - 1);
  switch (state_) {
    case State::kStartLine: finishStart(text); break;
    case State::kFields: finishField(text); break;
    case State::kChunkSize: finishChunkSize(text); break;
    default:  // kChunkEnd
      rewritten_ = "\r\n";
      state_ = State::kChunkSize;
      sectionBytes_ = 0;
  }
}

void LineRewriter::finishStart(std::string_view text) {
  if (request_) {
    while (!(text = trim(text)).empty()) {
      const size_t n = std::min(text.find_first_of(" \t"), text.size());
      if (!rewritten_.empty()) rewritten_ += ' ';
      rewritten_ += text.substr(0, n);
      text.remove_prefix(n);
    }
  } else {
    constexpr std::string_view kOther = "HTTP/2.0 ";
    const bool other = text.starts_with(kOther);
    if (other) rewritten_ = "HTTP/1.1 ";
    rewritten_ += other ? text.substr(kOther.size()) : text;
  }
  rewritten_ += "\r\n";
  holds_ = false;
  state_ = State::kFields;
}

void LineRewriter::finishField(std::string_view text) {
  if (!text.empty() && isBlank(text.front()) && holds_) {
    held_ += ' ';
    held_ += trim(text);
    return;
  }
  if (holds_) {
    rewritten_ = held_;
    rewritten_ += "\r\n";
  }
  holds_ = !text.empty();
  held_ = text;
  // The end of the section: what follows depends on what the parser makes of it.
  if (!holds_) rewritten_ += "\r\n";
}

void LineRewriter::finishChunkSize(std::string_view text) {
  size_t digits = 0;
  bool fits = true;
  chunkLeft_ = 0;
  // Zeros before it count for nothing, here as in the parser: both must see the same size.
  while (digits < text.size() && hexDigit(text[digits]) >= 0) {
    fits = fits && chunkLeft_ >> 60 == 0;
    chunkLeft_ = chunkLeft_ * 16 + static_cast<uint64_t>(hexDigit(text[digits++]));
  }
  const bool ended = digits == text.size() || text[digits] == ';' || isBlank(text[digits]);
  // What is no size is the parser's to refuse.
  rewritten_ = digits > 0 && ended && fits ? text.substr(0, digits) : text;
  rewritten_ += "\r\n";
  sectionBytes_ = 0;
  holds_ = false;
  state_ = chunkLeft_ == 0 ? State::kFields : State::kChunkData;
}

void LineRewriter::onHead(bool chunked) {
  if (!lenient_) return;
  state_ = chunked ? State::kChunkSize : State::kAsIs;
  sectionBytes_ = 0;
}

void LineRewriter::onMessageEnd() { state_ = State::kBetween; }

bool LineRewriter::takeBegun() { return std::exchange(begun_, false); }

}  // namespace orrery::http1
