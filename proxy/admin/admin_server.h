#pragma once

#include <memory>

#include "proxy/admin/admin_host.h"
#include "proxy/base/intrusive_list.h"
#include "proxy/io/listener.h"
#include "proxy/net/worker.h"

namespace orrery::admin {

class AdminConnection;

// The admin endpoint: HTTP/1 on the main dispatcher, one request at a time per connection, answered at once.
//
// Lifetime: host and worker (the main thread's) outlive it; destruction, outside of all callbacks, closes its
// connections. Threading: main.
// Bounds: request heads as any listener, bodies are dropped, replies are built whole.
class AdminServer final : private io::ListenerCallbacks {
 public:
  AdminServer(net::Worker& mainWorker, AdminHost& host);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  void listen(std::shared_ptr<io::ListenSocket> socket);

 private:
  friend class AdminConnection;
  void onAccept(std::unique_ptr<io::Stream> stream) override;
  void onAcceptError(io::IoError error) override;

  net::Worker& worker_;
  AdminHost& host_;
  std::unique_ptr<io::Listener> listener_;
  IntrusiveList<AdminConnection> connections_;
};

}  // namespace orrery::admin
