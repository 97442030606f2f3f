#include "proxy/upstream/request/timeouts.h"

#include <algorithm>
#include <optional>

#include "proxy/base/ascii.h"
#include "proxy/http/stream_duration.h"
#include "proxy/message/grpc.h"

namespace orrery::upstream {
namespace {

using message::HeaderId;

// Beyond this a header's number is no time-out anybody waits for (and would overflow nanoseconds).
constexpr uint64_t kMaxMilliseconds = 100ull * 365 * 24 * 3600 * 1000;

std::optional<Duration> milliseconds(std::string_view text) {
  const auto value = parseDecimal(text);
  if (!value || *value > kMaxMilliseconds) return std::nullopt;
  return Duration::milliseconds(static_cast<int64_t>(*value));
}

std::optional<Duration> takeMilliseconds(message::HeaderMap& headers, HeaderId id) {
  if (!headers.has(id)) return std::nullopt;
  const auto value = milliseconds(headers.get(id));
  headers.remove(id);
  return value;
}

// Beside max_grpc_timeout: what the request says, without the offset if that leaves anything, up to the most.
Duration grpcGlobal(const route::GrpcTimeout& rule, const message::HeaderMap& headers) {
  Duration out = http::grpcTimeout(headers).value_or(Duration());
  if (rule.offset < out) out = out - rule.offset;
  if (!rule.most.isZero() && (out.isZero() || out > rule.most)) out = rule.most;
  return out;
}

}  // namespace

Timeouts finalTimeouts(const route::RouteAction& action, message::HeaderMap& headers, bool respectExpected) {
  Timeouts t;
  t.global = action.timeout;
  if (action.grpcTimeout && message::hasGrpcContentType(headers)) {
    t.global = grpcGlobal(*action.grpcTimeout, headers);
    t.toGrpc = true;
  }
  if (action.retry) {
    t.perTry = action.retry->perTryTimeout.value_or(Duration());
    t.perTryIdle = action.retry->perTryIdleTimeout.value_or(Duration());
  }
  // With respect_expected_rq_timeout the header of an Envoy in front counts instead of the client's wish.
  const bool expected = respectExpected && headers.has(HeaderId::kEnvoyExpectedRqTimeoutMs);
  if (expected) {
    if (const auto value = milliseconds(headers.get(HeaderId::kEnvoyExpectedRqTimeoutMs))) t.global = *value;
  } else if (const auto value = takeMilliseconds(headers, HeaderId::kEnvoyUpstreamRqTimeoutMs)) {
    t.global = *value;
  }
  if (const auto value = takeMilliseconds(headers, HeaderId::kEnvoyUpstreamRqPerTryTimeoutMs)) t.perTry = *value;
  if (t.perTry >= t.global && !t.global.isZero()) t.perTry = Duration();
  return t;
}

void setExpectedTimeout(const Timeouts& timeouts, Duration elapsed, bool hedged, bool told,
                        message::HeaderMap& headers) {
  if (!told && !timeouts.toGrpc) return;
  int64_t expected = timeouts.perTry.inMilliseconds();
  const int64_t global = timeouts.global.inMilliseconds();
  if (hedged || expected == 0) expected = global;
  if (expected == 0) return;
  if (global > 0) {
    // Out of time: 0 would mean "for ever", so 1 ms; the timer is about to fire anyway.
    const int64_t left = global - elapsed.inMilliseconds();
    expected = left <= 0 ? 1 : std::min(expected, left);
  }
  if (told) headers.setNumber(HeaderId::kEnvoyExpectedRqTimeoutMs, static_cast<uint64_t>(expected));
  if (timeouts.toGrpc) http::setGrpcTimeout(Duration::milliseconds(expected), headers);
}

bool hedges(const route::RouteAction& action, const message::HeaderMap& headers) {
  const std::string_view word = headers.get(HeaderId::kEnvoyHedgeOnPerTryTimeout);
  if (word == "true" || word == "false") return word == "true";
  return action.hedgeOnPerTryTimeout;
}

}  // namespace orrery::upstream
