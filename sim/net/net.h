#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/core/run.h"
#include "sim/ledger/ledger.h"
#include "sim/net/host.h"
#include "sim/net/link.h"
#include "sim/net/net_pools.h"
#include "sim/net/net_tap.h"

namespace orrery::sim {

// Hosts and the links between them. Every ordered pair of hosts has a link; it is made when first asked for, with the
// default options unless others were set. A host reaches itself over a link too.
//
// Lifetime: run, pools and ledger outlive it; it outlives all sockets' users. Threading: the run's.
class Net {
 public:
  Net(Run& run, NetPools& pools, Ledger& ledger, const LinkOptions& defaults = {});
  ~Net();
  Net(const Net&) = delete;
  Net& operator=(const Net&) = delete;

  // Names and addresses are unique.
  Host& addHost(std::string_view name, std::vector<IpAddress> addresses);
  // Null: nobody has this address; what is sent there is lost.
  Host* hostOf(IpAddress ip) const;
  Host* hostNamed(std::string_view name) const;
  const std::vector<std::unique_ptr<Host>>& hosts() const { return hosts_; }

  Link& link(Host& from, Host& to);
  // The link that `from` uses towards `to`: that to its gateway if it has one.
  Link& way(Host& from, Host& to) {
    Host* gateway = from.gateway();
    return link(from, gateway == nullptr || gateway == &to ? to : *gateway);
  }
  // Before the link is first used.
  void setLink(Host& from, Host& to, const LinkOptions& options);

  // Ends a connection as a middlebox does that sends RST to both ends; each arrives after its link's latency.
  void resetConnection(const ConnectionRecord& connection);

  // A tap is told of all that is sent and arrives from now on; of what is under way already, when it arrives only.
  void addTap(NetTap& tap);
  void removeTap(NetTap& tap);
  const std::vector<NetTap*>& taps() const { return taps_; }
  // For taps: what a fault did to a host.
  void note(const Host& host, std::string_view what) {
    for (NetTap* tap : taps_) tap->onNote(host, what);
  }

  // Kernels.
  Segment* newSegment();
  // The same segment once more, sharing the payload's memory.
  Segment* copy(const Segment& of);
  void recycle(Segment* segment);
  // The segment is lost at `where`; whoever would notice is told.
  void drop(Segment* segment, EntityId where, std::string_view why);
  // Sends from `from` to the host of segment->to.
  void route(Host& from, Segment* segment);

  Run& run() { return run_; }
  Ledger& ledger() { return ledger_; }
  NetPools& pools() { return pools_; }
  // Segments on all links.
  size_t inFlight() const;

 private:
  void noteTaps();
  void tellLost(const Ends& ends, const Segment& segment);

  struct Address {
    IpAddress ip;
    Host* host;
  };
  Run& run_;
  NetPools& pools_;
  Ledger& ledger_;
  LinkOptions defaults_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<Address> addresses_;
  std::vector<std::vector<std::unique_ptr<Link>>> links_;  // [from][to]
  std::vector<NetTap*> taps_;
};

}  // namespace orrery::sim
