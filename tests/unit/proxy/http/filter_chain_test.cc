#include <gtest/gtest.h>

#include "tests/unit/proxy/http/http_world.h"

// Envoy's contract of HTTP filters, seen by a scripted filter before the end of the chain.
namespace orrery::http {
namespace {

using message::HeaderId;
using message::HeaderMap;

// What a scripted filter does in each callback; the default lets everything pass.
struct Script {
  std::function<FilterHeadersStatus(StreamDecoderFilterCallbacks&, HeaderMap&, bool)> decodeHeaders;
  std::function<FilterDataStatus(StreamDecoderFilterCallbacks&, buffer::Buffer&, bool)> decodeData;
  std::function<FilterTrailersStatus(StreamDecoderFilterCallbacks&, HeaderMap&)> decodeTrailers;
  std::function<FilterHeadersStatus(StreamEncoderFilterCallbacks&, HeaderMap&, bool)> encodeHeaders;
  std::function<FilterDataStatus(StreamEncoderFilterCallbacks&, buffer::Buffer&, bool)> encodeData;

  std::vector<std::string> log;
  StreamDecoderFilterCallbacks* decoder = nullptr;
  StreamEncoderFilterCallbacks* encoder = nullptr;
};

class Scripted final : public StreamDecoderFilter, public StreamEncoderFilter {
 public:
  explicit Scripted(Script& script) : s_(script) {}
  ~Scripted() override { s_.log.push_back("gone"); }

  FilterHeadersStatus decodeHeaders(HeaderMap& h, bool end) override {
    s_.log.push_back(end ? "decode headers end" : "decode headers");
    return s_.decodeHeaders ? s_.decodeHeaders(*s_.decoder, h, end) : FilterHeadersStatus::kContinue;
  }
  FilterDataStatus decodeData(buffer::Buffer& d, bool end) override {
    s_.log.push_back("decode data " + d.toString() + (end ? " end" : ""));
    return s_.decodeData ? s_.decodeData(*s_.decoder, d, end) : FilterDataStatus::kContinue;
  }
  FilterTrailersStatus decodeTrailers(HeaderMap& t) override {
    s_.log.push_back("decode trailers");
    return s_.decodeTrailers ? s_.decodeTrailers(*s_.decoder, t) : FilterTrailersStatus::kContinue;
  }
  void setDecoderFilterCallbacks(StreamDecoderFilterCallbacks& c) override { s_.decoder = &c; }

  FilterHeadersStatus encodeHeaders(HeaderMap& h, bool end) override {
    s_.log.push_back(end ? "encode headers end" : "encode headers");
    return s_.encodeHeaders ? s_.encodeHeaders(*s_.encoder, h, end) : FilterHeadersStatus::kContinue;
  }
  FilterDataStatus encodeData(buffer::Buffer& d, bool end) override {
    s_.log.push_back("encode data " + d.toString() + (end ? " end" : ""));
    return s_.encodeData ? s_.encodeData(*s_.encoder, d, end) : FilterDataStatus::kContinue;
  }
  FilterTrailersStatus encodeTrailers(HeaderMap&) override { return FilterTrailersStatus::kContinue; }
  void setEncoderFilterCallbacks(StreamEncoderFilterCallbacks& c) override { s_.encoder = &c; }
  void onDestroy() override { s_.log.push_back("destroy"); }

 private:
  Script& s_;
};

using Log = std::vector<std::string>;
constexpr std::string_view kPost = "POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\n\r\nhello";

class FilterChain : public testing::Test {
 protected:
  void start(HcmOptions options = {}, uint32_t bufferLimit = 1024 * 1024) {
    world_ = std::make_unique<HttpWorld>(
        std::move(options),
        [this](FilterChainBuilder& b) {
          auto& f = *b.arena().make<Scripted>(script_);
          b.addFilter(f, f);
        },
        bufferLimit);
    peer_ = world_->connect();
  }
  void send(std::string_view bytes) {
    peer_->send(bytes);
    world_->pass(ms(1));
  }
  std::string answer() { return withoutDate(peer_->take()); }

  Script script_;
  std::unique_ptr<HttpWorld> world_;
  std::unique_ptr<net::RawPeer> peer_;
};

TEST_F(FilterChain, EverythingPassesInOrderAndEachFilterEndsOnce) {
  start();
  send(kPost);
  EXPECT_EQ(answer(), kOk);
  EXPECT_EQ(script_.log, (Log{"decode headers", "decode data hello end", "encode headers", "encode data ok end",
                              "destroy", "gone"}));
  EXPECT_EQ(world_->end().body, "hello");
}

TEST_F(FilterChain, StopIterationHoldsTheHeadersUntilContinue) {
  start();
  script_.decodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopIteration; };
  send(kGet);
  EXPECT_EQ(world_->end().path, "");
  script_.decoder->continueDecoding();
  world_->pass(ms(1));
  EXPECT_EQ(world_->end().path, "/a");
  EXPECT_EQ(answer(), kOk);
}

// Data that passes a stopped filter starts the headers again: Envoy's decodeData with Continue resumes.
TEST_F(FilterChain, ContinueOnDataResumesAStoppedFilter) {
  start();
  script_.decodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopIteration; };
  send(kPost);
  EXPECT_EQ(world_->end().body, "hello");
  EXPECT_EQ(answer(), kOk);
}

TEST_F(FilterChain, StopAllBuffersWithoutCallingTheFilter) {
  start();
  script_.decodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopAllIterationAndBuffer; };
  send(kPost);
  EXPECT_EQ(script_.log, Log{"decode headers"});
  script_.decoder->continueDecoding();
  world_->pass(ms(1));
  EXPECT_EQ(script_.log[1], "decode data hello end");
  EXPECT_EQ(world_->end().body, "hello");
  EXPECT_EQ(answer(), kOk);
}

TEST_F(FilterChain, StopIterationAndBufferCollectsTheBody) {
  start();
  script_.decodeData = [](auto& c, buffer::Buffer&, bool end) {
    if (!end) return FilterDataStatus::kStopIterationAndBuffer;
    EXPECT_EQ(c.decodingBuffer()->toString(), "hel");
    return FilterDataStatus::kContinue;
  };
  script_.decodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopIteration; };
  send("POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\n\r\nhel");
  EXPECT_EQ(world_->end().path, "");
  send("lo");
  EXPECT_EQ(world_->end().body, "hello");
  EXPECT_EQ(answer(), kOk);
}

TEST_F(FilterChain, ABodyPastTheBufferLimitIsRefused) {
  start({}, 16 * 1024);
  script_.decodeData = [](auto&, auto&, bool) { return FilterDataStatus::kStopIterationAndBuffer; };
  script_.decodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopIteration; };
  send("POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 40000\r\n\r\n" + std::string(40000, 'x'));
  world_->pass(ms(10));
  EXPECT_TRUE(peer_->received().starts_with("HTTP/1.1 413 Payload Too Large\r\n")) << peer_->received();
  EXPECT_EQ(world_->sink().lines, Log{"POST /a 413 - request_payload_too_large"});
  EXPECT_EQ(world_->stat("http.test.downstream_rq_too_large"), 1u);
}

TEST_F(FilterChain, AResponsePastTheBufferLimitIsReplaced) {
  start({}, 16 * 1024);
  script_.encodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopIteration; };
  script_.encodeData = [](auto&, auto&, bool) { return FilterDataStatus::kStopIterationAndBuffer; };
  world_->onRequest = [](TestEnd& end) {
    end.replyHeaders(200, false);
    end.replyData(std::string(40000, 'x'), false);
  };
  send(kGet);
  EXPECT_TRUE(peer_->received().starts_with("HTTP/1.1 500 Internal Server Error\r\n")) << peer_->received();
  EXPECT_TRUE(peer_->received().ends_with("\r\n\r\nInternal Server Error"));
  EXPECT_EQ(world_->sink().lines, Log{"GET /a 500 - response_payload_too_large"});
  EXPECT_TRUE(world_->took(Mark::kResponseTooLarge));
  EXPECT_TRUE(world_->took(Mark::kReplyWhileEncoding));
}

TEST_F(FilterChain, StreamingPastTheLimitPausesTheClientInstead) {
  start({}, 16 * 1024);
  script_.decodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopIteration; };
  script_.decodeData = [](auto&, auto&, bool) { return FilterDataStatus::kStopIterationAndWatermark; };
  send("POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 400000\r\n\r\n" + std::string(400000, 'x'));
  world_->pass(ms(10));
  EXPECT_EQ(peer_->received(), "");
  EXPECT_EQ(world_->stat("http.test.downstream_flow_control_paused_reading_total"), 1u);
  script_.decodeData = {};
  script_.decoder->continueDecoding();
  world_->pass(ms(10));
  EXPECT_EQ(world_->end().body.size(), 400000u);
  EXPECT_EQ(answer(), kOk);
  EXPECT_EQ(world_->stat("http.test.downstream_flow_control_resumed_reading_total"), 1u);
}

TEST_F(FilterChain, ALocalReplyFromDecodeHeadersEndsTheRequestThere) {
  start();
  script_.decodeHeaders = [](auto& c, auto&, bool) {
    c.sendLocalReply({.status = 429, .body = "slow down", .details = "limited"});
    return FilterHeadersStatus::kContinue;  // what it says then does not matter
  };
  send(kGet);
  EXPECT_EQ(answer(),
            "HTTP/1.1 429 Too Many Requests\r\ncontent-length: 9\r\ncontent-type: text/plain\r\nserver: envoy\r\n\r\n"
            "slow down");
  EXPECT_EQ(world_->end().path, "");
  EXPECT_EQ(world_->sink().lines, Log{"GET /a 429 - limited"});
  EXPECT_EQ(script_.log, (Log{"decode headers end", "encode headers", "encode data slow down end", "destroy", "gone"}));
}

// Client and proxy may disagree about where the request ends.
TEST_F(FilterChain, ALocalReplyThatCallsTheRequestBadEndsTheConnection) {
  start();
  script_.decodeHeaders = [](auto& c, auto&, bool) {
    c.sendLocalReply({.status = 400, .body = "", .details = "bad"});
    return FilterHeadersStatus::kStopIteration;
  };
  send(kGet);
  EXPECT_EQ(answer(), "HTTP/1.1 400 Bad Request\r\nserver: envoy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
}

TEST_F(FilterChain, ALocalReplyFromDecodeDataCanAddHeaders) {
  start();
  script_.decodeData = [](auto& c, auto&, bool) {
    HeaderMap extra(c.arena());
    extra.add("x-why", "because");
    c.sendLocalReply({.status = 403, .body = "", .details = "no", .headers = &extra});
    return FilterDataStatus::kStopIterationNoBuffer;
  };
  send(kPost);
  EXPECT_EQ(answer(), "HTTP/1.1 403 Forbidden\r\nx-why: because\r\nserver: envoy\r\ncontent-length: 0\r\n\r\n");
}

TEST_F(FilterChain, ALocalReplyFromEncodeHeadersReplacesTheResponse) {
  start();
  script_.encodeHeaders = [](auto& c, auto&, bool) {
    c.sendLocalReply({.status = 502, .body = "bad", .details = "replaced"});
    return FilterHeadersStatus::kContinue;
  };
  send(kGet);
  EXPECT_TRUE(answer().starts_with("HTTP/1.1 502 Bad Gateway\r\n"));
  EXPECT_EQ(world_->sink().lines, Log{"GET /a 502 - replaced"});
}

TEST_F(FilterChain, ALocalReplyAfterTheHeadersResetsTheStream) {
  start();
  script_.encodeData = [](auto& c, auto&, bool) {
    c.sendLocalReply({.status = 502, .body = "bad", .details = "late"});
    return FilterDataStatus::kContinue;
  };
  send(kGet);
  EXPECT_EQ(answer(), "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nserver: envoy\r\n\r\n");
  world_->pass(ms(1100));
  EXPECT_EQ(peer_->end(), net::RawPeer::End::kFin);
  EXPECT_EQ(world_->sink().lines, Log{"GET /a 200 - late"});
}

TEST_F(FilterChain, AFilterMayAddABodyToARequestWithoutOne) {
  start();
  script_.decodeHeaders = [](auto& c, auto&, bool) {
    buffer::Buffer b(c.worker().blocks);
    b.append("added");
    c.addDecodedData(b, false);
    return FilterHeadersStatus::kContinue;
  };
  send(kGet);
  EXPECT_EQ(world_->end().body, "added");
  EXPECT_TRUE(world_->end().ended);
  EXPECT_EQ(answer(), kOk);
}

TEST_F(FilterChain, AFilterMayAddABodyToAResponseWithoutOne) {
  start();
  world_->onRequest = [](TestEnd& end) { end.replyHeaders(200, true); };
  script_.encodeHeaders = [](auto& c, HeaderMap& h, bool) {
    h.setNumber(HeaderId::kContentLength, 5);
    buffer::Buffer b(c.worker().blocks);
    b.append("added");
    c.addEncodedData(b, false);
    return FilterHeadersStatus::kContinue;
  };
  send(kGet);
  EXPECT_EQ(answer(), "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nserver: envoy\r\n\r\nadded");
}

TEST_F(FilterChain, ContinueAndDontEndStreamKeepsTheRequestOpen) {
  start();
  script_.decodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kContinueAndDontEndStream; };
  send(kGet);
  EXPECT_FALSE(world_->end().ended);
  buffer::Buffer b(world_->worker().blocks);
  b.append("injected");
  script_.decoder->injectDecodedDataToFilterChain(b, true);
  world_->pass(ms(1));
  EXPECT_EQ(world_->end().body, "injected");
  EXPECT_EQ(answer(), kOk);
}

TEST_F(FilterChain, TrailersGoThroughAndMayBeAdded) {
  HcmOptions o;
  o.enableTrailers = true;
  start(o);
  send("POST /a HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-T: 1\r\n\r\n");
  EXPECT_EQ(world_->end().body, "ab");
  EXPECT_EQ(world_->end().trailers, "x-t:1;");
  EXPECT_EQ(answer(), kOk);
  script_.decodeData = [](auto& c, auto&, bool end) {
    if (end) c.addDecodedTrailers().add("x-added", "2");
    return FilterDataStatus::kContinue;
  };
  send(kPost);
  EXPECT_EQ(world_->end().trailers, "x-added:2;");
  EXPECT_EQ(answer(), kOk);
}

TEST_F(FilterChain, AnEncoderThatStopsHoldsTheResponse) {
  start();
  script_.encodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopIteration; };
  script_.encodeData = [](auto&, auto&, bool) { return FilterDataStatus::kStopIterationAndBuffer; };
  send(kGet);
  EXPECT_EQ(answer(), "");
  script_.encoder->continueEncoding();
  world_->pass(ms(1));
  EXPECT_EQ(answer(), kOk);
}

TEST_F(FilterChain, AResetFromAFilterEndsBothSides) {
  start();
  script_.decodeHeaders = [](auto& c, auto&, bool) {
    c.resetStream();
    return FilterHeadersStatus::kStopIteration;
  };
  send(kGet);
  EXPECT_EQ(script_.log, (Log{"decode headers end", "destroy", "gone"}));
  world_->pass(ms(1100));
  EXPECT_EQ(peer_->received(), "");
  EXPECT_EQ(peer_->end(), net::RawPeer::End::kFin);
}

TEST_F(FilterChain, TheClientsBackPressureReachesTheEndOfTheChain) {
  struct Marks final : DownstreamWatermarkCallbacks {
    void onAboveWriteBufferHighWatermark() override { ++above; }
    void onBelowWriteBufferLowWatermark() override { ++below; }
    int above = 0;
    int below = 0;
  } marks;
  start({}, 64 * 1024);
  world_->onRequest = [&](TestEnd& end) {
    end.callbacks->addDownstreamWatermarkCallbacks(marks);
    end.replyHeaders(200, false);
  };
  peer_->read(false);
  send(kGet);
  world_->end().replyData(std::string(16 << 20, 'x'), false);
  EXPECT_EQ(marks.above, 1);
  EXPECT_EQ(marks.below, 0);
  peer_->read(true);
  world_->pass(Duration::seconds(2));
  EXPECT_EQ(marks.below, 1);
  world_->end().callbacks->removeDownstreamWatermarkCallbacks(marks);
  world_->end().replyData("", true);
  world_->pass(ms(1));
}

// Who is told may go, or take another one along, while the others are told.
TEST_F(FilterChain, WatermarkCallbacksMayBeRemovedWhileTheyAreCalled) {
  struct Marks final : DownstreamWatermarkCallbacks {
    void onAboveWriteBufferHighWatermark() override {
      ++above;
      for (Marks* other : takes) callbacks->removeDownstreamWatermarkCallbacks(*other);
    }
    void onBelowWriteBufferLowWatermark() override { ++below; }
    StreamDecoderFilterCallbacks* callbacks = nullptr;
    std::vector<Marks*> takes;
    int above = 0;
    int below = 0;
  } marks[5];
  marks[1].takes = {&marks[1]};
  marks[2].takes = {&marks[0], &marks[3]};
  start({}, 64 * 1024);
  world_->onRequest = [&](TestEnd& end) {
    for (Marks& mark : marks) {
      mark.callbacks = end.callbacks;
      end.callbacks->addDownstreamWatermarkCallbacks(mark);
    }
    end.replyHeaders(200, false);
  };
  peer_->read(false);
  send(kGet);
  world_->end().replyData(std::string(16 << 20, 'x'), false);
  EXPECT_EQ((std::vector<int>{marks[0].above, marks[1].above, marks[2].above, marks[3].above, marks[4].above}),
            (std::vector<int>{1, 1, 1, 0, 1}));
  peer_->read(true);
  world_->pass(Duration::seconds(2));
  EXPECT_EQ((std::vector<int>{marks[0].below, marks[1].below, marks[2].below, marks[3].below, marks[4].below}),
            (std::vector<int>{0, 0, 1, 0, 1}));
  for (Marks& mark : marks) world_->end().callbacks->removeDownstreamWatermarkCallbacks(mark);
  world_->end().replyData("", true);
  world_->pass(ms(1));
}

// Envoy 1.38.4, filter_manager_forward_added_data_on_continue.
TEST_F(FilterChain, APieceThatAFilterPutsIntoTheBufferGoesOnWithIt) {
  start();
  script_.decodeData = [](auto& c, auto& data, bool) {
    c.addDecodedData(data, false);
    return FilterDataStatus::kContinue;
  };
  script_.encodeData = [](auto& c, auto& data, bool) {
    buffer::Buffer before(c.worker().blocks);
    before.append("<");
    c.addEncodedData(before, false);
    data.append(">");
    return FilterDataStatus::kContinue;
  };
  world_->onRequest = [](TestEnd& end) {
    if (!end.ended) return;
    end.replyHeaders(200, false, 4);
    end.replyData("ok", true);
  };
  send(kPost);
  EXPECT_EQ(world_->end().body, "hello");
  EXPECT_TRUE(answer().ends_with("\r\n\r\n<ok>"));
}

// A request starts over as a new stream: the old one ends and is logged, the new one has head and body.
TEST_F(FilterChain, RecreateStreamRunsTheWholeRequestAgain) {
  start();
  bool again = true;
  script_.decodeHeaders = [&](auto&, auto& h, bool) {
    if (!again) h.add("x-second", "1");
    return FilterHeadersStatus::kStopIteration;
  };
  script_.decodeData = [&](auto&, auto&, bool end) {
    if (again && end) {
      again = false;
      return FilterDataStatus::kStopIterationAndBuffer;
    }
    return FilterDataStatus::kContinue;
  };
  send(kPost);
  EXPECT_EQ(answer(), "");
  EXPECT_TRUE(script_.decoder->recreateStream());
  world_->pass(ms(1));
  EXPECT_EQ(answer(), kOk);
  EXPECT_EQ(world_->end().body, "hello");
  EXPECT_EQ(world_->requests(), 2u);
  EXPECT_EQ(world_->sink().lines, (Log{"POST /a 0 - internal_redirect", "POST /a 200 - via_test"}));
  EXPECT_EQ(world_->stat("http.test.downstream_rq_total"), 2u);
}

TEST_F(FilterChain, RecreateStreamIsRefusedWhileTheRequestIsIncomplete) {
  start();
  bool answer = true;
  script_.decodeHeaders = [&](auto& c, auto&, bool) {
    answer = c.recreateStream();
    return FilterHeadersStatus::kContinue;
  };
  send("POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\n\r\nhe");
  EXPECT_FALSE(answer);
}

}  // namespace
}  // namespace orrery::http
