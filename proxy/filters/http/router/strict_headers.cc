#include "proxy/filters/http/router/strict_headers.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/route/retry_policy.h"

namespace orrery::filters::router {
namespace {

bool knowsAllWords(std::string_view text, bool grpc) {
  bool all = true;
  forEachToken(text, [&](std::string_view word) {
    std::string unknown;
    const uint32_t bit = route::parseRetryOn(word, &unknown);
    all = all && unknown.empty() && ((bit & route::kRetryOnAnyGrpc) != 0) == grpc;
  });
  return all;
}

bool isRight(const StrictHeader& header, std::string_view value) {
  switch (header.kind) {
    case StrictHeader::Kind::kNumber: return parseDecimal(value).has_value();
    case StrictHeader::Kind::kRetryOn: return knowsAllWords(value, false);
    case StrictHeader::Kind::kRetryGrpcOn: return knowsAllWords(value, true);
  }
  return true;
}

}  // namespace

const StrictHeader* firstWrong(const std::vector<StrictHeader>& checked, const message::HeaderMap& headers) {
  const auto found = std::ranges::find_if(checked, [&](const StrictHeader& header) {
    return headers.has(header.name) && !isRight(header, headers.get(header.name));
  });
  return found == checked.end() ? nullptr : &*found;
}

}  // namespace orrery::filters::router
