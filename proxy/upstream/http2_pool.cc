#include "proxy/upstream/http2_pool.h"

#include "proxy/upstream/cluster.h"
#include "proxy/upstream/http2_client.h"

namespace orrery::upstream {

Http2Pool::Http2Pool(Cluster& cluster, uint32_t host) : cluster_(cluster), host_(host), pending_(cluster, host) {}

Http2Pool::~Http2Pool() { ORRERY_ASSERT(clients_ == 0, "the pool was shut down first"); }

Pool::Acquired Http2Pool::acquire(StreamSeeker& seeker) {
  if (shutDown_) return {nullptr, true, false};
  if (Http2Client* ready = ready_.front()) {
    UpstreamStream* const stream = attach(*ready, seeker);
    return {stream, stream == nullptr, true};
  }
  if (pending_.full()) {
    cluster_.worker().stats.add(cluster_.stats().upstream_rq_pending_overflow);
    return {nullptr, true, false};
  }
  pending_.push(seeker);
  tryCreateConnections();
  return {};
}

void Http2Pool::cancel(StreamSeeker& seeker) {
  pending_.remove(seeker);
  cluster_.worker().stats.add(cluster_.stats().upstream_rq_cancelled);
}

UpstreamStream* Http2Pool::attach(Http2Client& client, StreamSeeker& seeker) {
  if (!cluster_.beginRequest(host_)) return nullptr;
  UpstreamStream& stream = client.attach(seeker);
  if (!client.hasRoom()) place(client);
  return &stream;
}

void Http2Pool::onStreamEnded() { cluster_.endRequest(host_); }

void Http2Pool::place(Http2Client& client) {
  client.unlink();
  (client.hasRoom() ? ready_ : full_).pushFront(client);
}

void Http2Pool::onConnected(Http2Client& client) {
  connectingRoom_ -= client.expectedRoom();
  onRoomChanged(client);
}

void Http2Pool::onRoomChanged(Http2Client& client) {
  place(client);
  servePending();
}

void Http2Pool::servePending() {
  // Whoever is served may ask again or shut the pool down: look afresh each time.
  while (true) {
    StreamSeeker* const seeker = pending_.front();
    Http2Client* const client = ready_.front();
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

bool Http2Pool::tryCreateConnection() {
  if (shutDown_ || pending_.size() <= connectingRoom_) return false;
  Breakers& breakers = cluster_.breakers();
  const bool allowed = breakers.connections.load() < breakers.limits.maxConnections;
  if (!allowed) cluster_.worker().stats.add(cluster_.stats().upstream_cx_overflow);
  // A pool without any connection always gets one, or who waits in it would wait for ever (Envoy).
  if (!allowed && clients_ > 0) return false;
  breakers.connections.fetchAdd(1);
  ++clients_;
  auto* const client = new Http2Client(*this);  // owned by the lists; dies by deferDelete in onClosed()
  connectingRoom_ += client->expectedRoom();
  connecting_.pushFront(*client);
  return allowed;
}

void Http2Pool::tryCreateConnections() {
  // At most three at a time, as Envoy: a burst is served by its own arrivals.
  for (int i = 0; i < 3 && tryCreateConnection(); ++i) {
  }
}

void Http2Pool::onClosed(Http2Client& client, bool failed, ResetReason reason, std::string_view transportFailure) {
  if (failed) connectingRoom_ -= client.expectedRoom();
  client.unlink();
  --clients_;
  cluster_.breakers().connections.fetchSub(1);
  cluster_.worker().dispatcher.deferDelete(std::unique_ptr<io::DeferredDeletable>(&client));
  // A connect failure fails everybody who waits: the caller decides what to do with the request (Envoy).
  if (failed) pending_.fail(reason, transportFailure);
  tryCreateConnections();
}

void Http2Pool::shutdown() {
  if (shutDown_) return;
  shutDown_ = true;
  for (auto* list : {&ready_, &full_, &connecting_}) {
    while (Http2Client* client = list->front()) client->shutDown();
  }
  pending_.fail(ResetReason::kLocalConnectionFailure, {});
}

}  // namespace orrery::upstream
