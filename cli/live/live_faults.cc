#include "cli/live/live_faults.h"

#include <signal.h>

#include <algorithm>
#include <utility>

namespace orrery::live {

namespace {

using sim::Fault;
using Kind = sim::Fault::Kind;

// As in the plain run, in which no choice is made against the default.
bool neverStrikes(const Fault& f) {
  const bool byRatio =
      f.kind == Kind::kLoss || f.kind == Kind::kDuplicate || f.kind == Kind::kReorder || f.kind == Kind::kCorrupt;
  return !f.ratio && (f.maybe || byRatio);
}

bool filters(const Fault& f) {
  return f.kind == Kind::kBlackHole || f.kind == Kind::kLoss || f.kind == Kind::kPartition || f.kind == Kind::kCrash;
}

std::string_view whyNotOne(const Fault& f) {
  switch (f.kind) {
    case Kind::kBlackHole:
    case Kind::kLoss:
    case Kind::kPartition:
    case Kind::kCrash:
    case Kind::kPause:
    case Kind::kSignal:
    case Kind::kDns: return "";
    case Kind::kDescriptors: return f.host == "proxy" ? "" : "this program has descriptors of its own";
    case Kind::kLatency:
    case Kind::kDuplicate:
    case Kind::kReorder:
    case Kind::kCorrupt: return "the loopback interface does no such thing to a segment";
    case Kind::kReset: return "a packet filter tells one end only";
    case Kind::kSlowReader:
    case Kind::kShortReads:
    case Kind::kShortWrites:
    case Kind::kWouldBlock: return "what the calls of a real process move is the kernel's affair";
    case Kind::kClockStep: return "the wall clock is the machine's";
    case Kind::kFileChange: return "the files are the machine's";
  }
  return "";
}

int numberOf(Fault::Signal signal) {
  switch (signal) {
    case Fault::Signal::kTerminate: return SIGTERM;
    case Fault::Signal::kInterrupt: return SIGINT;
    case Fault::Signal::kHangup: return SIGHUP;
    case Fault::Signal::kUser1: return SIGUSR1;
  }
  return SIGTERM;
}

}  // namespace

std::string LiveFaults::whyNot(const sim::Scenario& scenario, bool ownNetwork) {
  for (const Fault& f : scenario.faults) {
    if (neverStrikes(f)) continue;
    std::string_view why = whyNotOne(f);
    if (why.empty() && filters(f)) {
      if (!ownNetwork) {
        why = "it needs a network of its own";
      } else if (!canDropPackets()) {
        why = "there is no nft(8) to filter packets by";
      }
    }
    if (!why.empty()) return "`" + f.text + "`: " + std::string(why);
  }
  return "";
}

std::vector<std::string> LiveFaults::notDone(const sim::Scenario& scenario) {
  std::vector<std::string> texts;
  for (const Fault& f : scenario.faults) {
    if (neverStrikes(f)) texts.push_back(f.text);
  }
  return texts;
}

bool LiveFaults::pauses(const sim::Scenario& scenario, std::string_view host) {
  return std::any_of(scenario.faults.begin(), scenario.faults.end(),
                     [&](const Fault& f) { return f.kind == Kind::kPause && f.host == host; });
}

LiveFaults::LiveFaults(const sim::Scenario& scenario, const sim::CompiledScenario::Parts& parts, LiveProxy& proxy,
                       sim::Conditions& conditions)
    : scenario_(scenario), parts_(parts), proxy_(proxy), lasting_(scenario.faults.size()) {
  conditions.listen([this](std::string_view name, bool on) { onCondition(name, on); });
}

void LiveFaults::begin(TimePoint now) {
  begun_ = now;
  for (size_t i = 0; i < scenario_.faults.size(); ++i) {
    lasting_[i].condition = scenario_.faults[i].during.empty();
    if (!neverStrikes(scenario_.faults[i])) plan(i);
  }
  std::ranges::sort(instants_, {}, [](const Instant& i) { return std::pair(i.at, i.number); });
  look(now);
}

void LiveFaults::plan(size_t i) {
  const Fault& f = scenario_.faults[i];
  if (f.kind == Kind::kDns) return;  // the name server's own
  if (f.kind == Kind::kSignal) {
    at(f.begin, [this, &f] { signal(f.signal); });
  } else if (f.kind == Kind::kCrash) {
    at(f.begin, [this, &f, i] { crash(f, i); });
    if (f.duration.isZero()) return;
    at(f.begin + f.duration, [this, &f, i] {
      letPacketsPass(nameOf(i));
      machines_[f.host].restart();
    });
  } else {
    const auto becomes = [this, i](bool due) {
      lasting_[i].due = due;
      update(i);
    };
    at(f.begin, [becomes] { becomes(true); });
    if (!f.end.isZero()) at(f.end, [becomes] { becomes(false); });
  }
}

TimePoint LiveFaults::look(TimePoint now) {
  while (next_ < instants_.size() && instants_[next_].at <= now) instants_[next_++].does();
  return next_ < instants_.size() ? instants_[next_].at : TimePoint::max();
}

void LiveFaults::onCondition(std::string_view name, bool on) {
  for (size_t i = 0; i < lasting_.size(); ++i) {
    if (scenario_.faults[i].during != name) continue;
    lasting_[i].condition = on;
    update(i);
  }
}

void LiveFaults::heal() {
  next_ = instants_.size();
  for (size_t i = 0; i < lasting_.size(); ++i) {
    lasting_[i].due = false;
    update(i);
  }
}

void LiveFaults::update(size_t i) {
  Lasting& l = lasting_[i];
  const bool wanted = l.due && l.condition;
  if (wanted == l.inForce) return;
  l.inForce = wanted;
  enforce(i, wanted);
}

void LiveFaults::enforce(size_t i, bool on) {
  const Fault& f = scenario_.faults[i];
  if (f.kind == Kind::kDescriptors) {
    proxy_.limitConnections(on ? std::optional(f.number) : std::nullopt);
  } else if (f.kind != Kind::kPause) {
    on ? cut(i, waysOf(f)) : letPacketsPass(nameOf(i));
  } else if (f.host == "proxy") {
    proxy_.signal(on ? SIGSTOP : SIGCONT);
  } else {
    machines_[f.host].pause(on);
  }
}

void LiveFaults::cut(size_t i, const std::vector<Way>& ways) {
  const Status taken = dropPackets(nameOf(i), ways, scenario_.faults[i]);
  if (!taken && failure_.empty()) failure_ = scenario_.faults[i].text + ": " + taken.error().message;
}

// No FIN and no RST leaves a host that dies, and its kernel knows nothing of it when it is back.
void LiveFaults::crash(const Fault& f, size_t i) {
  cut(i, waysOf(f));
  machines_[f.host].crash();
}

void LiveFaults::signal(Fault::Signal signal) { proxy_.signal(numberOf(signal)); }

std::vector<sim::IpAddress> LiveFaults::addressesOf(std::string_view host) const {
  const sim::HostPlan& plan = *parts_.plans.named(host);
  std::vector<sim::IpAddress> out;
  for (const sim::IpAddress& a : plan.addresses) {
    if (!a.isIpv6()) out.push_back(a);
  }
  if (!plan.isProxy) return out;
  // Where a real one connects from, if its bootstrap does not say.
  constexpr sim::IpAddress kLoopback(0x7f000001);
  if (std::find(out.begin(), out.end(), kLoopback) == out.end()) out.push_back(kLoopback);
  return out;
}

std::vector<Way> LiveFaults::waysOf(const Fault& f) const {
  if (f.onLink()) {
    std::vector<Way> out = {{addressesOf(f.from), addressesOf(f.to)}};
    if (!f.oneWay) out.push_back({out[0].to, out[0].from});
    return out;
  }
  const std::vector<sim::IpAddress> own = addressesOf(f.host);
  std::vector<sim::IpAddress> others;
  for (const sim::HostPlan& plan : parts_.plans.hosts) {
    if (plan.name == f.host) continue;
    for (const sim::IpAddress& a : addressesOf(plan.name)) others.push_back(a);
  }
  std::vector<Way> out;
  if (f.kind == Kind::kCrash || f.direction != Fault::Direction::kOutbound) out.push_back({others, own});
  if (f.kind == Kind::kCrash || f.direction != Fault::Direction::kInbound) out.push_back({own, others});
  return out;
}

}  // namespace orrery::live
