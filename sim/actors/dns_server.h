#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/io/dispatcher.h"
#include "proxy/io/network.h"
#include "proxy/io/timer.h"
#include "sim/actors/dns_wire.h"

namespace orrery::sim {

// A scripted name server, over UDP and TCP (RFC 1035 section 4.2), on proxy/io only: it runs on simulated and on real sockets.
//
// Lifetime: dispatcher and network outlive it; destroyed on the dispatcher's thread, outside its callbacks. Threading: the
// dispatcher's. Bounds: kMaxPending delayed answers, more are not given; a TCP connection asks one question at a time.
class DnsServer final : private io::DatagramCallbacks, private io::ListenerCallbacks {
 public:
  static constexpr size_t kMaxPending = 10'000;

  DnsServer(io::Dispatcher& dispatcher, io::Network& network, DnsZone zone);
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  // Listens; times of the zone count from now. With port 0 UDP chooses one and TCP takes the same.
  Status open(const io::Address& at);
  const io::Address& address() const { return address_; }

  // What it was asked, in order: "A origin.test udp".
  const std::vector<std::string>& asked() const { return asked_; }
  // A record more, from now on.
  void add(DnsRecord record) { zone_.records.push_back(std::move(record)); }
  void addFailure(DnsFailure failure) { zone_.failures.push_back(std::move(failure)); }
  void clearFailures() { zone_.failures.clear(); }

 private:
  class Connection;
  struct Pending;

  void onDatagramReady(uint8_t bits) override;
  void onAccept(std::unique_ptr<io::Stream> stream) override;
  void onAcceptError(io::IoError) override {}

  struct Reply {
    std::string bytes;  // empty: none
    Duration delay;
  };
  Reply answer(std::string_view query, bool udp);
  std::string lookUp(const DnsQuestion& question, bool udp);
  const DnsFailure* failureOf(const DnsQuestion& question);
  bool inForce(Duration begin, Duration end) const;
  void send(std::string bytes, const io::Address& to);
  void later(Duration delay, std::move_only_function<void()> fn);

  io::Dispatcher& dispatcher_;
  io::Network& network_;
  DnsZone zone_;
  std::vector<uint64_t> struck_;  // by failure
  TimePoint began_;
  io::Address address_;
  std::unique_ptr<io::Datagram> udp_;
  std::unique_ptr<io::Listener> tcp_;
  std::list<std::shared_ptr<Connection>> connections_;  // answers under way hold on to them weakly
  std::list<std::unique_ptr<Pending>> pending_;
  std::vector<std::string> asked_;
};

}  // namespace orrery::sim
