#include "proxy/codec/http1/writer.h"

#include <charconv>
#include <cstring>

#include "proxy/base/ascii.h"

namespace orrery::http1 {

using buffer::Buffer;
using message::HeaderCase;
using message::HeaderEntry;
using message::HeaderId;
using message::HeaderMap;

namespace {

// Collects a head on the stack, so that an ordinary one is appended at once.
class Assembly {
 public:
  explicit Assembly(Buffer& out) : out_(out) {}
  ~Assembly() { flush(); }
  Assembly(const Assembly&) = delete;
  Assembly& operator=(const Assembly&) = delete;

  size_t size() const { return gone_ + used_; }
  void put(std::string_view s) {
    if (s.size() > sizeof bytes_ - used_) {
      flush();
      if (s.size() > sizeof bytes_) {
        gone_ += s.size();
        return out_.append(s);
      }
    }
    if (!s.empty()) std::memcpy(bytes_ + used_, s.data(), s.size());
    used_ += s.size();
  }
  // Envoy's ProperCaseHeaderKeyFormatter: a letter at the start or behind anything but a letter or digit is made upper case.
  void putProperCase(std::string_view name) {
    bool upper = true;
    for (char c : name) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
      upper = !letter && !(c >= '0' && c <= '9');
      put({&c, 1});
    }
  }
  void field(std::string_view name, std::string_view value, const HeaderCase* original, bool properCase) {
    if (original != nullptr) {
      putAsBefore(name, *original);
    } else if (properCase) {
      putProperCase(name);
    } else {
      put(name);
    }
    put(": ");
    put(value);
    put("\r\n");
  }

 private:
  void putAsBefore(std::string_view name, const HeaderCase& original) {
    const std::string_view before = original.find(name);
    if (!before.empty()) {
      put(before);
    } else if (original.properCaseOthers()) {
      putProperCase(name);
    } else {
      put(name);
    }
  }
  void flush() {
    out_.append({bytes_, used_});
    gone_ += used_;
    used_ = 0;
  }
  Buffer& out_;
  size_t used_ = 0;
  size_t gone_ = 0;
  char bytes_[2048];
};

// The framing decides about the two length fields, not what came from the other side.
bool belongsToFraming(HeaderId id, BodyFraming framing) {
  if (id == HeaderId::kTransferEncoding) return true;
  return id == HeaderId::kContentLength && (framing == BodyFraming::kChunked || framing == BodyFraming::kUntilClose);
}

size_t putFields(const HeaderMap& headers, BodyFraming framing, const WriteOptions& options, Assembly& head) {
  const size_t before = head.size();
  const HeaderCase* const original = headers.headerCase();
  for (const HeaderEntry& e : headers) {
    if (!e.name.empty() && e.name.front() == ':') continue;
    if (belongsToFraming(e.id, framing)) continue;
    head.field(e.name, e.value, original, options.properCase);
  }
  if (framing == BodyFraming::kChunked) head.field("transfer-encoding", "chunked", original, options.properCase);
  const size_t fields = head.size() - before;
  head.put("\r\n");
  return fields;
}

}  // namespace

size_t writeRequestHead(const HeaderMap& headers, BodyFraming framing, const WriteOptions& options, Buffer& out) {
  Assembly head(out);
  const std::string_view method = headers.method();
  head.put(method);
  head.put(" ");
  // RFC 9112 section 3.2.3: the target of a CONNECT is its authority, whatever path it came with (by HTTP/2).
  if (method == "CONNECT") {
    head.put(headers.authority());
  } else {
    if (options.absoluteTarget) {
      head.put(headers.scheme());
      head.put("://");
      head.put(headers.authority());
    }
    head.put(headers.path());
  }
  head.put(options.minor == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  const size_t before = head.size();
  if (headers.has(HeaderId::kAuthority)) {
    head.field("host", headers.authority(), headers.headerCase(), options.properCase);
  }
  const size_t host = head.size() - before;
  return host + putFields(headers, framing, options, head);
}

size_t writeResponseHead(const HeaderMap& headers, BodyFraming framing, const WriteOptions& options, Buffer& out) {
  Assembly head(out);
  head.put(options.minor == 0 ? "HTTP/1.0 " : "HTTP/1.1 ");
  head.put(headers.get(HeaderId::kStatus));
  head.put(" ");
  const HeaderCase* const original = headers.headerCase();
  head.put(original != nullptr && !original->reason().empty() ? original->reason() : reasonPhrase(headers.status()));
  head.put("\r\n");
  return putFields(headers, framing, options, head);
}

void writeChunk(Buffer& data, Buffer& out) {
  char line[18];
  char* end = std::to_chars(line, line + 16, data.size(), 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  out.append({line, static_cast<size_t>(end - line)});
  out.move(data);
  out.append("\r\n");
}

void writeLastChunk(const HeaderMap* trailers, const WriteOptions& options, Buffer& out) {
  Assembly bytes(out);
  bytes.put("0\r\n");
  if (trailers != nullptr) {
    for (const HeaderEntry& e : *trailers) bytes.field(e.name, e.value, trailers->headerCase(), options.properCase);
  }
  bytes.put("\r\n");
}

}  // namespace orrery::http1
