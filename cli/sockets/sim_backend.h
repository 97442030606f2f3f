#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/sockets/backend.h"
#include "sim/net/inet_socket.h"
#include "sim/net/net.h"

namespace orrery::sockets {

// Scripts on the simulated kernel: hosts 127.0.0.2 and fd00::2, 127.0.0.3 and fd00::3 ... on links of one nanosecond. Lifetime, threading: Backend's.
class SimBackend final : public Backend {
 public:
  explicit SimBackend(const std::vector<std::string>& hosts);
  ~SimBackend() override;

  Outcome carryOut(const Operation& operation) override;
  void settle() override;
  bool settled() override {
    settle();
    return true;
  }

  sim::Net& net() { return net_; }

 private:
  // Of bind and connect.
  sim::Endpoint address(const sim::InetSocket& socket, const Operation& operation) const;
  Outcome onSocket(sim::InetSocket& socket, const Operation& operation);
  Outcome accept(sim::InetSocket& listener, const std::string& as);
  Outcome write(sim::InetSocket& socket, const Operation& operation);

  sim::Pools pools_;
  sim::NetPools netPools_;
  sim::Ledger ledger_;
  sim::Run run_;
  sim::Net net_;
  std::map<std::string, std::unique_ptr<sim::InetSocket>> sockets_;  // by label
  std::map<std::string, uint64_t> written_;                          // likewise
};

}  // namespace orrery::sockets
