#include "proxy/filters/http/header_mutation/header_mutation_filter.h"

#include <algorithm>

#include "proxy/route/finalize.h"

namespace orrery::filters::header_mutation {

using message::HeaderMap;

http::FilterHeadersStatus HeaderMutationFilter::decodeHeaders(HeaderMap& headers, bool) {
  apply(&Mutations::request, headers);
  return http::FilterHeadersStatus::kContinue;
}
http::FilterTrailersStatus HeaderMutationFilter::decodeTrailers(HeaderMap& trailers) {
  apply(&Mutations::requestTrailers, trailers);
  return http::FilterTrailersStatus::kContinue;
}
http::FilterHeadersStatus HeaderMutationFilter::encodeHeaders(HeaderMap& headers, bool) {
  apply(&Mutations::response, headers);
  return http::FilterHeadersStatus::kContinue;
}
http::FilterTrailersStatus HeaderMutationFilter::encodeTrailers(HeaderMap& trailers) {
  apply(&Mutations::responseTrailers, trailers);
  return http::FilterTrailersStatus::kContinue;
}

void HeaderMutationFilter::apply(std::vector<route::HeaderMutation> Mutations::* which, HeaderMap& map) {
  const stream_info::LogRecord record{decoder_->streamInfo(), decoder_->requestHeaders(), decoder_->responseHeaders()};
  const auto applyTo = [&](const Mutations& mutations) {
    route::applyMutations(mutations.*which, record, map);
    if (which == &Mutations::request) mutateQuery(mutations.query, record, map);
  };
  applyTo(options_.mutations);
  auto levels = decoder_->routeSettings();
  if (!options_.mostSpecificWins) std::ranges::reverse(levels);
  for (const void* level : levels) {
    if (level != nullptr) applyTo(*static_cast<const Mutations*>(level));
  }
}

}  // namespace orrery::filters::header_mutation
