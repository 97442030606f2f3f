#include "sim/ledger/ledger.h"

#include "proxy/base/hash.h"
#include "sim/core/race_detector.h"

namespace orrery::sim {

size_t Ledger::PairHash::operator()(const Pair& p) const { return hashCombine(p.client, p.server); }

ConnectionRecord* Ledger::findConnection(Endpoint client, Endpoint server) {
  const SimulatorCode scope;
  const auto it = youngest_.find(Pair{client.packed(), server.packed()});
  if (it == youngest_.end() || !connections.has(it->second)) return nullptr;
  return &connections.at(it->second);
}

ConnectionRecord& Ledger::addConnection(Endpoint client, Endpoint server, TimePoint at) {
  ++namings_;
  ConnectionRecord& record = connections.add();
  record.clientAddress = client;
  record.serverAddress = server;
  record.synAt = at;
  youngest_[Pair{client.packed(), server.packed()}] = record.id;
  return record;
}

void Ledger::addName(Endpoint client, Endpoint server, Endpoint otherClient, Endpoint otherServer) {
  ++namings_;
  const auto it = youngest_.find(Pair{client.packed(), server.packed()});
  if (it != youngest_.end()) youngest_[Pair{otherClient.packed(), otherServer.packed()}] = it->second;
}

void Ledger::markRaw(uint64_t connection) {
  const SimulatorCode scope;  // both of its ends do
  if (connections.has(connection)) connections.at(connection).raw = true;
}

void Ledger::markMultiplexed(uint64_t connection) {
  const SimulatorCode scope;
  if (connections.has(connection)) connections.at(connection).multiplexed = true;
}

void Ledger::clear() {
  connections.clear();
  requests.clear();
  attempts.clear();
  tunnels.clear();
  failedConnects.clear();
  youngest_.clear();
  namings_ = 0;
}

}  // namespace orrery::sim
