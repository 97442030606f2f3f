#include "proxy/filters/http/ext_authz/ext_authz_filter.h"

#include <algorithm>
#include <utility>

namespace orrery::filters::ext_authz {

using message::HeaderEntry;
using message::HeaderId;
using message::HeaderMap;

namespace {

constexpr std::string_view kMetadataNamespace = "envoy.filters.http.ext_authz";

class Factory final : public http::FilterFactory {
 public:
  Factory(const ExtAuthzConfig& config, const upstream::RouterStats& stats, const http::FilterWorker& worker)
      : config_(config), client_(worker.clusters, stats, worker.ownAddress) {}
  void addFilters(http::FilterChainBuilder& builder) override {
    http::addFilterTo(builder, *builder.arena().make<ExtAuthzFilter>(config_, client_));
  }

 private:
  const ExtAuthzConfig& config_;
  upstream::AsyncClient client_;
};

}  // namespace

ExtAuthzConfig::ExtAuthzConfig(const ExtAuthzOptions& o, const http::PlanInputs& inputs) : options(o) {
  const std::string prefix = inputs.prefix() + "ext_authz." + (o.statPrefix.empty() ? "" : o.statPrefix + ".");
  ok = inputs.layout.counter(prefix + "ok");
  denied = inputs.layout.counter(prefix + "denied");
  error = inputs.layout.counter(prefix + "error");
  disabled = inputs.layout.counter(prefix + "disabled");
  failureModeAllowed = inputs.layout.counter(prefix + "failure_mode_allowed");
}

std::unique_ptr<http::FilterFactory> ExtAuthzPlan::newFactory(const http::FilterWorker& worker) const {
  return std::make_unique<Factory>(config_, asyncStats_, worker);
}

bool ExtAuthzFilter::isEnabled() {
  if (!config_.options.filterEnabled) return true;
  net::Worker& worker = decoder_->worker();
  return match::enabled(*config_.options.filterEnabled, *worker.runtime, worker.random->bits());
}

http::FilterHeadersStatus ExtAuthzFilter::decodeHeaders(HeaderMap& headers, bool endStream) {
  headers_ = &headers;
  state_ = State::kDone;
  if (decoder_->route() == nullptr) return http::FilterHeadersStatus::kContinue;
  const auto* ofRoute = static_cast<const ExtAuthzRouteOptions*>(decoder_->routeSetting());
  if (ofRoute != nullptr && ofRoute->disabled) return http::FilterHeadersStatus::kContinue;
  if (!isEnabled()) {
    decoder_->worker().stats.add(config_.disabled);
    if (!decoder_->worker().runtime->enabled(config_.options.denyAtDisable))
      return http::FilterHeadersStatus::kContinue;
    refuse();
    return http::FilterHeadersStatus::kStopIteration;
  }
  if (config_.options.body) bodyOptions_ = &*config_.options.body;
  if (ofRoute != nullptr && ofRoute->body) bodyOptions_ = &*ofRoute->body;
  if (ofRoute != nullptr && ofRoute->noBody) bodyOptions_ = nullptr;
  if (bodyOptions_ != nullptr && !endStream && !headers.has(HeaderId::kUpgrade)) {
    decoder_->setDecoderBufferLimit(bodyOptions_->maxBytes);
    state_ = State::kHolding;
    return http::FilterHeadersStatus::kStopIteration;
  }
  bodyOptions_ = nullptr;
  ask();
  return state_ == State::kAsking ? http::FilterHeadersStatus::kStopAllIterationAndWatermark
                                  : http::FilterHeadersStatus::kContinue;
}

http::FilterDataStatus ExtAuthzFilter::decodeData(buffer::Buffer& data, bool endStream) {
  if (state_ == State::kAsking) return http::FilterDataStatus::kStopIterationAndWatermark;
  if (state_ != State::kHolding) return http::FilterDataStatus::kContinue;
  const size_t held = decoder_->decodingBuffer() != nullptr ? decoder_->decodingBuffer()->size() : 0;
  const bool full = bodyOptions_->allowPartial && held + data.size() >= bodyOptions_->maxBytes;
  const bool tooLong = !bodyOptions_->allowPartial && held + data.size() > bodyOptions_->maxBytes;
  // What is too long is answered with 413 by whoever buffers it.
  if ((!endStream && !full) || tooLong) return http::FilterDataStatus::kStopIterationAndBuffer;
  decoder_->addDecodedData(data, true);
  ask();
  return state_ == State::kAsking ? http::FilterDataStatus::kStopIterationAndWatermark
                                  : http::FilterDataStatus::kContinue;
}

http::FilterTrailersStatus ExtAuthzFilter::decodeTrailers(HeaderMap&) {
  if (state_ == State::kHolding) ask();
  return state_ == State::kAsking ? http::FilterTrailersStatus::kStopIteration : http::FilterTrailersStatus::kContinue;
}

void ExtAuthzFilter::ask() {
  const ExtAuthzOptions& options = config_.options;
  state_ = State::kAsking;
  askedAt_ = decoder_->worker().dispatcher.now();
  if (options.cluster.index == route::kUnknownCluster) {
    fail();
    return;
  }
  const buffer::Buffer* held = bodyOptions_ != nullptr ? decoder_->decodingBuffer() : nullptr;
  const size_t whole = held != nullptr ? held->size() : 0;
  const size_t shown = bodyOptions_ != nullptr ? std::min<size_t>(whole, bodyOptions_->maxBytes) : 0;
  HeaderMap question(decoder_->arena());
  writeQuestion(options, *headers_, shown, whole, decoder_->streamInfo(), question);
  question_ = &client_.start(options.cluster.index, question, shown == 0, {options.timeout}, this);
  if (shown == 0) return;
  buffer::Buffer body(decoder_->worker().blocks);
  body.append(held->toString().substr(0, shown));
  question_->sendData(body, true);
}

void ExtAuthzFilter::onAsyncResponse(HeaderMap& headers, buffer::Buffer& body) {
  question_ = nullptr;
  const Verdict verdict = readAnswer(config_.options, headers);
  switch (verdict.kind) {
    case Verdict::Kind::kAllowed: allow(verdict); return;
    case Verdict::Kind::kDenied: deny(verdict, body); return;
    case Verdict::Kind::kError: fail(); return;
  }
}

void ExtAuthzFilter::allow(const Verdict& verdict) {
  Arena& arena = decoder_->arena();
  const auto add = [&](HeaderMap& to, const HeaderEntry& entry) {
    to.addReference(arena.copy(entry.name), entry.id, arena.copy(entry.value));
  };
  if (config_.options.clearRouteCache && verdict.changesRequest()) decoder_->clearRouteCache();
  for (const HeaderEntry& entry : verdict.toUpstream) headers_->remove(entry.name);
  for (const HeaderEntry& entry : verdict.toUpstream) add(*headers_, entry);
  for (const HeaderEntry& entry : verdict.appendToUpstream) add(*headers_, entry);
  for (const std::string& name : verdict.removeFromUpstream) {
    // Without these it would be no request any more.
    if (!name.starts_with(':') && name != "host") headers_->remove(name);
  }
  if (!verdict.toClient.empty()) {
    toClient_ = arena.make<HeaderMap>(arena);
    for (const HeaderEntry& entry : verdict.toClient) add(*toClient_, entry);
  }
  noteMetadata(verdict);
  decoder_->worker().stats.add(config_.ok);
  state_ = State::kDone;
  decoder_->continueDecoding();
}

void ExtAuthzFilter::deny(const Verdict& verdict, buffer::Buffer& body) {
  noteMetadata(verdict);
  decoder_->worker().stats.add(config_.denied);
  decoder_->streamInfo().flags.set(stream_info::ResponseFlag::kUnauthorizedExternalService);
  HeaderMap headers(decoder_->arena());
  for (const HeaderEntry& entry : verdict.toClient) {
    headers.addReference(decoder_->arena().copy(entry.name), entry.id, decoder_->arena().copy(entry.value));
  }
  state_ = State::kDone;
  const std::string text = body.toString();
  decoder_->sendLocalReply(
      {.status = verdict.status, .body = text, .details = "ext_authz_denied", .headers = &headers});
}

void ExtAuthzFilter::fail() {
  question_ = nullptr;
  net::Worker& worker = decoder_->worker();
  worker.stats.add(config_.error);
  const bool waiting = std::exchange(state_, State::kDone) == State::kAsking;
  if (!config_.options.failureModeAllow) {
    refuse();
    return;
  }
  worker.stats.add(config_.failureModeAllowed);
  if (config_.options.failureModeAllowHeader) {
    headers_->addReference("x-envoy-auth-failure-mode-allowed", HeaderId::kOther, "true");
  }
  // Inside our own callbacks the status says it.
  if (waiting && config_.options.cluster.index != route::kUnknownCluster) decoder_->continueDecoding();
}

void ExtAuthzFilter::refuse() {
  decoder_->streamInfo().flags.set(stream_info::ResponseFlag::kUnauthorizedExternalService);
  decoder_->sendLocalReply({.status = config_.options.statusOnError, .body = {}, .details = "ext_authz_error"});
}

void ExtAuthzFilter::noteMetadata(const Verdict& verdict) {
  if (verdict.metadata.empty()) return;
  stream_info::Value::Object fields;
  for (const HeaderEntry& entry : verdict.metadata) {
    stream_info::memberOf(fields, entry.name).is = std::string(entry.value);
  }
  if (verdict.kind == Verdict::Kind::kAllowed) {
    const Duration took = decoder_->worker().dispatcher.now() - askedAt_;
    stream_info::memberOf(fields, "ext_authz_duration").is = static_cast<double>(took.inMilliseconds());
  }
  decoder_->streamInfo().mergeMetadata(kMetadataNamespace, fields);
}

http::FilterHeadersStatus ExtAuthzFilter::encodeHeaders(HeaderMap& headers, bool) {
  if (toClient_ != nullptr) {
    for (const HeaderEntry& entry : *toClient_) headers.addReference(entry.name, entry.id, entry.value);
  }
  return http::FilterHeadersStatus::kContinue;
}

void ExtAuthzFilter::onDestroy() {
  state_ = State::kDone;
  if (question_ != nullptr) std::exchange(question_, nullptr)->cancel();
}

}  // namespace orrery::filters::ext_authz
