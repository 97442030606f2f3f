#include "proxy/upstream/request/async_client.h"

#include <utility>

#include "proxy/io/dispatcher.h"

namespace orrery::upstream {

using message::HeaderId;
using message::HeaderMap;

AsyncStream::AsyncStream(AsyncClient& client, uint32_t cluster, const AsyncOptions& options, AsyncCallbacks* callbacks)
    : client_(client),
      options_(options),
      callbacks_(callbacks),
      arena_(client.clusters_.worker().arenas),
      headers_(arena_),
      trailers_(arena_),
      body_(client.clusters_.worker().blocks),
      tellTask_(Delegate<void()>::to<&AsyncStream::tell>(this)) {
  route::RouteAction& action = route_.action.emplace();
  action.cluster.emplace().index = cluster;
  action.timeout = options.timeout;
  if (options.retry != nullptr) action.retry = *options.retry;
}

AsyncStream::~AsyncStream() = default;

net::Worker& AsyncStream::worker() { return client_.clusters_.worker(); }

void AsyncStream::start(const HeaderMap& headers, bool endStream) {
  starting_ = true;
  headers_.copyFrom(headers);
  // The peer may take what comes from the proxy itself as internal (Envoy's async client).
  headers_.setReference(HeaderId::kEnvoyInternal, "true");
  if (options_.sendForwardedFor) {
    const std::string_view known = headers_.get(HeaderId::kXForwardedFor);
    headers_.setReference(HeaderId::kXForwardedFor, known.empty() ? arena_.copy(client_.ownAddress_)
                                                                  : arena_.join({known, ",", client_.ownAddress_}));
  }
  worker().stats.add(client_.stats_.rqTotal);
  http::StreamDecoderFilterCallbacks& self = *this;
  request_.emplace(self, client_.clusters_, client_.stats_, RequestOptions{.logs = options_.logs}, nullptr);
  request_->start(route_, virtualHost_, headers_, endStream);
  starting_ = false;
}

void AsyncStream::sendData(buffer::Buffer& data, bool endStream) {
  if (ended_) {
    data.clear();
  } else {
    request_->sendData(data, endStream);
  }
}

void AsyncStream::sendTrailers(const HeaderMap& trailers) {
  if (ended_) return;
  trailers_.copyFrom(trailers);
  request_->sendTrailers(trailers_);
}

void AsyncStream::cancel() {
  callbacks_ = nullptr;
  dropBackPressure();
  retire();
}

void AsyncStream::detach() {
  callbacks_ = nullptr;
  dropBackPressure();
}

// ---- the response ----

void AsyncStream::sendLocalReply(const http::LocalReply& reply) {
  HeaderMap& headers = *arena_.make<HeaderMap>(arena_);
  headers.setNumber(HeaderId::kStatus, reply.status);
  if (!reply.body.empty()) {
    headers.setNumber(HeaderId::kContentLength, reply.body.size());
    headers.addReference(HeaderId::kContentType, "text/plain");
    body_.append(reply.body);
  }
  response_ = &headers;
  end(true);
}

void AsyncStream::encodeHeaders(HeaderMap& headers, bool endStream, std::string_view) {
  response_ = &headers;
  if (endStream) end(true);
}

void AsyncStream::encodeData(buffer::Buffer& data, bool endStream) {
  if (callbacks_ == nullptr) {
    data.clear();
  } else if (body_.size() + data.size() > kMostBody) {
    end(false);
    return;
  } else {
    body_.move(data);
  }
  if (endStream) end(true);
}

void AsyncStream::end(bool whole) {
  if (std::exchange(ended_, true)) return;
  whole_ = whole;
  dropBackPressure();
  if (starting_) {
    worker().dispatcher.schedule(tellTask_);
  } else {
    tell();
  }
}

void AsyncStream::tell() {
  AsyncCallbacks* callbacks = std::exchange(callbacks_, nullptr);
  retire();
  if (callbacks == nullptr) return;
  if (whole_) {
    callbacks->onAsyncResponse(*response_, body_);
  } else {
    callbacks->onAsyncFailure();
  }
}

void AsyncStream::retire() {
  if (std::exchange(retired_, true)) return;
  ended_ = true;
  tellTask_.cancel();
  unlink();
  request_->destroy();
  worker().dispatcher.deferDelete(std::unique_ptr<io::DeferredDeletable>(this));
}

// ---- back-pressure ----

void AsyncStream::onDecoderFilterAboveWriteBufferHighWatermark() {
  if (options_.backPressure == nullptr) return;
  ++pauses_;
  options_.backPressure->pauseAsyncBody();
}

void AsyncStream::onDecoderFilterBelowWriteBufferLowWatermark() {
  if (options_.backPressure == nullptr || pauses_ == 0) return;
  --pauses_;
  options_.backPressure->resumeAsyncBody();
}

void AsyncStream::dropBackPressure() {
  AsyncBackPressure* to = std::exchange(options_.backPressure, nullptr);
  for (; to != nullptr && pauses_ > 0; --pauses_) to->resumeAsyncBody();
}

// ---- the client ----

AsyncClient::AsyncClient(ClusterManager& clusters, const RouterStats& stats, std::string_view ownAddress)
    : clusters_(clusters),
      stats_(stats),
      ownAddress_(ownAddress),
      shutdownHook_(clusters, Delegate<void()>::to<&AsyncClient::shutdown>(this)) {}

AsyncClient::~AsyncClient() { shutdown(); }

AsyncStream& AsyncClient::start(uint32_t cluster, const HeaderMap& headers, bool endStream, const AsyncOptions& options,
                                AsyncCallbacks* callbacks) {
  auto* stream = new AsyncStream(*this, cluster, options, callbacks);  // owned by the list; dies by deferDelete
  streams_.pushBack(*stream);
  stream->start(headers, endStream);
  return *stream;
}

void AsyncClient::shutdown() {
  while (AsyncStream* stream = streams_.front()) stream->cancel();
}

}  // namespace orrery::upstream
