#include "proxy/http/filter_manager.h"

#include "proxy/base/assert.h"
#include "proxy/http/grpc_reply.h"
#include "proxy/message/grpc.h"

// Answers that the proxy gives itself, with Envoy's shape: status, length and type, then the body.
namespace orrery::http {

using message::HeaderId;
using message::HeaderMap;

void FilterManager::sendLocalReply(const LocalReply& r) {
  if (destroyed_ || pendingReply_ != nullptr) return;
  if (calls_ & kDecoding) {
    decoderAborted_ = true;
  } else if (calls_ & kEncoding) {
    encoderAborted_ = true;
  }
  owner_.streamInfo().responseCodeDetails = r.details;
  owner_.onLocalReply(r);
  if (destroyed_) return;
  if (owner_.responseHeaders() == nullptr) {
    if (calls_ & kDecoding) {
      // Sent when the filter's callback has returned, so that its stack is unwound first.
      auto* kept = arena().make<LocalReply>(r);
      if (r.headers != nullptr) {
        auto* copy = arena().make<HeaderMap>(arena());
        copy->copyFrom(*r.headers);
        kept->headers = copy;
      }
      pendingReply_ = kept;
      return;
    }
    replyThroughChain(r);
  } else if (!responseHeadersSent_) {
    // A response is on its way through the chain already: the filters' state is left alone.
    replyDirectly(r);
  } else {
    owner_.resetStream();
  }
}

HeaderMap& FilterManager::replyHeaders(const LocalReply& r) {
  HeaderMap& headers = *arena().make<HeaderMap>(arena());
  const bool grpc = owner_.requestHeaders() != nullptr && message::hasGrpcContentType(*owner_.requestHeaders());
  headers.setNumber(HeaderId::kStatus, grpc ? 200 : r.status);
  // Envoy's order: length and type first, then what the reply adds, as they are written.
  if (r.headers != nullptr) {
    for (const message::HeaderEntry& e : *r.headers) {
      if (e.id == HeaderId::kStatus) continue;
      headers.addReference(e.id == HeaderId::kOther ? arena().copy(e.name) : e.name, e.id, arena().copy(e.value));
    }
  }
  if (grpc) {
    headers.remove(HeaderId::kContentLength);
    headers.setReference(HeaderId::kContentType, "application/grpc");
    headers.setNumber(HeaderId::kGrpcStatus,
                      static_cast<uint32_t>(r.grpcStatus.value_or(message::grpcStatusOfHttp(r.status))));
    if (!r.body.empty()) headers.addReference("grpc-message", HeaderId::kOther, grpcMessage(r.body, arena()));
  } else if (!r.body.empty()) {
    headers.setNumber(HeaderId::kContentLength, r.body.size());
    if (!headers.has(HeaderId::kContentType)) headers.setReference(HeaderId::kContentType, "text/plain");
  } else {
    headers.remove(HeaderId::kContentLength);
    headers.remove(HeaderId::kContentType);
  }
  return headers;
}

void FilterManager::replyThroughChain(const LocalReply& r) {
  // Best effort, so that filters see (and log) early refusals too.
  createFilterChain();
  if (destroyed_) return;
  HeaderMap& headers = replyHeaders(r);
  owner_.setResponseHeaders(headers);
  const bool bodiless = r.body.empty() || headRequest_ || headers.has(HeaderId::kGrpcStatus);
  encodeFinal_ = bodiless;
  encodeHeaders(nullptr, headers, bodiless);
  if (bodiless || destroyed_ || reset_) return;
  encodeFinal_ = true;
  buffer::Buffer body(owner_.worker().blocks);
  body.append(r.body);
  encodeData(nullptr, body, true, true);
}

void FilterManager::replyDirectly(const LocalReply& r) {
  HeaderMap& headers = replyHeaders(r);
  owner_.setResponseHeaders(headers);
  const bool bodiless = r.body.empty() || headRequest_ || headers.has(HeaderId::kGrpcStatus);
  encoderAborted_ = true;
  responseHeadersSent_ = true;
  owner_.encodeHeaders(headers, bodiless);
  if (reset_ || destroyed_) return;
  if (!bodiless) {
    buffer::Buffer body(owner_.worker().blocks);
    body.append(r.body);
    owner_.encodeData(body, true);
    if (reset_ || destroyed_) return;
  }
  maybeEndEncode(true);
}

}  // namespace orrery::http
