#include "proxy/upstream/http1_pool.h"

#include "proxy/upstream/cluster.h"
#include "proxy/upstream/http1_client.h"

namespace orrery::upstream {

Http1Pool::Http1Pool(Cluster& cluster, uint32_t host)
    : cluster_(cluster),
      host_(host),
      pending_(cluster, host),
      coolTask_(Delegate<void()>::to<&Http1Pool::coolDown>(this)),
      serveTask_(Delegate<void()>::to<&Http1Pool::servePending>(this)) {}

Http1Pool::~Http1Pool() { ORRERY_ASSERT(clients_ == 0, "the pool was shut down first"); }

Pool::Acquired Http1Pool::acquire(StreamSeeker& seeker) {
  if (shutDown_) return {nullptr, true, false};
  const auto take = [&](Http1Client& client) {
    UpstreamStream* stream = attach(client, seeker);
    return Acquired{stream, stream == nullptr, true};
  };
  Http1Client* ready = ready_.front();
  if (ready != nullptr && pending_.size() == 0) return take(*ready);
  if (pending_.full()) {
    // Without room in the queue whatever is free is taken at once, as Envoy would.
    if (ready != nullptr) return take(*ready);
    if (Http1Client* cooling = cooling_.front()) return take(*cooling);
    cluster_.worker().stats.add(cluster_.stats().upstream_rq_pending_overflow);
    return {nullptr, true, false};
  }
  pending_.push(seeker);
  tryCreateConnections();
  return {};
}

void Http1Pool::cancel(StreamSeeker& seeker) {
  pending_.remove(seeker);
  cluster_.worker().stats.add(cluster_.stats().upstream_rq_cancelled);
}

UpstreamStream* Http1Pool::attach(Http1Client& client, StreamSeeker& seeker) {
  if (!cluster_.beginRequest(host_)) return nullptr;
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
    pending_.remove(*seeker);
    if (UpstreamStream* stream = attach(*client, *seeker)) {
      seeker->onPoolReady(*stream);
    } else {
      seeker->onPoolFailure(ResetReason::kOverflow, {});
    }
  }
  tryCreateConnections();
}

bool Http1Pool::tryCreateConnection() {
  // Connections that will be free soon are counted on: connecting, cooling, or ready for the queue's next turn.
  if (shutDown_ || pending_.size() <= clients_ - busyCount_) return false;
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
  cluster_.endRequest(host_);
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
  if (failed) pending_.fail(reason, transportFailure);
  tryCreateConnections();
}

void Http1Pool::coolDown() {
  while (Http1Client* client = cooling_.back()) {
    client->unlink();
    client->noteCooled();
    ready_.pushFront(*client);
  }
  if (pending_.size() > 0) cluster_.worker().dispatcher.scheduleNext(serveTask_);
}

void Http1Pool::shutdown() {
  if (shutDown_) return;
  shutDown_ = true;
  for (auto* list : {&ready_, &cooling_, &busy_, &connecting_}) {
    while (Http1Client* client = list->front()) client->shutDown();
  }
  pending_.fail(ResetReason::kLocalConnectionFailure, {});
}

}  // namespace orrery::upstream
