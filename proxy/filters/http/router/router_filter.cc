#include "proxy/filters/http/router/router_filter.h"

#include "proxy/filters/http/router/router_factory.h"
#include "proxy/route/finalize.h"
#include "proxy/route/path_rewrite.h"

namespace orrery::filters::router {

using message::HeaderId;
using message::HeaderMap;

void RouterFactory::addFilters(http::FilterChainBuilder& builder) {
  const upstream::UpstreamLogs* const logs = logs_.loggers != nullptr ? &logs_ : nullptr;
  builder.addDecoderFilter(
      *builder.arena().make<RouterFilter>(clusters_, stats_, options_, upstream_.get(), logs, async_));
}

http::FilterHeadersStatus RouterFilter::decodeHeaders(HeaderMap& headers, bool endStream) {
  clusters_.worker().stats.add(stats_.rqTotal);
  const route::Route* route = callbacks_->route();
  if (route == nullptr) {
    sendNoRoute();
  } else if (route->redirect || route->direct) {
    sendDirectResponse(*route, headers);
  } else if (const StrictHeader* wrong = route->action ? firstWrong(options_.strictHeaders, headers) : nullptr) {
    sendWrongHeader(*wrong, headers);
  } else if (route->action) {
    request_.emplace(
        *callbacks_, clusters_, stats_,
        upstream::RequestOptions{options_.suppressEnvoyHeaders, options_.respectExpectedRqTimeout, upstream_, logs_,
                                 options_.countsCodes, options_.hidesGrpcCodes, options_.rejectsEarlyData},
        &async_);
    request_->start(*route, *callbacks_->virtualHost(), headers, endStream);
  } else {
    sendNoCluster();  // non_forwarding_action
  }
  return http::FilterHeadersStatus::kStopIteration;
}

http::FilterDataStatus RouterFilter::decodeData(buffer::Buffer& data, bool endStream) {
  if (request_) {
    request_->sendData(data, endStream);
  } else {
    data.clear();  // answered already: the rest of the upload is dropped
  }
  return http::FilterDataStatus::kStopIterationNoBuffer;
}

http::FilterTrailersStatus RouterFilter::decodeTrailers(HeaderMap& trailers) {
  if (request_) request_->sendTrailers(trailers);
  return http::FilterTrailersStatus::kStopIteration;
}

void RouterFilter::onStreamComplete() {
  if (request_) request_->logTries();
}

void RouterFilter::onDestroy() {
  if (request_) request_->destroy();
}

void RouterFilter::sendNoRoute() {
  clusters_.worker().stats.add(stats_.noRoute);
  callbacks_->streamInfo().flags.set(stream_info::ResponseFlag::kNoRouteFound);
  http::LocalReply reply;
  reply.status = 404;
  reply.details = "route_not_found";
  callbacks_->sendLocalReply(reply);
}

void RouterFilter::sendWrongHeader(const StrictHeader& header, const HeaderMap& headers) {
  callbacks_->streamInfo().flags.set(stream_info::ResponseFlag::kInvalidEnvoyRequestHeaders);
  Arena& arena = callbacks_->arena();
  const std::string_view name = header.name.text();
  callbacks_->sendLocalReply(
      {.status = 400,
       .body = arena.join({"invalid header '", name, "' with value '", headers.get(header.name), "'"}),
       .details = arena.join({"request_headers_failed_strict_check{", name, "}"})});
}

void RouterFilter::sendNoCluster() {
  clusters_.worker().stats.add(stats_.noCluster);
  callbacks_->streamInfo().flags.set(stream_info::ResponseFlag::kNoClusterFound);
  http::LocalReply reply;
  reply.status = 503;
  reply.details = "cluster_not_found";
  callbacks_->sendLocalReply(reply);
}

// The body that the format makes, in the stream's arena; `extra` gets its type where it is not that of all bodies. No
// response has begun: its status is 0 here, as in Envoy.
std::string_view RouterFilter::formattedBody(const route::DirectResponse& direct, const HeaderMap& headers,
                                             HeaderMap& extra) {
  stream_info::LogRecord record{callbacks_->streamInfo(), &headers};
  record.localReplyBody = direct.body;
  std::string text;
  direct.format->append(record, text);
  if (direct.contentType != "text/plain") extra.addReference(HeaderId::kContentType, direct.contentType);
  return callbacks_->arena().copy(text);
}

void RouterFilter::sendDirectResponse(const route::Route& route, HeaderMap& headers) {
  clusters_.worker().stats.add(stats_.rqDirectResponse);
  http::LocalReply reply;
  if (route.redirect) {
    rewritePath(route.redirect->pathRewrite, route.match, callbacks_->streamInfo(), headers,
                !options_.suppressEnvoyHeaders);
    reply.status = route.redirect->code;
  } else {
    reply.status = route.direct->status;
    reply.body = route.direct->body;
  }
  HeaderMap extra(callbacks_->arena());
  if (route.direct && route.direct->format != nullptr) reply.body = formattedBody(*route.direct, headers, extra);
  // A 201 too says where (RFC 9110 section 10.2.2), as in Envoy.
  if (reply.status == 201 || reply.status / 100 == 3) {
    const std::string_view location = redirectLocation(route, callbacks_->streamInfo(), headers);
    if (!location.empty()) extra.addReference(HeaderId::kLocation, location);
  }
  finalizeResponseHeaders(route, nullptr, {callbacks_->streamInfo(), callbacks_->requestHeaders(), &extra}, extra);
  reply.details = "direct_response";
  reply.headers = &extra;
  callbacks_->sendLocalReply(reply);
}

}  // namespace orrery::filters::router
