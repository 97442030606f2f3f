#pragma once

#include <cstdint>
#include <vector>

#include "proxy/base/intrusive_list.h"
#include "sim/net/sock_error.h"
#include "sim/net/socket.h"

namespace orrery::sim {

struct ListenParameters {
  uint32_t backlog = 4096;  // net.core.somaxconn of the reference machine
  bool reusePort = true;
  bool reuseAddress = true;
  uint32_t deferAccept = 0;  // TCP_DEFER_ACCEPT, in periods of SYN-ACKs
  SocketParameters accepted;
  // Directions that were shut before listen(2): Linux' connections are born with it, and end theirs as soon as they are established.
  bool shutRead = false;
  bool shutWrite = false;
};

// A bound and listening socket: connections in the making and those that wait to be accepted.
//
// Overflow is Linux': a full accept queue (more than `backlog` waiting) drops SYNs and last ACKs, it refuses nobody.
// Lifetime: its owner's; destruction resets what waits in it (hence drain hands it on, see io::ListenSocket).
class ListeningSocket {
 public:
  ListeningSocket(Tcp& tcp, Endpoint local, const ListenParameters& parameters);
  ~ListeningSocket();
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;

  Endpoint local() const { return local_; }
  const ListenParameters& parameters() const { return parameters_; }
  // listen(2) once more.
  void setBacklog(uint32_t backlog) { parameters_.backlog = backlog; }
  // Options that connections made from now on begin with.
  void setAccepted(const SocketParameters& accepted) {
    parameters_.reuseAddress = accepted.reuseAddress;
    parameters_.reusePort = accepted.reusePort;
    parameters_.accepted = accepted;
  }
  void setDeferAccept(uint32_t periods) { parameters_.deferAccept = periods; }

  // The first that waits, or null. The caller owns it (closes it).
  Socket* accept();
  size_t waiting() const { return waiting_.size(); }
  uint8_t poll() const { return const_cast<IntrusiveList<Socket>&>(waiting_).empty() ? 0 : uint8_t{kPollIn}; }

  // Several event loops may watch one socket; each is told, in the order in which they came.
  void addWatcher(SocketWatcher& watcher) { watchers_.push_back(&watcher); }
  void removeWatcher(SocketWatcher& watcher);

 private:
  friend class Socket;
  friend class Tcp;
  bool full() const { return waitingCount_ > parameters_.backlog; }
  void made(Socket& socket);  // handshake complete
  void gone(Socket& socket);  // ended before it was accepted

  Tcp& tcp_;
  Endpoint local_;
  ListenParameters parameters_;
  IntrusiveList<Socket> making_;
  IntrusiveList<Socket> waiting_;
  size_t waitingCount_ = 0;
  std::vector<SocketWatcher*> watchers_;
};

}  // namespace orrery::sim
