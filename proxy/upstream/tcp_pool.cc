#include "proxy/upstream/tcp_pool.h"

#include "proxy/upstream/cluster.h"
#include "proxy/upstream/tcp_client.h"

namespace orrery::upstream {

TcpPool::TcpPool(Cluster& cluster, uint32_t host)
    : Pool(cluster, host), serveTask_(Delegate<void()>::to<&TcpPool::serve>(this)) {}

TcpPool::~TcpPool() = default;

Pool::Acquired TcpPool::acquire(StreamSeeker& seeker) {
  if (shutDown()) return {nullptr, true, false};
  if (hasReady()) cluster().worker().dispatcher.schedule(serveTask_);
  return wait(seeker);
}

UpstreamStream* TcpPool::attachReady(StreamSeeker& seeker) {
  cluster().countBegin(host());
  TcpClient& client = *ready_.front();
  client.unlink();
  --waitingClients_;
  busy_.pushFront(client);
  client.attach(seeker);
  return &client;
}

void TcpPool::connect() {
  ++waitingClients_;
  connecting_.pushFront(*new TcpClient(*this));  // owned by the lists; dies by deferDelete
}

void TcpPool::onConnected(TcpClient& client) {
  client.unlink();
  ready_.pushFront(client);
  servePending();
}

void TcpPool::onStreamEnded() { cluster().countEnd(host()); }

void TcpPool::onClosed(TcpClient& client, bool failed, ResetReason reason, std::string_view transportFailure) {
  if (!client.wasUsed()) --waitingClients_;
  client.unlink();
  onClientEnded(client, failed, reason, transportFailure);
}

void TcpPool::closeAll() {
  for (auto* list : {&connecting_, &ready_, &busy_}) {
    while (TcpClient* client = list->front()) client->shutDown();
  }
}

}  // namespace orrery::upstream
