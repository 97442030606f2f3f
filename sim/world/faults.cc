#include "sim/world/faults.h"

#include <algorithm>
#include <utility>

#include "proxy/base/assert.h"
#include "sim/core/events.h"
#include "sim/net/call_faults.h"
#include "sim/net/link_fault.h"

namespace orrery::sim {

namespace {

constexpr Name kFault("fault");
constexpr Ratio kHalf{Ratio::kOne / 2};

static_assert(static_cast<int>(Fault::Matching::kBareAck) == static_cast<int>(SegmentMatch::What::kBareAck));

// What a link's fault does to a segment.
Verdict effectOf(const Fault& fault, const Link& link) {
  Verdict v;
  switch (fault.kind) {
    case Fault::Kind::kBlackHole: return Verdict::drop("black hole");
    case Fault::Kind::kLoss: return Verdict::drop("lost");
    case Fault::Kind::kLatency: return Verdict::slower(fault.duration, "delayed");
    case Fault::Kind::kDuplicate:
      v.duplicated = true;
      v.note = "duplicated on the way";
      return v;
    case Fault::Kind::kReorder:
      v.overtaken = true;
      v.delay = link.options().latency;
      v.note = "overtaken on the way";
      return v;
    case Fault::Kind::kCorrupt:
      v.corrupted = true;
      v.note = "corrupted on the way";
      return v;
    default: return v;
  }
}

}  // namespace

Faults::Faults(const std::vector<Fault>& faults, Run& run, Net& net, Conditions& conditions)
    : faults_(faults), run_(run), net_(net), conditions_(conditions) {
  conditions_.listen([this](std::string_view name, bool on) { onCondition(name, on); });
}

void Faults::build() {
  for (size_t i = 0; i < faults_.size(); ++i) {
    const Fault& f = faults_[i];
    if (f.kind == Fault::Kind::kPartition) {
      buildPartition(f, i);
    } else if (f.onLink()) {
      Host& from = *net_.hostNamed(f.from);
      Host& to = *net_.hostNamed(f.to);
      buildLink(f, i, from, to);
      if (!f.oneWay) buildLink(f, i, to, from);
    } else {
      buildHost(f, i);
    }
  }
}

void Faults::buildLink(const Fault& f, size_t index, Host& from, Host& to) {
  Link& link = net_.link(from, to);
  if (f.kind == Fault::Kind::kReset) {
    link.addRule(std::make_unique<ResetFault>(net_, link, scopeOf(f), matchOf(f), strikesOf(f, index, from)));
  } else {
    link.addRule(std::make_unique<LinkFault>(effectOf(f, link), scopeOf(f), matchOf(f), strikesOf(f, index, from)));
  }
}

void Faults::buildPartition(const Fault& f, size_t index) {
  Host& host = *net_.hostNamed(f.host);
  const auto cut = [&](Host& from, Host& to) {
    net_.link(from, to).addRule(
        std::make_unique<LinkFault>(Verdict::drop("partition"), scopeOf(f), matchOf(f), strikesOf(f, index, from)));
  };
  for (const auto& other : net_.hosts()) {
    if (other.get() == &host) continue;
    if (f.direction != Fault::Direction::kOutbound) cut(*other, host);
    if (f.direction != Fault::Direction::kInbound) cut(host, *other);
  }
}

void Faults::buildHost(const Fault& f, size_t index) {
  Host& host = *net_.hostNamed(f.host);
  switch (f.kind) {
    case Fault::Kind::kCrash: at(f, index, [this, &f](Machine& m) { crash(f, m); }); break;
    case Fault::Kind::kPause: buildPause(f, index); break;
    case Fault::Kind::kSlowReader:
      host.addCallRule(std::make_unique<SlowReader>(f.number, f.duration, scopeOf(f)));
      break;
    case Fault::Kind::kShortReads:
    case Fault::Kind::kShortWrites:
      host.addCallRule(std::make_unique<ShortCalls>(
          f.kind == Fault::Kind::kShortReads ? SocketCall::Kind::kRead : SocketCall::Kind::kWrite, f.number, scopeOf(f),
          strikesOf(f, index, host)));
      break;
    case Fault::Kind::kWouldBlock:
      host.addCallRule(std::make_unique<WouldBlockStorm>(scopeOf(f), strikesOf(f, index, host)));
      break;
    case Fault::Kind::kDescriptors: host.addCallRule(std::make_unique<DescriptorLimit>(f.number, scopeOf(f))); break;
    case Fault::Kind::kClockStep:
      at(f, index, [&f](Machine& m) { m.host->stepClock(f.back ? Duration::zero() - f.duration : f.duration); });
      break;
    case Fault::Kind::kFileChange: at(f, index, [&f](Machine& m) { m.files->put(f.path, f.content); }); break;
    case Fault::Kind::kDns: break;  // the name server's own (WorldRun)
    case Fault::Kind::kSignal: at(f, index, [&f](Machine& m) { m.signal(f.signal); }); break;
    default: ORRERY_ASSERT(false, "faults of links were built before");
  }
}

// Background: a fault that lies ahead does not keep a world from being at rest.
void Faults::at(const Fault& f, size_t index, std::function<void(Machine&)> does) {
  run_.at(
      TimePoint() + f.begin,
      [this, &f, index, does = std::move(does)] {
        Machine& m = machine(f.host);
        if (!strikesNow(f, index)) return;
        tell(m, f.text);
        does(m);
      },
      true);
}

void Faults::crash(const Fault& f, Machine& m) {
  m.host->crash();
  if (m.origin != nullptr) m.origin->crashed();
  if (f.duration.isZero()) return;
  run_.at(
      run_.now() + f.duration,
      [this, &m] {
        tell(m, "starts again");
        m.host->restart();
        if (m.origin != nullptr) m.origin->restarted();
      },
      true);
}

void Faults::buildPause(const Fault& f, size_t index) {
  if (!f.during.empty()) return;  // onCondition() does it, within the span
  at(f, index, [this, index](Machine&) { pause(index); });
  if (!f.end.isZero()) {
    run_.at(TimePoint() + f.end, [this, index] { resume(index); }, true);
  }
}

void Faults::pause(size_t index) { machine(faults_[index].host).host->pause(); }

void Faults::resume(size_t index) {
  Machine& m = machine(faults_[index].host);
  if (m.host->down() || !m.host->paused()) return;
  tell(m, "goes on");
  m.host->resume();
}

void Faults::onCondition(std::string_view name, bool on) {
  for (size_t i = 0; i < faults_.size(); ++i) {
    const Fault& f = faults_[i];
    if (f.kind != Fault::Kind::kPause || f.during != name) continue;
    if (!on) {
      resume(i);
    } else if (scopeOf(f).covers(run_.now()) && strikesNow(f, i)) {
      tell(machine(f.host), f.text);
      pause(i);
      if (!f.end.isZero()) run_.at(TimePoint() + f.end, [this, i] { resume(i); }, true);
    }
  }
}

void Faults::resumeAll() {
  for (const Machine& m : machines_) {
    if (m.host->paused() && !m.host->down()) m.host->resume();
  }
}

void Faults::tell(const Machine& m, std::string_view what) {
  run_.emit(m.host->id(), ActorStep{what});
  net_.note(*m.host, what);
}

FaultScope Faults::scopeOf(const Fault& f) {
  FaultScope scope;
  scope.begin = TimePoint() + f.begin;
  if (!f.end.isZero()) scope.end = TimePoint() + f.end;
  if (!f.during.empty()) scope.during = &conditions_.flag(f.during);
  scope.first = f.first;
  ORRERY_ASSERT(scope.impossible().empty(), "sim/script refuses faults that never strike");
  return scope;
}

SegmentMatch Faults::matchOf(const Fault& f) {
  return {static_cast<SegmentMatch::What>(f.matching), static_cast<uint16_t>(f.port)};
}

// Named by the host that it happens to (which sends the segments) and by its place in the list.
Strikes Faults::strikesOf(const Fault& f, size_t index, const Host& host) {
  const EntityId id = run_.names().childKept(host.id(), kFault, index);
  const bool byRatio = f.kind == Fault::Kind::kLoss || f.kind == Fault::Kind::kDuplicate ||
                       f.kind == Fault::Kind::kReorder || f.kind == Fault::Kind::kCorrupt;
  const bool storm = f.kind == Fault::Kind::kWouldBlock;
  if (f.ratio || (storm && !f.maybe)) {
    return {run_, id, Strikes::Kind::kDrawn, f.ratio ? Ratio{*f.ratio} : kHalf};
  }
  if (!f.maybe && !byRatio) return {run_, id, Strikes::Kind::kAlways};
  const Site site = f.kind == Fault::Kind::kLoss ? Site::kLinkLoss : Site::kFaultStrikes;
  return {run_, id, Strikes::Kind::kChosen, {}, site};
}

bool Faults::strikesNow(const Fault& f, size_t index) {
  const EntityId id = run_.names().childKept(machine(f.host).host->id(), kFault, index);
  return !f.maybe || run_.chooser().choose(id, Site::kFaultStrikes, 2) == 1;
}

Faults::Machine& Faults::machine(std::string_view host) {
  for (Machine& m : machines_) {
    if (m.host->name() == host) return m;
  }
  assertionFailed("known host", __FILE__, __LINE__, "sim/script knows all hosts");
}

}  // namespace orrery::sim
