#pragma once

#include <optional>
#include <vector>

#include "sim/net/forwarder.h"

namespace orrery::sim {

class Host;
class Net;

struct TranslatorOptions {
  Duration forgetsAfter;  // an unused connection; zero: never
  Unknown unknown = Unknown::kDrop;
};

// A box that rewrites addresses and remembers for whom. Hosts whose traffic must pass it have it as their gateway
// (Net::setGateway). The ledger learns the other name of each connection.
class Translator : public Forwarder {
 public:
  void forward(Segment* segment) final;
  std::optional<Ends> otherView(const Ends& ends) final;

 protected:
  Translator(Net& net, Host& host, const TranslatorOptions& options);

  // A SYN, or a datagram, of nothing known: the outside ends of the new connection, or nothing (it is unknown).
  virtual std::optional<Ends> open(const Ends& inside) = 0;
  bool known(const Ends& ends);
  Host& host() const { return host_; }

 private:
  void refuse(Segment* segment);

  Net& net_;
  Host& host_;
  TranslatorOptions options_;
  ConnTrack track_;
};

// Source address translation: connections of the hosts behind it seem to come from its own address, each from a port of its
// own. Nobody outside can open one.
class Nat final : public Translator {
 public:
  Nat(Net& net, Host& host, Host& inside, const TranslatorOptions& options)
      : Translator(net, host, options), inside_(inside) {}

 private:
  std::optional<Ends> open(const Ends& inside) override;

  Host& inside_;
  uint16_t nextPort_ = kFirstPort;
  static constexpr uint16_t kFirstPort = 32'768;
  static constexpr uint16_t kLastPort = 60'999;
};

// A balancer of connections (as IPVS does it with address translation): what is opened to its address goes to one of its
// hosts after the other, port for port. It does not look whether they live.
class Balancer final : public Translator {
 public:
  Balancer(Net& net, Host& host, std::vector<Host*> backends, const TranslatorOptions& options)
      : Translator(net, host, options), backends_(std::move(backends)) {}

 private:
  std::optional<Ends> open(const Ends& inside) override;

  std::vector<Host*> backends_;
  size_t next_ = 0;
};

}  // namespace orrery::sim
