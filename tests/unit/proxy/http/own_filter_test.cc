#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "proxy/http/filter_plan.h"
#include "proxy/http/pass_through_filter.h"
#include "tests/unit/proxy/http/http_world.h"

// A filter of one's own, complete: the filter, its plan, and its property on a simulated machine. What makes it one of the
// proxy's is in proxy/http/README.md.
namespace orrery::http {
namespace {

struct TeapotOptions {
  std::string path;
};

struct TeapotConfig {
  TeapotConfig(const TeapotOptions& o, const PlanInputs& inputs)
      : path(o.path), brewed(inputs.layout.counter(inputs.prefix() + "teapot.brewed")) {}
  std::string path;
  stats::CounterId brewed;
};

// Answers one path with 418, and lets everything else pass.
class TeapotFilter final : public PassThroughDecoder {
 public:
  explicit TeapotFilter(const TeapotConfig& config) : config_(config) {}
  FilterHeadersStatus decodeHeaders(message::HeaderMap& headers, bool) override {
    if (headers.path() != config_.path) return FilterHeadersStatus::kContinue;
    decoder_->worker().stats.add(config_.brewed);
    decoder_->sendLocalReply({.status = 418, .body = "short and stout", .details = "teapot"});
    return FilterHeadersStatus::kStopIteration;
  }

 private:
  const TeapotConfig& config_;
};

using TeapotPlan = PlanOf<TeapotFilter, TeapotConfig>;

// Its property: whatever is asked, exactly the teapot's path gets 418.
RC_GTEST_PROP(OwnFilter, AnswersItsPathAndNoOther, ()) {
  const bool tea = *rc::gen::arbitrary<bool>();
  const auto letters = *rc::gen::container<std::string>(rc::gen::inRange('a', '{'));
  stats::Layout layout;
  TeapotConfig config(TeapotOptions{"/pot"}, PlanInputs{layout, "test", ""});
  config.brewed = {};  // this world was laid out without it
  HttpWorld world({}, [&](FilterChainBuilder& b) { addFilterTo(b, *b.arena().make<TeapotFilter>(config)); });
  const auto client = world.connect();
  client->send("GET /" + (tea ? "pot" : "x" + letters) + " HTTP/1.1\r\nhost: h\r\n\r\n");
  world.pass(Duration::milliseconds(1));
  RC_ASSERT(client->received().starts_with(tea ? "HTTP/1.1 418" : "HTTP/1.1 200"));
}

TEST(OwnFilter, HasAPlanThatNumbersItsStatistics) {
  stats::Layout layout;
  const TeapotPlan plan(TeapotOptions{"/pot"}, PlanInputs{layout, "ingress", ""});
  EXPECT_NE(layout.find("http.ingress.teapot.brewed"), nullptr);
}

}  // namespace
}  // namespace orrery::http
