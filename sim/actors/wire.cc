#include "sim/actors/wire.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "proxy/base/ascii.h"

namespace orrery::sim {

namespace {

constexpr size_t kMaxHead = 256 * 1024;

constexpr std::array<bool, 256> makeToken() {
  std::array<bool, 256> t{};
  for (int c = '0'; c <= '9'; ++c) t[static_cast<size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) t[static_cast<size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) t[static_cast<size_t>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) t[static_cast<unsigned char>(c)] = true;
  return t;
}
constexpr std::array<bool, 256> kToken = makeToken();

// Field values: visible, space, tab, obs-text; no control characters (RFC 9110 section 5.5).
constexpr std::array<bool, 256> makeValue() {
  std::array<bool, 256> t{};
  for (size_t c = 0x20; c < 256; ++c) t[c] = c != 0x7f;
  t[static_cast<size_t>('\t')] = true;
  return t;
}
constexpr std::array<bool, 256> kValue = makeValue();

bool isToken(std::string_view s) {
  for (const char c : s) {
    if (!kToken[static_cast<unsigned char>(c)]) return false;
  }
  return !s.empty();
}

constexpr uint64_t kOnes = 0x0101010101010101ULL;
constexpr uint64_t kTops = kOnes * 0x80;
uint64_t eightOf(const char* at) {
  uint64_t w = 0;
  std::memcpy(&w, at, sizeof w);
  return w;
}
// Whether one of eight bytes is below 0x20 or 0x7f. It may say so of 0x80 and above as well: then each is looked at.
bool mayControl(uint64_t w) {
  const uint64_t del = w ^ (kOnes * 0x7f);
  return (((w - kOnes * 0x20) | (del - kOnes)) & kTops) != 0;
}

bool isValue(std::string_view s) {
  if (s.size() >= 8) {
    bool doubt = mayControl(eightOf(s.data() + s.size() - 8));  // the last eight, some perhaps twice
    for (size_t k = 0; k + 8 < s.size(); k += 8) doubt |= mayControl(eightOf(s.data() + k));
    if (!doubt) return true;
  }
  for (const char c : s) {
    if (!kValue[static_cast<unsigned char>(c)]) return false;
  }
  return true;
}

// How many of the first bytes of `s` are lower-case letters or '-', eight at a time, perhaps less: as nearly all names are written.
size_t plainName(std::string_view s) {
  size_t i = 0;
  for (; i + 8 <= s.size(); i += 8) {
    const uint64_t w = eightOf(s.data() + i);
    if ((w & kTops) != 0) break;
    // No byte has its top bit, so sums stay in their bytes: the top bit says "at least 'a'", "above 'z'", "not '-'".
    const uint64_t letters = (w + kOnes * (0x80 - 'a')) & ~(w + kOnes * (0x7f - 'z'));
    const uint64_t dashes = ~((w ^ (kOnes * '-')) + kOnes * 0x7f);
    if (((letters | dashes) & kTops) != kTops) break;
  }
  return i;
}

// A cheap no for most names.
bool isNamed(std::string_view name, std::string_view lower) {
  return (name.front() | 0x20) == lower.front() && equalsIgnoreCase(name, lower);
}

}  // namespace

void WireReader::feed(std::string_view data) {
  if (carry_.empty()) {
    in_ = data;
    return;
  }
  carry_.append(data);
  std::swap(held_, carry_);
  carry_.clear();
  in_ = held_;
}

// What was fed and not used is looked at again together with what comes next.
void WireReader::keep() {
  if (in_.empty()) return;
  std::string rest(in_);
  carry_ = std::move(rest);
  in_ = {};
}

WireReader::Event WireReader::fail(std::string why) {
  state_ = State::kBroken;
  error_ = std::move(why);
  return Event::kError;
}

WireReader::Event WireReader::next() {
  for (;;) {
    switch (state_) {
      case State::kBroken: return Event::kError;
      case State::kStart:
        if (in_.empty()) return Event::kMore;
        return readHead();
      case State::kLength:
      case State::kUntilEnd:
        if (state_ == State::kLength && left_ == 0) {
          state_ = State::kAtEnd;
          continue;
        }
        if (in_.empty()) return Event::kMore;
        return takeBody(state_ == State::kLength ? left_ : UINT64_MAX);
      case State::kChunkSize: {
        const Event e = readChunkSize();
        if (e != Event::kEnd) return e;
        continue;
      }
      case State::kChunkData:
        if (left_ == 0) {
          state_ = State::kChunkEnd;
          continue;
        }
        if (in_.empty()) return Event::kMore;
        return takeBody(left_);
      case State::kChunkEnd: {
        std::string_view empty;
        if (!line(empty)) return state_ == State::kBroken ? Event::kError : Event::kMore;
        if (!empty.empty()) return fail("a chunk is longer than its size");
        state_ = State::kChunkSize;
        continue;
      }
      case State::kTrailers: {
        std::string_view field;
        if (!line(field)) return state_ == State::kBroken ? Event::kError : Event::kMore;
        if (field.empty()) {
          state_ = State::kAtEnd;
          continue;
        }
        const size_t colon = field.find(':');
        if (colon == std::string_view::npos || !isToken(field.substr(0, colon)))
          return fail("a trailer is no field line");
        continue;
      }
      case State::kAtEnd: state_ = State::kStart; return Event::kEnd;
    }
  }
}

WireReader::Event WireReader::finish() {
  if (state_ == State::kUntilEnd) {
    state_ = State::kStart;
    return Event::kEnd;
  }
  if (state_ == State::kBroken) return Event::kError;
  if (midMessage()) return fail("the stream ended inside a message");
  return Event::kMore;
}

bool WireReader::line(std::string_view& out) {
  const size_t end = in_.find('\n');
  if (end == std::string_view::npos) {
    if (in_.size() > kMaxHead) {
      fail("a line without end");
      return false;
    }
    keep();
    return false;
  }
  if (end == 0 || in_[end - 1] != '\r') {
    fail("a line ends with a bare LF");
    return false;
  }
  out = in_.substr(0, end - 1);
  in_.remove_prefix(end + 1);
  return true;
}

WireReader::Event WireReader::readHead() {
  const size_t end = in_.find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (in_.size() > kMaxHead) return fail("a head of more than 256 KiB");
    // A first line that cannot become one is seen at once: garbage need not end with an empty line.
    const size_t first = in_.find('\n');
    if (first != std::string_view::npos && (first == 0 || in_[first - 1] != '\r'))
      return fail("a line ends with a bare LF");
    keep();
    return Event::kMore;
  }
  const std::string_view text = in_.substr(0, end + 4);
  in_.remove_prefix(end + 4);
  if (!parseHead(text)) return Event::kError;
  return framing();
}

bool WireReader::parseHead(std::string_view text) {
  head_.status = 0;
  head_.method = head_.target = {};
  head_.minor = 1;
  head_.close = head_.chunked = head_.hasLength = false;
  head_.length = head_.id = 0;
  head_.text = text;
  head_.fields.clear();
  std::string_view rest = text.substr(0, text.size() - 2);
  bool first = true;
  while (!rest.empty()) {
    const auto* lf = static_cast<const char*>(std::memchr(rest.data(), '\n', rest.size()));
    const size_t end = static_cast<size_t>(lf - rest.data());
    if (end == 0 || rest[end - 1] != '\r') {
      fail("a line ends with a bare LF");
      return false;
    }
    const std::string_view one = rest.substr(0, end - 1);
    rest.remove_prefix(end + 1);
    if (first ? !parseStartLine(one) : !parseField(one)) return false;
    first = false;
  }
  return true;
}

bool WireReader::parseStartLine(std::string_view s) {
  if (kind_ == Kind::kResponse) {
    const auto status = s.size() < 13 ? std::nullopt : parseDecimal(s.substr(9, 3));
    const bool ok = s.size() >= 13 && s.starts_with("HTTP/1.") && (s[7] == '0' || s[7] == '1') && s[8] == ' ' &&
                    status.has_value() && s[12] == ' ' && isValue(s);
    if (!ok) {
      fail("no status line: '" + std::string(s.substr(0, 60)) + "'");
      return false;
    }
    head_.minor = static_cast<uint8_t>(s[7] - '0');
    head_.status = static_cast<uint32_t>(*status);
    return true;
  }
  const size_t a = s.find(' ');
  const size_t b = s.rfind(' ');
  const std::string_view version = b == std::string_view::npos ? s : s.substr(b + 1);
  if (a == std::string_view::npos || a == b || !isToken(s.substr(0, a)) || b - a < 2 ||
      s.substr(a + 1, b - a - 1).find(' ') != std::string_view::npos || !isValue(s) ||
      (version != "HTTP/1.1" && version != "HTTP/1.0")) {
    fail("no request line: '" + std::string(s.substr(0, 60)) + "'");
    return false;
  }
  head_.method = s.substr(0, a);
  head_.target = s.substr(a + 1, b - a - 1);
  head_.minor = static_cast<uint8_t>(version[7] - '0');
  return true;
}

bool WireReader::parseField(std::string_view s) {
  size_t colon = plainName(s);
  while (colon < s.size() && kToken[static_cast<unsigned char>(s[colon])]) ++colon;
  if (colon == 0 || colon == s.size() || s[colon] != ':') {
    fail("no field line: '" + std::string(s.substr(0, 60)) + "'");
    return false;
  }
  const std::string_view name = s.substr(0, colon);
  std::string_view value = s.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  if (!isValue(value)) {
    fail("a control character in the value of '" + std::string(name) + "'");
    return false;
  }
  head_.fields.push_back({name, value});
  switch (name.size()) {
    case 10:
      if (isNamed(name, "connection") && equalsIgnoreCase(value, "close")) head_.close = true;
      break;
    case 14:
      if (isNamed(name, kNonceHeader)) {
        head_.id = parseDecimal(value).value_or(0);
      } else if (isNamed(name, "content-length")) {
        const auto length = parseDecimal(value);
        if (!length || head_.hasLength) {
          fail("content-length is not one number: '" + std::string(value.substr(0, 40)) + "'");
          return false;
        }
        head_.hasLength = true;
        head_.length = *length;
      }
      break;
    case 16:
      if (isNamed(name, kRequestIdHeader)) head_.id = parseDecimal(value).value_or(0);
      break;
    case 17:
      if (isNamed(name, "transfer-encoding")) {
        if (head_.chunked || !equalsIgnoreCase(value, "chunked")) {
          fail("transfer-encoding is not one chunked: '" + std::string(value.substr(0, 40)) + "'");
          return false;
        }
        head_.chunked = true;
      }
      break;
    default: break;
  }
  return true;
}

WireReader::Event WireReader::framing() {
  if (head_.chunked && head_.hasLength) return fail("both content-length and transfer-encoding");
  if (kind_ == Kind::kResponse && head_.status < 200 && head_.status != 101) return Event::kInterim;
  const bool none = kind_ == Kind::kResponse && (noBody_ || head_.status == 204 || head_.status == 304);
  if (kind_ == Kind::kResponse && head_.status == 204 && (head_.chunked || (head_.hasLength && head_.length != 0))) {
    return fail("a 204 response with a body");
  }
  if (none) {
    state_ = State::kAtEnd;
  } else if (head_.chunked) {
    state_ = State::kChunkSize;
  } else if (head_.hasLength || kind_ == Kind::kRequest) {
    state_ = State::kLength;
    left_ = head_.length;
  } else {
    state_ = State::kUntilEnd;
  }
  return Event::kHead;
}

WireReader::Event WireReader::takeBody(uint64_t limit) {
  const size_t n = static_cast<size_t>(std::min<uint64_t>(limit, in_.size()));
  body_ = in_.substr(0, n);
  in_.remove_prefix(n);
  left_ -= n;
  return Event::kBody;
}

// kEnd: the size was read and the state is set.
WireReader::Event WireReader::readChunkSize() {
  if (in_.empty()) return Event::kMore;
  std::string_view size;
  if (!line(size)) return state_ == State::kBroken ? Event::kError : Event::kMore;
  if (size.empty() || size.size() > 15) return fail("no chunk size");
  left_ = 0;
  for (const char c : size) {
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    const bool digit = lower >= '0' && lower <= '9';
    if (!digit && !(lower >= 'a' && lower <= 'f')) return fail("no chunk size: '" + std::string(size) + "'");
    left_ = left_ * 16 + static_cast<uint64_t>(digit ? lower - '0' : lower - 'a' + 10);
  }
  state_ = left_ == 0 ? State::kTrailers : State::kChunkData;
  return Event::kEnd;
}

std::string_view wireReason(uint32_t status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 103: return "Early Hints";
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 413: return "Payload Too Large";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Status";
  }
}

}  // namespace orrery::sim
