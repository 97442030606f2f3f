#include "sim/world/values.h"

#include <algorithm>

#include "proxy/base/ascii.h"

namespace orrery::sim {

namespace {

std::string_view outcomeName(RequestOutcome outcome) {
  switch (outcome) {
    case RequestOutcome::kPending: return "pending";
    case RequestOutcome::kComplete: return "complete";
    case RequestOutcome::kReset: return "reset";
    case RequestOutcome::kClosed: return "closed";
    case RequestOutcome::kConnectFailed: return "connect_failed";
    case RequestOutcome::kClientGaveUp: return "gave_up";
    case RequestOutcome::kMalformed: return "malformed";
  }
  return "";
}

// The field's values joined with ", "; empty if there is none.
std::string headerOf(std::string_view head, std::string_view name) {
  std::string out;
  size_t at = head.find('\n');
  while (at != std::string_view::npos && at + 1 < head.size()) {
    const size_t end = head.find('\n', at + 1);
    const std::string_view line = head.substr(at + 1, end - at - 1);
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos && equalsIgnoreCase(line.substr(0, colon), name)) {
      std::string_view value = line.substr(colon + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      while (!value.empty() && (value.back() == '\r' || value.back() == ' ')) value.remove_suffix(1);
      out += (out.empty() ? "" : ", ") + std::string(value);
    }
    at = end;
  }
  return out;
}

}  // namespace

const SeenResponse* RunValues::seen(const std::string& request) const {
  for (const auto& [name, client] : s_.clients) {
    if (const SeenResponse* s = client->seen(request)) return s;
  }
  return nullptr;
}

std::optional<Value> RunValues::value(std::string_view name) const {
  const size_t dot = name.find('.');
  const std::string_view subject = name.substr(0, dot);
  const std::string_view field = dot == std::string_view::npos ? "" : name.substr(dot + 1);
  if (subject == "stats") {
    const stats::StatName* stat = s_.parts.bootstrap->layout().find(field);
    if (stat == nullptr || stat->kind == stats::Kind::kHistogram) return std::nullopt;
    return Value(s_.stats[stat->index]);
  }
  if (subject == "log") {
    std::string text = s_.logText();
    if (field == "lines") return Value(static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n')));
    return Value(std::move(text));
  }
  if (const SeenResponse* s = seen(std::string(subject))) return requestValue(*s, field);
  for (const auto& [host, client] : s_.clients) {
    if (const SeenLookup* s = client->seenLookup(std::string(subject))) return lookupValue(*s, field);
  }
  return hostValue(subject, field);
}

std::optional<Value> RunValues::lookupValue(const SeenLookup& seen, std::string_view field) const {
  using Outcome = dns::Resolution::Outcome;
  if (field == "outcome") {
    if (!seen.done) return Value(std::string("pending"));
    switch (seen.found.outcome) {
      case Outcome::kFound: return Value(std::string("found"));
      case Outcome::kNotFound: return Value(std::string("not_found"));
      case Outcome::kFailed: return Value(std::string("failed"));
      case Outcome::kTimedOut: return Value(std::string("timed_out"));
    }
  }
  if (field == "addresses") {
    std::string out;
    for (const io::Address& a : seen.found.addresses) out += (out.empty() ? "" : " ") + a.ipText();
    return Value(std::move(out));
  }
  if (field == "ttl") return Value(seen.found.ttl);
  if (field == "at") return Value(sinceStart(seen.at));
  if (field == "took") return Value(seen.done ? seen.at - seen.askedAt : Duration::max());
  return std::nullopt;
}

std::optional<Value> RunValues::requestValue(const SeenResponse& seen, std::string_view field) const {
  if (field == "body") return Value(seen.body);
  if (field.starts_with("header.")) return Value(headerOf(seen.head, field.substr(7)));
  Checks::Known k;
  if (seen.request != 0) {
    if (auto found = s_.checks.known(seen.request)) k = std::move(*found);
  }
  const RequestRecord& r = k.record;
  if (field == "status") return Value(static_cast<uint64_t>(r.status));
  if (field == "flags") return Value(k.lines == 0 ? std::string("-") : k.line.flags);
  if (field == "details") return Value(k.line.details);
  if (field == "body_bytes") return Value(r.responseBodyBytes);
  if (field == "complete") return Value(r.responseComplete);
  if (field == "reset") return Value(r.outcome == RequestOutcome::kReset);
  if (field == "closed") return Value(r.outcome == RequestOutcome::kClosed);
  if (field == "ended") return Value(std::string(outcomeName(r.outcome)));
  if (field == "sent") return Value(r.sentAt != kNever);
  if (field == "started") return Value(sinceStart(r.startedAt));
  if (field == "head_at") return Value(sinceStart(r.headAt));
  if (field == "at") return Value(sinceStart(r.endedAt));
  if (field == "took")
    return Value(r.endedAt == kNever || r.startedAt == kNever ? Duration::max() : r.endedAt - r.startedAt);
  if (field == "attempts") return Value(static_cast<uint64_t>(k.attempts.size()));
  if (field == "informational") return Value(static_cast<uint64_t>(r.informational));
  if (field == "log_lines") return Value(static_cast<uint64_t>(k.lines));
  return std::nullopt;
}

std::optional<Value> RunValues::hostValue(std::string_view host, std::string_view field) const {
  const Actor* actor = nullptr;
  for (const auto& [name, client] : s_.clients) {
    if (name == host) actor = client;
  }
  for (const auto& [name, origin] : s_.origins) {
    if (name == host) actor = origin;
  }
  const Actor::Facts facts = actor == nullptr ? Actor::Facts{} : actor->facts();
  if (field == "requests") return Value(s_.checks.attemptsAt(host));
  if (field == "complete") return Value(s_.checks.completeFor(host));
  if (field == "connections") return Value(facts.connections);
  if (field == "failed_connects") return Value(facts.failedConnects);
  if (field == "closed") return Value(sinceStart(facts.closedAt));
  if (field == "was_closed") return Value(facts.closedAt != kNever);
  if (field == "reset") return Value(facts.reset);
  if (field == "goaways") return Value(facts.goAways);
  if (field == "questions") {
    for (const auto& [name, server] : s_.nameServers) {
      if (name == host) return Value(static_cast<uint64_t>(server->asked().size()));
    }
    return Value(uint64_t{0});
  }
  return std::nullopt;
}

uint64_t RunValues::requestSeenBy(std::string_view host, std::string_view request) const {
  const SeenResponse* s = seen(std::string(request));
  if (s == nullptr || s->request == 0) return 0;
  const auto k = s_.checks.known(s->request);
  if (!k) return 0;
  return static_cast<uint64_t>(
      std::count_if(k->attempts.begin(), k->attempts.end(), [&](const AttemptRecord& a) { return a.origin == host; }));
}

bool RunValues::atMostOnceBroken() const {
  const auto& all = s_.checks.findings().allBroken();
  return std::any_of(all.begin(), all.end(), [](const Broken& b) { return b.check == "at-most-once"; });
}

}  // namespace orrery::sim
