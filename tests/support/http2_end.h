#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/codec/http2/session.h"

namespace orrery::tests {

// One stream as a peer sees it.
struct Http2Exchange final : public http2::StreamCallbacks {
  explicit Http2Exchange(ArenaPool& arenas) : arena(arenas), head(arena), trailerMap(arena) {}

  message::HeaderMap* onSectionBegin(bool trailers) override {
    if (!trailers) head.clear();
    return trailers ? &trailerMap : &head;
  }
  void onHead(bool endStream) override;
  void onInterimHead() override { interims.push_back(std::string(head.get(message::HeaderId::kStatus))); }
  void onData(buffer::Buffer& data, bool endStream) override;
  void onTrailers() override;
  void onLocalEnd() override { localEnd = true; }
  void onSendProgress() override { ++progress; }
  void onReset(const http2::StreamReset& r) override { reset = r; }
  void onClosed() override { closed = true; }
  void onAboveSendHighWatermark() override { ++above; }
  void onBelowSendLowWatermark() override { ++below; }

  // ":status: 200, a: b"
  static std::string text(const message::HeaderMap& headers);

  Arena arena;
  message::HeaderMap head;
  message::HeaderMap trailerMap;
  http2::Stream* stream = nullptr;  // while neither `closed` nor `reset`
  std::vector<std::string> interims;
  std::string body;
  bool headSeen = false;
  bool trailersSeen = false;
  bool ended = false;
  bool localEnd = false;
  bool closed = false;
  int progress = 0;
  int above = 0;
  int below = 0;
  std::optional<http2::StreamReset> reset;
  std::function<void()> onEnd;  // the peer has ended its side, told from inside the callback
};

using Http2Fields = std::vector<std::pair<std::string, std::string>>;

// One end of an HTTP/2 connection without a connection: bytes are taken from it and given to it.
class Http2End final : private http2::SessionCallbacks {
  ArenaPool arenas_;  // outlives the exchanges

 public:
  explicit Http2End(http2::Side side, http2::Options options = {});
  ~Http2End();

  http2::Session& session() { return *session_; }
  // What it has to send, once.
  std::string take();
  http2::SessionStatus receive(std::string_view bytes);
  uint64_t stat(std::string_view name) const;

  // Clients: a request, whole unless `open`.
  Http2Exchange& request(std::string_view method, std::string_view path, std::string_view body = {}, bool open = false,
                         const Http2Fields& more = {});
  void send(Http2Exchange& exchange, std::string_view body, bool end);
  void sendHead(Http2Exchange& exchange, const Http2Fields& fields, bool end);
  void sendTrailers(Http2Exchange& exchange, const Http2Fields& fields);
  // Servers: answers.
  void respond(Http2Exchange& exchange, std::string_view status, std::string_view body);

  std::deque<Http2Exchange> exchanges;
  std::function<void(Http2Exchange&)> onRequest;  // servers: a request is complete
  int resumes = 0;                                // asked for, not done
  int floods = 0;
  std::vector<uint64_t> acks;
  std::vector<std::pair<http2::ErrorCode, uint32_t>> goAways;
  bool isClosing = false;

 private:
  http2::StreamCallbacks& onStream(http2::Stream& stream) override;
  bool closing() const override { return isClosing; }
  void onResumeWanted() override { ++resumes; }
  void onPingAck(uint64_t data) override { acks.push_back(data); }
  void onGoAway(http2::ErrorCode code, uint32_t last) override { goAways.emplace_back(code, last); }
  void onOutboundFlood() override { ++floods; }
  void onWritten() {}
  void fill(message::HeaderMap& map, const Http2Fields& fields);

  http2::Options options_;
  buffer::BlockPool blocks_;
  stats::Layout layout_;
  http2::CodecStats ids_;
  stats::Block block_;
  buffer::Buffer out_;
  std::unique_ptr<http2::Session> session_;
};

// Carries bytes both ways until nothing moves.
void exchangeBytes(Http2End& a, Http2End& b);

// The frames of `bytes` in words: "SETTINGS", "HEADERS 1 END_STREAM", "RST_STREAM 3 CANCEL(8)", "GOAWAY 5 1",
// "WINDOW_UPDATE 0 +100", "DATA 1 5 bytes". A client's preface is one too.
std::vector<std::string> framesOf(std::string_view bytes);

// One frame as bytes.
std::string frame(http2::FrameType type, uint8_t flags, uint32_t stream, std::string_view payload = {});
std::string u32(uint32_t value);

inline constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

}  // namespace orrery::tests
