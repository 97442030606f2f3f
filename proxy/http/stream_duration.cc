#include "proxy/http/stream_duration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "proxy/base/ascii.h"

namespace orrery::http {

using message::HeaderId;

namespace {

constexpr uint64_t kMostDigits = 8;  // of the gRPC protocol
constexpr int64_t kMostValue = 99'999'999;

}  // namespace

void setGrpcTimeout(Duration timeout, message::HeaderMap& headers) {
  int64_t value = timeout.inMilliseconds();
  char unit = 'm';
  constexpr std::pair<char, int64_t> kLarger[] = {{'S', 1000}, {'M', 60}, {'H', 60}};
  for (const auto& [name, size] : kLarger) {
    if (value <= kMostValue) break;
    value /= size;
    unit = name;
  }
  std::array<char, 24> text;
  char* end = std::to_chars(text.data(), text.data() + text.size(), std::min(value, kMostValue)).ptr;
  *end++ = unit;
  headers.set(HeaderId::kGrpcTimeout, {text.data(), static_cast<size_t>(end - text.data())});
}

std::optional<Duration> grpcTimeout(const message::HeaderMap& headers) {
  const std::string_view text = headers.get(HeaderId::kGrpcTimeout);
  if (text.size() < 2 || text.size() > kMostDigits + 1) return std::nullopt;
  const auto value = parseDecimal(text.substr(0, text.size() - 1));
  if (!value) return std::nullopt;
  const auto n = static_cast<int64_t>(*value);
  // Less than a millisecond counts as one, as in Envoy.
  switch (text.back()) {
    case 'H': return Duration::seconds(std::min<int64_t>(n, 800'000) * 3600);
    case 'M': return Duration::seconds(n * 60);
    case 'S': return Duration::seconds(n);
    case 'm': return Duration::milliseconds(n);
    case 'u': return Duration::milliseconds((n + 999) / 1000);
    case 'n': return Duration::milliseconds((n + 999'999) / 1'000'000);
    default: return std::nullopt;
  }
}

std::optional<Duration> streamDuration(const route::StreamDuration& route, Duration ofManager,
                                       message::HeaderMap& headers) {
  const std::optional<Duration> asked = route.grpcMost ? grpcTimeout(headers) : std::nullopt;
  Duration timeout;
  if (asked) {
    timeout = *asked;
    if (!route.grpcMost->isZero()) timeout = std::min(timeout, *route.grpcMost);
    if (route.grpcOffset && !timeout.isZero()) {
      timeout = *route.grpcOffset < timeout ? timeout - *route.grpcOffset : Duration();
    }
  } else {
    timeout = route.most.value_or(ofManager);
    if (timeout.isZero()) return std::nullopt;
  }
  if (headers.has(HeaderId::kGrpcTimeout)) setGrpcTimeout(timeout, headers);
  return timeout;
}

}  // namespace orrery::http
