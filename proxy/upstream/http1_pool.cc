#include "proxy/upstream/http1_pool.h"

#include "proxy/base/mark.h"
#include "proxy/upstream/cluster.h"
#include "proxy/upstream/http1_client.h"

namespace orrery::upstream {

Http1Pool::Http1Pool(Cluster& cluster, uint32_t host)
    : Pool(cluster, host),
      coolTask_(Delegate<void()>::to<&Http1Pool::coolDown>(this)),
      serveTask_(Delegate<void()>::to<&Http1Pool::serve>(this)) {}

Http1Pool::~Http1Pool() = default;

Pool::Acquired Http1Pool::acquire(StreamSeeker& seeker) {
  if (shutDown()) return {nullptr, true, false};
  const auto take = [&](Http1Client& client) {
    UpstreamStream* const stream = attach(client, seeker);
    return Acquired{stream, stream == nullptr, true};
  };
  // Without room in the queue whatever is free is taken at once, as Envoy would.
  if (Http1Client* ready = ready_.front(); ready != nullptr && (waiting() == 0 || queueFull())) return take(*ready);
  if (Http1Client* cooling = cooling_.front(); cooling != nullptr && queueFull()) {
    sometimes(Mark::kTookCooling);
    return take(*cooling);
  }
  return wait(seeker);
}

UpstreamStream* Http1Pool::attachReady(StreamSeeker& seeker) { return attach(*ready_.front(), seeker); }

UpstreamStream* Http1Pool::attach(Http1Client& client, StreamSeeker& seeker) {
  if (!cluster().beginRequest(host())) return nullptr;
  client.unlink();
  busy_.pushFront(client);
  ++busyCount_;
  client.attach(seeker);
  return &client;
}

void Http1Pool::connect() {
  connecting_.pushFront(*new Http1Client(*this));
}  // owned by the lists; dies by deferDelete

void Http1Pool::onConnected(Http1Client& client) {
  client.unlink();
  ready_.pushFront(client);
  servePending();
}

void Http1Pool::onStreamEnded(Http1Client& client, bool reusable) {
  cluster().endRequest(host());
  if (!reusable) return;
  client.unlink();
  --busyCount_;
  cooling_.pushFront(client);
  cluster().worker().dispatcher.schedule(coolTask_);
}

void Http1Pool::onClosed(Http1Client& client, bool failed, bool wasBusy, ResetReason reason,
                         std::string_view transportFailure) {
  client.unlink();
  if (wasBusy) --busyCount_;
  onClientEnded(client, failed, reason, transportFailure);
}

void Http1Pool::coolDown() {
  while (Http1Client* client = cooling_.back()) {
    client->unlink();
    client->noteCooled();
    ready_.pushFront(*client);
  }
  if (waiting() > 0) cluster().worker().dispatcher.scheduleNext(serveTask_);
}

void Http1Pool::closeAll() {
  for (auto* list : {&ready_, &cooling_, &busy_, &connecting_}) {
    while (Http1Client* client = list->front()) client->shutDown();
  }
}

}  // namespace orrery::upstream
