#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/io/dispatcher.h"
#include "proxy/io/files.h"
#include "proxy/io/network.h"
#include "proxy/io/random.h"
#include "sim/actors/conditions.h"
#include "sim/core/stack_pool.h"
#include "sim/ledger/ledger.h"
#include "sim/ledger/observer.h"

namespace orrery::sim {

// Where hosts are, as actors need it.
struct HostBook {
  struct Target {
    io::Address address;
    std::string authority;  // the host header for requests there
  };
  // Nothing: no such host. Port 0: the proxy's first listener.
  virtual std::optional<Target> find(std::string_view host, uint16_t port) const = 0;

 protected:
  ~HostBook() = default;
};

// What an actor is given: its host's dispatcher and network, the ledger it fills, who watches.
// Lifetime: outlives the actor. Threading: the dispatcher's thread; the ledger is shared by all actors of a run, which
// therefore share one OS thread.
struct ActorEnv {
  std::string_view host;  // name
  io::Dispatcher& dispatcher;
  io::Network& network;
  StackPool& stacks;
  Ledger& ledger;
  ActorObserver& observer;
  const HostBook& hosts;
  // Where the host's sockets are bound.
  io::Address address;
  // Real sockets: an address of 127.0.0.0/8 must be asked for; a simulated host has its own.
  bool bindClients = false;
  // For stories that resolve names or watch files; null: none does.
  io::Random* random = nullptr;
  io::Files* files = nullptr;
  // For stories that begin and end conditions, or wait for them; null: none does.
  Conditions* conditions = nullptr;
};

// The simulated network's name for an address.
inline Endpoint ledgerEndpoint(const io::Address& a) {
  if (a.kind() == io::Address::Kind::kIpv4) return {a.ipv4HostOrder(), a.port()};
  const auto ip = a.kind() == io::Address::Kind::kIpv6 ? IpAddress::fromIpv6(a.ipv6Bytes()) : std::nullopt;
  return ip ? Endpoint(*ip, a.port()) : Endpoint();
}

}  // namespace orrery::sim
