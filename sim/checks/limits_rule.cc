#include "sim/checks/limits_rule.h"

#include <algorithm>

#include "proxy/base/saturating.h"

namespace orrery::sim {

namespace {

void forget(std::vector<uint64_t>& list, uint64_t id) {
  const auto it = std::find(list.begin(), list.end(), id);
  if (it != list.end()) list.erase(it);
}

std::string tooMany(uint64_t n, std::string_view what, const LimitFacts& limits, uint64_t most) {
  return limits.clusters + " has " + std::to_string(n) + " " + std::string(what) +
         " at a time, where its circuit breakers take " + std::to_string(most);
}

}  // namespace

LimitsRule::LimitsRule(const ProxyFacts& facts, const Ledger& ledger, std::span<const IpAddress> proxy)
    : facts_(facts), ledger_(ledger), proxy_(proxy), groups_(facts.limits.size()) {
  for (size_t g = 0; g < facts.limits.size(); ++g) {
    for (const Endpoint& e : facts.limits[g].endpoints) endpoints_.emplace_back(e, g);
  }
  std::sort(endpoints_.begin(), endpoints_.end());
}

size_t LimitsRule::groupOf(uint64_t connection) const {
  if (!ledger_.connections.has(connection)) return kNone;
  const ConnectionRecord& c = ledger_.connections.at(connection);
  // A client may ask an origin itself.
  if (std::find(proxy_.begin(), proxy_.end(), c.clientAddress.ip()) == proxy_.end()) return kNone;
  const auto it = std::lower_bound(endpoints_.begin(), endpoints_.end(), std::pair(c.serverAddress, size_t{0}));
  return it != endpoints_.end() && it->first == c.serverAddress ? it->second : kNone;
}

uint64_t LimitsRule::allowed(uint64_t most) const { return saturatingSum(most, facts_.workers - 1); }

bool LimitsRule::openAtProxy(uint64_t connection) const {
  if (!ledger_.connections.has(connection)) return false;  // dropped: both ends are closed
  const ConnectionSide& side = ledger_.connections.at(connection).client;
  return side.closedAt == kNever && !side.gone();
}

std::string LimitsRule::newConnections() {
  for (; seen_ < ledger_.connections.added(); ++seen_) {
    const size_t g = groupOf(seen_ + 1);
    if (g == kNone) continue;
    const ConnectionRecord& c = ledger_.connections.at(seen_ + 1);
    std::vector<uint64_t>& open = groups_[g].connections;
    open.push_back(c.id);
    const uint64_t most = allowed(facts_.limits[g].mostConnections);
    if (open.size() <= most) continue;
    std::erase_if(open, [this](uint64_t id) { return !openAtProxy(id); });
    if (open.size() <= most) continue;
    return tooMany(open.size(), "connections", facts_.limits[g], most) + "; the youngest goes from " +
           c.clientAddress.text() + " to " + c.serverAddress.text();
  }
  return {};
}

std::string LimitsRule::onAttempt(const AttemptRecord& attempt, bool retry, TimePoint now) {
  const size_t g = groupOf(attempt.connection);
  // When the proxy takes such an answer for whole, only the story knows.
  if (g == kNone || attempt.raw || attempt.framedByStory) return {};
  groups_[g].requests.push_back(attempt.id);
  if (retry) {
    // A hedged request holds one retry at a time.
    std::erase_if(groups_[g].retries, [&](uint64_t id) {
      return !ledger_.attempts.has(id) || ledger_.attempts.at(id).request == attempt.request;
    });
    groups_[g].retries.push_back(attempt.id);
  }
  return judge(g, now);
}

std::string LimitsRule::onAttemptEnded(const AttemptRecord& attempt, TimePoint now) {
  const size_t g = groupOf(attempt.connection);
  if (g == kNone) return {};
  // A reset that arrives now left after what has been under way for longer than anything travels.
  std::string wrong = judge(g, now);
  forget(groups_[g].requests, attempt.id);
  forget(groups_[g].retries, attempt.id);
  return wrong;
}

uint64_t LimitsRule::surely(const std::vector<uint64_t>& attempts, bool unanswered, TimePoint now) const {
  struct OfConnection {
    uint64_t connection;
    uint64_t n;
  };
  std::vector<OfConnection> multiplexed;
  uint64_t single = 0, longAgo = 0;
  for (const uint64_t id : attempts) {
    if (!ledger_.attempts.has(id)) continue;
    const AttemptRecord& a = ledger_.attempts.at(id);
    // A tunnel that ends in the proxy is none of its requests.
    if (a.tunnel != 0 || a.raw || a.framedByStory || !openAtProxy(a.connection)) continue;
    if (unanswered && a.responseStartAt != kNever) continue;
    if (!facts_.slack.isZero() && a.headAt + facts_.slack <= now) ++longAgo;
    if (!ledger_.connections.at(a.connection).multiplexed) {
      ++single;
      continue;
    }
    const auto it = std::find_if(multiplexed.begin(), multiplexed.end(),
                                 [&](const OfConnection& c) { return c.connection == a.connection; });
    if (it == multiplexed.end()) {
      multiplexed.push_back({a.connection, 1});
    } else {
      ++it->n;
    }
  }
  uint64_t most = std::max(single, longAgo);
  for (const OfConnection& c : multiplexed) most = std::max(most, c.n);
  return most;
}

std::string LimitsRule::judge(size_t group, TimePoint now) const {
  const Group& g = groups_[group];
  const LimitFacts& limits = facts_.limits[group];
  const auto beyond = [&](const std::vector<uint64_t>& attempts, uint64_t configured, bool unanswered,
                          std::string_view what) -> std::string {
    const uint64_t most = allowed(configured);
    if (attempts.size() <= most) return {};
    const uint64_t n = surely(attempts, unanswered, now);
    if (n <= most) return {};
    const AttemptRecord& youngest = ledger_.attempts.at(attempts.back());
    return tooMany(n, what, limits, most) + "; " + youngest.origin + " read the youngest, request #" +
           std::to_string(youngest.request);
  };
  if (std::string wrong = beyond(g.requests, limits.mostRequests, false, "requests"); !wrong.empty()) return wrong;
  return beyond(g.retries, limits.mostRetries, true, "retries");
}

void LimitsRule::beginWaiting() {
  for (Group& g : groups_) g.waiting = 0;
}

void LimitsRule::addWaiting(uint32_t cluster, uint64_t request, TimePoint since, TimePoint now) {
  if (facts_.slack.isZero() || since + facts_.slack >= now) return;
  Group& g = groups_[facts_.groupOf[cluster]];
  ++g.waiting;
  g.lastWaiting = request;
}

// Nothing is on its way to an origin of this cluster, or was not read by it.
bool LimitsRule::allIsRead(const Group& group) const {
  return std::all_of(group.connections.begin(), group.connections.end(), [this](uint64_t id) {
    if (!openAtProxy(id)) return true;
    const ConnectionRecord& c = ledger_.connections.at(id);
    return c.server.bytesRead == c.client.bytesWritten;
  });
}

// Requests that an origin may have read without telling: one that speaks in bytes of its story's own reads none as such.
uint64_t LimitsRule::heldUnseen(const Group& group) const {
  return static_cast<uint64_t>(std::ranges::count_if(group.connections, [&](uint64_t id) {
    return openAtProxy(id) && std::ranges::none_of(group.requests, [&](uint64_t a) {
             return ledger_.attempts.has(a) && ledger_.attempts.at(a).connection == id;
           });
  }));
}

std::string LimitsRule::endWaiting() const {
  for (size_t i = 0; i < groups_.size(); ++i) {
    const uint64_t most = allowed(facts_.limits[i].mostWaiting);
    if (groups_[i].waiting <= most || !allIsRead(groups_[i])) continue;
    const uint64_t held = heldUnseen(groups_[i]);
    if (groups_[i].waiting <= held || groups_[i].waiting - held <= most) continue;
    return tooMany(groups_[i].waiting - held, "waiting requests", facts_.limits[i], most) +
           "; the youngest is request #" + std::to_string(groups_[i].lastWaiting);
  }
  return {};
}

}  // namespace orrery::sim
