#include "proxy/upstream/http2_pool.h"

#include "proxy/upstream/cluster.h"
#include "proxy/upstream/http2_client.h"

namespace orrery::upstream {

Http2Pool::Http2Pool(Cluster& cluster, uint32_t host) : Pool(cluster, host) {}

Http2Pool::~Http2Pool() = default;

Pool::Acquired Http2Pool::acquire(StreamSeeker& seeker) {
  if (shutDown()) return {nullptr, true, false};
  if (!hasReady()) return wait(seeker);
  UpstreamStream* const stream = attachReady(seeker);
  return {stream, stream == nullptr, true};
}

UpstreamStream* Http2Pool::attachReady(StreamSeeker& seeker) {
  if (!cluster().beginRequest(host())) return nullptr;
  Http2Client& client = *ready_.front();
  UpstreamStream& stream = client.attach(seeker);
  if (!client.hasRoom()) place(client);
  return &stream;
}

void Http2Pool::place(Http2Client& client) {
  client.unlink();
  (client.hasRoom() ? ready_ : full_).pushFront(client);
}

void Http2Pool::connect() {
  auto* const client = new Http2Client(*this);  // owned by the lists; dies by deferDelete
  connectingRoom_ += client->expectedRoom();
  connecting_.pushFront(*client);
}

void Http2Pool::onConnected(Http2Client& client) {
  connectingRoom_ -= client.expectedRoom();
  onRoomChanged(client);
}

void Http2Pool::onRoomChanged(Http2Client& client) {
  place(client);
  servePending();
}

void Http2Pool::onClosed(Http2Client& client, bool failed, ResetReason reason, std::string_view transportFailure) {
  if (failed) connectingRoom_ -= client.expectedRoom();
  client.unlink();
  onClientEnded(client, failed, reason, transportFailure);
}

void Http2Pool::closeAll() {
  for (auto* list : {&ready_, &full_, &connecting_}) {
    while (Http2Client* client = list->front()) client->shutDown();
  }
}

}  // namespace orrery::upstream
