#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/time.h"
#include "sim/core/entity.h"
#include "sim/net/call_rule.h"
#include "sim/net/cpu_cost.h"
#include "sim/net/forwarder.h"
#include "sim/net/tcp.h"
#include "sim/net/udp.h"

namespace orrery::sim {

class LoopWait;
class Net;

// A machine of the simulated network: addresses and a kernel.
// Lifetime: the net's. Threading: the run's.
class Host {
 public:
  Host(Net& net, uint64_t number, std::string_view name, Name label, std::vector<IpAddress> addresses);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  std::string_view name() const { return name_; }
  // From 1, in order of creation.
  uint64_t number() const { return number_; }
  EntityId id() const { return id_; }
  // At least one; the first of a family is the source of what it sends there when nothing else was bound.
  const std::vector<IpAddress>& addresses() const { return addresses_; }
  bool owns(IpAddress ip) const;
  // The source of what is sent to `to`; nothing: it has no address of that family, so no route.
  std::optional<IpAddress> sourceFor(IpAddress to) const;

  Tcp& tcp() { return tcp_; }
  Udp& udp() { return udp_; }
  Net& net() { return net_; }

  // A segment arrives. Takes it.
  void receive(Segment* segment);

  // While down nothing arrives and nothing leaves; sockets stay as they are (a crash without FIN, or a pulled plug).
  void setDown(bool down) { down_ = down; }
  bool down() const { return down_; }

  // A box on the way instead of an end; before anything is sent.
  void setForwarder(std::unique_ptr<Forwarder> forwarder) { forwarder_ = std::move(forwarder); }
  Forwarder* forwarder() const { return forwarder_.get(); }
  // Where all that it sends goes first; null: straight to its receiver.
  void setGateway(Host* gateway) { gateway_ = gateway; }
  Host* gateway() const { return gateway_; }

  // A crash: down, and all that kernel and programs knew is gone; no FIN, no RST. Programs stand still until restart() and
  // then find their sockets reset. Listening sockets are their owners' to close.
  void crash();
  void restart();

  // Its programs stand still (SIGSTOP, a stalled virtual machine); the kernel goes on. Pauses do not nest.
  void pause();
  void resume();
  bool paused() const { return paused_; }

  // How far its wall clock is off.
  Duration wallOffset() const { return wallOffset_; }
  void stepClock(Duration by) { wallOffset_ = wallOffset_ + by; }

  // What its programs' work costs; nothing by default.
  void setCpuCost(const CpuCost& cost) {
    cpuCost_ = cost;
    costly_ = cost.any();
  }
  const CpuCost& cpuCost() const { return cpuCost_; }
  bool costly() const { return costly_; }

  void addCallRule(std::unique_ptr<CallRule> rule) { callRules_.push_back(std::move(rule)); }
  bool callsTroubled() const { return !callRules_.empty(); }
  CallVerdict judgeCall(SocketCall call);

  // Whether the net's tap is to be shown what arrives.
  void setTapped(bool tapped) { tapped_ = tapped; }

  // Of its programs, kept by sim/io: event loops and descriptors.
  void addLoop(LoopWait& loop);
  void removeLoop(LoopWait& loop);
  void descriptorOpened() { ++descriptors_; }
  void descriptorClosed() { --descriptors_; }
  uint64_t descriptors() const { return descriptors_; }

 private:
  Net& net_;
  uint64_t number_;
  std::string name_;
  EntityId id_;
  std::vector<IpAddress> addresses_;
  bool down_ = false;
  bool tapped_ = false;
  bool paused_ = false;
  bool costly_ = false;
  CpuCost cpuCost_;
  std::unique_ptr<Forwarder> forwarder_;
  Host* gateway_ = nullptr;
  Duration wallOffset_;
  std::vector<std::unique_ptr<CallRule>> callRules_;
  std::vector<LoopWait*> loops_;
  uint64_t descriptors_ = 0;
  Tcp tcp_;
  Udp udp_;
};

}  // namespace orrery::sim
