#include "proxy/admin/admin_server.h"

#include "proxy/admin/admin_connection.h"
#include "proxy/io/dispatcher.h"

namespace orrery::admin {

AdminServer::AdminServer(net::Worker& mainWorker, AdminHost& host) : worker_(mainWorker), host_(host) {}

AdminServer::~AdminServer() {
  listener_.reset();
  // Not by deferDelete: the loop may have ended for good, and the worker's memory goes next.
  while (AdminConnection* connection = connections_.popFront()) {
    connection->shutDown();
    delete connection;
  }
}

void AdminServer::listen(std::shared_ptr<io::ListenSocket> socket) {
  listener_ = worker_.dispatcher.listen(std::move(socket), *this);
}

void AdminServer::onAccept(std::unique_ptr<io::Stream> stream) {
  // Owned by the list; ends in deferDelete.
  connections_.pushBack(*new AdminConnection(worker_, host_, std::move(stream)));
}

void AdminServer::onAcceptError(io::IoError error) {
  worker_.sink.log(events::LogLevel::kWarning, "admin", io::ioErrorText(error));
}

}  // namespace orrery::admin
