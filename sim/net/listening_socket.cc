#include "sim/net/listening_socket.h"

#include <algorithm>

#include "sim/net/tcp.h"

namespace orrery::sim {

ListeningSocket::ListeningSocket(Tcp& tcp, Endpoint local, const ListenParameters& parameters)
    : tcp_(tcp), local_(local), parameters_(parameters) {
  tcp_.listeners_.push_back(this);
}

ListeningSocket::~ListeningSocket() {
  std::erase(tcp_.listeners_, this);
  // Linux resets what nobody accepted, and forgets what was in the making.
  while (Socket* s = waiting_.popFront()) s->abandon(true);
  while (Socket* s = making_.popFront()) s->abandon(true);
}

Socket* ListeningSocket::accept() {
  Socket* s = waiting_.popFront();
  if (s == nullptr) return nullptr;
  --waitingCount_;
  s->accepted();
  return s;
}

void ListeningSocket::removeWatcher(SocketWatcher& watcher) { std::erase(watchers_, &watcher); }

void ListeningSocket::made(Socket& socket) {
  socket.ListHook<Socket>::unlink();
  waiting_.pushBack(socket);
  ++waitingCount_;
  for (SocketWatcher* w : watchers_) w->onEdge(kPollIn);
}

void ListeningSocket::gone(Socket& socket) { socket.ListHook<Socket>::unlink(); }

}  // namespace orrery::sim
