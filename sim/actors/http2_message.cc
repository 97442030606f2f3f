#include <algorithm>
#include <array>
#include <utility>

#include "proxy/base/ascii.h"
#include "sim/actors/http2_wire.h"

namespace orrery::sim {

namespace {

// RFC 9113 section 8.2.2.
bool ofConnection(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"connection", "keep-alive", "proxy-connection",
                                                      "transfer-encoding", "upgrade"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

// Takes the fields of one block: pseudo header fields as they are, the others as lines of text.
class Http2Wire::Collector final : public http2::HeaderDecoder::Sink {
 public:
  struct Line {
    size_t name;
    size_t nameSize;
    size_t value;
    size_t valueSize;
  };

  void onField(std::string_view name, std::string_view value) override {
    if (name.starts_with(':')) {
      if (!lines.empty()) why = "a pseudo header field behind others";
      if (std::string* to = pseudo(name); to == nullptr) {
        why = "unknown pseudo header field " + std::string(name);
      } else if (!to->empty()) {
        why = "twice " + std::string(name);
      } else {
        *to = value;
      }
      return;
    }
    const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto control = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
    if (name.empty() || std::any_of(name.begin(), name.end(), upper)) why = "a field name with capitals, or none";
    if (ofConnection(name) || (name == "te" && value != "trailers")) why = "the field " + std::string(name);
    if (std::any_of(value.begin(), value.end(), control)) why = "a field value with CR, LF or NUL";
    const size_t at = text.size();
    lines.push_back({at, name.size(), at + name.size() + 2, value.size()});
    text.append(name).append(": ").append(value).append("\r\n");
  }

  std::string* pseudo(std::string_view name) {
    if (name == ":status") return &status;
    if (name == ":method") return &method;
    if (name == ":path") return &path;
    if (name == ":authority") return &authority;
    if (name == ":scheme") return &scheme;
    return name == ":protocol" ? &protocol : nullptr;
  }
  void clear() {
    for (std::string* s : {&status, &method, &path, &authority, &scheme, &protocol, &text, &why}) s->clear();
    lines.clear();
  }
  bool anyPseudo() const { return !status.empty() || !method.empty() || !path.empty() || !scheme.empty(); }

  std::string status, method, path, authority, scheme, protocol;
  std::string text;
  std::vector<Line> lines;
  std::string why;  // not a message
};

Http2Wire::Http2Wire(Side side, Delegate& delegate)
    : side_(side),
      delegate_(delegate),
      prefaceSeen_(side == Side::kClient),
      collector_(std::make_unique<Collector>()) {}

Http2Wire::~Http2Wire() = default;

void Http2Wire::onBlock() {
  const uint32_t id = std::exchange(blockStream_, 0);
  const bool end = blockEnds_;
  Collector& found = *collector_;
  found.clear();
  if (!decoder_.decode(block_, true, found)) return fail("a header block that is no HPACK");
  Stream* s = find(id);
  const bool fresh = side_ == Side::kServer && s == nullptr && id % 2 == 1 && id > lastPeer_;
  if (fresh) {
    lastPeer_ = id;
    if (leaving_) return;
    s = &streams_.emplace_back();
    s->id = id;
    s->sendWindow = initialWindow_;
  }
  if (s == nullptr) {
    if (!isOver(id) || endedWell(id)) fail("HEADERS on a stream that is not open");
    return;  // they crossed our reset
  }
  if (s->remoteEnd) return fail("HEADERS behind the end of a message");
  if (!found.why.empty()) return fail(found.why);
  if (s->headSeen) {
    if (found.anyPseudo()) return fail("trailers with pseudo header fields");
    if (!end) return fail("trailers that do not end the message");
    return onMessageEnd(id);
  }
  uint64_t status = 0;
  if (side_ == Side::kClient) {
    status = parseDecimal(found.status).value_or(0);
    if (found.status.size() != 3 || status < 100 || !found.method.empty() || !found.path.empty())
      return fail("a response with other pseudo header fields than :status");
  } else {
    const bool tunnel = found.method == "CONNECT" && found.protocol.empty();
    const bool whole = tunnel ? found.path.empty() && found.scheme.empty() && !found.authority.empty()
                              : !found.path.empty() && !found.scheme.empty();
    if (found.method.empty() || !found.status.empty() || !whole)
      return fail("a request without, or with more than, its pseudo header fields");
  }
  if (status >= 100 && status < 200 && end) return fail("an interim response that ends the stream");

  text_.clear();
  if (side_ == Side::kClient) {
    text_.append("HTTP/2 ").append(found.status).append("\r\n");
  } else {
    text_.append(found.method).append(" ").append(found.path).append(" HTTP/2\r\n");
  }
  if (!found.authority.empty()) text_.append("host: ").append(found.authority).append("\r\n");
  const size_t shift = text_.size();
  text_ += found.text;
  text_ += "\r\n";
  std::vector<WireHead::Field> fields = std::move(head_.fields);
  fields.clear();
  head_ = WireHead{};
  head_.fields = std::move(fields);
  head_.status = static_cast<uint32_t>(status);
  head_.method = found.method;
  head_.target = found.path;
  head_.text = text_;
  const std::string_view text = text_;
  const std::string_view idField = side_ == Side::kClient ? kNonceHeader : kRequestIdHeader;
  for (const Collector::Line& l : found.lines) {
    const WireHead::Field f{text.substr(shift + l.name, l.nameSize), text.substr(shift + l.value, l.valueSize)};
    head_.fields.push_back(f);
    if (f.name == idField) {
      head_.id = parseDecimal(f.value).value_or(0);
    } else if (f.name == "content-length") {
      const auto length = parseDecimal(f.value);
      if (!length) return fail("content-length: " + std::string(f.value));
      head_.length = *length;
      head_.hasLength = true;
    }
  }
  if (status == 0 || status >= 200) {
    s->headSeen = true;
    s->noBody = s->noBody || status == 204 || status == 304;
    s->hasLength = head_.hasLength && !s->noBody;
    s->lengthLeft = head_.length;
  }
  delegate_.onHead(id, head_);
  if (end) onMessageEnd(id);
}

void Http2Wire::onMessageEnd(uint32_t id) {
  Stream* s = find(id);
  if (s == nullptr) return;  // it was reset by whoever got its head
  if (s->hasLength && s->lengthLeft != 0) return fail("a message shorter than its content-length");
  s->remoteEnd = true;
  delegate_.onEnd(id);
  closeIfOver(id);
}

}  // namespace orrery::sim
