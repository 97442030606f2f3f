#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/buffer/buffer.h"
#include "proxy/codec/http1/codec.h"

namespace orrery::http1 {

// Writes down what a parser says, one line an event; body bytes of one message are joined, so that equal streams give equal
// texts however they were cut.
class Recorder final : public ParserCallbacks {
 public:
  message::HeaderMap& onMessageBegin() override {
    message_ = {};
    text += "begin\n";
    return maps_.emplace_back(arena_);
  }
  void onHeadersComplete(const Framing& f) override {
    framing = f;
    for (const message::HeaderEntry& e : maps_.back()) text += std::string(e.name) + ": " + std::string(e.value) + "\n";
    text += "head minor=" + std::to_string(f.minor) + (f.keepAlive ? " keep" : " close") +
            (f.chunked ? " chunked" : "") + (f.hasContentLength ? " length=" + std::to_string(f.contentLength) : "") +
            (f.upgrade ? " upgrade" : "") + (f.hasBody ? " body" : "") + (f.untilEof ? " eof" : "") + "\n";
    if (pauseAtHead) parser->pause();
  }
  void onBody(buffer::Buffer& data) override {
    ++bodyCalls;
    message_ += data.toString();
    if (pauseAtBody) parser->pause();
  }
  message::HeaderMap* onTrailersBegin() override {
    takeBody();
    text += "trailers\n";
    trailers_ = &maps_.emplace_back(arena_);
    return trailers_;
  }
  void onMessageComplete() override {
    takeBody();
    if (trailers_ != nullptr) {
      for (const message::HeaderEntry& e : *trailers_) text += std::string(e.name) + ": " + std::string(e.value) + "\n";
      trailers_ = nullptr;
    }
    text += "complete\n";
    ++messages;
  }
  // At the end of a run: what is left of an unfinished body.
  void takeBody() {
    if (!message_.empty()) text += "body '" + message_ + "'\n";
    message_.clear();
  }
  const message::HeaderMap& map() const { return maps_.back(); }

  std::string text;
  Framing framing;
  int messages = 0;
  int bodyCalls = 0;
  bool pauseAtHead = false;
  bool pauseAtBody = false;
  MessageParser* parser = nullptr;

 private:
  ArenaPool pool_;
  Arena arena_{pool_};
  std::deque<message::HeaderMap> maps_;
  message::HeaderMap* trailers_ = nullptr;
  std::string message_;
};

struct RunOptions {
  MessageKind kind = MessageKind::kRequest;
  ParserOptions parser;
  std::string method;  // responses: of the request
  bool endOfStream = false;
  size_t blockBytes = 0;  // 0: pieces are appended to one buffer; else each is a slice of its own
};

// Feeds the pieces one after the other, dispatching after each until nothing moves, and says what came of it.
inline std::string run(const std::vector<std::string>& pieces, const RunOptions& options) {
  buffer::BlockPool blocks;
  Recorder recorder;
  MessageParser parser(options.kind, options.parser, recorder);
  recorder.parser = &parser;
  if (!options.method.empty()) parser.expectResponseTo(options.method);
  buffer::Buffer input(blocks);
  ParseError error = ParseError::kNone;
  for (const std::string& piece : pieces) {
    if (options.blockBytes != 0) {
      // A block per piece, so that one dispatch sees several slices.
      buffer::Buffer one(blocks);
      one.append(piece);
      input.move(one);
      continue;
    }
    input.append(piece);
    size_t before = 0;
    do {
      before = input.size();
      error = parser.dispatch(input);
    } while (error == ParseError::kNone && !input.empty() && input.size() != before);
    if (error != ParseError::kNone) break;
  }
  if (options.blockBytes != 0) {
    size_t before = 0;
    do {
      before = input.size();
      error = parser.dispatch(input);
    } while (error == ParseError::kNone && !input.empty() && input.size() != before);
  }
  if (error == ParseError::kNone && options.endOfStream) error = parser.finish();
  recorder.takeBody();
  if (error != ParseError::kNone) recorder.text += "error " + std::string(parseErrorDetails(error)) + "\n";
  return recorder.text;
}

inline std::vector<std::string> cutEach(std::string_view bytes, size_t n) {
  std::vector<std::string> out;
  for (size_t i = 0; i < bytes.size(); i += n) out.emplace_back(bytes.substr(i, n));
  return out;
}

}  // namespace orrery::http1
