#include "proxy/upstream/request/mirrors.h"

#include <algorithm>

namespace orrery::upstream {

using message::HeaderId;
using message::HeaderMap;

namespace {

// "h:81" -> "h-shadow:81": so that logs of the mirror tell the copies.
std::string_view shadowHost(std::string_view host, Arena& arena) {
  const size_t colon = host.find_last_of(":]");
  if (colon == std::string_view::npos || host[colon] == ']') return arena.join({host, "-shadow"});
  return arena.join({host.substr(0, colon), "-shadow", host.substr(colon)});
}

}  // namespace

void shareBytes(buffer::Buffer& data, buffer::Buffer& copy) {
  buffer::Buffer all(data.pool());
  all.move(data);
  while (!all.empty()) {
    const buffer::Piece piece = all.front();
    data.appendShared(all.frontBlock(), piece.data, piece.size);
    copy.appendShared(all.frontBlock(), piece.data, piece.size);
    all.drain(piece.size);
  }
}

void Mirrors::Copy::start(Mirrors& all, uint32_t cluster, const HeaderMap& headers, bool endStream,
                          const AsyncOptions& options) {
  stream = &all.client_.start(cluster, headers, endStream, options, endStream ? nullptr : this);
}

void Mirrors::start(const std::vector<route::MirrorPolicy>& policies, HeaderMap& headers, bool endStream,
                    Duration timeout, const UpstreamLogs* logs) {
  net::Worker& worker = callbacks_.worker();
  for (const route::MirrorPolicy& policy : policies) {
    if (policy.fraction && !match::enabled(*policy.fraction, *worker.runtime, worker.random->bits())) continue;
    uint32_t cluster = policy.cluster.index;
    if (policy.clusterHeader) cluster = client_.clusters().indexOf(headers.get(*policy.clusterHeader));
    if (cluster >= client_.clusters().size()) continue;
    Arena& arena = callbacks_.arena();
    HeaderMap copy(arena);
    copy.copyFrom(headers);
    if (policy.hostRewriteLiteral) {
      copy.setReference(HeaderId::kAuthority, *policy.hostRewriteLiteral);
    } else if (policy.appendSuffix) {
      copy.setReference(HeaderId::kAuthority, shadowHost(headers.authority(), arena));
    }
    applyMutations(policy.mutations, {callbacks_.streamInfo(), &copy}, copy);
    // A limit of none would let the body of a request without limits wait without limit.
    const AsyncOptions options{.timeout = timeout,
                               .sendForwardedFor = true,
                               .bufferLimit = std::max(callbacks_.decoderBufferLimit(), 1u),
                               .backPressure = endStream ? nullptr : this,
                               .logs = logs};
    copies_.push_back(std::make_unique<Copy>());
    copies_.back()->start(*this, cluster, copy, endStream, options);
  }
  if (endStream) copies_.clear();
}

void Mirrors::sendData(buffer::Buffer& data, bool endStream) {
  for (const auto& copy : copies_) {
    if (copy->stream == nullptr) continue;
    buffer::Buffer shared(data.pool());
    shareBytes(data, shared);
    copy->stream->sendData(shared, endStream);
  }
  if (endStream) release();
}

void Mirrors::sendTrailers(const HeaderMap& trailers) {
  for (const auto& copy : copies_) {
    if (copy->stream != nullptr) copy->stream->sendTrailers(trailers);
  }
  release();
}

void Mirrors::release() {
  for (const auto& copy : copies_) {
    if (copy->stream != nullptr) copy->stream->detach();
  }
  copies_.clear();
}

void Mirrors::cancel() {
  for (const auto& copy : copies_) {
    if (copy->stream != nullptr) copy->stream->cancel();
  }
  copies_.clear();
}

}  // namespace orrery::upstream
