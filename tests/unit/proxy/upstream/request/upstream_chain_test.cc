#include "proxy/upstream/request/upstream_chain.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"
#include "tests/unit/proxy/upstream/request/router.h"

// Filters between the router and hosts, as a scripted one of each try sees them.
namespace orrery::upstream {
namespace {

using http::FilterDataStatus;
using http::FilterHeadersStatus;
using message::HeaderMap;
using test::FakeStream;
using test::kOk;
using test::Router;

// What the filter of each try does; the default lets everything pass. `filters`: of each try in turn, while it lives.
struct Script {
  class Filter;
  std::function<FilterHeadersStatus(Filter&, HeaderMap&, bool)> decodeHeaders;
  std::function<FilterDataStatus(Filter&, buffer::Buffer&, bool)> decodeData;
  std::function<FilterHeadersStatus(Filter&, HeaderMap&, bool)> encodeHeaders;
  std::function<FilterDataStatus(Filter&, buffer::Buffer&, bool)> encodeData;
  std::vector<Filter*> filters;
  std::string log;
};

class Script::Filter final : public http::PassThroughFilter {
 public:
  explicit Filter(Script& script) : s_(script), number_(std::to_string(script.filters.size())) {
    script.filters.push_back(this);
  }
  FilterHeadersStatus decodeHeaders(HeaderMap& h, bool end) override {
    return s_.decodeHeaders ? s_.decodeHeaders(*this, h, end) : FilterHeadersStatus::kContinue;
  }
  FilterDataStatus decodeData(buffer::Buffer& d, bool end) override {
    return s_.decodeData ? s_.decodeData(*this, d, end) : FilterDataStatus::kContinue;
  }
  FilterHeadersStatus encodeHeaders(HeaderMap& h, bool end) override {
    s_.log += number_ + " hears " + std::to_string(h.status()) + ";";
    return s_.encodeHeaders ? s_.encodeHeaders(*this, h, end) : FilterHeadersStatus::kContinue;
  }
  FilterDataStatus encodeData(buffer::Buffer& d, bool end) override {
    return s_.encodeData ? s_.encodeData(*this, d, end) : FilterDataStatus::kContinue;
  }
  void onDestroy() override { s_.log += number_ + " ends;"; }
  http::StreamDecoderFilterCallbacks& decoder() { return *decoder_; }
  http::StreamEncoderFilterCallbacks& encoder() { return *encoder_; }

 private:
  Script& s_;
  const std::string number_;
};

struct UpstreamFilter : Router {
  UpstreamFilter() { filters.entries.push_back({http::factoryOf<Script::Filter>(script), false}); }
  void start(bool end = true) {
    stream.emplace(world, stats, &route, std::initializer_list<std::pair<std::string_view, std::string_view>>{},
                   &filters);
    stream->headers(end);
  }
  void later(int64_t ms) {
    world.dispatcher.iterate(Duration::milliseconds(ms));
    world.dispatcher.settle();
  }
  Script script;
  http::UpstreamFilters filters;
  std::optional<FakeStream> stream;
};

TEST_F(UpstreamFilter, SeesBothWaysAndEndsWithItsTry) {
  script.decodeHeaders = [](auto&, HeaderMap& h, bool) {
    h.add("x-a", "1");
    return FilterHeadersStatus::kContinue;
  };
  start();
  connect(0);
  EXPECT_NE(world.stream(0).taken().find("x-a: 1\r\n"), std::string::npos);
  answer(0, kOk);
  EXPECT_EQ(stream->log, "200;'hi' end;");
  EXPECT_EQ(script.log, "0 hears 200;0 ends;");
}

TEST_F(UpstreamFilter, IsANewOneForEachTry) {
  route.action->retry.emplace().retryOn = route::kRetryOn5xx;
  start();
  connect(0);
  answer(0, "HTTP/1.1 503 X\r\ncontent-length: 0\r\n\r\n");
  later(25);
  EXPECT_EQ(script.log, "0 hears 503;0 ends;");
  world.dispatcher.iterate();
  answer(0, kOk);
  EXPECT_EQ(stream->log, "200;'hi' end;");
  EXPECT_EQ(script.log, "0 hears 503;0 ends;1 hears 200;1 ends;");
}

// Measured at Envoy 1.40: a connection is asked for though the head is kept, but not where it was answered.
TEST_F(UpstreamFilter, MayKeepTheHeadWhileTheConnectionIsMade) {
  script.decodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopIteration; };
  start();
  connect(0);
  EXPECT_EQ(world.stream(0).taken(), "");
  script.filters[0]->decoder().continueDecoding();
  world.dispatcher.iterate();
  EXPECT_TRUE(world.stream(0).taken().starts_with("GET / HTTP/1.1\r\n"));
  answer(0, kOk);
  EXPECT_EQ(stream->log, "200;'hi' end;");
}

TEST_F(UpstreamFilter, AnswersOfItsOwnAreTheClientsAndReachNoHost) {
  route.action->retry.emplace().retryOn = route::kRetryOn5xx;
  script.decodeHeaders = [](auto& f, auto&, bool) {
    f.decoder().sendLocalReply({.status = 503, .body = "no", .details = "by_filter"});
    return FilterHeadersStatus::kContinue;
  };
  start();
  later(100);
  EXPECT_EQ(stream->log, "local 503 'no' by_filter;");
  EXPECT_EQ(world.dispatcher.streams.size(), 0u);
  EXPECT_EQ(world.named("upstream_rq_retry"), 0u);
  EXPECT_EQ(script.log, "0 ends;");
}

TEST_F(UpstreamFilter, AnswersOfItsOwnToAResponseEndTheTry) {
  route.action->retry.emplace().retryOn = route::kRetryOn5xx;
  script.encodeHeaders = [](auto& f, auto&, bool) {
    f.encoder().sendLocalReply({.status = 503, .body = "no", .details = "by_filter"});
    return FilterHeadersStatus::kContinue;
  };
  start();
  connect(0);
  answer(0, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi");
  later(100);
  EXPECT_EQ(stream->log, "local 503 'no' by_filter;");
  EXPECT_EQ(script.log, "0 hears 200;0 ends;");
  EXPECT_EQ(world.count(world.stats().upstream_rq_active), 0u);
  EXPECT_EQ(world.dispatcher.streams.size(), 1u);
}

// As a downstream filter may, one on the way may answer in the host's place: the host is not asked, or asked no more.
TEST_F(UpstreamFilter, MayAnswerInTheHostsPlace) {
  const auto answers = [](auto& f) {
    auto& head = *f.decoder().arena().template make<HeaderMap>(f.decoder().arena());
    head.setNumber(message::HeaderId::kStatus, 200);
    f.decoder().encodeHeaders(head, true, "by_filter");
  };
  script.decodeHeaders = [&](auto& f, auto&, bool end) {
    if (end) answers(f);
    return FilterHeadersStatus::kStopIteration;
  };
  script.decodeData = [&](auto& f, auto&, bool) {
    answers(f);
    return FilterDataStatus::kStopIterationNoBuffer;
  };
  start();
  EXPECT_EQ(stream->log, "200 end;");
  EXPECT_EQ(world.dispatcher.streams.size(), 0u);
  start(false);
  EXPECT_EQ(world.count(world.stats().upstream_rq_pending_active), 1u);
  stream->data("hello", true);
  EXPECT_EQ(stream->log, "200 end;");
  EXPECT_EQ(world.count(world.stats().upstream_rq_pending_active), 0u);
  EXPECT_EQ(script.log, "0 hears 200;0 ends;1 hears 200;1 ends;");
}

TEST_F(UpstreamFilter, ThatResetsResetsTheClientsStream) {
  script.encodeHeaders = [](auto& f, auto&, bool) {
    f.encoder().resetStream();
    return FilterHeadersStatus::kStopIteration;
  };
  start();
  connect(0);
  answer(0, kOk);
  EXPECT_EQ(stream->log, "reset;");
  EXPECT_EQ(script.log, "0 hears 200;0 ends;");
}

TEST_F(UpstreamFilter, ThatResetsOnTheWayReachesNobodyBehind) {
  filters.entries.push_back({http::factoryOf<Script::Filter>(script), false});
  script.decodeHeaders = [](auto& f, auto&, bool) {
    f.decoder().resetStream();
    return FilterHeadersStatus::kContinue;
  };
  start();
  later(1);
  EXPECT_EQ(stream->log, "reset;");
  EXPECT_EQ(script.log, "0 ends;1 ends;");
  EXPECT_EQ(world.dispatcher.streams.size(), 0u);
}

// The try's times go on until its filters have let go of the answer.
TEST_F(UpstreamFilter, ThatKeepsTheAnswerTooLongIsTimedOut) {
  route.action->retry.emplace().perTryTimeout = Duration::milliseconds(200);
  script.encodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopAllIterationAndBuffer; };
  start();
  connect(0);
  answer(0, kOk);
  EXPECT_EQ(stream->log, "");
  later(200);
  EXPECT_EQ(stream->log, "local 504 'upstream request timeout' upstream_per_try_timeout;");
  EXPECT_EQ(script.log, "0 hears 200;0 ends;");
}

TEST_F(UpstreamFilter, MayKeepAnAnswerThatHasEnded) {
  script.encodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopAllIterationAndBuffer; };
  start();
  connect(0);
  answer(0, kOk);
  script.encodeHeaders = {};
  script.filters[0]->encoder().continueEncoding();
  EXPECT_EQ(stream->log, "200;'hi' end;");
  EXPECT_EQ(script.log, "0 hears 200;0 ends;");
}

// Past its limit what a filter keeps of an answer stops the host from sending, and of a request, the client.
TEST_F(UpstreamFilter, ThatKeepsTooMuchStopsWhoSendsIt) {
  script.encodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopAllIterationAndWatermark; };
  script.decodeHeaders = [](auto&, auto&, bool) { return FilterHeadersStatus::kStopAllIterationAndWatermark; };
  stream.emplace(world, stats, &route, std::initializer_list<std::pair<std::string_view, std::string_view>>{},
                 &filters);
  stream->limit = 4;
  stream->headers(false);
  stream->data("0123456789", true);
  EXPECT_EQ(stream->log, "above;");
  script.filters[0]->decoder().continueDecoding();
  connect(0);
  world.dispatcher.settle();
  EXPECT_EQ(stream->log, "above;below;above;below;") << "what waits for the connection counts as well";
  EXPECT_TRUE(world.stream(0).taken().ends_with("a\r\n0123456789\r\n0\r\n\r\n"));
  world.stream(0).send("HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n0123456789");
  world.dispatcher.settle();
  world.stream(0).send("0123456789");
  world.dispatcher.settle();
  EXPECT_EQ(stream->log, "above;below;above;below;");
  script.filters[0]->encoder().continueEncoding();
  world.dispatcher.settle();
  EXPECT_EQ(stream->log, "above;below;above;below;200;'0123456789';'0123456789' end;");
}

TEST_F(UpstreamFilter, HasARecordOfItsOwn) {
  script.encodeHeaders = [](auto& f, auto&, bool) {
    EXPECT_EQ(f.encoder().streamInfo().upstreamHost, "10.0.0.1:80");
    EXPECT_EQ(f.encoder().streamInfo().responseCodeDetails, "via_upstream");
    EXPECT_EQ(f.encoder().streamInfo().responseCode, 0u);
    f.encoder().streamInfo().flags.set(stream_info::ResponseFlag::kRateLimited);
    return FilterHeadersStatus::kContinue;
  };
  start();
  connect(0);
  answer(0, kOk);
  EXPECT_EQ(stream->log, "200;'hi' end;");
  EXPECT_EQ(stream->flags(), "-");
}

// Measured at Envoy 1.40: a mirror gets the head as it was before, and goes through the filters of its own cluster.
TEST_F(UpstreamFilter, ChangesNothingOfWhatMirrorsGet) {
  route.action->mirrors.emplace_back().cluster = route::ClusterRef{"origin", 0};
  script.decodeHeaders = [](auto&, HeaderMap& h, bool) {
    h.add("x-a", "1");
    return FilterHeadersStatus::kContinue;
  };
  start();
  connect(0);
  connect(1);
  EXPECT_NE(world.stream(0).taken().find("host: h\r\n"), std::string::npos);
  const std::string mirrored = world.stream(1).taken();
  EXPECT_NE(mirrored.find("host: h-shadow\r\n"), std::string::npos);
  EXPECT_EQ(mirrored.find("x-a"), std::string::npos);
}

TEST_F(UpstreamFilter, OfTheClusterCountsInsteadOfTheRouters) {
  Script own;
  auto ofCluster = std::make_unique<http::UpstreamFilters>();
  ofCluster->ofCluster = true;
  ofCluster->entries.push_back({http::factoryOf<Script::Filter>(own), false});
  world.cluster().setUpstreamFilters(std::move(ofCluster));
  start();
  connect(0);
  answer(0, kOk);
  EXPECT_EQ(script.log, "");
  EXPECT_EQ(own.log, "0 hears 200;0 ends;");
}

}  // namespace
}  // namespace orrery::upstream
