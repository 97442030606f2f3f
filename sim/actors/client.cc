#include "sim/actors/client.h"

#include <utility>
#include <variant>

#include "sim/actors/http1_client_conn.h"
#include "sim/actors/http2_client_conn.h"

namespace orrery::sim {

Client::Client(const ActorEnv& env, const Story& story, std::function<void()> onDone)
    : Actor(env, story, std::move(onDone)) {
  for (const Step& s : story.steps) {  // stable addresses before anything runs
    if (const auto* r = std::get_if<RequestStep>(&s.kind); r != nullptr && !r->name.empty()) seen_[r->name];
    if (const auto* r = std::get_if<SendRawStep>(&s.kind); r != nullptr && !r->name.empty()) seen_[r->name];
  }
}

Client::~Client() { endFiber(); }

const SeenResponse* Client::seen(const std::string& name) const {
  const auto it = seen_.find(name);
  return it == seen_.end() ? nullptr : &it->second;
}

SeenResponse* Client::seenSlot(const std::string& name) { return name.empty() ? nullptr : &seen_.at(name); }

ClientConn& Client::current() {
  if (current_ == nullptr) current_ = &addConn(false);
  return *current_;
}

ClientConn& Client::addConn(bool http2) {
  auto onChanged = [this] { changed(); };
  if (http2) {
    conns_.push_back(std::make_unique<Http2ClientConn>(env_, std::move(onChanged)));
  } else {
    conns_.push_back(std::make_unique<Http1ClientConn>(env_, std::move(onChanged)));
  }
  return *conns_.back();
}

void Client::changed() {
  facts_.goAways = 0;
  for (const auto& c : conns_) {
    facts_.goAways += c->goAways();
    if (c->endNoted || !c->ended() || !c->conn().everConnected()) continue;
    c->endNoted = true;
    noteEnded(c->conn().peerEndedAt(), c->conn().broken());
  }
  wake();
}

bool Client::step(const Step& s) {
  return std::visit([this](const auto& kind) { return run(kind); }, s.kind);
}

bool Client::run(const ConnectStep& s) {
  const auto target = env_.hosts.find(s.host, s.port);
  if (!target) {
    violation("story", "no host '" + s.host + "'");
    return false;
  }
  current_ = &addConn(s.http2);
  current_->name = s.name;
  Conn& conn = current_->conn();
  if (current_->connect(target->address, target->authority) && !waitUntil([&] { return !conn.connecting(); }))
    return false;
  if (conn.everConnected()) {
    ++facts_.connections;
  } else {
    ++facts_.failedConnects;
  }
  return true;
}

bool Client::run(const UseStep& s) {
  for (const auto& c : conns_) {
    if (c->name == s.connection) current_ = c.get();
  }
  return true;
}

bool Client::run(const RequestStep& s) {
  ClientConn& c = current();
  if (!waitUntil([&] { return c.mayBegin(); })) return false;
  const uint64_t id = c.beginRequest(s, seenSlot(s.name));
  for (uint32_t part = 0; part < s.body.parts; ++part) {
    if (!c.pending(id)) return true;  // answered or cut off already: the rest is not sent
    if (part > 0 && !waitUntil([&] { return !c.pending(id); }, now() + s.body.every)) return false;
    if (c.pending(id)) c.sendBodyPart(s, id, part);
  }
  if (c.pending(id)) c.endRequest(id);
  return !s.wait || waitUntil([&] { return !c.pending(id); });
}

bool Client::run(const LoadStep& s) {
  const auto target = env_.hosts.find(s.host.empty() ? "proxy" : s.host, s.port);
  if (!target) {
    violation("story", "no host '" + s.host + "'");
    return false;
  }
  loads_.push_back(std::make_unique<Load>(env_, s, target->address, target->authority, [this] { changed(); }));
  Load& load = *loads_.back();
  load.start();
  const bool going = waitUntil([&] { return load.done(); });
  facts_.connections += load.connects();
  facts_.failedConnects += load.failedConnects();
  return going;
}

bool Client::run(const CancelStep& s) {
  const uint64_t request = seen_.at(s.name).request;
  for (const auto& c : conns_) {
    if (c->pending(request) && c->cancel(request)) return true;
  }
  if (current().pending(request)) violation("story", "HTTP/1 knows no way to cancel a request: close the connection");
  return true;
}

bool Client::run(const ResolveStep& s) {
  const auto target = env_.hosts.find(s.server, 53);
  if (!target) {
    violation("story", "no host '" + s.server + "'");
    return false;
  }
  const SeenLookup& lookup = lookups_.ask(s, target->address);
  return waitUntil([&] { return lookup.done; });
}

bool Client::run(const WaitForResponseStep& s) {
  ClientConn& c = current();
  if (s.name.empty()) return waitUntil([&] { return c.idle(); }, deadline(s.within));
  const SeenResponse& seen = seen_.at(s.name);
  return waitUntil([&] { return seen.request != 0 && !c.pending(seen.request); }, deadline(s.within));
}

bool Client::run(const SendRawStep& s) {
  std::string bytes = s.bytes;
  for (uint32_t i = 1; i < s.times; ++i) bytes += s.bytes;
  current().sendRaw(bytes, seenSlot(s.name));
  return true;
}

bool Client::run(const ExpectBytesStep& s) {
  ClientConn& c = current();
  Tunnel* const tunnel = c.tunnel();
  if (tunnel == nullptr) {
    violation("story", "a client of HTTP/2 reads frames: bytes come on connections without `with http2`");
    return true;
  }
  bool found = false;
  const bool going = waitUntil(
      [&] {
        found = found || tunnel->take(s.bytes);
        return found || c.ended() || !c.conn().open();
      },
      deadline(s.within));
  if (going && !found) violation("expect", unheard(s.bytes, tunnel->heard()));
  return going;
}

bool Client::run(const KeepOpenStep&) {
  current().conn().stayOpen();
  return true;
}

bool Client::run(const WaitStep& s) {
  if (!sleep(s.duration)) return false;
  current().close(s.then);
  return true;
}

bool Client::run(const WaitForCloseStep& s) {
  ClientConn& c = current();
  const bool going = waitUntil([&] { return c.ended() || !c.conn().open(); }, deadline(s.within));
  if (going && s.expected && !c.ended()) violation("expect", "the proxy did not end the connection in time");
  return going;
}

bool Client::run(const EndStep& s) {
  current().close(s.how);
  return true;
}

bool Client::run(const ConditionStep& s) {
  if (env_.conditions != nullptr) env_.conditions->set(s.name, s.on);
  return true;
}

bool Client::run(const WaitUntilStep& s) { return waitForCondition(s); }

bool Client::run(const ReadingStep& s) {
  Conn& conn = current().conn();
  if (!s.on) {
    conn.setReading(Conn::Reading::kOff);
  } else if (s.bytes > 0) {
    conn.readPaced(s.bytes, s.every);
  } else {
    conn.setReading(Conn::Reading::kOn);
  }
  return true;
}

void Client::finish() {
  for (const auto& c : conns_) c->close(Ending::kClose);
}

void Client::stop() {
  Actor::stop();
  for (const auto& load : loads_) load->stop();
  finish();
}

}  // namespace orrery::sim
