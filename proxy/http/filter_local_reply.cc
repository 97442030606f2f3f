#include "proxy/http/filter_manager.h"

#include "proxy/base/assert.h"
#include "proxy/base/mark.h"
#include "proxy/http/grpc_reply.h"
#include "proxy/message/grpc.h"

// Answers that the proxy gives itself, with Envoy's shape: status, length and type, then the body.
namespace orrery::http {

using message::HeaderId;
using message::HeaderMap;

void FilterManager::sendLocalReply(const LocalReply& r) {
  if (destroyed_ || pendingReply_ != nullptr) return;
  if (owner_.passLocalReply(r)) {
    decoderAborted_ = encoderAborted_ = true;
    return;
  }
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
      sometimes(Mark::kReplyWhileDecoding);
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
    sometimes(Mark::kReplyWhileEncoding);
    replyDirectly(r);
  } else {
    sometimes(Mark::kReplyAfterHead);
    owner_.resetStream();
  }
}

HeaderMap& FilterManager::replyHeaders(const LocalReply& r, std::string_view& body) {
  HeaderMap& headers = *arena().make<HeaderMap>(arena());
  const bool grpc = owner_.requestHeaders() != nullptr && message::hasGrpcContentType(*owner_.requestHeaders());
  headers.setNumber(HeaderId::kStatus, r.status);
  owner_.finalizeLocalReply(headers);
  // Envoy's order: length and type first, then what the reply adds, as they are written.
  if (r.headers != nullptr) {
    for (const message::HeaderEntry& e : *r.headers) {
      if (e.id == HeaderId::kStatus) continue;
      headers.addReference(e.id == HeaderId::kOther ? arena().copy(e.name) : message::headerName(e.id), e.id,
                           arena().copy(e.value));
    }
  }
  LocalReplyText text{.status = r.status, .body = r.body};
  const std::string_view typeBefore = headers.get(HeaderId::kContentType);
  owner_.rewriteLocalReply(headers, text);
  body = text.body;
  if (grpc) {
    headers.setNumber(HeaderId::kStatus, 200);
    headers.remove(HeaderId::kContentLength);
    headers.setReference(HeaderId::kContentType, "application/grpc");
    if (!headers.has(HeaderId::kGrpcStatus)) {
      headers.setNumber(HeaderId::kGrpcStatus,
                        static_cast<uint32_t>(r.grpcStatus.value_or(message::grpcStatusOfHttp(text.status))));
    }
    if (!body.empty()) headers.addReference(HeaderId::kGrpcMessage, grpcMessage(body, arena()));
  } else if (!body.empty()) {
    headers.setNumber(HeaderId::kContentLength, body.size());
    // A type that a mapper added stays; else it is that of the body, if that is a new one.
    const bool added = headers.get(HeaderId::kContentType) != typeBefore;
    if (!added && (body != r.body || !headers.has(HeaderId::kContentType))) {
      headers.setReference(HeaderId::kContentType, text.contentType);
    }
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
  std::string_view text;
  HeaderMap& headers = replyHeaders(r, text);
  owner_.setResponseHeaders(headers);
  const bool bodiless = text.empty() || headRequest_ || headers.has(HeaderId::kGrpcStatus);
  encodeFinal_ = bodiless;
  encodeHeaders(nullptr, headers, bodiless);
  if (bodiless || destroyed_ || reset_) return;
  encodeFinal_ = true;
  buffer::Buffer body(owner_.worker().blocks);
  body.append(text);
  encodeData(nullptr, body, true, true);
}

void FilterManager::replyDirectly(const LocalReply& r) {
  std::string_view text;
  HeaderMap& headers = replyHeaders(r, text);
  owner_.setResponseHeaders(headers);
  const bool bodiless = text.empty() || headRequest_ || headers.has(HeaderId::kGrpcStatus);
  encoderAborted_ = true;
  responseHeadersSent_ = true;
  owner_.encodeHeaders(headers, bodiless);
  if (reset_ || destroyed_) return;
  if (!bodiless) {
    buffer::Buffer body(owner_.worker().blocks);
    body.append(text);
    owner_.encodeData(body, true);
    if (reset_ || destroyed_) return;
  }
  maybeEndEncode(true);
}

}  // namespace orrery::http
