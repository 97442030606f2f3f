#include "tests/support/http2_end.h"

namespace orrery::tests {

using namespace http2;

void Http2Exchange::onHead(bool endStream) {
  headSeen = true;
  ended = endStream;
  if (ended && onEnd) onEnd();
}

void Http2Exchange::onData(buffer::Buffer& data, bool endStream) {
  body += data.toString();
  ended = endStream;
  if (ended && onEnd) onEnd();
}

void Http2Exchange::onTrailers() {
  trailersSeen = ended = true;
  if (onEnd) onEnd();
}

std::string Http2Exchange::text(const message::HeaderMap& headers) {
  std::string out;
  for (const message::HeaderEntry& entry : headers) {
    out += (out.empty() ? "" : ", ") + std::string(entry.name) + ": " + std::string(entry.value);
  }
  return out;
}

Http2End::Http2End(Side side, Options options)
    : options_(options), ids_(layout_, "http2."), block_(layout_), out_(blocks_) {
  SessionCallbacks& callbacks = *this;
  session_ = std::make_unique<Session>(side, options_, callbacks, out_,
                                       Delegate<void()>::to<&Http2End::onWritten>(this), block_, ids_);
  session_->start();
}

Http2End::~Http2End() = default;

std::string Http2End::take() {
  std::string bytes = out_.toString();
  out_.clear();
  session_->onBytesSent(bytes.size());
  return bytes;
}

SessionStatus Http2End::receive(std::string_view bytes) {
  buffer::Buffer in(blocks_);
  in.append(bytes);
  return session_->dispatch(in);
}

uint64_t Http2End::stat(std::string_view name) const {
  const stats::StatName* found = layout_.find("http2." + std::string(name));
  return found == nullptr ? UINT64_MAX : block_.cell(found->index);
}

StreamCallbacks& Http2End::onStream(Stream& stream) {
  Http2Exchange& exchange = exchanges.emplace_back(arenas_);
  exchange.stream = &stream;
  exchange.onEnd = [this, &exchange] {
    if (onRequest) onRequest(exchange);
  };
  return exchange;
}

void Http2End::fill(message::HeaderMap& map, const Http2Fields& fields) {
  for (const auto& [name, value] : fields) map.add(std::string_view(name), value);
}

Http2Exchange& Http2End::request(std::string_view method, std::string_view path, std::string_view body, bool open,
                                 const Http2Fields& more) {
  Http2Exchange& exchange = exchanges.emplace_back(arenas_);
  exchange.stream = session_->open(exchange);
  Http2Fields fields = {{":method", std::string(method)}, {":scheme", "http"}, {":authority", "h"}};
  fields.insert(fields.begin() + 2, {":path", std::string(path)});
  fields.insert(fields.end(), more.begin(), more.end());
  sendHead(exchange, fields, body.empty() && !open);
  if (!body.empty()) send(exchange, body, !open);
  return exchange;
}

void Http2End::sendHead(Http2Exchange& exchange, const Http2Fields& fields, bool end) {
  Arena arena(arenas_);
  message::HeaderMap map(arena);
  fill(map, fields);
  exchange.stream->sendHeaders(map, end);
}

void Http2End::send(Http2Exchange& exchange, std::string_view body, bool end) {
  buffer::Buffer data(blocks_);
  data.append(body);
  exchange.stream->sendData(data, end);
}

void Http2End::sendTrailers(Http2Exchange& exchange, const Http2Fields& fields) {
  Arena arena(arenas_);
  message::HeaderMap map(arena);
  fill(map, fields);
  exchange.stream->sendTrailers(map);
}

void Http2End::respond(Http2Exchange& exchange, std::string_view status, std::string_view body) {
  sendHead(exchange, {{":status", std::string(status)}}, body.empty());
  if (!body.empty()) send(exchange, body, true);
}

void exchangeBytes(Http2End& a, Http2End& b) {
  for (bool moved = true; moved;) {
    const std::string there = a.take();
    if (!there.empty()) b.receive(there);
    const std::string back = b.take();
    if (!back.empty()) a.receive(back);
    moved = !there.empty() || !back.empty();
  }
}

namespace {

std::string nameOf(FrameType type) {
  constexpr const char* kNames[] = {"DATA",         "HEADERS", "PRIORITY", "RST_STREAM",    "SETTINGS",
                                    "PUSH_PROMISE", "PING",    "GOAWAY",   "WINDOW_UPDATE", "CONTINUATION"};
  const auto index = static_cast<size_t>(type);
  return index < std::size(kNames) ? kNames[index] : "TYPE" + std::to_string(index);
}

}  // namespace

std::vector<std::string> framesOf(std::string_view bytes) {
  std::vector<std::string> out;
  if (bytes.starts_with(kHttp2Preface)) {
    out.emplace_back("preface");
    bytes.remove_prefix(kHttp2Preface.size());
  }
  while (bytes.size() >= kFrameHeadSize) {
    const FrameHead head = readFrameHead(bytes.data());
    bytes.remove_prefix(kFrameHeadSize);
    if (bytes.size() < head.length) break;
    const char* payload = bytes.data();
    std::string text = nameOf(head.type);
    if (head.stream != 0 || head.type == FrameType::kWindowUpdate) text += " " + std::to_string(head.stream);
    switch (head.type) {
      case FrameType::kData: text += " " + std::to_string(head.length) + " bytes"; break;
      case FrameType::kRstStream: text += " " + std::to_string(readU32(payload)); break;
      case FrameType::kWindowUpdate: text += " +" + std::to_string(readU32(payload)); break;
      case FrameType::kGoAway:
        text += " " + std::to_string(readU32(payload)) + " " + std::to_string(readU32(payload + 4));
        break;
      default: break;
    }
    const bool ends = head.type == FrameType::kData || head.type == FrameType::kHeaders;
    const bool acks = head.type == FrameType::kSettings || head.type == FrameType::kPing;
    if (ends && head.has(flag::kEndStream)) text += " END_STREAM";
    if (acks && head.has(flag::kAck)) text += " ACK";
    out.push_back(std::move(text));
    bytes.remove_prefix(head.length);
  }
  if (!bytes.empty()) out.push_back("cut off: " + std::to_string(bytes.size()) + " bytes");
  return out;
}

std::string frame(FrameType type, uint8_t flags, uint32_t stream, std::string_view payload) {
  std::string out(kFrameHeadSize, '\0');
  writeFrameHead({static_cast<uint32_t>(payload.size()), type, flags, stream}, out.data());
  return out.append(payload);
}

std::string u32(uint32_t value) {
  std::string out(4, '\0');
  writeU32(out.data(), value);
  return out;
}

}  // namespace orrery::tests
