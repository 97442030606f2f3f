#include "fuzz/http1_trace.h"

#include <algorithm>

#include "proxy/base/arena.h"
#include "proxy/buffer/buffer.h"

namespace orrery::fuzz {
namespace {

class Tracer final : public http1::ParserCallbacks {
 public:
  message::HeaderMap& onMessageBegin() override {
    text_ += "begin\n";
    map_.clear();
    trailers_.clear();
    return map_;
  }
  void onHeadersComplete(const http1::Framing& f) override {
    list(map_);
    text_ += "headers 1." + std::to_string(f.minor) + (f.keepAlive ? " keep" : "") + (f.chunked ? " chunked" : "") +
             (f.hasContentLength ? " length " + std::to_string(f.contentLength) : "") + (f.upgrade ? " upgrade" : "") +
             (f.untilEof ? " eof" : "") + "\n";
  }
  void onBody(buffer::Buffer& data) override { body_ += data.toString(); }
  message::HeaderMap* onTrailersBegin() override {
    flushBody();
    return &trailers_;
  }
  void onMessageComplete() override {
    flushBody();
    list(trailers_);
    text_ += "complete\n";
  }

  std::string finish(std::string_view verdict) {
    flushBody();
    return text_ + std::string(verdict) + "\n";
  }

 private:
  void list(const message::HeaderMap& map) {
    for (const message::HeaderEntry& e : map) {
      text_.append(e.name).append("=").append(e.value).append("\n");
    }
  }
  void flushBody() {
    if (!body_.empty()) text_ += "body " + body_ + "\n";
    body_.clear();
  }

  ArenaPool pool_;
  Arena arena_{pool_};
  message::HeaderMap map_{arena_};
  message::HeaderMap trailers_{arena_};
  std::string text_;
  std::string body_;
};

}  // namespace

std::string http1Trace(http1::MessageKind kind, const Http1Reading& reading, std::string_view bytes,
                       std::span<const size_t> cuts) {
  buffer::BlockPool blocks;
  Tracer tracer;
  http1::ParserOptions options;
  options.acceptHttp10 = true;
  options.enableTrailers = true;
  options.lenient = reading.lenient;
  options.allowCustomMethods = reading.customMethods;
  http1::MessageParser parser(kind, options, tracer);
  if (kind == http1::MessageKind::kResponse) parser.expectResponseTo("GET");
  buffer::Buffer input(blocks);
  http1::ParseError error = http1::ParseError::kNone;
  size_t at = 0;
  // One piece per cut; after an error, an upgrade or without progress the rest is not parsed.
  for (size_t i = 0; i <= cuts.size() && error == http1::ParseError::kNone && !parser.upgraded(); ++i) {
    const size_t end = i < cuts.size() ? std::clamp(cuts[i], at, bytes.size()) : bytes.size();
    input.append(bytes.substr(at, end - at));
    at = end;
    size_t before = input.size() + 1;
    while (!input.empty() && input.size() < before && error == http1::ParseError::kNone && !parser.upgraded()) {
      before = input.size();
      error = parser.dispatch(input);
    }
  }
  if (error == http1::ParseError::kNone && !parser.upgraded()) error = parser.finish();
  return tracer.finish(http1::parseErrorDetails(error));
}

}  // namespace orrery::fuzz
