#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/dns/message.h"
#include "proxy/io/datagram.h"
#include "proxy/io/dispatcher.h"
#include "proxy/io/random.h"
#include "proxy/io/stream.h"
#include "proxy/io/timer.h"

namespace orrery::dns {

// Whom to ask and how patiently: resolv.conf(5).
struct Servers {
  std::vector<io::Address> addresses;
  Duration timeout = Duration::seconds(5);  // of the first round; it doubles with each
  uint32_t rounds = 2;                      // each asks every server once
};

// One question, put to one server after the other until one answers: over UDP from a port and with an id of its own each time
// (RFC 5452), over TCP when the answer does not fit.
//
// Lifetime: dispatcher, random and servers outlive it; destruction cancels. Threading: the dispatcher's. Errors: a name that
// cannot be asked for, and silence of all servers, are kServerFailure; `timedOut` tells the latter. Re-entry: `done` is
// never called before start() returns, and may destroy the exchange. Bounds: a message of 64 KiB.
class Exchange final : private io::DatagramCallbacks, private io::StreamCallbacks {
 public:
  using Done = std::move_only_function<void(Response response, bool timedOut)>;

  Exchange(io::Dispatcher& dispatcher, io::Random& random, const Servers& servers, std::string name, Family family,
           Done done);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Asks servers[first] first.
  void start(size_t first);

 private:
  void attempt();
  void nextAttempt();
  void askByTcp();
  // An answer has come; false: go on listening.
  bool take(std::string_view message, bool byTcp);
  void finish(Response response);
  void onTimeout();
  void onDatagramReady(uint8_t bits) override;
  void onStreamReady(uint8_t bits) override;
  void writeTcp();
  bool readTcp();
  const io::Address& server() const;

  io::Dispatcher& dispatcher_;
  io::Random& random_;
  const Servers& servers_;
  std::string name_;
  Family family_;
  Done done_;
  io::Timer timer_;
  io::Task failLater_;
  std::unique_ptr<io::Datagram> udp_;
  std::unique_ptr<io::Stream> tcp_;
  std::string query_;
  std::string out_;
  std::string in_;
  size_t first_ = 0;
  size_t attempt_ = 0;
  bool timedOut_ = false;  // the last attempt did
};

}  // namespace orrery::dns
