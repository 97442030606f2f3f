#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/dns/cache.h"
#include "proxy/dns/config.h"
#include "proxy/dns/exchange.h"

namespace orrery::dns {

// Which addresses are wanted: Envoy's DnsLookupFamily (config.cluster.v3.Cluster).
enum class Wanted : uint8_t {
  kV4Only,
  kV6Only,
  kAuto,         // IPv6, and IPv4 only if there is none
  kV4Preferred,  // IPv4, and IPv6 only if there is none
  kAll,          // both, in turn, IPv6 first (RFC 8305 section 4)
};

struct Resolution {
  enum class Outcome : uint8_t {
    kFound,
    kNotFound,  // no such name, or no address of the families wanted
    kFailed,    // no server could tell
    kTimedOut,  // no server said anything
  };
  Outcome outcome = Outcome::kFailed;
  std::vector<io::Address> addresses;  // port 0
  Duration ttl;                        // for how long they may be used; of hosts and literals: a day
};

// A question under way. Destruction cancels.
class Lookup {
 public:
  virtual ~Lookup() = default;
};

// Resolves names: literals, the hosts table, the cache, then the servers, with the search list.
//
// Lifetime: dispatcher and random outlive it; it outlives its lookups. Threading: the dispatcher's. Re-entry: the callback is
// never called before resolve() returns, and may destroy the lookup.
class Resolver {
 public:
  using Callback = std::move_only_function<void(Resolution)>;
  static constexpr size_t kCacheEntries = 1000;

  Resolver(io::Dispatcher& dispatcher, io::Random& random, Config config)
      : dispatcher_(dispatcher), random_(random), config_(std::move(config)), cache_(kCacheEntries) {}
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  std::unique_ptr<Lookup> resolve(const std::string& name, Wanted wanted, Callback callback);

 private:
  class Running;

  io::Dispatcher& dispatcher_;
  io::Random& random_;
  Config config_;
  Cache cache_;
  size_t nextServer_ = 0;  // rotation
};

}  // namespace orrery::dns
