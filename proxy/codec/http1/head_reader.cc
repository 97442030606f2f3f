#include "proxy/codec/http1/head_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "proxy/base/ascii.h"
#include "proxy/codec/http1/request_target.h"

namespace orrery::http1 {

using message::HeaderId;
using message::HeaderMap;

namespace {

constexpr uint64_t kOnes = 0x0101010101010101ULL;
constexpr uint64_t kHigh = 0x8080808080808080ULL;
static_assert(std::endian::native == std::endian::little, "the lowest bits of a word are its first bytes");

uint64_t loadWord(const char* at) {
  uint64_t w;
  std::memcpy(&w, at, sizeof w);
  return w;
}

// The high bit of the first byte that is `c` is the lowest bit set (higher ones may lie).
constexpr uint64_t matches(uint64_t w, char c) {
  w ^= kOnes * static_cast<unsigned char>(c);
  return (w - kOnes) & ~w & kHigh;
}

// Sets bit 5 of each byte that is 'A' to 'Z'. Bytes above 0x7f stay as they are.
constexpr uint64_t lowerWord(uint64_t w) {
  const uint64_t low = w & ~kHigh;
  const uint64_t atLeastA = low + kOnes * (0x80 - 'A');
  const uint64_t aboveZ = low + kOnes * (0x7f - 'Z');
  return w | (((atLeastA ^ aboveZ) & ~w & kHigh) >> 2);
}

// The first `c` in [at, end), or end. Fields are short: a call of memchr costs more than it saves.
const char* find(const char* at, const char* end, char c) {
  for (; end - at >= 8; at += 8) {
    if (const uint64_t z = matches(loadWord(at), c)) return at + (std::countr_zero(z) >> 3);
  }
  while (at < end && *at != c) ++at;
  return at;
}

// As find(at, end, ':'), writing the bytes before it to `to` in lower case. `to` holds a copy of the bytes already.
const char* lowerUpToColon(const char* at, const char* end, char* to) {
  for (; end - at >= 8; at += 8, to += 8) {
    const uint64_t w = loadWord(at);
    uint64_t lower = lowerWord(w);
    if (const uint64_t z = matches(w, ':')) {
      const uint64_t before = ((z & (0 - z)) >> 7) - 1;
      lower = (lower & before) | (w & ~before);
      std::memcpy(to, &lower, sizeof lower);
      return at + (std::countr_zero(z) >> 3);
    }
    std::memcpy(to, &lower, sizeof lower);
  }
  for (; at < end && *at != ':'; ++at) *to++ = asciiLower(*at);
  return at;
}

std::string_view between(const char* from, const char* to) { return {from, static_cast<size_t>(to - from)}; }

// The end of the line that starts at `at`, without "\r\n" or "\n"; `next` becomes the start of the next.
const char* lineEnd(const char* at, const char* end, const char*& next) {
  const char* const lineFeed = find(at, end, '\n');
  next = lineFeed == end ? end : lineFeed + 1;
  return lineFeed > at && lineFeed[-1] == '\r' ? lineFeed - 1 : lineFeed;
}

// Cuts the next word off a line of words between spaces.
std::string_view takeWord(const char*& at, const char* end) {
  while (at < end && *at == ' ') ++at;
  const char* const from = at;
  at = find(at, end, ' ');
  return between(from, at);
}

// What stands behind the status of a status line ("HTTP/1.1 200 OK"); perhaps nothing.
std::string_view reasonOf(std::string_view text) {
  const char* at = text.data();
  const char* next;
  const char* const stop = lineEnd(at, at + text.size(), next);
  takeWord(at, stop);
  takeWord(at, stop);
  return trim(between(at, stop));
}

// Empty lines before a message are skipped (RFC 9112 section 2.2).
std::string_view withoutEmptyLines(std::string_view text) {
  size_t n = 0;
  while (n < text.size() && (text[n] == '\r' || text[n] == '\n')) ++n;
  return text.substr(n);
}

}  // namespace

bool HeadReader::readRequest(std::string_view text, std::string_view method, HeaderMap& map) {
  target_ = Target::kOrigin;
  hostSeen_ = false;
  dropped_ = 0;
  fieldBytes_ = trailerBytes_ = 0;
  transferEncodingSeen_ = transferEncodingBad_ = false;
  text = withoutEmptyLines(text);
  text = map.arena().copy(text);
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* fields;
  const char* const lineStop = lineEnd(at, end, fields);
  takeWord(at, lineStop);
  const std::string_view target = takeWord(at, lineStop);
  const std::string_view protocol = takeWord(at, lineStop);
  // llhttp knows RTSP and ICE too. Without protocol it is HTTP/0.9.
  if (!protocol.empty() && !protocol.starts_with("HTTP/")) return refuse(ParseError::kCodecError, "Expected HTTP/");
  map.addReference(":method", HeaderId::kMethod, method);
  if (!readTarget(target, method, map) || !readFields(between(fields, end), map)) return false;
  if (transferEncodingBad_ && map.has(HeaderId::kContentLength)) {
    return refuse(ParseError::kContentLengthAndChunked, "Both content-length and another transfer encoding");
  }
  if (transferEncodingBad_ || (transferEncodingSeen_ && target_ == Target::kConnect)) {
    return refuse(ParseError::kInvalidTransferEncoding, "Unsupported transfer encoding");
  }
  if (target_ == Target::kConnect && map.has(HeaderId::kContentLength)) {
    if (map.get(HeaderId::kContentLength) != "0") return refuse(ParseError::kBodyDisallowed, "CONNECT with a body");
    map.remove(HeaderId::kContentLength);
  }
  return true;
}

bool HeadReader::readTarget(std::string_view url, std::string_view method, HeaderMap& map) {
  if (method == "CONNECT") {
    target_ = Target::kConnect;
    const size_t colon = url.rfind(':');
    if (colon == std::string_view::npos || !parseDecimal(url.substr(colon + 1))) {
      return refuse(ParseError::kInvalidUrl, "CONNECT without a port");
    }
    map.addReference(HeaderId::kAuthority, url);
    return true;
  }
  if (url.empty() || url.front() == '/' || url == "*" || !allowAbsoluteUrl_) {
    map.addReference(":path", HeaderId::kPath, url);
    return true;
  }
  const auto parts = splitAbsoluteTarget(url);
  if (!parts) return refuse(ParseError::kInvalidUrl, "Invalid url in request line");
  if (!equalsIgnoreCase(parts->scheme, "http") && !equalsIgnoreCase(parts->scheme, "https")) {
    return refuse(ParseError::kInvalidScheme, "Invalid scheme in request line");
  }
  target_ = Target::kAbsolute;
  if (parts->path.starts_with('/')) {
    map.addReference(HeaderId::kPath, parts->path);
  } else if (parts->path.empty()) {
    map.addReference(HeaderId::kPath, "/");  // for OPTIONS too, as Envoy; RFC 9112 section 3.2.4 has "*"
  } else {
    char* const room = map.arena().room(parts->path.size() + 1);
    room[0] = '/';
    std::copy(parts->path.begin(), parts->path.end(), room + 1);
    map.addReference(HeaderId::kPath, {room, parts->path.size() + 1});
  }
  map.addReference(HeaderId::kScheme, parts->scheme.size() == 5 ? "https" : "http");
  map.addReference(HeaderId::kAuthority, parts->authority);
  return true;
}

bool HeadReader::readResponse(std::string_view text, uint32_t status, HeaderMap& map) {
  fieldBytes_ = trailerBytes_ = 0;
  transferEncodingSeen_ = transferEncodingBad_ = false;
  text = map.arena().copy(withoutEmptyLines(text));
  const char* const end = text.data() + text.size();
  const char* fields;
  lineEnd(text.data(), end, fields);
  char* const digits = map.arena().room(3);
  size_t n = 0;
  if (status >= 100) digits[n++] = static_cast<char>('0' + status / 100);
  if (status >= 10) digits[n++] = static_cast<char>('0' + status / 10 % 10);
  digits[n++] = static_cast<char>('0' + status % 10);
  map.addReference(":status", HeaderId::kStatus, {digits, n});
  if (!readFields(between(fields, end), map)) return false;
  if (preserveCase_) map.headerCase()->setReason(reasonOf(text));
  if (transferEncodingBad_) return refuse(ParseError::kInvalidTransferEncoding, "Unsupported transfer encoding");
  // RFC 9112 section 6.1 and RFC 9110 section 8.6; a length of 0 is papered over, as in Envoy.
  if (status >= 200 && status != 204) return true;
  if (map.has(HeaderId::kTransferEncoding) ||
      (map.has(HeaderId::kContentLength) && map.get(HeaderId::kContentLength) != "0")) {
    return refuse(ParseError::kCodecError, "Body framing in a response that has no body");
  }
  map.remove(HeaderId::kContentLength);
  return true;
}

bool HeadReader::readTrailers(std::string_view text, HeaderMap& map) {
  target_ = Target::kAbsolute;  // a Host among the trailers means nothing
  hostSeen_ = false;
  const uint64_t head = fieldBytes_;
  const bool read = readFields(map.arena().copy(text), map);
  trailerBytes_ = fieldBytes_ - head;
  return read;
}

bool HeadReader::readFields(std::string_view text, HeaderMap& map) {
  // The text is the arena's copy, made by us a moment ago.
  char* at = const_cast<char*>(text.data());
  const char* const end = text.data() + text.size();
  if (preserveCase_) map.setHeaderCase(map.arena().make<message::HeaderCase>(map.arena(), *preserveCase_));
  while (at < end && *at != '\r' && *at != '\n') {
    if (*at == ' ' || *at == '\t') return refuse(ParseError::kCodecError, "Folded header value");
    if (preserveCase_) map.headerCase()->remember(between(at, find(at, end, ':')));
    const char* const colon = lowerUpToColon(at, end, at);
    if (colon == end) return refuse(ParseError::kCodecError, "Header field without colon");
    const char* next;
    const std::string_view value = trim(between(colon + 1, lineEnd(colon + 1, end, next)));
    const std::string_view name = between(at, colon);
    at += next - at;
    if (name.empty()) return refuse(ParseError::kCodecError, "Header field without name");
    fieldBytes_ += name.size() + value.size() + 3;
    const HeaderId id = message::headerIdOf(name);
    if (underscores_ != UnderscoresAction::kAllow && request_ && name.find('_') != std::string_view::npos) {
      if (underscores_ == UnderscoresAction::kReject) return refuse(ParseError::kUnderscore, "Underscore in a name");
      ++dropped_;
      continue;
    }
    if (id == HeaderId::kHost && request_) {
      if (!takeHost(value, map)) return false;
      continue;
    }
    if (id == HeaderId::kTransferEncoding) takeTransferEncoding(value);
    map.addReference(name, id, value);
  }
  // Only where the parser was told to take both: the chunks count.
  if (map.has(HeaderId::kTransferEncoding) && !transferEncodingBad_) map.remove(HeaderId::kContentLength);
  return true;
}

bool HeadReader::takeHost(std::string_view value, HeaderMap& map) {
  // RFC 9112 section 3.2: more than one Host is an error, whoever joins or chooses may do it unlike the next hop.
  if (std::exchange(hostSeen_, true)) {
    if (!lenient_) return refuse(ParseError::kCodecError, "More than one Host");
    if (target_ == Target::kOrigin) {
      map.set(HeaderId::kAuthority, std::string(map.get(HeaderId::kAuthority)) + "," + std::string(value));
    }
    return true;
  }
  // RFC 9112 section 3.2.2: the target's authority replaces what Host says.
  if (target_ == Target::kOrigin) map.addReference(":authority", HeaderId::kAuthority, value);
  return true;
}

void HeadReader::takeTransferEncoding(std::string_view value) {
  transferEncodingBad_ |= transferEncodingSeen_ || !equalsIgnoreCase(value, "chunked");
  transferEncodingSeen_ = true;
}

bool HeadReader::refuse(ParseError error, std::string_view text) {
  error_ = error;
  errorText_ = text;
  return false;
}

}  // namespace orrery::http1
