#pragma once

#include <memory>

#include "proxy/base/intrusive_list.h"
#include "proxy/io/listener.h"
#include "proxy/net/listener_options.h"
#include "proxy/net/listener_stats.h"
#include "proxy/net/session.h"

namespace orrery::net {

// One listener on one worker: accepts, makes a session of each connection and owns them.
//
// Lifetime: options, stats, factory and worker outlive it. shutdown() before destruction, so that sessions end by
// deferDelete in the dispatcher's iteration. Threading: its worker. Bounds: accepts all that is pending, as Envoy.
class ActiveListener final : private io::ListenerCallbacks, private SessionOwner {
 public:
  ActiveListener(Worker& worker, const ListenerOptions& options, const ListenerStats& stats,
                 std::unique_ptr<SessionFactory> factory);
  ~ActiveListener();
  ActiveListener(const ActiveListener&) = delete;
  ActiveListener& operator=(const ActiveListener&) = delete;

  // Starts to accept from one more socket (a listener may have several addresses).
  void listen(std::shared_ptr<io::ListenSocket> socket);
  // Accepts no more; connections go on.
  void stopListening();
  // Accepts no more and closes every connection now.
  void shutdown();

  size_t connections() const { return active_; }
  SessionFactory& factory() { return *factory_; }

 private:
  void onAccept(std::unique_ptr<io::Stream> stream) override;
  void onAcceptError(io::IoError error) override;
  void onSessionEnd(Session& session) override;

  Worker& worker_;
  const ListenerOptions& options_;
  const ListenerStats& stats_;
  const ListenerStats::PerWorker perWorker_;
  const ConnectionOptions connectionOptions_;
  std::unique_ptr<SessionFactory> factory_;
  std::vector<std::unique_ptr<io::Listener>> listeners_;
  IntrusiveList<Session> sessions_;  // owned
  size_t active_ = 0;
};

}  // namespace orrery::net
