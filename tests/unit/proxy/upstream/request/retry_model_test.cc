#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/unit/proxy/upstream/request/stream.h"

// Whatever the policy and whatever an origin does: it never sees more of a request than the policy asks for, the client
// gets one answer, and nothing is left behind.
namespace orrery::upstream {
namespace {

using test::clusterOf;
using test::FakeStream;
using test::World;

enum class Act : uint8_t { kOk, k503, k500, k409, kFin, kRefuse, kSilent };

// Whether the policy lets a try be repeated after `act`, by Envoy's words of retry_on.
bool mayRepeat(const route::RetryPolicy& policy, bool hedged, Act act) {
  const auto on = [&](uint32_t bits) { return (policy.retryOn & bits) != 0; };
  const uint32_t resets = route::kRetryOn5xx | route::kRetryOnGatewayError | route::kRetryOnReset;
  switch (act) {
    case Act::kOk: return false;
    case Act::k503: return on(route::kRetryOn5xx | route::kRetryOnGatewayError);
    case Act::k500: return on(route::kRetryOn5xx);
    case Act::k409: return on(route::kRetryOnRetriable4xx);
    case Act::kFin: return on(resets);
    case Act::kRefuse: return on(resets | route::kRetryOnConnectFailure | route::kRetryOnResetBeforeRequest);
    case Act::kSilent: return policy.perTryTimeout && (hedged || on(resets));
  }
  return false;
}

RC_GTEST_PROP(RetryModel, AnOriginSeesNoMoreThanThePolicyAsksFor, ()) {
  const auto acts = *rc::gen::container<std::vector<Act>>(
      8, rc::gen::element(Act::kOk, Act::k503, Act::k500, Act::k409, Act::kFin, Act::kRefuse, Act::kSilent));
  route::Route route;
  route.action.emplace().cluster = route::ClusterRef{"origin", 0};
  route.action->timeout = Duration::seconds(10);
  route.action->hedgeOnPerTryTimeout = *rc::gen::arbitrary<bool>();
  route::RetryPolicy& policy = route.action->retry.emplace();
  policy.retryOn = *rc::gen::inRange<uint32_t>(1, 1u << 10);
  policy.numRetries = *rc::gen::inRange<uint32_t>(0, 5);
  if (*rc::gen::arbitrary<bool>()) policy.perTryTimeout = Duration::milliseconds(100);
  ClusterOptions options = clusterOf({1, 1, 1});
  options.breakers.maxRetries = *rc::gen::inRange<uint64_t>(0, 4);
  World world(options);
  FakeStream s(world, world.routerStats, &route);
  s.headers(true);

  // The origin acts on each connection as it sees it.
  std::vector<TimePoint> begun;
  const auto act = [&](size_t i) {
    test::MemoryStream& stream = world.stream(i);
    switch (acts[i]) {
      case Act::kRefuse: stream.refuse(); return;
      case Act::kSilent: stream.acceptConnect(); return;
      default: stream.acceptConnect(); break;
    }
    world.dispatcher.iterate();
    if (acts[i] == Act::kFin) stream.sendFin();
    const auto head = [](const char* status) {
      return "HTTP/1.1 " + std::string(status) + " X\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    };
    if (acts[i] == Act::kOk) stream.send(head("200"));
    if (acts[i] == Act::k503) stream.send(head("503"));
    if (acts[i] == Act::k500) stream.send(head("500"));
    if (acts[i] == Act::k409) stream.send(head("409"));
  };
  for (int step = 0; step < 240 && s.log.empty(); ++step) {
    while (begun.size() < world.dispatcher.streams.size() && s.log.empty()) {
      RC_ASSERT(begun.size() < acts.size());
      begun.push_back(world.dispatcher.now());
      act(begun.size() - 1);
      world.dispatcher.iterate();
    }
    world.dispatcher.iterate(Duration::milliseconds(50));
  }
  RC_ASSERT(!s.log.empty());  // an answer, within the route's time
  RC_ASSERT(std::count(s.log.begin(), s.log.end(), ';') == 1);

  const size_t tries = world.dispatcher.streams.size();
  RC_ASSERT(tries <= 1 + size_t{policy.numRetries});
  RC_ASSERT(options.breakers.maxRetries > 0 || tries == 1u);
  for (size_t i = 0; i + 1 < tries; ++i) RC_ASSERT(mayRepeat(policy, route.action->hedgeOnPerTryTimeout, acts[i]));
  s.destroy();
  world.dispatcher.settle();
  RC_ASSERT(world.named("upstream_rq_active") == 0u);
  RC_ASSERT(world.named("upstream_rq_pending_active") == 0u);
  RC_ASSERT(world.shared.breakers(0).retries.peek() == 0u);
  RC_ASSERT(world.shared.breakers(0).requests.peek() == 0u);
}

}  // namespace
}  // namespace orrery::upstream
