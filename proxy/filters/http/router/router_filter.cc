#include "proxy/filters/http/router/router_filter.h"

#include "proxy/filters/http/router/router_factory.h"
#include "proxy/route/finalize.h"
#include "proxy/route/path_rewrite.h"

namespace orrery::filters::router {

using message::HeaderId;
using message::HeaderMap;

void RouterFactory::addFilters(http::FilterChainBuilder& builder) {
  builder.addDecoderFilter(*builder.arena().make<RouterFilter>(clusters_, stats_, options_));
}

http::FilterHeadersStatus RouterFilter::decodeHeaders(HeaderMap& headers, bool endStream) {
  clusters_.worker().stats.add(stats_.rqTotal);
  const route::Route* route = callbacks_->route();
  if (route == nullptr) {
    sendNoRoute();
  } else if (route->redirect) {
    sendRedirect(*route, headers);
  } else if (route->direct) {
    sendDirectResponse(*route);
  } else if (route->action) {
    request_.emplace(*callbacks_, clusters_, stats_,
                     upstream::RequestOptions{options_.suppressEnvoyHeaders, options_.respectExpectedRqTimeout});
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

void RouterFilter::sendNoCluster() {
  clusters_.worker().stats.add(stats_.noCluster);
  callbacks_->streamInfo().flags.set(stream_info::ResponseFlag::kNoClusterFound);
  http::LocalReply reply;
  reply.status = 503;
  reply.details = "cluster_not_found";
  callbacks_->sendLocalReply(reply);
}

void RouterFilter::sendRedirect(const route::Route& route, HeaderMap& headers) {
  clusters_.worker().stats.add(stats_.rqDirectResponse);
  if (route.redirect->prefixRewrite) {
    rewritePath(route.match, *route.redirect->prefixRewrite, headers, !options_.suppressEnvoyHeaders);
  }
  HeaderMap extra(callbacks_->arena());
  if (const std::string_view location = redirectLocation(route, headers); !location.empty()) {
    extra.addReference(HeaderId::kLocation, location);
  }
  finalizeResponseHeaders(route, nullptr, {callbacks_->streamInfo(), callbacks_->requestHeaders(), &extra}, extra);
  http::LocalReply reply;
  reply.status = route.redirect->code;
  reply.details = "direct_response";
  reply.headers = &extra;
  callbacks_->sendLocalReply(reply);
}

void RouterFilter::sendDirectResponse(const route::Route& route) {
  clusters_.worker().stats.add(stats_.rqDirectResponse);
  HeaderMap extra(callbacks_->arena());
  finalizeResponseHeaders(route, nullptr, {callbacks_->streamInfo(), callbacks_->requestHeaders(), &extra}, extra);
  http::LocalReply reply;
  reply.status = route.direct->status;
  reply.body = route.direct->body;
  reply.details = "direct_response";
  reply.headers = &extra;
  callbacks_->sendLocalReply(reply);
}

}  // namespace orrery::filters::router
