#include "proxy/match/header_matcher.h"

#include <algorithm>
#include <charconv>

namespace orrery::match {
namespace {

bool inRange(std::string_view text, int64_t start, int64_t end) {
  int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size() && value >= start && value < end;
}

// The request's fields that Envoy 1.40 joins with ',' as they arrive (its inline headers: seen by sending each twice).
constexpr std::string_view kJoinedNames[] = {"accept",
                                             "accept-encoding",
                                             "access-control-request-headers",
                                             "access-control-request-method",
                                             "access-control-request-private-network",
                                             "authorization",
                                             "cache-control",
                                             "connection",
                                             "content-encoding",
                                             "content-length",
                                             "content-type",
                                             "expect",
                                             "grpc-accept-encoding",
                                             "grpc-timeout",
                                             "host",
                                             "if-match",
                                             "if-modified-since",
                                             "if-none-match",
                                             "if-range",
                                             "if-unmodified-since",
                                             "keep-alive",
                                             "origin",
                                             "pragma",
                                             "proxy-connection",
                                             "referer",
                                             "te",
                                             "transfer-encoding",
                                             "upgrade",
                                             "user-agent",
                                             "via",
                                             "x-client-trace-id",
                                             "x-envoy-attempt-count",
                                             "x-envoy-decorator-operation",
                                             "x-envoy-downstream-service-cluster",
                                             "x-envoy-downstream-service-node",
                                             "x-envoy-expected-rq-timeout-ms",
                                             "x-envoy-external-address",
                                             "x-envoy-force-trace",
                                             "x-envoy-hedge-on-per-try-timeout",
                                             "x-envoy-internal",
                                             "x-envoy-ip-tags",
                                             "x-envoy-is-timeout-retry",
                                             "x-envoy-max-retries",
                                             "x-envoy-original-host",
                                             "x-envoy-original-path",
                                             "x-envoy-retriable-header-names",
                                             "x-envoy-retriable-status-codes",
                                             "x-envoy-retry-grpc-on",
                                             "x-envoy-retry-on",
                                             "x-envoy-upstream-alt-stat-name",
                                             "x-envoy-upstream-rq-per-try-timeout-ms",
                                             "x-envoy-upstream-rq-timeout-alt-response",
                                             "x-envoy-upstream-rq-timeout-ms",
                                             "x-forwarded-client-cert",
                                             "x-forwarded-for",
                                             "x-forwarded-host",
                                             "x-forwarded-port",
                                             "x-forwarded-proto",
                                             "x-request-id"};

static_assert(std::ranges::is_sorted(kJoinedNames));

bool isNamed(const message::HeaderEntry& entry, const message::HeaderName& name) {
  return entry.id == name.id() && entry.name == name.text();
}

// All values of the field: a view of the only one, or all of them joined in `scratch`.
std::string_view joinedValue(const HeaderMatcher& matcher, const message::HeaderMap& headers, std::string& scratch) {
  std::string_view first;
  size_t count = 0;
  for (const message::HeaderEntry& entry : headers) {
    if (!isNamed(entry, matcher.name)) continue;
    if (++count == 1) {
      first = entry.value;
      continue;
    }
    if (count == 2) scratch = first;
    scratch += ',';
    scratch += entry.value;
  }
  return count > 1 ? std::string_view(scratch) : first;
}

bool matchesPresent(const HeaderMatcher& matcher, std::string_view value) {
  if (matcher.kind == HeaderMatcher::Kind::kRange) return inRange(value, matcher.rangeStart, matcher.rangeEnd);
  return matches(matcher.string, value);
}

}  // namespace

Status compileMatchers(std::vector<HeaderMatcher>& matchers) {
  for (HeaderMatcher& matcher : matchers) {
    matcher.joined = std::ranges::binary_search(kJoinedNames, std::string_view(matcher.name.text()));
    if (matcher.kind != HeaderMatcher::Kind::kString) continue;
    if (Status status = compileMatcher(matcher.string); !status) return status;
  }
  return {};
}

bool matches(const HeaderMatcher& matcher, const message::HeaderMap& headers) {
  const bool there = headers.has(matcher.name);
  if (matcher.kind == HeaderMatcher::Kind::kPresent) {
    const bool present = there || matcher.treatMissingAsEmpty;
    return (present == matcher.presentMatch) != matcher.invert;
  }
  if (!there) return matcher.treatMissingAsEmpty && matchesPresent(matcher, {}) != matcher.invert;
  if (matcher.joined) {
    std::string scratch;
    return matchesPresent(matcher, joinedValue(matcher, headers, scratch)) != matcher.invert;
  }
  const bool any = std::any_of(headers.begin(), headers.end(), [&](const message::HeaderEntry& entry) {
    return isNamed(entry, matcher.name) && matchesPresent(matcher, entry.value);
  });
  return any != matcher.invert;
}

bool matchesAll(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const HeaderMatcher& m) { return matches(m, headers); });
}

bool matchesAny(const std::vector<HeaderMatcher>& matchers, const message::HeaderMap& headers) {
  return std::any_of(matchers.begin(), matchers.end(), [&](const HeaderMatcher& m) { return matches(m, headers); });
}

}  // namespace orrery::match
