#include "proxy/codec/http2/message_rules.h"

#include <nghttp2/nghttp2.h>

#include <charconv>

#include "proxy/base/ascii.h"

namespace orrery::http2 {
namespace {

using message::HeaderId;

enum Pseudo : uint32_t {
  kMethod = 1,
  kPath = 2,
  kScheme = 4,
  kAuthority = 8,
  kProtocol = 16,
  kStatus = 32,
};

uint32_t pseudoOf(HeaderId id, std::string_view name) {
  switch (id) {
    case HeaderId::kMethod: return kMethod;
    case HeaderId::kPath: return kPath;
    case HeaderId::kScheme: return kScheme;
    case HeaderId::kAuthority: return kAuthority;
    case HeaderId::kStatus: return kStatus;
    default: return name == ":protocol" ? uint32_t{kProtocol} : 0u;
  }
}

const uint8_t* bytes(std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }

bool isLetter(char c) { return asciiLower(c) >= 'a' && asciiLower(c) <= 'z'; }

// RFC 3986 section 3.1.
bool isScheme(std::string_view text) {
  if (text.empty() || !isLetter(text.front())) return false;
  for (const char c : text) {
    if (!isLetter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') return false;
  }
  return true;
}

bool pseudoValueIsValid(uint32_t which, std::string_view value) {
  switch (which) {
    case kMethod: return nghttp2_check_method(bytes(value), value.size()) != 0;
    case kPath: return !value.empty() && nghttp2_check_path(bytes(value), value.size()) != 0;
    case kScheme: return isScheme(value);
    case kProtocol: return !value.empty() && nghttp2_check_header_value_rfc9113(bytes(value), value.size()) != 0;
    case kAuthority: return nghttp2_check_authority(bytes(value), value.size()) != 0;
    default: return nghttp2_check_header_value_rfc9113(bytes(value), value.size()) != 0;
  }
}

}  // namespace

MessageRules::Verdict MessageRules::onField(HeaderId id, std::string_view name, std::string_view value) {
  if (name.starts_with(':')) return onPseudo(id, name, value);
  regularSeen_ = true;
  // Lower case is among what is checked (section 8.2.1).
  if (nghttp2_check_header_name(bytes(name), name.size()) == 0 ||
      nghttp2_check_header_value_rfc9113(bytes(value), value.size()) == 0) {
    return Verdict::kBadField;
  }
  switch (id) {
    case HeaderId::kConnection:
    case HeaderId::kKeepAlive:
    case HeaderId::kProxyConnection:
    case HeaderId::kTransferEncoding:
    case HeaderId::kUpgrade: return Verdict::kBadField;
    case HeaderId::kTe: return equalsIgnoreCase(value, "trailers") ? Verdict::kOk : Verdict::kBadField;
    case HeaderId::kHost: hostSeen_ = true; return Verdict::kOk;
    case HeaderId::kContentLength: return kind_ == SectionKind::kTrailers ? Verdict::kOk : onLength(value);
    default: return Verdict::kOk;
  }
}

MessageRules::Verdict MessageRules::onPseudo(HeaderId id, std::string_view name, std::string_view value) {
  const uint32_t which = pseudoOf(id, name);
  const uint32_t allowed = kind_ == SectionKind::kRequest
                               ? kMethod | kPath | kScheme | kAuthority | (extendedConnect_ ? kProtocol : 0u)
                           : kind_ == SectionKind::kResponse ? uint32_t{kStatus}
                                                             : 0u;
  // Unknown, of the other direction, in trailers, twice or behind a regular field (section 8.3).
  if ((which & allowed) == 0 || (pseudoSeen_ & which) != 0 || regularSeen_) return Verdict::kBadField;
  if (!pseudoValueIsValid(which, value)) return Verdict::kBadField;
  pseudoSeen_ |= which;
  if (which == kMethod) {
    connect_ = value == "CONNECT";
    head_ = value == "HEAD";
    options_ = value == "OPTIONS";
  } else if (which == kPath) {
    pathIsStar_ = value == "*";
    pathIsRelative_ = value.front() == '/';
  } else if (which == kStatus) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), status_);
    // 101 does not exist in HTTP/2 (section 8.6).
    if (error != std::errc() || value.size() != 3 || end != value.data() + 3 || status_ < 100 || status_ == 101) {
      return Verdict::kBadField;
    }
  }
  return Verdict::kOk;
}

MessageRules::Verdict MessageRules::onLength(std::string_view value) {
  uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (error != std::errc() || end != value.data() + value.size() || contentLength_) return Verdict::kBadField;
  contentLength_ = length;
  return Verdict::kOk;
}

MessageRules::Verdict MessageRules::finish(bool endStream) const {
  bool good = true;
  switch (kind_) {
    case SectionKind::kRequest:
      if (connect_ && (pseudoSeen_ & kProtocol) == 0) {
        good = pseudoSeen_ == (kMethod | kAuthority);
      } else {
        const uint32_t needed = kMethod | kPath | kScheme;
        good = (pseudoSeen_ & needed) == needed && ((pseudoSeen_ & kAuthority) != 0 || hostSeen_) &&
               (pathIsRelative_ || (pathIsStar_ && options_)) && ((pseudoSeen_ & kProtocol) == 0 || connect_);
      }
      break;
    case SectionKind::kResponse: good = pseudoSeen_ == kStatus && !(interim() && endStream); break;
    case SectionKind::kTrailers: good = endStream; break;
  }
  return good ? Verdict::kOk : Verdict::kBadMessage;
}

}  // namespace orrery::http2
