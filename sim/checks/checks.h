#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/events/sink.h"
#include "sim/checks/broken.h"
#include "sim/checks/end_rule.h"
#include "sim/checks/limits_rule.h"
#include "sim/checks/proxy_facts.h"
#include "sim/checks/request_book.h"
#include "sim/ledger/ledger.h"
#include "sim/ledger/observer.h"
#include "sim/scenario/expectation.h"

namespace orrery::sim {

// The oracles that hold in every run without being asked for, over the ledger and the configuration; the proxy's own word
// (its access-log records) is compared with them, never believed. README.md lists them.
//
// Lifetime: ledger and facts outlive it. Threading: the run's. Cost: O(1) amortised for each event.
class Checks final : public ActorObserver, public events::Sink {
 public:
  struct Setup {
    Ledger& ledger;
    const ProxyFacts& facts;
    std::vector<IpAddress> proxyAddresses;
    std::function<TimePoint()> now;
    // Something was found broken.
    std::function<void()> onBroken;
    // An actor begins a step.
    std::function<void(std::string_view host, std::string_view text)> onStep;
    // Keep all records: the run is recorded, or expectations need them.
    bool keepRecords = false;
    // What the story says of every run. `... ends within D` among them bounds requests while they run.
    std::span<const Expectation> claims = {};
    // The proxy's events come to emit(); else (another process) nothing that needs them is judged.
    bool hearsProxy = true;
  };
  explicit Checks(Setup setup);
  ~Checks() override = default;

  // ActorObserver
  void onStep(std::string_view host, std::string_view text) override;
  void onRequestStarted(const RequestRecord& record, const RequestStep* step, std::string_view authority) override;
  void onRequestEnded(const RequestRecord& record) override;
  void onAttempt(const AttemptRecord& record) override;
  void onAttemptEnded(const AttemptRecord& record) override;
  void onViolation(std::string_view check, std::string_view host, std::string_view message) override;

  // events::Sink. Others that watch the proxy get their events from here.
  void emit(const events::RequestFinished& e) override;

  // Liveness: judges the requests that are under way by endBound() and by what the story promises of them, and says when to
  // look again. `nothingComes`: no event will ever happen, so what is not over now never will be. Nothing is computed for
  // requests younger than a second.
  TimePoint look(bool nothingComes = false);

  // A loop of the proxy's has done what it had to: it may have begun connections.
  void afterIteration();

  // At rest, after the last story: every request ended, was logged once, and is judged.
  void atRest();

  // The proxy is taken down from here on: what that does to requests which a failed story has left is not judged.
  void beginTakeDown() { takenDown_ = true; }

  Findings& findings() { return findings_; }
  const Findings& findings() const { return findings_; }
  // What is known of a request that has a name: its record and the proxy's line, also after it was dropped.
  struct Known {
    RequestRecord record;
    std::vector<AttemptRecord> attempts;
    uint32_t lines = 0;
    LogLine line;
  };
  std::optional<Known> known(uint64_t request);

  // Counts for expectations.
  // How long the longest of all requests took, for its client.
  Duration longestRequest() const { return longest_; }
  // A request may have told the admin endpoint to forget what it counted.
  bool countersReset() const { return countersReset_; }
  uint64_t finishedByProxy() const { return finishedByProxy_; }
  uint64_t attemptsAt(std::string_view origin) const;
  uint64_t completeFor(std::string_view client) const;
  // The most attempts that one request had at this origin.
  uint64_t mostAttemptsAt(std::string_view origin) const;

 private:
  struct HostCounts {
    std::string name;
    uint64_t attempts = 0;
    uint64_t mostForOne = 0;
    uint64_t complete = 0;
  };
  void broken(std::string_view check, std::string_view entity, std::string message);
  void judgeAttempts(const OpenRequest& r, const AttemptRecord& record, const ListenerFacts* listener);
  // `wrong`: empty: nothing is.
  void judgeLimits(std::string wrong);
  HostCounts& counts(std::string_view host);
  void judgeIfOver(OpenRequest& r);
  const char* whyAnothersAnswer(const RequestRecord& record, const ListenerFacts* listener) const;
  void judge(OpenRequest& r, const RequestRecord& record);
  void judgeLine(const OpenRequest& r, const RequestRecord& record);
  void judgeTunnel(const OpenRequest& r, const RequestRecord& record, const ListenerFacts& listener);
  const ListenerFacts* listenerFor(const RequestRecord& record) const;
  // The number of the connection of which the proxy says that this is its downstream address; 0: there is none. Remembered for
  // as long as no connection is added: keep-alive connections carry thousands of requests.
  uint64_t connectionOf(uint64_t proxysNumber, std::string_view peer);
  uint64_t youngestOf(std::string_view peer);
  // HTTP/2: it waits for no other request of its connection.
  bool multiplexed(const RequestRecord& record) const;
  void lookAt(OpenRequest& r, const RequestRecord& record, bool nothingComes);
  void noteIfWaiting(const OpenRequest& r, const RequestRecord& record);
  EndBound boundOf(const OpenRequest& r, const RequestRecord& record, const ListenerFacts& listener);
  const Expectation* promiseFor(const OpenRequest& r) const;
  void settle();
  Known knownOf(const OpenRequest& r) const;

  Setup setup_;
  Ledger& ledger_;
  Findings findings_;
  RequestBook book_;
  LimitsRule limits_;
  std::map<uint64_t, Known> kept_;  // named requests that were dropped
  std::vector<HostCounts> hosts_;
  uint64_t finishedByProxy_ = 0;
  std::vector<const AttemptRecord*> scratch_;
  std::vector<const Expectation*> promises_;
  TimePoint next_;  // of look()
  Duration longest_;
  bool countersReset_ = false;
  bool takenDown_ = false;
  static constexpr size_t kKnownPeers = 64;
  struct KnownPeer {
    std::string peer;
    uint64_t connection = 0;
    uint64_t asOf = 0;  // Ledger::namings(), which is never 0 when somebody has finished a request
  };
  std::vector<KnownPeer> knownPeers_;  // by the proxy's number of the connection; the last one asked for is kept
  std::vector<TimePoint> lastEnds_;    // by connection: when its youngest ended request did
  // Of look(): which connections have an older request under way, by the number of the look that found it.
  std::vector<uint64_t> busy_;
  uint64_t looks_ = 0;
};

}  // namespace orrery::sim
