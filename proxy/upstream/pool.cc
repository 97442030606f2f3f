#include "proxy/upstream/pool.h"

#include "proxy/base/assert.h"
#include "proxy/base/mark.h"
#include "proxy/upstream/cluster.h"

namespace orrery::upstream {

Pool::Pool(Cluster& cluster, uint32_t host) : cluster_(cluster), host_(host), pending_(cluster, host) {}

Pool::~Pool() { ORRERY_ASSERT(clients_ == 0, "the pool was shut down first"); }

Pool::Acquired Pool::wait(StreamSeeker& seeker) {
  if (pending_.full()) {
    sometimes(Mark::kQueueFull);
    cluster_.worker().stats.add(cluster_.stats().upstream_rq_pending_overflow);
    return {nullptr, true, false};
  }
  pending_.push(seeker);
  tryCreateConnections();
  return {};
}

void Pool::cancel(StreamSeeker& seeker) {
  sometimes(Mark::kGaveUpWaiting);
  pending_.remove(seeker);
  cluster_.worker().stats.add(cluster_.stats().upstream_rq_cancelled);
}

void Pool::servePending() {
  // Whoever is served may ask again or shut the pool down: look afresh each time.
  while (true) {
    StreamSeeker* const seeker = pending_.front();
    if (seeker == nullptr || !hasReady()) break;
    pending_.remove(*seeker);
    if (UpstreamStream* stream = attachReady(*seeker)) {
      seeker->onPoolReady(*stream);
    } else {
      sometimes(Mark::kServedTooLate);
      seeker->onPoolFailure(ResetReason::kOverflow, {});
    }
  }
  tryCreateConnections();
}

bool Pool::tryCreateConnection() {
  if (shutDown_ || pending_.size() <= roomToCome()) return false;
  const bool allowed = cluster_.mayConnect(host_);
  if (!allowed) cluster_.worker().stats.add(cluster_.stats().upstream_cx_overflow);
  // A pool without any connection always gets one, or who waits in it would wait for ever (Envoy).
  if (!allowed && clients_ > 0) return false;
  if (!allowed) sometimes(Mark::kConnectionOverBreaker);
  cluster_.breakers().connections.fetchAdd(1);
  ++clients_;
  connect();
  return allowed;
}

void Pool::tryCreateConnections() {
  // At most three at a time, as Envoy: a burst is served by its own arrivals.
  for (int i = 0; i < 3 && tryCreateConnection(); ++i) {
  }
}

void Pool::onClientEnded(io::DeferredDeletable& client, bool failed, ResetReason reason,
                         std::string_view transportFailure) {
  --clients_;
  cluster_.breakers().connections.fetchSub(1);
  cluster_.worker().dispatcher.deferDelete(std::unique_ptr<io::DeferredDeletable>(&client));
  // A connect failure fails everybody who waits: the caller decides what to do with the request (Envoy).
  if (failed) pending_.fail(reason, transportFailure);
  tryCreateConnections();
  closeIfEmpty();
}

void Pool::closeIfEmpty() {
  if (!open_ || clients_ > 0 || pending_.size() > 0) return;
  open_ = false;
  cluster_.closePool();
}

void Pool::shutdown() {
  if (shutDown_) return;
  shutDown_ = true;
  closeAll();
  pending_.fail(ResetReason::kLocalConnectionFailure, {});
}

}  // namespace orrery::upstream
