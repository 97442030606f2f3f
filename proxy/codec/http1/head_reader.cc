#include "proxy/codec/http1/head_reader.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/codec/http1/request_target.h"

namespace orrery::http1 {

using message::HeaderId;

namespace {
std::string_view lowered(Arena& arena, std::string_view s) {
  char* const room = arena.room(s.size());
  for (size_t i = 0; i < s.size(); ++i) room[i] = asciiLower(s[i]);
  return {room, s.size()};
}

// No known name is longer, so longer ones need not be looked up.
constexpr size_t kLongestKnownName = 48;
}  // namespace

void HeadReader::begin(message::HeaderMap& map) {
  map_ = &map;
  trailing_ = false;
  target_ = Target::kOrigin;
  token_.clear();
  fieldCount_ = 0;
  inValue_ = false;
  gap_ = Gap::kNone;
  protocol_ = 0;
  contentLengthSeen_ = transferEncodingSeen_ = transferEncodingBad_ = false;
}

void HeadReader::beginTrailers() {
  trailing_ = true;
  fieldCount_ = 0;
  trailers_.clear();
  trailerBytes_.clear();
}

void HeadReader::beginSlice(const char* begin) {
  gapFrom_ = begin;
  // A piece that ended with the last slice goes on at the beginning of this one.
  if (tokenEnd_ != nullptr) tokenEnd_ = begin;
}

void HeadReader::endSlice(const char* end) {
  token_.spill();
  if (gap_ != Gap::kNone) scanGap(end);
  if (tokenEnd_ != end) tokenEnd_ = nullptr;
}

void HeadReader::scanGap(const char* end) {
  if (gap_ == Gap::kBeforeValue) {
    lineFeeds_ += static_cast<uint32_t>(std::count(gapFrom_, end, '\n'));
  } else if (protocol_ == 0) {
    const char* p = std::find_if(gapFrom_, end, [](char c) { return c != ' '; });
    if (p != end) protocol_ = *p;
  }
  gapFrom_ = end;
}

bool HeadReader::refuse(ParseError error, std::string_view text) {
  error_ = error;
  errorText_ = text;
  return false;
}

void HeadReader::urlPiece(const char* at, size_t n) {
  token_.add(at, n);
  gapFrom_ = at + n;
}

bool HeadReader::urlComplete(std::string_view method) {
  const std::string_view url = token_.text();
  map_->addReference(HeaderId::kMethod, method);
  gap_ = Gap::kBeforeVersion;
  if (method == "CONNECT") {
    target_ = Target::kConnect;
    map_->add(HeaderId::kAuthority, url);
  } else if (url.empty() || url.front() == '/' || url == "*" || !options_.allowAbsoluteUrl) {
    map_->add(HeaderId::kPath, url);
  } else {
    const auto parts = splitAbsoluteTarget(url);
    if (!parts) return refuse(ParseError::kInvalidUrl, "Invalid url in request line");
    target_ = Target::kAbsolute;
    // A target without path means "/", except for OPTIONS, where it means the server (RFC 9112 section 3.2.4).
    if (parts->path.empty()) {
      map_->addReference(HeaderId::kPath, method == "OPTIONS" ? "*" : "/");
    } else if (parts->path.front() == '/') {
      map_->add(HeaderId::kPath, parts->path);
    } else {
      char* const room = map_->arena().room(parts->path.size() + 1);
      room[0] = '/';
      std::copy(parts->path.begin(), parts->path.end(), room + 1);
      map_->addReference(HeaderId::kPath, {room, parts->path.size() + 1});
    }
    map_->addReference(HeaderId::kScheme, parts->scheme.size() == 5 ? "https" : "http");
    map_->add(HeaderId::kAuthority, parts->authority);
  }
  token_.clear();
  return true;
}

bool HeadReader::versionPiece(const char* at) {
  if (gap_ != Gap::kBeforeVersion) return true;
  scanGap(at);
  gap_ = Gap::kNone;
  // llhttp knows RTSP and ICE too.
  if (protocol_ != 'H') return refuse(ParseError::kCodecError, "Expected HTTP/");
  return true;
}

void HeadReader::statusComplete(uint32_t code) {
  char digits[3];
  size_t n = 0;
  if (code >= 100) digits[n++] = static_cast<char>('0' + code / 100);
  if (code >= 10) digits[n++] = static_cast<char>('0' + code / 10 % 10);
  digits[n++] = static_cast<char>('0' + code % 10);
  map_->add(HeaderId::kStatus, std::string_view(digits, n));
}

void HeadReader::namePiece(const char* at, size_t n) {
  gap_ = Gap::kNone;
  token_.add(at, n);
  gapFrom_ = at + n;
}

bool HeadReader::nameComplete() {
  if (++fieldCount_ > options_.limits.maxCount) {
    return refuse(ParseError::kTooManyHeaders, trailing_ ? "Too many trailers" : "Too many headers");
  }
  const std::string_view name = token_.text();
  if (trailing_) {
    if (options_.enableTrailers) {
      trailers_.push_back({name.size(), 0});
      for (const char c : name) trailerBytes_.push_back(asciiLower(c));
    }
  } else {
    nameId_ = HeaderId::kOther;
    char lower[kLongestKnownName];
    if (name.size() <= kLongestKnownName) {
      for (size_t i = 0; i < name.size(); ++i) lower[i] = asciiLower(name[i]);
      nameId_ = message::headerIdOf({lower, name.size()});
      name_ = nameId_ == HeaderId::kOther ? map_->arena().copy({lower, name.size()}) : message::headerName(nameId_);
    } else {
      name_ = lowered(map_->arena(), name);
    }
  }
  token_.clear();
  inValue_ = true;
  valueStarted_ = false;
  tokenEnd_ = nullptr;
  lineFeeds_ = 0;
  gap_ = Gap::kBeforeValue;
  return true;
}

bool HeadReader::valuePiece(const char* at, size_t n) {
  bool folded = false;
  if (!valueStarted_) {
    scanGap(at);
    gap_ = Gap::kNone;
    valueStarted_ = true;
    folded = n > 0 && lineFeeds_ > 0;
  } else {
    folded = at != tokenEnd_;  // something was skipped inside the value: the end of a line
  }
  if (folded) return refuse(ParseError::kCodecError, "Folded header value");
  token_.add(at, n);
  tokenEnd_ = at + n;
  return true;
}

bool HeadReader::valueComplete() {
  inValue_ = false;
  const std::string_view value = trim(token_.text());
  // An empty value is followed by one line feed; a second one means that a folded line held only spaces.
  if (token_.text().empty() ? lineFeeds_ > 1 : lineFeeds_ > 0) {
    return refuse(ParseError::kCodecError, "Folded header value");
  }
  tokenEnd_ = nullptr;
  if (trailing_) {
    if (options_.enableTrailers) {
      trailers_.back().valueSize = value.size();
      trailerBytes_.append(value);
    }
    token_.clear();
    return true;
  }
  switch (nameId_) {
    case HeaderId::kContentLength: contentLengthSeen_ = true; break;
    case HeaderId::kTransferEncoding:
      transferEncodingBad_ |= transferEncodingSeen_ || !equalsIgnoreCase(value, "chunked");
      transferEncodingSeen_ = true;
      break;
    case HeaderId::kHost:
      if (kind_ != MessageKind::kRequest) break;
      // RFC 9112 section 3.2.2: the target's authority replaces what Host says.
      if (target_ == Target::kOrigin) {
        const bool again = map_->has(HeaderId::kAuthority);
        map_->add(HeaderId::kAuthority, value);
        // Several Host fields are joined with ',', as Envoy does; the connection manager judges the result.
        if (again) map_->setReference(HeaderId::kAuthority, map_->getJoined(HeaderId::kAuthority));
      }
      token_.clear();
      return true;
    default: break;
  }
  map_->addReference(name_, nameId_, map_->arena().copy(value));
  token_.clear();
  return true;
}

bool HeadReader::headComplete() {
  if (contentLengthSeen_ && transferEncodingSeen_) {
    return refuse(ParseError::kContentLengthAndChunked, "Both Content-Length and Transfer-Encoding");
  }
  if (transferEncodingBad_ || (transferEncodingSeen_ && target_ == Target::kConnect)) {
    return refuse(ParseError::kInvalidTransferEncoding, "Unsupported transfer encoding");
  }
  if (target_ == Target::kConnect && contentLengthSeen_) {
    if (map_->get(HeaderId::kContentLength) != "0") {
      return refuse(ParseError::kBodyDisallowed, "CONNECT with a body");
    }
    map_->remove(HeaderId::kContentLength);
  }
  return true;
}

void HeadReader::moveTrailersTo(message::HeaderMap& map) {
  std::string_view bytes = trailerBytes_;
  for (const Field& f : trailers_) {
    map.add(bytes.substr(0, f.nameSize), bytes.substr(f.nameSize, f.valueSize));
    bytes.remove_prefix(f.nameSize + f.valueSize);
  }
  trailers_.clear();
  trailerBytes_.clear();
}

}  // namespace orrery::http1
