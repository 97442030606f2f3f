#include "tests/unit/proxy/http/http_world.h"

#include <gtest/gtest.h>

#include "proxy/io/dispatcher.h"

namespace orrery::http {

void LineSink::emit(const events::RequestFinished& e) {
  auto dash = [](std::string_view s) { return s.empty() ? std::string("-") : std::string(s); };
  lines.push_back(dash(e.method) + " " + dash(e.path) + " " + std::to_string(e.status) + " " + std::string(e.flags) +
                  " " + dash(e.details));
}

FilterHeadersStatus TestEnd::decodeHeaders(message::HeaderMap& headers, bool endStream) {
  method = headers.method();
  path = headers.path();
  ended = endStream;
  if (onRequest_) onRequest_(*this);
  return FilterHeadersStatus::kStopIteration;
}

FilterDataStatus TestEnd::decodeData(buffer::Buffer& data, bool endStream) {
  body += data.toString();
  data.clear();
  ended = endStream;
  if (endStream && onRequest_) onRequest_(*this);
  return FilterDataStatus::kStopIterationNoBuffer;
}

FilterTrailersStatus TestEnd::decodeTrailers(message::HeaderMap& map) {
  for (const auto& e : map) trailers += std::string(e.name) + ":" + std::string(e.value) + ";";
  ended = true;
  if (onRequest_) onRequest_(*this);
  return FilterTrailersStatus::kStopIteration;
}

void TestEnd::reply(uint32_t status, std::string_view text) {
  replyHeaders(status, text.empty(), text.size());
  if (!text.empty()) replyData(text, true);
}

void TestEnd::replyHeaders(uint32_t status, bool endStream, uint64_t contentLength) {
  auto& headers = *callbacks->arena().make<message::HeaderMap>(callbacks->arena());
  headers.setNumber(message::HeaderId::kStatus, status);
  if (contentLength != UINT64_MAX) headers.setNumber(message::HeaderId::kContentLength, contentLength);
  callbacks->encodeHeaders(headers, endStream, "via_test");
}

void TestEnd::replyData(std::string_view data, bool endStream) {
  buffer::Buffer b(callbacks->worker().blocks);
  b.append(data);
  callbacks->encodeData(b, endStream);
}

namespace {
// Streams own the memory of their filters through the arena; the test wants to look at them afterwards.
class Forward final : public StreamDecoderFilter {
 public:
  explicit Forward(TestEnd& to) : to_(to) {}
  FilterHeadersStatus decodeHeaders(message::HeaderMap& h, bool e) override { return to_.decodeHeaders(h, e); }
  FilterDataStatus decodeData(buffer::Buffer& d, bool e) override { return to_.decodeData(d, e); }
  FilterTrailersStatus decodeTrailers(message::HeaderMap& t) override { return to_.decodeTrailers(t); }
  void decodeComplete() override { to_.decodeComplete(); }
  void onDestroy() override { to_.onDestroy(); }
  void setDecoderFilterCallbacks(StreamDecoderFilterCallbacks& c) override { to_.setDecoderFilterCallbacks(c); }

 private:
  TestEnd& to_;
};
}  // namespace

class HttpWorld::Factory final : public FilterFactory {
 public:
  Factory(HttpWorld& world, AddFilters filters) : world_(world), filters_(std::move(filters)) {}
  void addFilters(FilterChainBuilder& builder) override {
    if (filters_) filters_(builder);
    world_.ends_.push_back(std::make_unique<TestEnd>(world_.onRequest));
    builder.addDecoderFilter(*builder.arena().make<Forward>(*world_.ends_.back()));
  }

 private:
  HttpWorld& world_;
  AddFilters filters_;
};

namespace {
std::shared_ptr<const CompiledHcm> compile(HcmOptions options, stats::Layout& layout) {
  if (options.statPrefix.empty()) options.statPrefix = "test";
  return *CompiledHcm::compile(std::make_shared<HcmOptions>(std::move(options)), layout, "listener.here", "", "");
}
net::ListenerOptions listenerOptions(uint32_t bufferLimit) {
  net::ListenerOptions o;
  o.name = "test";
  o.perConnectionBufferLimit = bufferLimit;
  return o;
}
}  // namespace

HttpWorld::HttpWorld(HcmOptions options, AddFilters filters, uint32_t bufferLimit)
    : compiled_(compile(std::move(options), layout_)),
      listenerOptions_(listenerOptions(bufferLimit)),
      listenerStats_(layout_, "listener.here", 1),
      net_(layout_, &sink_),
      socket_(net_.openListener()) {
  onRequest = [](TestEnd& end) {
    if (end.ended) end.reply(200, "ok");
  };
  auto context = std::make_unique<HcmContext>(net_.worker(), listenerOptions_, compiled_, "10.9.8.7");
  context_ = context.get();
  context->filters.push_back(std::make_unique<Factory>(*this, std::move(filters)));
  listener_ = std::make_unique<net::ActiveListener>(net_.worker(), listenerOptions_, listenerStats_,
                                                    std::make_unique<HcmFactory>(std::move(context)));
  listener_->listen(socket_);
}

HttpWorld::~HttpWorld() {
  listener_->shutdown();
  pass(Duration::milliseconds(1));
  EXPECT_EQ(listener_->connections(), 0u);
  EXPECT_EQ(stat("http.test.downstream_rq_active"), 0u);
  EXPECT_EQ(stat("http.test.downstream_cx_active"), 0u);
  EXPECT_EQ(stat("http.test.downstream_cx_rx_bytes_buffered"), 0u);
  EXPECT_EQ(stat("http.test.downstream_cx_tx_bytes_buffered"), 0u);
  for (auto& end : ends_) EXPECT_EQ(end->destroyed, 1) << end->path;
  listener_.reset();
  EXPECT_EQ(net_.worker().dispatcher.armedTimers(), 0u);
  net_.finish();
}

uint64_t HttpWorld::stat(std::string_view name) const {
  const stats::StatName* found = layout_.find(name);
  EXPECT_NE(found, nullptr) << name;
  return found == nullptr ? 0 : const_cast<HttpWorld*>(this)->net_.worker().stats.cell(found->index);
}

std::string withoutDate(std::string text) {
  for (size_t at; (at = text.find("\r\ndate: ")) != std::string::npos;) text.erase(at, text.find("\r\n", at + 2) - at);
  return text;
}

}  // namespace orrery::http
