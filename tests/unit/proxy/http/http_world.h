#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/http/connection_manager.h"
#include "proxy/net/active_listener.h"
#include "tests/unit/proxy/net/net_world.h"

namespace orrery::http {

constexpr Duration ms(int64_t n) { return Duration::milliseconds(n); }
// An ordinary request, and what a connection manager without options answers by TestEnd's 200 "ok".
inline constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nhost: h\r\n\r\n";
inline constexpr char kOk[] = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nserver: envoy\r\n\r\nok";

// Keeps one line for each finished request: "GET /a 200 - via_test".
class LineSink final : public events::Sink {
 public:
  LineSink() : Sink(true) {}
  void emit(const events::RequestFinished& e) override;
  void emit(const events::ConnectionClosed& e) override { closes.emplace_back(e.reason); }
  std::vector<std::string> lines;
  std::vector<std::string> closes;
};

// The end of a chain, run by the test: what it got, and the callbacks to answer with.
class TestEnd final : public StreamDecoderFilter {
 public:
  using Script = std::function<void(TestEnd&)>;
  explicit TestEnd(Script& onRequest) : onRequest_(onRequest) {}

  FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool endStream) override;
  FilterDataStatus decodeData(buffer::Buffer& data, bool endStream) override;
  FilterTrailersStatus decodeTrailers(message::HeaderMap& trailers) override;
  void decodeComplete() override { ++completes; }
  void onDestroy() override { ++destroyed; }
  void setDecoderFilterCallbacks(StreamDecoderFilterCallbacks& c) override { callbacks = &c; }

  // A whole response, or its parts.
  void reply(uint32_t status, std::string_view body);
  void replyHeaders(uint32_t status, bool endStream, uint64_t contentLength = UINT64_MAX);
  void replyData(std::string_view data, bool endStream);

  StreamDecoderFilterCallbacks* callbacks = nullptr;
  std::string method;
  std::string path;
  std::string body;
  std::string trailers;
  bool ended = false;
  int completes = 0;
  int destroyed = 0;

 private:
  Script& onRequest_;
};

// A listener with a connection manager on a simulated machine; the chain is what the test puts before a TestEnd.
class HttpWorld {
 public:
  using AddFilters = std::function<void(FilterChainBuilder&)>;

  HttpWorld(HcmOptions options, AddFilters filters = {}, uint32_t bufferLimit = 1024 * 1024);
  ~HttpWorld();

  std::unique_ptr<net::RawPeer> connect() { return net::RawPeer::connect(net_, socket_->localAddress()); }
  void pass(Duration d) { net_.pass(d); }
  TimePoint now() { return net_.now(); }
  bool took(Mark mark) { return net_.took(mark); }
  net::Worker& worker() { return net_.worker(); }
  // The newest stream's end of the chain.
  TestEnd& end() { return *ends_.back(); }
  size_t requests() const { return ends_.size(); }
  // What a request does when it reaches the end of the chain; by default "200 ok" at once for a request that is complete.
  TestEnd::Script onRequest;
  LineSink& sink() { return sink_; }
  uint64_t stat(std::string_view name) const;
  HcmContext& context() { return *context_; }

 private:
  class Factory;
  stats::Layout layout_;
  LineSink sink_;
  std::shared_ptr<const CompiledHcm> compiled_;
  net::ListenerOptions listenerOptions_;
  net::ListenerStats listenerStats_;
  net::NetWorld net_;
  std::deque<std::unique_ptr<TestEnd>> ends_;
  std::shared_ptr<io::ListenSocket> socket_;
  HcmContext* context_ = nullptr;
  std::unique_ptr<net::ActiveListener> listener_;
};

// Without the date line, for comparing.
std::string withoutDate(std::string text);

}  // namespace orrery::http
