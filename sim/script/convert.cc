#include "sim/script/convert.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "proxy/base/did_you_mean.h"
#include "sim/script/check_expectation.h"
#include "sim/script/check_step.h"
#include "sim/script/config_tree.h"
#include "sim/script/convert_fault.h"
#include "sim/script/convert_step.h"
#include "sim/script/repeat.h"
#include "sim/script/scenario.pb.h"
#include "sim/script/units.h"

namespace orrery::script {

namespace {

using M = orrery::Scenario;

// Dotted quad within 127.0.0.0/8.
bool isLoopbackAddress(std::string_view text) {
  int parts = 0;
  size_t start = 0;
  while (parts < 4) {
    const size_t dot = text.find('.', start);
    const std::string_view part =
        text.substr(start, dot == std::string_view::npos ? std::string_view::npos : dot - start);
    const auto n = parseNumber(part);
    if (!n || *n > 255 || part.size() > 3 || (parts == 0 && *n != 127)) return false;
    ++parts;
    if (dot == std::string_view::npos) break;
    start = dot + 1;
  }
  return parts == 4 && std::count(text.begin(), text.end(), '.') == 3;
}

class Converter {
 public:
  Converter(const M& message, const Marks& marks, std::vector<Problem>& problems)
      : m_(message),
        marks_(marks),
        problems_(problems),
        naming_(s_.hosts, [this](const std::string& path, std::string text) { problem(path, std::move(text)); }) {}

  sim::Scenario run() {
    s_.claim = m_.claim();
    s_.source = m_.source();
    if (m_.claim().empty()) problem("claim", "expected the sentence that this scenario shows, found nothing");
    bootstrap();
    if (m_.proxy().workers() != 0) s_.proxy.workers = m_.proxy().workers();
    s_.proxy.cpu = toCpu("proxy.cpu", m_.proxy().cpu());
    if (m_.proxy().has_ephemeral_ports()) s_.proxy.ephemeralPorts = toPorts("proxy", m_.proxy().ephemeral_ports());
    if (s_.proxy.workers > 64) problem("proxy.workers", "expected 1 to 64, found " + std::to_string(s_.proxy.workers));
    environment();
    hosts();
    links();
    stories();
    s_.onlySimulated = m_.only_simulated();
    limits();
    faults();
    conditions();
    for (int i = 0; i < m_.always_size(); ++i) expectation(m_.always(i), "always", i, s_.always);
    for (int i = 0; i < m_.sometimes_size(); ++i) expectation(m_.sometimes(i), "sometimes", i, s_.sometimes);
    for (int i = 0; i < m_.default__size(); ++i) expectation(m_.default_(i), "default", i, s_.plain);
    return std::move(s_);
  }

 private:
  Mark markOf(std::string path) const {
    for (;;) {
      const auto it = marks_.find(path);
      if (it != marks_.end()) return it->second;
      const size_t cut = path.find_last_of(".[");
      if (cut == std::string::npos) return {1, 1};
      path.resize(cut);
    }
  }
  void problem(const std::string& path, std::string message) {
    if (problems_.size() < kMaxProblems) problems_.push_back({markOf(path), path, std::move(message)});
  }

  void environment() {
    for (const auto& v : m_.proxy().environment()) {
      const std::string path = "proxy.environment." + v.name();
      if (v.name().empty() || v.name().contains('=') || v.name().contains('\0') || v.value().contains('\0'))
        problem(path, "expected a name without '=' and texts without zero bytes, found '" + v.name() + "'");
      s_.proxy.environment.emplace_back(v.name(), v.value());
    }
  }

  void bootstrap() {
    const M::Bootstrap& boot = m_.proxy().bootstrap();
    s_.proxy.bootstrap = boot.file();
    if (boot.has_written()) s_.proxy.writtenBootstrap = toConfig(boot.written());
    s_.proxy.line = markOf("proxy.bootstrap").line;
    if (boot.file().empty() && !boot.has_written())
      problem("proxy.bootstrap", "expected the path of an Envoy file or a whole bootstrap, found nothing");
    for (const M::Override& o : m_.proxy().overrides()) {
      const std::string path = "proxy.overrides." + o.path();
      const Mark at = markOf(path);
      for (const sim::Override& other : s_.proxy.overrides) {
        if (other.path == o.path()) problem(path, "expected each path once, found it a second time");
      }
      s_.proxy.overrides.push_back({o.path(), toConfig(o.value()), at.line, at.column});
    }
    if (s_.proxy.overrides.size() > sim::kMostOverrides)
      problem("proxy.overrides", "expected at most " + std::to_string(sim::kMostOverrides) + " paths, found " +
                                     std::to_string(s_.proxy.overrides.size()));
  }

  void hosts() {
    for (const auto& h : m_.hosts()) {
      const std::string path = "hosts." + h.name();
      if (isReserved(h.name())) {
        problem(path, "expected another name: '" + h.name() + "' is a word of expectations");
      } else if (!isName(h.name()) || h.name() == Naming::kProxy) {
        problem(path, h.name() == Naming::kProxy
                          ? "expected another name: 'proxy' is always there"
                          : "expected a name of letters, digits and '_' that begins with a small letter, found '" +
                                h.name() + "'");
      }
      sim::HostSpec host;
      host.name = h.name();
      host.address = h.address();
      // Whether an IPv6 address is one is seen where hosts are placed (sim/world).
      if (!host.address.empty() && !host.address.contains(':') && !isLoopbackAddress(host.address)) {
        problem(path + ".address",
                "expected an address of 127.0.0.0/8 or an IPv6 address, found '" + host.address + "'");
      }
      for (int i = 0; i < h.listens_size(); ++i) {
        if (h.listens(i) == 0 || h.listens(i) > 65'535) {
          problem(path + ".listens", "expected a port from 1 to 65535, found " + std::to_string(h.listens(i)));
        }
        host.listens.push_back(static_cast<uint16_t>(h.listens(i)));
      }
      if (h.backlog() != 0) host.backlog = h.backlog();
      host.cpu = toCpu(path + ".cpu", h.cpu());
      if (h.has_ephemeral_ports()) host.ephemeralPorts = toPorts(path, h.ephemeral_ports());
      host.translates = h.translates();
      host.balances.assign(h.balances().begin(), h.balances().end());
      host.forgetsAfter = toDuration(h.forgets_after());
      host.unknown = toUnknown(h.then());
      names(path, h, host);
      if (!host.isBox() && (h.has_forgets_after() || h.then() != M::DROP)) {
        problem(path, "expected 'translates' or 'balances' beside what only a box on the way has, found neither");
      }
      s_.hosts.push_back(std::move(host));
    }
    for (const sim::HostSpec& host : s_.hosts) checkBox("hosts." + host.name, host);
  }

  void names(const std::string& path, const M::Host& h, sim::HostSpec& host) {
    using Type = sim::DnsRecord::Type;
    for (int i = 0; i < h.names_size(); ++i) {
      const M::NameRecord& r = h.names(i);
      const std::string at = path + ".names[" + std::to_string(i) + "]";
      sim::DnsRecord record;
      record.name = r.name();
      record.type = r.type() == M::NameRecord::A      ? Type::kA
                    : r.type() == M::NameRecord::AAAA ? Type::kAaaa
                                                      : Type::kCname;
      record.value = r.value();
      if (r.has_ttl()) record.ttl = static_cast<uint32_t>(toDuration(r.ttl()).inSeconds());
      record.begin = toDuration(r.begin());
      record.end = toDuration(r.end());
      if (record.name.empty() || record.value.empty())
        problem(at, "expected a name and what it stands for, found an empty text");
      if (record.type == Type::kA && !isLoopbackAddress(record.value))
        problem(at, "expected an address of 127.0.0.0/8, found '" + record.value + "'");
      if (record.type == Type::kAaaa && !record.value.contains(':'))
        problem(at, "expected an IPv6 address, found '" + record.value + "'");
      if (!record.end.isZero() && record.end <= record.begin)
        problem(at, "expected an end after the begin (" + printDuration(record.begin) + "), found " +
                        printDuration(record.end));
      host.names.push_back(std::move(record));
    }
    if (host.names.empty()) return;
    if (host.isBox() || !host.listens.empty())
      problem(path, "expected 'names' alone: a name server is nothing else, found more");
    for (const auto& story : m_.story()) {
      if (story.host() == host.name) problem(path, "expected no story of a name server, found one");
    }
  }

  void checkBox(const std::string& path, const sim::HostSpec& box) {
    if (!box.isBox()) return;
    if (!box.translates.empty() && !box.balances.empty()) {
      problem(path, "expected 'translates' or 'balances', found both");
    }
    for (const auto& story : m_.story()) {
      if (story.host() == box.name) problem(path, "expected no story of a box on the way, found one");
    }
    if (!box.translates.empty()) {
      naming_.needHost(path + ".translates", box.translates);
      if (!box.listens.empty())
        problem(path + ".listens", "expected none, as nobody opens connections through a NAT from outside");
    }
    if (!box.balances.empty() && box.listens.empty()) {
      problem(path + ".balances", "expected a port that the balancer listens on beside it, found none");
    }
    for (const std::string& name : box.balances) {
      naming_.needHost(path + ".balances", name);
      for (const sim::HostSpec& backend : s_.hosts) {
        if (backend.name != name) continue;
        for (const uint16_t port : box.listens) {
          if (std::find(backend.listens.begin(), backend.listens.end(), port) != backend.listens.end()) continue;
          problem(path + ".balances", "expected hosts that listen on " + std::to_string(port) + " too, found '" + name +
                                          "', which does not");
        }
      }
    }
  }

  void links() {
    for (const auto& l : m_.links()) {
      const std::string path = "links." + l.between();
      const size_t dash = l.between().find('-');
      if (dash == std::string::npos) {
        problem(path, "expected two hosts with '-' or '->' between them, found '" + l.between() + "'");
        continue;
      }
      sim::LinkSpec link;
      link.oneWay = l.between().substr(dash).starts_with("->");
      link.from = l.between().substr(0, dash);
      link.to = l.between().substr(dash + (link.oneWay ? 2 : 1));
      naming_.needHost(path, link.from);
      naming_.needHost(path, link.to);
      linkOptions(path, l, link);
      for (const sim::LinkSpec& other : s_.links) {
        if (overlap(link, other)) problem(path, "expected one entry for each direction, found a second one");
      }
      s_.links.push_back(std::move(link));
    }
  }

  sim::CpuSpec toCpu(const std::string& path, const M::Cpu& m) {
    const sim::CpuSpec cpu{toDuration(m.callback()), toDuration(m.kibibyte()), toDuration(m.jitter())};
    for (const Duration d : {cpu.callback, cpu.kibibyte, cpu.jitter}) {
      if (d > Duration::seconds(1)) problem(path, "expected at most 1s for each, found " + printDuration(d));
    }
    return cpu;
  }

  sim::PortRange toPorts(const std::string& path, const M::Ports& m) {
    if (m.first() >= 1024 && m.first() <= m.last() && m.last() <= 65'535) {
      return {static_cast<uint16_t>(m.first()), static_cast<uint16_t>(m.last())};
    }
    problem(path + ".ephemeral_ports", "expected a first and a last port from 1024 to 65535, found " +
                                           std::to_string(m.first()) + " and " + std::to_string(m.last()));
    return {};
  }

  static sim::UnknownConnection toUnknown(M::Unknown u) {
    return u == M::RST ? sim::UnknownConnection::kReset : sim::UnknownConnection::kDrop;
  }

  void linkOptions(const std::string& path, const M::Link& l, sim::LinkSpec& link) {
    if (link.from == link.to) problem(path, "expected two hosts, found '" + link.from + "' twice");
    if (l.has_latency()) link.latency = toDuration(l.latency());
    link.jitter = toDuration(l.jitter());
    link.bandwidth = l.bandwidth().bytes_per_second();
    link.queue = l.queue();
    if (link.queue != 0 && link.bandwidth == 0) {
      problem(path + ".queue", "expected a bandwidth beside it, as nothing waits without one, found none");
    }
    if (l.mtu() != 0) link.mtu = l.mtu();
    if (link.mtu < 576 || link.mtu > 65'536) {
      problem(path + ".mtu", "expected 576 to 65536 bytes, found " + std::to_string(link.mtu));
    }
    link.loss = l.loss().per_million();
    link.duplication = l.duplication().per_million();
    link.reordering = l.reordering().per_million();
    link.corruption = l.corruption().per_million();
    link.forgetsAfter = toDuration(l.forgets_after());
    link.unknown = toUnknown(l.then());
    if (link.oneWay && l.has_forgets_after()) {
      problem(path + ".forgets_after", "expected a link of both directions, as a firewall tracks both, found one");
    }
    if (!l.has_forgets_after() && l.then() != M::DROP) {
      problem(path + ".then", "expected 'forgets_after' beside it, found none");
    }
  }

  static bool overlap(const sim::LinkSpec& a, const sim::LinkSpec& b) {
    if (a.from == b.from && a.to == b.to) return true;
    return a.from == b.to && a.to == b.from && !(a.oneWay && b.oneWay);
  }

  void stories() {
    for (const auto& story : m_.story()) {
      const std::string path = "story." + story.host();
      naming_.needHost(path, story.host());
      if (story.host() == Naming::kProxy)
        problem(path, "expected another host: the proxy does what its bootstrap says");
      const sim::HostSpec* host = nullptr;
      for (const auto& h : s_.hosts) {
        if (h.name == story.host()) host = &h;
      }
      sim::Story out;
      out.host = story.host();
      const bool origin = host != nullptr && !host->listens.empty();
      const auto tell = [this](const std::string& where, std::string text) { problem(where, std::move(text)); };
      const std::vector<Unrolled> steps = unroll(story.steps(), path, tell);
      for (size_t i = 0; i < steps.size(); ++i) {
        const std::string& at = steps[i].path;
        if (steps[i].step.kind_case() == M::Step::KIND_NOT_SET) {
          if (problems_.empty()) problem(at, "expected a step, found nothing");
          continue;
        }
        sim::Step step = toStep(steps[i].step);
        step.line = markOf(at).line;
        checkStep({at, story.host(), origin, static_cast<int>(steps.size() - i - 1)}, step, naming_);
        out.steps.push_back(std::move(step));
      }
      s_.stories.push_back(std::move(out));
    }
  }

  void faults() {
    for (int i = 0; i < m_.faults_size(); ++i) {
      const std::string path = "faults[" + std::to_string(i) + "]";
      if (m_.faults(i).kind_case() == M::Fault::KIND_NOT_SET) {
        if (problems_.empty()) problem(path, "expected a kind of fault such as black_hole or crash, found none");
        continue;
      }
      sim::Fault fault = toFault(m_.faults(i));
      fault.line = markOf(path).line;
      if (fault.onLink()) {
        naming_.needHost(path, fault.from);
        naming_.needHost(path, fault.to);
      } else {
        naming_.needHost(path, fault.host);
      }
      if (const auto why = whyNever(fault, s_)) problem(path, *why + " in `" + fault.text + "`");
      s_.faults.push_back(std::move(fault));
    }
  }

  // A story may ask for more than others get, and not for ever.
  void limits() {
    constexpr Duration kLongest = Duration::seconds(366 * 86'400);
    constexpr uint64_t kMostEvents = 10'000'000'000;
    if (m_.limits().has_virtual_time()) s_.limits.virtualTime = toDuration(m_.limits().virtual_time());
    if (m_.limits().events() != 0) s_.limits.events = m_.limits().events();
    if (s_.limits.virtualTime > kLongest)
      problem("limits.virtual_time", "expected at most 8784h (a year), found " + printDuration(s_.limits.virtualTime));
    if (s_.limits.events > kMostEvents)
      problem("limits.events",
              "expected at most " + std::to_string(kMostEvents) + ", found " + std::to_string(s_.limits.events));
  }

  // A condition that no fault names and nobody waits for would do nothing; one that nobody begins never comes.
  void conditions() {
    std::vector<std::string_view> used, begun;
    for (const sim::Fault& f : s_.faults) {
      if (!f.during.empty()) used.push_back(f.during);
    }
    for (const sim::Story& story : s_.stories) {
      for (const sim::Step& step : story.steps) {
        if (const auto* w = std::get_if<sim::WaitUntilStep>(&step.kind)) used.push_back(w->condition);
        if (const auto* c = std::get_if<sim::ConditionStep>(&step.kind); c != nullptr && c->on)
          begun.push_back(c->name);
      }
    }
    const auto among = [](const std::vector<std::string_view>& names, std::string_view name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    for (const sim::Story& story : s_.stories) {
      for (size_t i = 0; i < story.steps.size(); ++i) {
        const std::string at = "story." + story.host + "[" + std::to_string(i) + "]";
        const auto* c = std::get_if<sim::ConditionStep>(&story.steps[i].kind);
        if (c != nullptr && !among(used, c->name)) {
          problem(at,
                  "expected a condition that some fault names (while NAME) or some step waits for (wait until NAME), "
                  "found '" +
                      c->name + "'" + didYouMean(c->name, used));
        }
        const auto* w = std::get_if<sim::WaitUntilStep>(&story.steps[i].kind);
        if (w != nullptr && !among(begun, w->condition)) {
          problem(at, "expected a condition that some step begins (begin NAME), found '" + w->condition + "'" +
                          didYouMean(w->condition, begun));
        }
      }
    }
  }

  void expectation(const M::Expectation& m, const std::string& list, int index, std::vector<sim::Expectation>& out) {
    const std::string path = list + "[" + std::to_string(index) + "]";
    if (m.kind_case() == M::Expectation::KIND_NOT_SET) {
      if (problems_.empty()) problem(path, "expected an expectation, found nothing");
      return;
    }
    sim::Expectation e = toExpectation(m);
    e.line = markOf(path).line;
    checkExpectation(path, e, naming_);
    out.push_back(std::move(e));
  }

  const M& m_;
  const Marks& marks_;
  std::vector<Problem>& problems_;
  sim::Scenario s_;
  Naming naming_;
};

}  // namespace

sim::Scenario convert(const M& message, const Marks& marks, std::vector<Problem>& problems) {
  return Converter(message, marks, problems).run();
}

}  // namespace orrery::script
