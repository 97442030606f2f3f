#pragma once

#include <string>

#include "sim/checks/checks.h"
#include "sim/ledger/body.h"

namespace orrery::sim {

// A run told by hand: records as actors and kernels would have written them, and the proxy's log, right or wrong.
// Client 127.0.1.1 talks to the proxy at 127.0.0.1:10000, the proxy to the origin at 127.0.0.3:8080.
class LedgerStory {
 public:
  LedgerStory() {
    ListenerFacts listener;
    listener.addresses = {kListener};
    listener.streamIdleTimeout = Duration::seconds(300);
    listener.virtualHosts.push_back({{"*"}, {RouteFacts{}}});
    listener.virtualHosts[0].routes[0].path = "/";
    listener.virtualHosts[0].routes[0].timeout = Duration::seconds(15);
    facts.listeners.push_back(listener);
    facts.slack = Duration::seconds(1);
    step.method = "GET";
    step.path = "/";
  }

  static constexpr Endpoint kClient{0x7f000101, 40000};
  static constexpr Endpoint kListener{0x7f000001, 10000};
  static constexpr Endpoint kProxyUp{0x7f000001, 50000};
  static constexpr Endpoint kOrigin{0x7f000003, 8080};

  RouteFacts& route() { return facts.listeners[0].virtualHosts[0].routes[0]; }
  Checks& checks() {
    if (!checks_) checks_.emplace(Checks::Setup{ledger, facts, {kListener.ip()}, [this] { return now; }, {}, {}, true});
    return *checks_;
  }
  LedgerStory& at(int64_t ms) {
    now = TimePoint::fromNanoseconds(ms * 1'000'000);
    return *this;
  }

  // A connection of the client to the proxy, or of the proxy to the origin.
  ConnectionRecord& connection(Endpoint from, Endpoint to) {
    ConnectionRecord& c = ledger.addConnection(from, to, now);
    c.client.establishedAt = c.server.establishedAt = c.acceptedAt = now;
    return c;
  }
  uint64_t downstream() { return connection(kClient, kListener).id; }
  uint64_t upstream() { return connection(kProxyUp, kOrigin).id; }

  RequestRecord& request(uint64_t onConnection, uint64_t index = 1) {
    RequestRecord& r = ledger.requests.add();
    r.client = "client";
    r.connection = onConnection;
    r.indexOnConnection = index;
    r.method = step.method;
    r.path = step.path;
    r.startedAt = r.sentAt = now;
    checks().onRequestStarted(r, &step, "h");
    return r;
  }
  AttemptRecord& attempt(uint64_t request, uint64_t onConnection = 0) {
    AttemptRecord& a = ledger.attempts.add();
    a.request = request;
    a.origin = "origin";
    a.connection = onConnection;
    a.headAt = now;
    a.nonce = a.id;
    a.requestComplete = true;
    checks().onAttempt(a);
    return a;
  }
  void answer(AttemptRecord& a, uint32_t status, uint64_t bytes) {
    a.status = status;
    a.responseStartAt = a.responseEndAt = now;
    a.responseBodyBytes = bytes;
    a.responseBodyHash = patternDigest(a.nonce, bytes);
    a.responseComplete = true;
    checks().onAttemptEnded(a);
  }
  // The client read the attempt's response whole.
  void got(RequestRecord& r, const AttemptRecord& a) {
    r.status = a.status;
    r.responseNonce = a.nonce;
    r.responseBodyBytes = a.responseBodyBytes;
    r.responseBodyHash = a.responseBodyHash;
    ended(r);
  }
  void gotLocal(RequestRecord& r, uint32_t status, uint64_t bytes) {
    r.status = status;
    r.responseBodyBytes = bytes;
    r.responseBodyHash = 1;
    ended(r);
  }
  void ended(RequestRecord& r) {
    r.headAt = r.endedAt = now;
    r.outcome = RequestOutcome::kComplete;
    r.responseComplete = true;
    checks().onRequestEnded(r);
  }
  void lost(RequestRecord& r, RequestOutcome outcome) {
    r.outcome = outcome;
    r.endedAt = now;
    checks().onRequestEnded(r);
  }
  // The proxy's log says so.
  void line(const RequestRecord& r, uint64_t status, std::string_view flags, uint64_t bytes, uint64_t attempts,
            std::string_view details = "") {
    events::RequestFinished e;
    e.connection = 1;
    e.request = r.indexOnConnection;
    e.peer = "127.0.1.1:40000";
    e.status = status;
    e.flags = flags;
    e.details = details;
    e.bytesSent = bytes;
    e.attempts = attempts;
    checks().emit(e);
  }

  // "" or "check: message" of the first thing found.
  std::string found() {
    checks().atRest();
    const auto& all = checks().findings().allBroken();
    return all.empty() ? "" : all[0].check + ": " + all[0].message;
  }

  Ledger ledger;
  ProxyFacts facts;
  RequestStep step;
  TimePoint now;

 private:
  std::optional<Checks> checks_;
};

}  // namespace orrery::sim
