#include "proxy/upstream/pending_queue.h"

#include "proxy/base/assert.h"
#include "proxy/upstream/cluster.h"

namespace orrery::upstream {

PendingQueue::~PendingQueue() { ORRERY_ASSERT(size_ == 0, "the pool was shut down first"); }

bool PendingQueue::full() const {
  Breakers& breakers = cluster_.breakers();
  return breakers.pendingRequests.load() >= breakers.limits.maxPendingRequests;
}

void PendingQueue::push(StreamSeeker& seeker) {
  stats::Block& stats = cluster_.worker().stats;
  cluster_.breakers().pendingRequests.fetchAdd(1);
  stats.add(cluster_.stats().upstream_rq_pending_total);
  stats.increment(cluster_.stats().upstream_rq_pending_active);
  cluster_.hostStats(host_).rqPendingActive.add();
  seekers_.pushBack(seeker);
  ++size_;
}

void PendingQueue::countRemoved() {
  --size_;
  cluster_.breakers().pendingRequests.fetchSub(1);
  cluster_.worker().stats.decrement(cluster_.stats().upstream_rq_pending_active);
  cluster_.hostStats(host_).rqPendingActive.sub();
}

void PendingQueue::remove(StreamSeeker& seeker) {
  ORRERY_ASSERT(seeker.linked(), "only who waits can leave the queue");
  seeker.unlink();
  countRemoved();
}

void PendingQueue::fail(ResetReason reason, std::string_view transportFailure) {
  seekers_.drainEach([&](StreamSeeker& seeker) {
    countRemoved();
    cluster_.worker().stats.add(cluster_.stats().upstream_rq_pending_failure_eject);
    seeker.onPoolFailure(reason, transportFailure);
  });
}

}  // namespace orrery::upstream
