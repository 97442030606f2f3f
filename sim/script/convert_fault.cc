#include "sim/script/convert_fault.h"

#include <algorithm>

#include "proxy/base/did_you_mean.h"
#include "sim/script/convert_step.h"
#include "sim/script/steps.h"
#include "sim/script/units.h"

namespace orrery::script {

namespace {

using M = orrery::Scenario;
using Kind = sim::Fault::Kind;

static_assert(static_cast<int>(M::Fault::BARE_ACK) == static_cast<int>(sim::Fault::Matching::kBareAck));
static_assert(static_cast<int>(M::Fault::Signal::USR1) == static_cast<int>(sim::Fault::Signal::kUser1));
static_assert(static_cast<int>(M::Fault::Dns::WRONG_ID) == static_cast<int>(sim::DnsFailure::Kind::kWrongId));
static_assert(static_cast<int>(M::Fault::OUTBOUND) == static_cast<int>(sim::Fault::Direction::kOutbound));

// The fields that only this kind has.
void setKind(const M::Fault& m, sim::Fault& f) {
  const auto chance = [&f](Kind kind, const M::Fault::Loss& loss) {
    f.kind = kind;
    if (loss.has_ratio()) f.ratio = loss.ratio().per_million();
  };
  const auto atMost = [&f](Kind kind, const M::Fault::Short& s) {
    f.kind = kind;
    f.host = s.host();
    f.number = s.bytes();
  };
  switch (m.kind_case()) {
    case M::Fault::kBlackHole: f.kind = Kind::kBlackHole; break;
    case M::Fault::kLatency:
      f.kind = Kind::kLatency;
      f.duration = toDuration(m.latency().extra());
      break;
    case M::Fault::kLoss: chance(Kind::kLoss, m.loss()); break;
    case M::Fault::kDuplicate: chance(Kind::kDuplicate, m.duplicate()); break;
    case M::Fault::kReorder: chance(Kind::kReorder, m.reorder()); break;
    case M::Fault::kCorrupt: chance(Kind::kCorrupt, m.corrupt()); break;
    case M::Fault::kReset: f.kind = Kind::kReset; break;
    case M::Fault::kPartition:
      f.kind = Kind::kPartition;
      f.host = m.partition().host();
      f.direction = static_cast<sim::Fault::Direction>(m.partition().direction());
      break;
    case M::Fault::kCrash:
      f.kind = Kind::kCrash;
      f.host = m.crash().host();
      f.duration = toDuration(m.crash().restart_after());
      break;
    case M::Fault::kPause:
      f.kind = Kind::kPause;
      f.host = m.pause().host();
      break;
    case M::Fault::kSlowReader:
      f.kind = Kind::kSlowReader;
      f.host = m.slow_reader().host();
      f.number = m.slow_reader().bytes();
      f.duration = toDuration(m.slow_reader().every());
      break;
    case M::Fault::kShortReads: atMost(Kind::kShortReads, m.short_reads()); break;
    case M::Fault::kShortWrites: atMost(Kind::kShortWrites, m.short_writes()); break;
    case M::Fault::kWouldBlock:
      f.kind = Kind::kWouldBlock;
      f.host = m.would_block().host();
      if (m.would_block().has_ratio()) f.ratio = m.would_block().ratio().per_million();
      break;
    case M::Fault::kDescriptors:
      f.kind = Kind::kDescriptors;
      f.host = m.descriptors().host();
      f.number = m.descriptors().limit();
      break;
    case M::Fault::kClockStep:
      f.kind = Kind::kClockStep;
      f.host = m.clock_step().host();
      f.duration = toDuration(m.clock_step().by());
      f.back = m.clock_step().back();
      break;
    case M::Fault::kFileChange:
      f.kind = Kind::kFileChange;
      f.host = m.file_change().host();
      f.path = m.file_change().path();
      f.content = m.file_change().content();
      break;
    case M::Fault::kSignal:
      f.kind = Kind::kSignal;
      f.host = m.signal().host();
      f.signal = static_cast<sim::Fault::Signal>(m.signal().name());
      break;
    case M::Fault::kDns:
      f.kind = Kind::kDns;
      f.host = m.dns().host();
      f.dns = static_cast<sim::DnsFailure::Kind>(m.dns().does());
      f.name = m.dns().name();
      f.duration = toDuration(m.dns().late());
      break;
    case M::Fault::KIND_NOT_SET: break;
  }
}

bool isInstant(Kind kind) {
  return kind == Kind::kCrash || kind == Kind::kClockStep || kind == Kind::kFileChange || kind == Kind::kSignal;
}

class Judge {
 public:
  Judge(const sim::Fault& fault, const sim::Scenario& scenario) : f_(fault), s_(scenario) {}

  std::optional<std::string> run() const {
    if (auto why = times()) return why;
    if (auto why = condition()) return why;
    if (f_.ratio == 0u) return "expected a ratio above 0%, found 0%";
    return f_.onLink() ? link() : host();
  }

 private:
  using Why = std::optional<std::string>;

  Why times() const {
    if (!f_.end.isZero() && f_.end <= f_.begin) {
      return "expected an end after the begin (" + printDuration(f_.begin) + "), found " + printDuration(f_.end);
    }
    if (f_.begin >= s_.limits.virtualTime) {
      return "expected a begin before the run's limit (" + printDuration(s_.limits.virtualTime) + "), found " +
             printDuration(f_.begin);
    }
    if (isInstant(f_.kind) && (!f_.end.isZero() || !f_.during.empty())) {
      return "expected one instant, found a span";
    }
    return std::nullopt;
  }

  Why condition() const {
    if (f_.during.empty()) return std::nullopt;
    std::vector<std::string_view> names;
    for (const sim::Story& story : s_.stories) {
      for (const sim::Step& step : story.steps) {
        const auto* c = std::get_if<sim::ConditionStep>(&step.kind);
        if (c != nullptr && c->on) names.push_back(c->name);
      }
    }
    if (std::find(names.begin(), names.end(), f_.during) != names.end()) return std::nullopt;
    return "expected a condition that some step begins (begin NAME), found '" + f_.during + "'" +
           didYouMean(f_.during, names);
  }

  const sim::HostSpec* spec(std::string_view name) const {
    for (const sim::HostSpec& h : s_.hosts) {
      if (h.name == name) return &h;
    }
    return nullptr;
  }
  const sim::Story* story(std::string_view name) const {
    for (const sim::Story& story : s_.stories) {
      if (story.host == name) return &story;
    }
    return nullptr;
  }
  // The proxy talks with whom it likes; others talk if the story of one connects to the other.
  bool talk(const std::string& a, const std::string& b) const {
    if (a == b) return false;
    for (const sim::HostSpec& box : s_.hosts) {
      // Behind a box all goes through it.
      for (const auto& [one, other] : {std::pair(a, b), std::pair(b, a)}) {
        const bool behind =
            box.translates == one || std::find(box.balances.begin(), box.balances.end(), one) != box.balances.end();
        if (behind) return other == box.name;
      }
    }
    if ((spec(a) != nullptr && spec(a)->isBox()) || (spec(b) != nullptr && spec(b)->isBox())) return true;
    if (a == "proxy" || b == "proxy") return true;
    return connects(a, b) || connects(b, a);
  }
  bool connects(const std::string& from, const std::string& to) const {
    const sim::Story* tale = story(from);
    if (tale == nullptr) return false;
    return std::any_of(tale->steps.begin(), tale->steps.end(), [&](const sim::Step& step) {
      if (const auto* c = std::get_if<sim::ConnectStep>(&step.kind)) return c->host == to;
      if (const auto* r = std::get_if<sim::ResolveStep>(&step.kind)) return r->server == to;
      const auto* load = std::get_if<sim::LoadStep>(&step.kind);
      return load != nullptr && load->host == to;
    });
  }

  bool watches(const std::string& host, const std::string& path) const {
    const sim::Story* tale = story(host);
    return tale != nullptr && std::any_of(tale->steps.begin(), tale->steps.end(), [&](const sim::Step& step) {
             const auto* c = std::get_if<sim::ExpectChangeStep>(&step.kind);
             return c != nullptr && c->path == path;
           });
  }

  Why link() const {
    if (!talk(f_.from, f_.to)) {
      return "expected two hosts that talk with each other, found '" + f_.from + "' and '" + f_.to +
             "', which never do";
    }
    if (f_.kind == Kind::kLatency && f_.duration.isZero()) return "expected a latency of more than 0s, found none";
    if (f_.port != 0 && !serves(f_.port)) {
      return "expected a port that " + f_.from + " or " + f_.to + " listens on, found " + std::to_string(f_.port);
    }
    return std::nullopt;
  }
  // The proxy's own ports are its bootstrap's affair.
  bool serves(uint32_t port) const {
    if (port > 65'535) return false;
    bool proxyServes = false;
    for (const std::string& name : {f_.from, f_.to}) {
      const sim::HostSpec* h = spec(name);
      const sim::HostSpec* other = spec(name == f_.from ? f_.to : f_.from);
      if (h == nullptr) proxyServes = other == nullptr || other->listens.empty();
      if (h != nullptr && std::find(h->listens.begin(), h->listens.end(), port) != h->listens.end()) return true;
    }
    return proxyServes;
  }

  Why host() const {
    const bool isProxy = f_.host == "proxy";
    if (f_.kind == Kind::kDns) return dns();
    if (!isProxy && story(f_.host) == nullptr && f_.kind != Kind::kPartition) {
      return "expected a host with a story, as another does nothing, found '" + f_.host + "'";
    }
    switch (f_.kind) {
      case Kind::kCrash:
        if (isProxy) return "expected a host of the story, as the proxy cannot be started again, found 'proxy'";
        break;
      case Kind::kSlowReader:
        if (f_.number == 0 || f_.duration.isZero()) return "expected some bytes every so often, found none";
        break;
      case Kind::kShortReads:
      case Kind::kShortWrites:
        if (f_.number == 0) return "expected at least one byte, found 0";
        break;
      case Kind::kClockStep:
        if (f_.duration.isZero()) return "expected a step of more than 0s, found none";
        if (!isProxy) return "expected the proxy, as no story looks at a wall clock, found '" + f_.host + "'";
        break;
      case Kind::kFileChange:
        if (!isProxy && !watches(f_.host, f_.path)) {
          return "expected the proxy, or a host whose story expects a change of " + f_.path + ", found '" + f_.host +
                 "'";
        }
        if (f_.path.empty() || f_.path[0] != '/') return "expected an absolute path, found '" + f_.path + "'";
        break;
      case Kind::kSignal:
        if (!isProxy) return "expected the proxy, as no story handles signals, found '" + f_.host + "'";
        break;
      default: break;
    }
    return std::nullopt;
  }

  Why dns() const {
    const sim::HostSpec* h = spec(f_.host);
    if (h == nullptr || h->names.empty()) return "expected a name server (names: ...), found '" + f_.host + "'";
    if (f_.dns == sim::DnsFailure::Kind::kNone && f_.duration.isZero()) return "expected what it does, found nothing";
    if (f_.name.empty() ||
        std::any_of(h->names.begin(), h->names.end(), [&](const sim::DnsRecord& r) { return r.name == f_.name; })) {
      return std::nullopt;
    }
    std::vector<std::string_view> names;
    for (const sim::DnsRecord& r : h->names) names.push_back(r.name);
    return "expected a name that '" + f_.host + "' knows, found '" + f_.name + "'" + didYouMean(f_.name, names);
  }

  const sim::Fault& f_;
  const sim::Scenario& s_;
};

}  // namespace

sim::Fault toFault(const M::Fault& m) {
  sim::Fault f;
  setKind(m, f);
  f.from = m.from();
  f.to = m.to();
  f.oneWay = m.one_way();
  f.begin = toDuration(m.begin());
  f.end = toDuration(m.end());
  f.during = m.while_();
  f.matching = static_cast<sim::Fault::Matching>(m.matching());
  f.port = m.port();
  f.first = m.first();
  f.maybe = m.maybe();
  if (auto text = printShort(m)) f.text = std::move(*text);
  return f;
}

std::optional<std::string> whyNever(const sim::Fault& fault, const sim::Scenario& scenario) {
  return Judge(fault, scenario).run();
}

}  // namespace orrery::script
