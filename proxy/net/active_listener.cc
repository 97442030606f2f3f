#include "proxy/net/active_listener.h"

#include "proxy/base/assert.h"
#include "proxy/base/mark.h"
#include "proxy/io/dispatcher.h"

namespace orrery::net {

namespace {
ConnectionOptions connectionOptions(const ListenerOptions& options) {
  ConnectionOptions o;
  o.bufferLimit = options.perConnectionBufferLimit;
  return o;
}
}  // namespace

ActiveListener::ActiveListener(Worker& worker, const ListenerOptions& options, const ListenerStats& stats,
                               std::unique_ptr<SessionFactory> factory)
    : worker_(worker),
      options_(options),
      stats_(stats),
      perWorker_(worker.index < stats.workers.size() ? stats.workers[worker.index] : ListenerStats::PerWorker()),
      connectionOptions_(connectionOptions(options)),
      factory_(std::move(factory)) {}

ActiveListener::~ActiveListener() {
  while (Session* session = sessions_.popFront()) delete session;
}

void ActiveListener::listen(std::shared_ptr<io::ListenSocket> socket) {
  listeners_.push_back(worker_.dispatcher.listen(std::move(socket), *this));
}

void ActiveListener::stopListening() { listeners_.clear(); }

void ActiveListener::shutdown() {
  stopListening();
  for (Session* s = sessions_.front(); s != nullptr; s = sessions_.next(*s)) s->closeNow();
}

void ActiveListener::onAccept(std::unique_ptr<io::Stream> stream) {
  const uint64_t id = ++worker_.lastConnectionId;
  worker_.stats.add(stats_.downstream_cx_total);
  worker_.stats.increment(stats_.downstream_cx_active);
  worker_.stats.add(perWorker_.downstream_cx_total);
  worker_.stats.increment(perWorker_.downstream_cx_active);
  ++active_;
  auto connection = Connection::accepted(worker_, std::move(stream), connectionOptions_);
  if (worker_.sink.wantsTrace()) {
    worker_.sink.emit(events::ConnectionAccepted{worker_.index, id, connection->peerAddressText()});
  }
  Session& session = *factory_->newSession(std::move(connection), id, *this).release();
  session.acceptedAt_ = worker_.dispatcher.now();
  sessions_.pushBack(session);
  session.start();
}

void ActiveListener::onAcceptError(io::IoError error) {
  sometimes(Mark::kAcceptFailed);
  worker_.sink.log(events::LogLevel::kError, "listener",
                   std::string(options_.name) + ": accept failed: " + std::string(io::ioErrorText(error)));
}

void ActiveListener::onSessionEnd(Session& session) {
  session.unlink();
  --active_;
  worker_.stats.add(stats_.downstream_cx_destroy);
  worker_.stats.decrement(stats_.downstream_cx_active);
  worker_.stats.decrement(perWorker_.downstream_cx_active);
  const Duration length = worker_.dispatcher.now() - session.acceptedAt_;
  worker_.stats.record(stats_.downstream_cx_length_ms, static_cast<uint64_t>(length.inMilliseconds()));
  worker_.dispatcher.deferDelete(std::unique_ptr<io::DeferredDeletable>(&session));
}

}  // namespace orrery::net
