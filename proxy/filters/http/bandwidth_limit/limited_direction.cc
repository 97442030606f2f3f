#include "proxy/filters/http/bandwidth_limit/bandwidth_limit_filter.h"

namespace orrery::filters::bandwidth_limit {

DirectionStats::DirectionStats(stats::Layout& layout, const std::string& prefix)
    : enabled(layout.counter(prefix + "enabled")),
      enforced(layout.counter(prefix + "enforced")),
      incomingTotalSize(layout.counter(prefix + "incoming_total_size")),
      allowedTotalSize(layout.counter(prefix + "allowed_total_size")),
      pending(layout.gauge(prefix + "pending")),
      incomingSize(layout.gauge(prefix + "incoming_size")),
      allowedSize(layout.gauge(prefix + "allowed_size")),
      transferDuration(layout.histogram(prefix + "transfer_duration")) {}

void LimitedDirection::start(net::Worker& worker, const DirectionStats& stats, const BandwidthConfig& config,
                             Allowances& allowances, uint64_t maxBuffered) {
  worker_ = &worker;
  stats_ = &stats;
  slice_ = config.options.fillInterval;
  worker.stats.add(stats.enabled);
  http::StreamRateLimiter::Delegate& delegate = *this;
  limiter_.emplace(worker, io::TimerKind::kRateLimit, delegate, *allowances.at[config.allowance],
                   config.options.fillInterval, maxBuffered);
}

void LimitedDirection::add(buffer::Buffer& data, bool endStream) {
  if (!pending_) {
    pending_ = true;
    firstData_ = worker_->dispatcher.now();
    worker_->stats.increment(stats_->pending);
  }
  worker_->stats.set(stats_->incomingSize, data.size());
  worker_->stats.add(stats_->incomingTotalSize, data.size());
  limiter_->add(data, endStream);
}

bool LimitedDirection::onTrailers() {
  if (limiter_->onTrailers()) return true;
  noteEnd();
  return false;
}

void LimitedDirection::noteSlice(uint64_t bytes, bool waits) {
  worker_->stats.set(stats_->allowedSize, bytes);
  worker_->stats.add(stats_->allowedTotalSize, bytes);
  if (!waits) return;
  worker_->stats.add(stats_->enforced);
  held_ = held_ + slice_;
}

void LimitedDirection::noteEnd() {
  if (!pending_) return;
  took_ = worker_->dispatcher.now() - firstData_;
  worker_->stats.record(stats_->transferDuration, static_cast<uint64_t>(took_.inMilliseconds()));
  finish();
}

void LimitedDirection::finish() {
  if (!pending_) return;
  pending_ = false;
  worker_->stats.decrement(stats_->pending);
}

void LimitedDirection::destroy() {
  if (!limiter_) return;
  limiter_->destroy();
  finish();
}

}  // namespace orrery::filters::bandwidth_limit
