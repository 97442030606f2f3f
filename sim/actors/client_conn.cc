#include "sim/actors/client_conn.h"

#include <utility>

#include "sim/actors/message_text.h"
#include "sim/actors/response_record.h"

namespace orrery::sim {

ClientConn::ClientConn(const ActorEnv& env, Conn::Delegate& delegate, std::function<void()> changed)
    : env_(env), changed_(std::move(changed)), conn_(env.dispatcher, delegate) {}

bool ClientConn::connect(const io::Address& to, std::string_view authority) {
  authority_ = authority;
  io::SocketOptions options;
  if (env_.bindClients) options.bind = env_.address.withPort(0);
  if (!conn_.connect(to, options)) return false;
  begin();
  return true;
}

void ClientConn::noteConnected() {
  if (const ConnectionRecord* c =
          env_.ledger.findConnection(ledgerEndpoint(conn_.localAddress()), ledgerEndpoint(conn_.peerAddress()))) {
    connection_ = c->id;
  }
}

RequestRecord& ClientConn::newRequest(std::string_view method, std::string_view path, SeenResponse* seen) {
  RequestRecord& r = env_.ledger.requests.add();
  r.client = env_.host;
  r.connection = connection_;
  r.indexOnConnection = ++index_;
  r.method = method;
  r.path = path;
  r.startedAt = env_.dispatcher.now();
  if (seen != nullptr) seen->request = r.id;
  return r;
}

RequestRecord& ClientConn::newRequest(const RequestStep& step, SeenResponse* seen) {
  RequestRecord& r = newRequest(step.method, step.path, seen);
  r.requestBodyBytes = step.body.size();
  r.framedByStory = framesItself(step.headers) || !isTarget(step.path);
  env_.observer.onRequestStarted(r, &step, authority_);
  return r;
}

void ClientConn::endUnsent(RequestRecord& record) {
  record.startedAt = kNever;
  const RequestOutcome ofUsed = conn_.broken() ? RequestOutcome::kReset : RequestOutcome::kClosed;
  endRequestRecord(env_, record, conn_.everConnected() ? ofUsed : RequestOutcome::kConnectFailed, nullptr);
}

void ClientConn::close(Ending how) {
  switch (how) {
    case Ending::kNone:
    case Ending::kGoAway:
    case Ending::kResetStream: return;  // an origin's
    case Ending::kHalfClose: conn_.halfClose(); return;
    case Ending::kClose: conn_.close(); break;
    case Ending::kReset: conn_.reset(); break;
  }
  giveUp();
}

}  // namespace orrery::sim
