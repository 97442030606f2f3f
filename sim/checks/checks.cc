#include "sim/checks/checks.h"

#include <algorithm>
#include <utility>

#include "sim/checks/cause_rule.h"
#include "sim/checks/pairing.h"
#include "sim/checks/retry_rule.h"
#include "sim/checks/route_of.h"
#include "sim/checks/tunnel_rule.h"
#include "sim/core/race_detector.h"

namespace orrery::sim {

namespace {
// Up to here everything is kept: stories never drop anything, load runs do.
constexpr size_t kKeepOpen = 1024;
// Younger requests are not looked at, and looks are no further apart while nothing is due.
constexpr Duration kYoung = Duration::seconds(1);
constexpr Duration kLookEvery = Duration::seconds(5);
}  // namespace

Checks::Checks(Setup setup)
    : events::Sink(true),
      setup_(std::move(setup)),
      ledger_(setup_.ledger),
      limits_(setup_.facts, ledger_, setup_.proxyAddresses),
      knownPeers_(kKnownPeers) {
  for (const Expectation& e : setup_.claims) {
    if (e.kind == Expectation::Kind::kEndsWithin) promises_.push_back(&e);
  }
}

void Checks::broken(std::string_view check, std::string_view entity, std::string message) {
  findings_.broken(check, entity, setup_.now(), std::move(message));
  if (setup_.onBroken) setup_.onBroken();
}

Checks::HostCounts& Checks::counts(std::string_view host) {
  for (HostCounts& h : hosts_) {
    if (h.name == host) return h;
  }
  return hosts_.emplace_back(HostCounts{std::string(host), 0, 0, 0});
}

void Checks::onStep(std::string_view host, std::string_view text) {
  const SimulatorCode scope;
  if (setup_.onStep) setup_.onStep(host, text);
}

void Checks::onRequestStarted(const RequestRecord& record, const RequestStep* step, std::string_view authority) {
  const SimulatorCode scope;
  book_.add(record, step, authority);
  countersReset_ = countersReset_ || record.path.starts_with("/reset_counters") ||
                   (step == nullptr && listenerFor(record) == nullptr);
}

// Why a request may have got an answer that was not given to it; null: it may not.
const char* Checks::whyAnothersAnswer(const RequestRecord& record, const ListenerFacts* listener) const {
  if (!ledger_.attempts.has(record.responseNonce)) return nullptr;
  const uint64_t answered = ledger_.attempts.at(record.responseNonce).request;
  if (answered == 0 && listener != nullptr && listener->asksServices)
    return "an answer of a service that a filter asked";
  const bool raw = ledger_.connections.has(record.connection) && ledger_.connections.at(record.connection).raw;
  // How many requests those bytes are nobody said: which answer is whose shifts with them.
  return raw && answered != record.id ? "answers on a connection with bytes of the story's own" : nullptr;
}

void Checks::onRequestEnded(const RequestRecord& record) {
  const SimulatorCode scope;
  OpenRequest& r = *book_.find(record.id);
  r.ended = true;
  if (record.connection != 0 && !multiplexed(record)) {
    if (lastEnds_.size() <= record.connection) lastEnds_.resize(record.connection + 1);
    r.turnAt = std::exchange(lastEnds_[record.connection], record.endedAt);
  }
  if (record.startedAt != kNever) longest_ = std::max(longest_, record.endedAt - record.startedAt);
  if (record.outcome == RequestOutcome::kComplete) ++counts(record.client).complete;
  if (record.responseNonce != 0 && ledger_.attempts.has(record.responseNonce) &&
      ledger_.attempts.at(record.responseNonce).raw) {
    findings_.unjudged("pairing", "an answer behind bytes of the story's own");
  } else if (record.responseNonce != 0) {
    const ListenerFacts* listener = listenerFor(record);
    if (const char* why = whyAnothersAnswer(record, listener)) {
      findings_.unjudged("pairing", why);
      judgeIfOver(r);
      return;
    }
    const bool asSent = listener == nullptr || !listener->codesBodies;
    if (!asSent) findings_.unjudged("pairing", "bodies that a filter may code: only whose they are was compared");
    if (std::string wrong = brokenPairing(record, ledger_, asSent); !wrong.empty())
      broken("pairing", record.client, std::move(wrong));
  }
  judgeIfOver(r);
}

void Checks::onAttempt(const AttemptRecord& record) {
  const SimulatorCode scope;
  HostCounts& host = counts(record.origin);
  ++host.attempts;
  OpenRequest* r = book_.find(record.request);
  if (r == nullptr) return judgeLimits(limits_.onAttempt(record, false, setup_.now()));
  r->attempts.push_back(record.id);
  ++r->attemptsRunning;
  uint64_t here = 0;
  for (const uint64_t id : r->attempts) here += ledger_.attempts.at(id).origin == record.origin ? 1 : 0;
  host.mostForOne = std::max(host.mostForOne, here);
  const bool again = r->attempts.size() > 1;
  const ListenerFacts* listener = again ? listenerFor(ledger_.requests.at(r->id)) : nullptr;
  const bool retry = listener != nullptr && !listener->multiplies && !listener->asksServices;
  judgeLimits(limits_.onAttempt(record, retry, setup_.now()));
  if (again) judgeAttempts(*r, record, listener);
}

void Checks::judgeAttempts(const OpenRequest& r, const AttemptRecord& record, const ListenerFacts* listener) {
  if (r.step == nullptr || listener == nullptr) {
    findings_.unjudged("at-most-once", "requests of raw bytes");
    return;
  }
  if (listener->headersMayAskForRetries) {
    findings_.unjudged("at-most-once", "headers of internal peers may ask for retries");
    return;
  }
  if (listener->multiplies) {
    findings_.unjudged("at-most-once", "routes mirror requests or follow redirects");
    return;
  }
  const RouteAnswer route = routeOf(*listener, *r.step, r.authority);
  if (route.kind != RouteAnswer::Kind::kRoute) {
    findings_.unjudged("at-most-once", route.kind == RouteAnswer::Kind::kUnjudged ? route.why : "no route matches");
    return;
  }
  scratch_.clear();
  for (const uint64_t id : r.attempts) scratch_.push_back(&ledger_.attempts.at(id));
  if (const std::string wrong = brokenBudget(*route.route, scratch_, ledger_); !wrong.empty()) {
    broken("at-most-once", record.origin, "request #" + std::to_string(r.id) + " " + wrong);
  }
}

void Checks::onAttemptEnded(const AttemptRecord& record) {
  const SimulatorCode scope;
  judgeLimits(limits_.onAttemptEnded(record, setup_.now()));
  OpenRequest* r = book_.find(record.request);
  if (r == nullptr) return;
  if (r->attemptsRunning > 0) --r->attemptsRunning;
  judgeIfOver(*r);
}

void Checks::judgeLimits(std::string wrong) {
  if (!wrong.empty()) broken("bounds", "proxy", std::move(wrong));
}

void Checks::afterIteration() { judgeLimits(limits_.onConnections()); }

void Checks::onViolation(std::string_view check, std::string_view host, std::string_view message) {
  const SimulatorCode scope;
  broken(check, host, std::string(message));
}

const ListenerFacts* Checks::listenerFor(const RequestRecord& record) const {
  if (record.connection != 0 && ledger_.connections.has(record.connection)) {
    return listenerOf(setup_.facts, ledger_.connections.at(record.connection).serverAddress);
  }
  return setup_.facts.listeners.size() == 1 ? &setup_.facts.listeners[0] : nullptr;
}

bool Checks::multiplexed(const RequestRecord& record) const {
  return ledger_.connections.has(record.connection) && ledger_.connections.at(record.connection).multiplexed;
}

// The peer's youngest connection to one of the listeners: an address is used again only after its connection is gone.
uint64_t Checks::youngestOf(std::string_view peer) {
  const std::optional<Endpoint> client = Endpoint::parse(peer);
  if (!client) return 0;
  uint64_t found = 0;
  for (const ListenerFacts& l : setup_.facts.listeners) {
    for (const Endpoint& a : l.addresses) {
      for (const IpAddress ip : setup_.proxyAddresses) {
        if (a.ip() != ip && !(a.ip().isAny() && a.ip().sameFamily(ip))) continue;
        const ConnectionRecord* c = ledger_.findConnection(*client, Endpoint(ip, a.port()));
        if (c != nullptr) found = std::max(found, c->id);
      }
    }
  }
  return found;
}

uint64_t Checks::connectionOf(uint64_t proxysNumber, std::string_view peer) {
  KnownPeer& known = knownPeers_[proxysNumber % kKnownPeers];
  if (known.asOf != ledger_.namings() || known.peer != peer) {
    known.peer = peer;
    known.connection = youngestOf(peer);
    known.asOf = ledger_.namings();
  }
  return known.connection;
}

void Checks::emit(const events::RequestFinished& e) {
  const SimulatorCode scope;
  ++finishedByProxy_;
  const uint64_t connection = connectionOf(e.connection, e.peer);
  if (connection == 0) return;
  const uint64_t id = book_.onConnection(connection, e.request);
  OpenRequest* r = id == 0 ? nullptr : book_.find(id);
  if (r == nullptr) return;                      // bytes of a story's own that nobody named
  if (e.details == "internal_redirect") return;  // the stream starts over: its line is that of its last request
  if (++r->lines > 1) {
    broken("access-log", ledger_.requests.at(id).client,
           "request #" + std::to_string(id) + " has a second line in the access log");
    return;
  }
  r->line.status = e.status;
  r->line.flags = e.flags;
  r->line.details = e.details;
  r->line.bytesSent = e.bytesSent;
  r->line.attempts = e.attempts;
  r->line.at = setup_.now();
  judgeIfOver(*r);
}

void Checks::judgeIfOver(OpenRequest& r) {
  if (takenDown_ || r.judged || !r.ended || r.lines == 0 || r.attemptsRunning != 0) return;
  judge(r, ledger_.requests.at(r.id));
  settle();
}

void Checks::judge(OpenRequest& r, const RequestRecord& record) {
  r.judged = true;
  if (!setup_.hearsProxy) return;
  const ListenerFacts* listener = listenerFor(record);
  if (listener == nullptr) return;  // the admin endpoint's, which logs nothing
  const bool raw = ledger_.connections.has(record.connection) && ledger_.connections.at(record.connection).raw;
  if (raw && (r.step != nullptr || record.indexOnConnection > 1)) {
    // What the proxy makes of bytes that nobody named shifts the places of all that follow.
    findings_.unjudged("cause", "requests behind bytes of the story's own");
    return;
  }
  if (r.lines == 0) {
    if (record.status != 0 || !r.attempts.empty()) {
      broken("access-log", record.client, "request #" + std::to_string(r.id) + " has no line in the access log");
    }
    return;
  }
  judgeLine(r, record);
  judgeTunnel(r, record, *listener);
  const bool local = record.status != 0 && record.responseNonce == 0;
  const bool dull = !local && r.line.flags == "-";
  RouteAnswer route{RouteAnswer::Kind::kUnjudged, nullptr, "raw bytes"};
  if (r.step != nullptr && (!dull || !setup_.facts.slack.isZero())) {
    if (dull && r.line.at - record.startedAt < Duration::seconds(1)) return;  // nothing was late, nothing to judge
    route = routeOf(*listener, *r.step, r.authority);
  }
  // When it is whole for the proxy, only the story knows of bytes and lengths of its own.
  const bool known = record.sentAt != kNever && !record.framedByStory && !raw;
  // A delay that the fault filter injects (flag DI) comes before the route's clock starts.
  const bool delayed = std::string_view(r.line.flags).find("DI") != std::string_view::npos;
  // An answer that is whole may wait for its client as long as that takes; the route's clock has stopped.
  TimePoint served = r.line.at;
  if (!r.attempts.empty()) {
    const AttemptRecord& last = ledger_.attempts.at(r.attempts.back());
    if (last.responseComplete) served = std::min(served, last.responseEndAt);
  }
  if (route.kind == RouteAnswer::Kind::kRoute && !setup_.facts.slack.isZero() && !route.route->timeout.isZero() &&
      route.route->timeoutAsSaid && !delayed && known &&
      served > std::max(record.sentAt, r.turnAt) + route.route->timeout + setup_.facts.slack) {
    broken("timeout", record.client,
           "request #" + std::to_string(r.id) + " was still served after its route's time-out");
  }
  if (dull) return;
  scratch_.clear();
  for (const uint64_t id : r.attempts) scratch_.push_back(&ledger_.attempts.at(id));
  const size_t before = findings_.allBroken().size();
  const bool grpc = r.step != nullptr && isGrpc(*r.step) != Fulfilled::kNo;
  const std::string upgrade = r.step != nullptr ? askedUpgrade(*r.step) : std::string();
  judgeCause({record, r.line, *listener, route, scratch_, setup_.proxyAddresses, grpc, upgrade, setup_.facts.lateness},
             ledger_, findings_);
  if (findings_.allBroken().size() != before && setup_.onBroken) setup_.onBroken();
}

// Only what the configuration grants becomes a tunnel. (What goes through it is looked at when all is at rest.)
void Checks::judgeTunnel(const OpenRequest& r, const RequestRecord& record, const ListenerFacts& listener) {
  if (record.tunnel == 0 || r.step == nullptr) return;
  const RouteAnswer route = routeOf(listener, *r.step, r.authority);
  const std::string type = askedUpgrade(*r.step);
  const Fulfilled granted = grants(listener, route, type);
  if (granted == Fulfilled::kNo) {
    broken("tunnel", record.client,
           "request #" + std::to_string(r.id) + " was let change to '" + type +
               "', which the configuration does not grant");
  } else if (granted == Fulfilled::kUnknown) {
    findings_.unjudged("tunnel", route.why);
  }
}

void Checks::judgeLine(const OpenRequest& r, const RequestRecord& record) {
  const auto who = [&r] { return "request #" + std::to_string(r.id); };
  if (record.headAt != kNever && record.status != r.line.status) {
    broken("access-log", record.client,
           who() + " got " + std::to_string(record.status) + ", its line says " + std::to_string(r.line.status));
  } else if (record.tunnel != 0) {
    const uint64_t heard = ledger_.tunnels.at(record.tunnel).bytesReceived;
    if (heard <= r.line.bytesSent) return;
    broken("access-log", record.client,
           who() + " heard " + std::to_string(heard) + " bytes through its tunnel, its line says " +
               std::to_string(r.line.bytesSent));
  } else if (record.responseComplete && record.method != "HEAD" && record.responseBodyBytes != r.line.bytesSent) {
    broken("access-log", record.client,
           who() + " got a body of " + std::to_string(record.responseBodyBytes) + " bytes, its line says " +
               std::to_string(r.line.bytesSent));
  } else if (const ListenerFacts* listener = listenerFor(record);
             r.attempts.size() > r.line.attempts && listener != nullptr && !listener->multiplies) {
    broken("access-log", record.client,
           who() + " was seen " + std::to_string(r.attempts.size()) + " times by origins, its line says " +
               std::to_string(r.line.attempts) + " attempts");
  }
}

void Checks::settle() {
  if (setup_.keepRecords || book_.open().size() <= kKeepOpen || !book_.frontSettled()) return;
  book_.dropSettled([this](OpenRequest& r) {
    const RequestRecord& record = ledger_.requests.at(r.id);
    if (r.step == nullptr || !r.step->name.empty()) kept_.emplace(r.id, knownOf(r));
    book_.forgetPlace(record.connection, record.indexOnConnection);
  });
  // That was about kKeepOpen of them, so looking at all that are left is cheap.
  ledger_.requests.dropBefore(book_.open().empty() ? ledger_.requests.lastId() + 1 : book_.open().front().id);
  uint64_t oldest = ledger_.attempts.lastId() + 1;
  for (const OpenRequest& r : book_.open()) {
    if (!r.attempts.empty()) oldest = std::min(oldest, r.attempts.front());
  }
  ledger_.attempts.dropBefore(oldest);
}

TimePoint Checks::look(bool nothingComes) {
  const SimulatorCode scope;
  const TimePoint now = setup_.now();
  next_ = now + kLookEvery;
  ++looks_;
  limits_.beginWaiting();
  for (OpenRequest& r : book_.open()) {
    if (r.ended || findings_.anyBroken()) continue;
    const RequestRecord& record = ledger_.requests.at(r.id);
    if (record.startedAt == kNever) continue;
    if (record.connection != 0 && !multiplexed(record)) {
      if (busy_.size() <= record.connection) busy_.resize(record.connection + 1);
      // It waits for the one before it, which is looked at.
      if (std::exchange(busy_[record.connection], looks_) == looks_) continue;
    }
    next_ = std::min(next_, now + kYoung);
    if (!nothingComes && now - record.startedAt < kYoung) continue;
    noteIfWaiting(r, record);
    lookAt(r, record, nothingComes);
  }
  judgeLimits(limits_.endWaiting());
  return next_;
}

// Nothing but a connection of its cluster is what it can wait for.
void Checks::noteIfWaiting(const OpenRequest& r, const RequestRecord& record) {
  if (r.step == nullptr || record.sentAt == kNever || !r.attempts.empty() || record.headAt != kNever ||
      record.informational != 0)
    return;
  const ListenerFacts* listener = listenerFor(record);
  if (listener == nullptr || !ledger_.connections.has(record.connection)) return;
  const ConnectionRecord& c = ledger_.connections.at(record.connection);
  if (c.raw || c.server.bytesRead != c.client.bytesWritten || listener->multiplies) return;
  if (listener->filters.size() != 1 || listener->filters[0] != "envoy.filters.http.router") return;
  const RouteAnswer route = routeOf(*listener, *r.step, r.authority);
  if (route.kind != RouteAnswer::Kind::kRoute || !route.route->onlyCluster) return;
  // It may pause before its next try.
  if (route.route->retry && route.route->retry->retries != 0) return;
  TimePoint since = record.startedAt;
  if (record.connection < lastEnds_.size()) since = std::max(since, lastEnds_[record.connection]);
  limits_.addWaiting(*route.route->onlyCluster, r.id, since, setup_.now());
}

void Checks::lookAt(OpenRequest& r, const RequestRecord& record, bool nothingComes) {
  const TimePoint now = setup_.now();
  const std::string who = "request #" + std::to_string(r.id);
  const auto due = [&](TimePoint by) {
    if (nothingComes || by < now) return true;
    next_ = std::min(next_, by + Duration::nanoseconds(1));
    return false;
  };
  const Expectation* promise = promiseFor(r);
  if (promise != nullptr && due(record.startedAt + promise->within)) {
    broken("always", record.client, "`" + promise->text + "` does not hold: " + who + " has not ended");
    return;
  }
  const ListenerFacts* listener = listenerFor(record);
  if (listener == nullptr || !ledger_.connections.has(record.connection)) return;  // not the proxy's
  const EndBound bound = boundOf(r, record, *listener);
  if (bound.kind == EndBound::Kind::kUnbounded && promise == nullptr) findings_.unjudged("liveness", bound.why);
  if (bound.kind != EndBound::Kind::kBy || !due(bound.by)) return;
  broken("liveness", record.client, who + " has not ended, which it must by " + bound.why);
}

EndBound Checks::boundOf(const OpenRequest& r, const RequestRecord& record, const ListenerFacts& listener) {
  const ConnectionRecord& connection = ledger_.connections.at(record.connection);
  RouteAnswer route{RouteAnswer::Kind::kUnjudged, nullptr, "raw bytes"};
  if (r.step != nullptr) route = routeOf(listener, *r.step, r.authority);
  scratch_.clear();
  for (const uint64_t id : r.attempts) scratch_.push_back(&ledger_.attempts.at(id));
  TimePoint turnAt;
  if (record.connection < lastEnds_.size()) turnAt = lastEnds_[record.connection];
  return endBound({record, connection, r.step, listener, setup_.facts, route, scratch_, turnAt}, ledger_);
}

// The tightest.
const Expectation* Checks::promiseFor(const OpenRequest& r) const {
  const Expectation* found = nullptr;
  for (const Expectation* e : promises_) {
    const bool all = e->request.empty();
    if (!all && (r.step == nullptr || r.step->name != e->request)) continue;
    if (found == nullptr || e->within < found->within) found = e;
  }
  return found;
}

void Checks::atRest() {
  const SimulatorCode scope;
  for (OpenRequest& r : book_.open()) {
    const RequestRecord& record = ledger_.requests.at(r.id);
    if (!r.judged && r.ended) judge(r, record);
    if (record.tunnel == 0) continue;
    scratch_.clear();
    for (const uint64_t id : r.attempts) scratch_.push_back(&ledger_.attempts.at(id));
    if (std::string wrong = brokenTunnel(record, scratch_, ledger_); !wrong.empty())
      broken("tunnel", record.client, "request #" + std::to_string(r.id) + ": " + wrong);
  }
}

Checks::Known Checks::knownOf(const OpenRequest& r) const {
  Known k;
  k.record = ledger_.requests.at(r.id);
  for (const uint64_t id : r.attempts) k.attempts.push_back(ledger_.attempts.at(id));
  k.lines = r.lines;
  k.line = r.line;
  return k;
}

std::optional<Checks::Known> Checks::known(uint64_t request) {
  if (const OpenRequest* r = book_.find(request)) return knownOf(*r);
  const auto it = kept_.find(request);
  if (it == kept_.end()) return std::nullopt;
  return it->second;
}

uint64_t Checks::attemptsAt(std::string_view origin) const {
  for (const HostCounts& h : hosts_) {
    if (h.name == origin) return h.attempts;
  }
  return 0;
}

uint64_t Checks::mostAttemptsAt(std::string_view origin) const {
  for (const HostCounts& h : hosts_) {
    if (h.name == origin) return h.mostForOne;
  }
  return 0;
}

uint64_t Checks::completeFor(std::string_view client) const {
  for (const HostCounts& h : hosts_) {
    if (h.name == client) return h.complete;
  }
  return 0;
}

}  // namespace orrery::sim
