#include "proxy/filters/http/ext_authz/ext_authz_filter.h"

#include <algorithm>
#include <utility>

#include "proxy/upstream/cluster.h"

namespace orrery::filters::ext_authz {

using message::HeaderEntry;
using message::HeaderId;
using message::HeaderMap;

namespace {

constexpr std::string_view kMetadataNamespace = "envoy.filters.http.ext_authz";

class Factory final : public http::FilterFactory {
 public:
  Factory(const ExtAuthzConfig& config, const upstream::RouterStats& stats, const http::FilterWorker& worker)
      : config_(config), client_(worker.clusters, stats, worker.ownAddress), clusters_(worker.clusters) {}
  void addFilters(http::FilterChainBuilder& builder) override {
    http::addFilterTo(builder, *builder.arena().make<ExtAuthzFilter>(config_, client_, clusters_));
  }

 private:
  const ExtAuthzConfig& config_;
  upstream::AsyncClient client_;
  upstream::ClusterManager& clusters_;
};

}  // namespace

ExtAuthzConfig::ExtAuthzConfig(const ExtAuthzOptions& o, const http::PlanInputs& inputs)
    : options(o), name(inputs.filterName) {
  const std::string prefix = inputs.prefix() + "ext_authz." + (o.statPrefix.empty() ? "" : o.statPrefix + ".");
  ok = inputs.layout.counter(prefix + "ok");
  denied = inputs.layout.counter(prefix + "denied");
  error = inputs.layout.counter(prefix + "error");
  disabled = inputs.layout.counter(prefix + "disabled");
  failureModeAllowed = inputs.layout.counter(prefix + "failure_mode_allowed");
  invalid = inputs.layout.counter(prefix + "invalid");
  ignoredMetadata = inputs.layout.counter(prefix + "ignored_dynamic_metadata");
  shadowDenied = inputs.layout.counter(prefix + "shadow_denied");
  shadowError = inputs.layout.counter(prefix + "shadow_error");
  responseLimitsReached = inputs.layout.counter(prefix + "response_header_limits_reached");
  nameCollision = inputs.layout.counter(prefix + "filter_state_name_collision");
  // Of what the filter does not do here; the names are there, as in Envoy.
  for (const char* other : {"omitted_response_headers", "request_header_limits_reached"}) {
    inputs.layout.counter(prefix + other);
  }
}

std::unique_ptr<http::FilterFactory> ExtAuthzPlan::newFactory(const http::FilterWorker& worker) const {
  return std::make_unique<Factory>(config_, asyncStats_, worker);
}

bool ExtAuthzFilter::isEnabled() {
  const ExtAuthzOptions& options = config_.options;
  net::Worker& worker = decoder_->worker();
  if (options.filterEnabled && !match::enabled(*options.filterEnabled, *worker.runtime, worker.random->bits())) {
    return false;
  }
  return !options.filterEnabledMetadata ||
         route::matches(*options.filterEnabledMetadata, decoder_->streamInfo().metadata.get());
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
    if (config_.options.shadow) {
      decoder_->worker().stats.add(config_.shadowDenied);
      return http::FilterHeadersStatus::kContinue;
    }
    refuse();
    return http::FilterHeadersStatus::kStopIteration;
  }
  service_ = ofRoute != nullptr && ofRoute->service ? &*ofRoute->service : &config_.options.service;
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
  state_ = State::kAsking;
  askedAt_ = decoder_->worker().dispatcher.now();
  makeRecord();
  if (service_->cluster.index == route::kUnknownCluster) {
    fail();
    return;
  }
  const buffer::Buffer* held = bodyOptions_ != nullptr ? decoder_->decodingBuffer() : nullptr;
  const size_t whole = held != nullptr ? held->size() : 0;
  const size_t shown = bodyOptions_ != nullptr ? std::min<size_t>(whole, bodyOptions_->maxBytes) : 0;
  HeaderMap question(decoder_->arena());
  writeQuestion(config_.options, *service_, *headers_, shown, whole, decoder_->streamInfo(), question);
  const upstream::AsyncOptions how{.timeout = service_->timeout,
                                   .retry = service_->retry ? &*service_->retry : nullptr};
  question_ = &client_.start(service_->cluster.index, question, shown == 0, how, this);
  if (shown == 0) return;
  buffer::Buffer body(decoder_->worker().blocks);
  body.append(held->toString().substr(0, shown));
  question_->sendData(body, true);
}

void ExtAuthzFilter::onAsyncResponse(HeaderMap& headers, buffer::Buffer& body) {
  question_ = nullptr;
  noteAnswered();
  Verdict verdict = readAnswer(*service_, headers);
  if (config_.options.rules && !applyRules(*config_.options.rules, verdict)) {
    reject();
    return;
  }
  switch (verdict.kind) {
    case Verdict::Kind::kAllowed: allow(verdict); return;
    case Verdict::Kind::kDenied: deny(verdict, body); return;
    case Verdict::Kind::kError: fail(); return;
  }
}

void ExtAuthzFilter::allow(const Verdict& verdict) {
  Arena& arena = decoder_->arena();
  changeRequest(verdict);
  if (!verdict.toClient.empty()) {
    toClient_ = arena.make<HeaderMap>(arena);
    for (const HeaderEntry& entry : verdict.toClient) {
      toClient_->addReference(arena.copy(entry.name), entry.id, arena.copy(entry.value));
    }
  }
  noteMetadata(verdict);
  count(config_.ok, "ok");
  goOn();
}

void ExtAuthzFilter::changeRequest(const Verdict& verdict) {
  Arena& arena = decoder_->arena();
  // The host of a request is its authority.
  constexpr std::string_view kHost = "host";
  const auto add = [&](const HeaderEntry& entry) {
    if (entry.name == kHost) {
      const std::string_view known = headers_->authority();
      const std::string_view host = arena.copy(entry.value);
      headers_->setReference(HeaderId::kAuthority, known.empty() ? host : arena.join({known, ",", host}));
    } else {
      headers_->addReference(arena.copy(entry.name), entry.id, arena.copy(entry.value));
    }
  };
  const std::vector<std::string>& names = config_.options.clearRouteCacheHeaders;
  const bool matters = names.empty() ? verdict.changesRequest()
                                     : std::ranges::any_of(names, [&](const auto& n) { return verdict.changes(n); });
  if (config_.options.clearRouteCache && matters) decoder_->clearRouteCache();
  for (const HeaderEntry& entry : verdict.toUpstream) {
    if (entry.name == kHost) headers_->setReference(HeaderId::kAuthority, {});
    headers_->remove(entry.name);
  }
  for (const HeaderEntry& entry : verdict.toUpstream) add(entry);
  for (const HeaderEntry& entry : verdict.appendToUpstream) add(entry);
  for (const std::string& name : verdict.removeFromUpstream) {
    // Without these it would be no request any more.
    if (!name.starts_with(':') && name != "host") headers_->remove(name);
  }
}

void ExtAuthzFilter::goOn() {
  state_ = State::kDone;
  decoder_->continueDecoding();
}

void ExtAuthzFilter::reject() {
  decoder_->worker().stats.add(config_.invalid);
  decoder_->streamInfo().flags.set(stream_info::ResponseFlag::kUnauthorizedExternalService);
  state_ = State::kDone;
  decoder_->sendLocalReply({.status = 500, .body = {}, .details = "ext_authz_invalid"});
}

void ExtAuthzFilter::deny(const Verdict& verdict, buffer::Buffer& body) {
  noteMetadata(verdict);
  count(config_.denied, "denied");
  if (upstream::Cluster* cluster = destination(); cluster != nullptr && config_.options.chargeCluster) {
    cluster->stats().all.charge(decoder_->worker().stats, verdict.status);
    cluster->stats().internal.charge(decoder_->worker().stats, verdict.status);
  }
  if (config_.options.shadow) {
    decoder_->worker().stats.add(config_.shadowDenied);
    goOn();
    return;
  }
  decoder_->streamInfo().flags.set(stream_info::ResponseFlag::kUnauthorizedExternalService);
  HeaderMap headers(decoder_->arena());
  for (const HeaderEntry& entry : verdict.toClient) {
    headers.addReference(decoder_->arena().copy(entry.name), entry.id, decoder_->arena().copy(entry.value));
  }
  state_ = State::kDone;
  std::string text = body.toString();
  const uint32_t most = config_.options.maxDeniedBody;
  if (most > 0 && text.size() > most) text.resize(most);
  decoder_->sendLocalReply(
      {.status = verdict.status, .body = text, .details = "ext_authz_denied", .headers = &headers});
}

void ExtAuthzFilter::fail() {
  question_ = nullptr;
  noteAnswered();
  net::Worker& worker = decoder_->worker();
  count(config_.error, "error");
  const bool waiting = std::exchange(state_, State::kDone) == State::kAsking;
  if (config_.options.shadow) {
    worker.stats.add(config_.shadowError);
  } else if (!config_.options.failureModeAllow) {
    refuse();
    return;
  } else {
    count(config_.failureModeAllowed, "failure_mode_allowed");
    if (config_.options.failureModeAllowHeader) {
      headers_->addReference("x-envoy-auth-failure-mode-allowed", HeaderId::kOther, "true");
    }
  }
  // Inside our own callbacks the status says it.
  if (waiting && service_->cluster.index != route::kUnknownCluster) decoder_->continueDecoding();
}

upstream::Cluster* ExtAuthzFilter::destination() { return clusters_.find(decoder_->streamInfo().upstreamCluster); }

bool ExtAuthzFilter::isTooLarge(const HeaderMap& response) {
  const stream_info::StreamInfo& info = decoder_->streamInfo();
  upstream::Cluster* const cluster = destination();
  // What the proxy answers by itself has no limit.
  if (cluster == nullptr || info.responseCodeDetails != "via_upstream") return false;
  const upstream::ClusterOptions& options = cluster->info().options;
  const bool http2 = info.upstreamProtocol == stream_info::Protocol::kHttp2;
  const size_t most = http2 ? options.http2.headers.maxCount : options.maxResponseHeadersCount;
  const size_t mostBytes = http2 ? options.http2.headers.maxBytes : size_t{options.maxResponseHeadersKb} * 1024;
  return response.size() > most || response.byteSize() > mostBytes;
}

void ExtAuthzFilter::count(stats::CounterId all, std::string_view outcome) {
  net::Worker& worker = decoder_->worker();
  worker.stats.add(all);
  upstream::Cluster* const cluster = destination();
  if (cluster == nullptr) return;
  const std::string& prefix = config_.options.statPrefix;
  worker.stats.addNamed(cluster->stats().prefix + "ext_authz." + (prefix.empty() ? "" : prefix + ".") +
                        std::string(outcome));
}

void ExtAuthzFilter::refuse() {
  decoder_->streamInfo().flags.set(stream_info::ResponseFlag::kUnauthorizedExternalService);
  decoder_->sendLocalReply({.status = config_.options.statusOnError, .body = {}, .details = "ext_authz_error"});
}

void ExtAuthzFilter::noteMetadata(const Verdict& verdict) {
  if (verdict.metadata.empty()) return;
  if (!config_.options.takeMetadata) {
    decoder_->worker().stats.add(config_.ignoredMetadata);
    return;
  }
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

std::optional<int64_t> CheckRecord::field(std::string_view name) const {
  if (name != "latency_us" || !took) return std::nullopt;
  return took->inMicroseconds();
}

void ExtAuthzFilter::makeRecord() {
  if (!config_.options.keepStats && !config_.options.keepsMetadata) return;
  std::unique_ptr<stream_info::FilterObject>& kept = decoder_->streamInfo().filterState[config_.name];
  if (kept != nullptr) {
    decoder_->worker().stats.add(config_.nameCollision);
    return;
  }
  auto made = std::make_unique<CheckRecord>();
  if (config_.options.keepStats) record_ = made.get();
  kept = std::move(made);
}

void ExtAuthzFilter::noteAnswered() {
  if (record_ != nullptr) record_->took = decoder_->worker().dispatcher.now() - askedAt_;
}

http::FilterHeadersStatus ExtAuthzFilter::encodeHeaders(HeaderMap& headers, bool) {
  if (toClient_ != nullptr) {
    for (const HeaderEntry& entry : *toClient_) headers.addReference(entry.name, entry.id, entry.value);
    if (config_.options.enforceResponseLimits && isTooLarge(headers)) {
      decoder_->worker().stats.add(config_.responseLimitsReached);
      decoder_->streamInfo().flags.set(stream_info::ResponseFlag::kUnauthorizedExternalService);
      toClient_ = nullptr;
      decoder_->sendLocalReply({.status = 500, .body = {}, .details = "ext_authz_invalid"});
      return http::FilterHeadersStatus::kStopIteration;
    }
  }
  return http::FilterHeadersStatus::kContinue;
}

void ExtAuthzFilter::onDestroy() {
  state_ = State::kDone;
  if (question_ != nullptr) std::exchange(question_, nullptr)->cancel();
}

}  // namespace orrery::filters::ext_authz
