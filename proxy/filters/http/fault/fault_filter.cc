#include "proxy/filters/http/fault/fault_filter.h"

#include <algorithm>

#include "proxy/base/ascii.h"

namespace orrery::filters::fault {

using http::FilterHeadersStatus;
using message::HeaderId;
using message::HeaderMap;
using message::HeaderName;
using stream_info::ResponseFlag;

namespace {

const HeaderName kDelay("x-envoy-fault-delay-request");
const HeaderName kDelayPercent("x-envoy-fault-delay-request-percentage");
const HeaderName kAbort("x-envoy-fault-abort-request");
const HeaderName kAbortGrpc("x-envoy-fault-abort-grpc-request");
const HeaderName kAbortPercent("x-envoy-fault-abort-request-percentage");
const HeaderName kThroughput("x-envoy-fault-throughput-response");
const HeaderName kThroughputPercent("x-envoy-fault-throughput-response-percentage");
constexpr Duration kSlice = Duration::milliseconds(50);

}  // namespace

FaultConfig::FaultConfig(const FaultOptions& o, const http::PlanInputs& inputs)
    : options(o), name(inputs.filterName), prefix(inputs.prefix() + "fault.") {
  abortsInjected = inputs.layout.counter(prefix + "aborts_injected");
  delaysInjected = inputs.layout.counter(prefix + "delays_injected");
  faultsOverflow = inputs.layout.counter(prefix + "faults_overflow");
  responseRlInjected = inputs.layout.counter(prefix + "response_rl_injected");
  activeFaults = inputs.layout.gauge(prefix + "active_faults");
}

std::unique_ptr<http::FilterFactory> FaultPlan::newFactory(const http::FilterWorker& worker) const {
  return http::factoryOf<FaultFilter>(config_, worker.worker, static_cast<ActiveFaults&>(*worker.shared));
}

FilterHeadersStatus FaultFilter::decodeHeaders(HeaderMap& headers, bool) {
  const auto* ofRoute = static_cast<const FaultOptions*>(decoder_->routeSetting());
  options_ = ofRoute != nullptr ? ofRoute : &config_.options;
  headers_ = &headers;
  if (!concerns(headers)) return FilterHeadersStatus::kContinue;
  downstreamCluster_ = headers.get(HeaderId::kEnvoyDownstreamServiceCluster);
  limitResponse(headers);
  if (const auto duration = delay(headers); duration && begin()) {
    delayTimer_.emplace(worker_.dispatcher, io::TimerKind::kFault,
                        orrery::Delegate<void()>::to<&FaultFilter::onDelayEnd>(this));
    delayTimer_->arm(*duration);
    note(config_.delaysInjected, "delays_injected");
    decoder_->streamInfo().flags.set(ResponseFlag::kDelayInjected);
    return FilterHeadersStatus::kStopAllIterationAndWatermark;
  }
  return abort(headers) ? FilterHeadersStatus::kStopIteration : FilterHeadersStatus::kContinue;
}

// Whether this request is one that faults are for.
bool FaultFilter::concerns(const HeaderMap& headers) const {
  if (!options_->upstreamCluster.empty()) {
    if (decoder_->streamInfo().upstreamCluster != options_->upstreamCluster) return false;
  }
  if (!match::matchesAll(options_->headers, headers)) return false;
  if (options_->downstreamNodes.empty()) return true;
  const std::string_view node = headers.get(HeaderId::kEnvoyDownstreamServiceNode);
  return std::ranges::find(options_->downstreamNodes, node) != options_->downstreamNodes.end();
}

// `ofCluster`: the key's end where the request names its downstream cluster, "fault.http.<cluster>.<ofCluster>".
bool FaultFilter::drawn(match::FractionalPercent percent, std::string_view percentHeader, const std::string& key,
                        std::string_view ofCluster, const HeaderMap& headers) const {
  // A header may lower the share, not raise it.
  if (!percentHeader.empty()) {
    if (const auto wanted = parseDecimal(headers.get(HeaderName(percentHeader)))) {
      percent.numerator = static_cast<uint32_t>(std::min<uint64_t>(*wanted, percent.numerator));
    }
  }
  match::RuntimeFraction fraction{percent, key};
  if (!downstreamCluster_.empty() && !ofCluster.empty()) {
    fraction.runtimeKey = "fault.http." + std::string(downstreamCluster_) + "." + std::string(ofCluster);
  }
  if (worker_.runtime->text(fraction.runtimeKey) == nullptr) {
    if (percent.numerator == 0) return false;
    if (percent.numerator >= percent.denominator) return true;
  }
  return match::enabled(fraction, *worker_.runtime, worker_.random->bits());
}

uint64_t FaultFilter::runtimeValue(const std::string& key, std::string_view ofCluster, uint64_t otherwise) const {
  const uint64_t value = worker_.runtime->integer(key, otherwise);
  if (downstreamCluster_.empty()) return value;
  return worker_.runtime->integer("fault.http." + std::string(downstreamCluster_) + "." + std::string(ofCluster),
                                  value);
}

std::optional<Duration> FaultFilter::delay(const HeaderMap& headers) const {
  if (!options_->delay) return std::nullopt;
  const FaultOptions::Delay& d = *options_->delay;
  const bool byHeader = !d.fixed;
  if (!drawn(d.percentage, byHeader ? kDelayPercent.text() : std::string_view(), options_->delayPercentKey,
             "delay.fixed_delay_percent", headers)) {
    return std::nullopt;
  }
  constexpr uint64_t kMostMilliseconds = uint64_t{100} * 366 * 24 * 3600 * 1000;
  uint64_t ms = 0;
  if (byHeader) {
    const auto wanted = parseDecimal(headers.get(kDelay));
    if (!wanted) return std::nullopt;
    ms = *wanted;
  } else {
    ms = static_cast<uint64_t>(d.fixed->inMilliseconds());
  }
  ms = std::min(runtimeValue(options_->delayDurationKey, "delay.fixed_duration_ms", ms), kMostMilliseconds);
  if (ms == 0) return std::nullopt;
  return Duration::milliseconds(static_cast<int64_t>(ms));
}

void FaultFilter::onDelayEnd() {
  if (!abort(*headers_)) decoder_->continueDecoding();
}

bool FaultFilter::abort(const HeaderMap& headers) {
  if (!options_->abort) return false;
  const FaultOptions::Abort& a = *options_->abort;
  if (!drawn(a.percentage, a.byHeader ? kAbortPercent.text() : std::string_view(), options_->abortPercentKey,
             "abort.abort_percent", headers)) {
    return false;
  }
  constexpr uint64_t kUnset = UINT64_MAX;
  const auto valid = [](uint64_t status) { return status >= 200 && status < 600; };
  uint64_t status = a.httpStatus ? *a.httpStatus : kUnset;
  uint64_t grpc = a.grpcStatus ? *a.grpcStatus : kUnset;
  if (a.byHeader) {
    if (const uint64_t wanted = parseDecimal(headers.get(kAbort)).value_or(kUnset); valid(wanted)) status = wanted;
    if (status == kUnset) grpc = parseDecimal(headers.get(kAbortGrpc)).value_or(kUnset);
  }
  if (status != kUnset) {
    const uint64_t wanted = runtimeValue(options_->abortHttpStatusKey, "abort.http_status", status);
    if (valid(wanted)) status = wanted;
  } else if (grpc != kUnset) {
    grpc = runtimeValue(options_->abortGrpcStatusKey, "abort.grpc_status", grpc);
    status = 200;
  } else {
    return false;
  }
  if (!begin()) return false;
  note(config_.abortsInjected, "aborts_injected");
  decoder_->streamInfo().flags.set(ResponseFlag::kFaultInjected);
  http::LocalReply reply{.status = static_cast<uint32_t>(status), .body = a.body, .details = "fault_filter_abort"};
  if (grpc != kUnset) reply.grpcStatus = static_cast<message::GrpcStatus>(grpc);
  decoder_->sendLocalReply(reply);
  return true;
}

void FaultFilter::note(stats::CounterId all, std::string_view kind) {
  worker_.stats.add(all);
  if (!options_->metadata.empty()) decoder_->streamInfo().mergeMetadata(config_.name, options_->metadata);
  if (downstreamCluster_.empty() || !options_->countByDownstreamCluster) return;
  worker_.stats.addNamed(config_.prefix + std::string(downstreamCluster_) + "." + std::string(kind));
}

void FaultFilter::limitResponse(const HeaderMap& headers) {
  if (!options_->rateLimit) return;
  const FaultOptions::RateLimit& limit = *options_->rateLimit;
  const bool byHeader = !limit.kilobytesPerSecond;
  if (!drawn(limit.percentage, byHeader ? kThroughputPercent.text() : std::string_view(), options_->rateLimitPercentKey,
             {}, headers)) {
    return;
  }
  std::optional<uint64_t> rate = limit.kilobytesPerSecond;
  if (byHeader) rate = parseDecimal(headers.get(kThroughput));
  constexpr uint64_t kMostKilobytes = uint64_t{1} << 30;
  if (!rate || *rate == 0 || !begin()) return;
  worker_.stats.add(config_.responseRlInjected);
  allowance_.emplace(std::min(*rate, kMostKilobytes), worker_.dispatcher.now());
  http::StreamRateLimiter::Delegate& delegate = *this;
  limiter_.emplace(worker_, io::TimerKind::kRateLimit, delegate, *allowance_, kSlice, encoder_->encoderBufferLimit());
}

http::FilterDataStatus FaultFilter::encodeData(buffer::Buffer& data, bool endStream) {
  if (!limiter_) return http::FilterDataStatus::kContinue;
  limiter_->add(data, endStream);
  return http::FilterDataStatus::kStopIterationNoBuffer;
}

http::FilterTrailersStatus FaultFilter::encodeTrailers(HeaderMap&) {
  return limiter_ && limiter_->onTrailers() ? http::FilterTrailersStatus::kStopIteration
                                            : http::FilterTrailersStatus::kContinue;
}

// Counts this request among the active faults, once; false: there are too many.
bool FaultFilter::begin() {
  if (counted_) return true;
  const uint64_t most =
      worker_.runtime->integer(options_->maxActiveFaultsKey, options_->maxActiveFaults.value_or(UINT64_MAX));
  if (active_.count.load() >= most) {
    worker_.stats.add(config_.faultsOverflow);
    return false;
  }
  active_.count.fetchAdd(1);
  worker_.stats.increment(config_.activeFaults);
  counted_ = true;
  return true;
}

void FaultFilter::onDestroy() {
  delayTimer_.reset();
  if (limiter_) limiter_->destroy();
  if (!counted_) return;
  active_.count.fetchSub(1);
  worker_.stats.decrement(config_.activeFaults);
}

}  // namespace orrery::filters::fault
