#include "proxy/upstream/http1_pool.h"

#include "proxy/upstream/cluster.h"
#include "proxy/upstream/http1_client.h"

namespace orrery::upstream {

Http1Pool::Http1Pool(Cluster& cluster, uint32_t host)
    : cluster_(cluster),
      host_(host),
      coolTask_(Delegate<void()>::to<&Http1Pool::coolDown>(this)),
      serveTask_(Delegate<void()>::to<&Http1Pool::servePending>(this)) {}

Http1Pool::~Http1Pool() { ORRERY_ASSERT(clients_ == 0 && pendingCount_ == 0, "the pool was shut down first"); }

Http1Pool::Acquired Http1Pool::acquire(StreamSeeker& seeker) {
  if (shutDown_) return {nullptr, true, false};
  const auto take = [&](Http1Client& client) {
    UpstreamStream* stream = attach(client, seeker);
    return Acquired{stream, stream == nullptr, true};
  };
  Http1Client* ready = ready_.front();
  if (ready != nullptr && pendingCount_ == 0) return take(*ready);
  Breakers& breakers = cluster_.breakers();
  stats::Block& stats = cluster_.worker().stats;
  if (breakers.pendingRequests.load() >= breakers.limits.maxPendingRequests) {
    // Without room in the queue whatever is free is taken at once, as Envoy would.
    if (ready != nullptr) return take(*ready);
    if (Http1Client* cooling = cooling_.front()) return take(*cooling);
    stats.add(cluster_.stats().upstream_rq_pending_overflow);
    return {nullptr, true, false};
  }
  breakers.pendingRequests.fetchAdd(1);
  stats.add(cluster_.stats().upstream_rq_pending_total);
  stats.increment(cluster_.stats().upstream_rq_pending_active);
  cluster_.hostStats(host_).rqPendingActive.add();
  pending_.pushBack(seeker);
  ++pendingCount_;
  tryCreateConnections();
  return {};
}

void Http1Pool::cancel(StreamSeeker& seeker) {
  dequeue(seeker);
  cluster_.worker().stats.add(cluster_.stats().upstream_rq_cancelled);
}

void Http1Pool::dequeue(StreamSeeker& seeker) {
  ORRERY_ASSERT(seeker.linked(), "only who waits can leave the queue");
  seeker.unlink();
  --pendingCount_;
  cluster_.breakers().pendingRequests.fetchSub(1);
  cluster_.worker().stats.decrement(cluster_.stats().upstream_rq_pending_active);
  cluster_.hostStats(host_).rqPendingActive.sub();
}

UpstreamStream* Http1Pool::attach(Http1Client& client, StreamSeeker& seeker) {
  Breakers& breakers = cluster_.breakers();
  stats::Block& stats = cluster_.worker().stats;
  if (breakers.requests.load() >= breakers.limits.maxRequests) {
    stats.add(cluster_.stats().upstream_rq_active_overflow);
    return nullptr;
  }
  breakers.requests.fetchAdd(1);
  stats.add(cluster_.stats().upstream_rq_total);
  stats.increment(cluster_.stats().upstream_rq_active);
  HostStats& host = cluster_.hostStats(host_);
  host.rqTotal.add();
  host.rqActive.add();
  client.unlink();
  busy_.pushFront(client);
  ++busyCount_;
  client.attach(seeker);
  return &client;
}

void Http1Pool::servePending() {
  // Whoever is served may ask again or shut the pool down: look afresh each time.
  while (true) {
    StreamSeeker* seeker = pending_.front();
    Http1Client* client = ready_.front();
    if (seeker == nullptr || client == nullptr) break;
    dequeue(*seeker);
    if (UpstreamStream* stream = attach(*client, *seeker)) {
      seeker->onPoolReady(*stream);
    } else {
      seeker->onPoolFailure(ResetReason::kOverflow, {});
    }
  }
  tryCreateConnections();
}

void Http1Pool::failPending(ResetReason reason, std::string_view transportFailure) {
  // Those who wait now; a retry that comes back at once waits for the next connection.
  pending_.drainEach([&](StreamSeeker& seeker) {
    --pendingCount_;
    cluster_.breakers().pendingRequests.fetchSub(1);
    stats::Block& stats = cluster_.worker().stats;
    stats.decrement(cluster_.stats().upstream_rq_pending_active);
    cluster_.hostStats(host_).rqPendingActive.sub();
    stats.add(cluster_.stats().upstream_rq_pending_failure_eject);
    seeker.onPoolFailure(reason, transportFailure);
  });
}

bool Http1Pool::tryCreateConnection() {
  // Connections that will be free soon are counted on: connecting, cooling, or ready for the queue's next turn.
  if (shutDown_ || pendingCount_ <= clients_ - busyCount_) return false;
  Breakers& breakers = cluster_.breakers();
  const bool allowed = breakers.connections.load() < breakers.limits.maxConnections;
  if (!allowed) cluster_.worker().stats.add(cluster_.stats().upstream_cx_overflow);
  // A pool without any connection always gets one, or who waits in it would wait for ever (Envoy).
  if (!allowed && clients_ > 0) return false;
  breakers.connections.fetchAdd(1);
  ++clients_;
  connecting_.pushFront(*new Http1Client(*this));  // owned by the lists; dies by deferDelete in onClosed()
  return allowed;
}

void Http1Pool::tryCreateConnections() {
  // At most three at a time, as Envoy: a burst is served by its own arrivals.
  for (int i = 0; i < 3 && tryCreateConnection(); ++i) {
  }
}

void Http1Pool::onConnected(Http1Client& client) {
  client.unlink();
  ready_.pushFront(client);
  servePending();
}

void Http1Pool::onStreamEnded(Http1Client& client, bool reusable) {
  cluster_.breakers().requests.fetchSub(1);
  cluster_.worker().stats.decrement(cluster_.stats().upstream_rq_active);
  cluster_.hostStats(host_).rqActive.sub();
  if (!reusable) return;
  client.unlink();
  --busyCount_;
  cooling_.pushFront(client);
  cluster_.worker().dispatcher.schedule(coolTask_);
}

void Http1Pool::onClosed(Http1Client& client, bool failed, bool wasBusy, ResetReason reason,
                         std::string_view transportFailure) {
  client.unlink();
  --clients_;
  if (wasBusy) --busyCount_;
  cluster_.breakers().connections.fetchSub(1);
  cluster_.worker().dispatcher.deferDelete(std::unique_ptr<io::DeferredDeletable>(&client));
  // A connect failure fails everybody who waits: the caller decides what to do with the request (Envoy).
  if (failed) failPending(reason, transportFailure);
  tryCreateConnections();
}

void Http1Pool::coolDown() {
  while (Http1Client* client = cooling_.back()) {
    client->unlink();
    client->noteCooled();
    ready_.pushFront(*client);
  }
  if (pendingCount_ > 0) cluster_.worker().dispatcher.scheduleNext(serveTask_);
}

void Http1Pool::shutdown() {
  if (shutDown_) return;
  shutDown_ = true;
  for (auto* list : {&ready_, &cooling_, &busy_, &connecting_}) {
    while (Http1Client* client = list->front()) client->shutDown();
  }
  failPending(ResetReason::kLocalConnectionFailure, {});
}

}  // namespace orrery::upstream
