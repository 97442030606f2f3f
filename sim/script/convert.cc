#include "sim/script/convert.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "proxy/base/did_you_mean.h"
#include "sim/script/convert_fault.h"
#include "sim/script/convert_step.h"
#include "sim/script/scenario.pb.h"
#include "sim/script/units.h"
#include "sim/script/values.h"

namespace orrery::script {

namespace {

using M = orrery::Scenario;

constexpr std::string_view kProxy = "proxy";

enum class Side { kBoth, kClient, kOrigin };

Side sideOf(const sim::StepKind& kind) {
  struct Of {
    Side operator()(const sim::ConnectStep&) const { return Side::kClient; }
    Side operator()(const sim::UseStep&) const { return Side::kClient; }
    Side operator()(const sim::RequestStep&) const { return Side::kClient; }
    Side operator()(const sim::LoadStep&) const { return Side::kClient; }
    Side operator()(const sim::WaitForResponseStep&) const { return Side::kClient; }
    Side operator()(const sim::CancelStep&) const { return Side::kClient; }
    Side operator()(const sim::AcceptStep&) const { return Side::kOrigin; }
    Side operator()(const sim::ReadRequestStep&) const { return Side::kOrigin; }
    Side operator()(const sim::AnswerStep&) const { return Side::kOrigin; }
    Side operator()(const sim::InformStep&) const { return Side::kOrigin; }
    Side operator()(const sim::NeverAnswerStep&) const { return Side::kOrigin; }
    Side operator()(const sim::ListenStep&) const { return Side::kOrigin; }
    Side operator()(const sim::SendRawStep&) const { return Side::kBoth; }
    Side operator()(const sim::WaitStep&) const { return Side::kBoth; }
    Side operator()(const sim::WaitForCloseStep&) const { return Side::kBoth; }
    Side operator()(const sim::EndStep&) const { return Side::kBoth; }
    Side operator()(const sim::ReadingStep&) const { return Side::kBoth; }
    Side operator()(const sim::ConditionStep&) const { return Side::kBoth; }
  };
  return std::visit(Of{}, kind);
}

bool mayStand(const sim::StepKind& kind) {
  return std::holds_alternative<sim::AnswerStep>(kind) || std::holds_alternative<sim::NeverAnswerStep>(kind) ||
         std::holds_alternative<sim::EndStep>(kind) || std::holds_alternative<sim::ListenStep>(kind);
}

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
      : m_(message), marks_(marks), problems_(problems) {}

  sim::Scenario run() {
    s_.claim = m_.claim();
    s_.source = m_.source();
    if (m_.claim().empty()) problem("claim", "expected the sentence that this scenario shows, found nothing");
    s_.proxy.bootstrap = m_.proxy().bootstrap();
    s_.proxy.line = markOf("proxy.bootstrap").line;
    if (m_.proxy().bootstrap().empty()) problem("proxy.bootstrap", "expected the path of an Envoy file, found nothing");
    if (m_.proxy().workers() != 0) s_.proxy.workers = m_.proxy().workers();
    s_.proxy.cpu = toCpu("proxy.cpu", m_.proxy().cpu());
    if (m_.proxy().has_ephemeral_ports()) s_.proxy.ephemeralPorts = toPorts("proxy", m_.proxy().ephemeral_ports());
    if (s_.proxy.workers > 64) problem("proxy.workers", "expected 1 to 64, found " + std::to_string(s_.proxy.workers));
    hosts();
    links();
    stories();
    if (m_.limits().has_virtual_time()) s_.limits.virtualTime = toDuration(m_.limits().virtual_time());
    if (m_.limits().events() != 0) s_.limits.events = m_.limits().events();
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

  void hosts() {
    for (const auto& h : m_.hosts()) {
      const std::string path = "hosts." + h.name();
      if (!isName(h.name()) || h.name() == kProxy) {
        problem(path, h.name() == kProxy
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
      if (!host.isBox() && (h.has_forgets_after() || h.then() != M::DROP)) {
        problem(path, "expected 'translates' or 'balances' beside what only a box on the way has, found neither");
      }
      s_.hosts.push_back(std::move(host));
    }
    for (const sim::HostSpec& host : s_.hosts) checkBox("hosts." + host.name, host);
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
      needHost(path + ".translates", box.translates);
      if (!box.listens.empty())
        problem(path + ".listens", "expected none, as nobody opens connections through a NAT from outside");
    }
    if (!box.balances.empty() && box.listens.empty()) {
      problem(path + ".balances", "expected a port that the balancer listens on beside it, found none");
    }
    for (const std::string& name : box.balances) {
      needHost(path + ".balances", name);
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

  std::vector<std::string_view> hostNames() const {
    std::vector<std::string_view> names = {kProxy};
    for (const auto& h : s_.hosts) names.push_back(h.name);
    return names;
  }
  bool known(std::string_view host) const {
    const auto names = hostNames();
    return std::find(names.begin(), names.end(), host) != names.end();
  }
  void needHost(const std::string& path, std::string_view host) {
    if (known(host)) return;
    std::string list;
    const auto names = hostNames();
    for (const std::string_view n : names) list += (list.empty() ? "" : ", ") + std::string(n);
    problem(path, "expected a host of this scenario (" + list + "), found '" + std::string(host) + "'" +
                      didYouMean(host, names));
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
      needHost(path, link.from);
      needHost(path, link.to);
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
      needHost(path, story.host());
      if (story.host() == kProxy) problem(path, "expected another host: the proxy does what its bootstrap says");
      const sim::HostSpec* host = nullptr;
      for (const auto& h : s_.hosts) {
        if (h.name == story.host()) host = &h;
      }
      sim::Story out;
      out.host = story.host();
      const bool origin = host != nullptr && !host->listens.empty();
      for (int i = 0; i < story.steps_size(); ++i) {
        const std::string at = path + "[" + std::to_string(i) + "]";
        if (story.steps(i).kind_case() == M::Step::KIND_NOT_SET) {
          if (problems_.empty()) problem(at, "expected a step, found nothing");
          continue;
        }
        sim::Step step = toStep(story.steps(i));
        step.line = markOf(at).line;
        checkStep(at, step, story, i, origin, out);
        out.steps.push_back(std::move(step));
      }
      s_.stories.push_back(std::move(out));
    }
  }

  void checkStep(const std::string& at, const sim::Step& step, const M::Story& story, int i, bool origin,
                 const sim::Story& before) {
    const Side side = sideOf(step.kind);
    if (side == Side::kOrigin && !origin) {
      problem(at, "expected a step of a client, as '" + story.host() + "' listens on no port (hosts." + story.host() +
                      ".listens), found `" + step.text + "`");
    } else if (side == Side::kClient && origin) {
      problem(at, "expected a step of an origin, as '" + story.host() + "' listens, found `" + step.text + "`");
    }
    if (step.standing && !mayStand(step.kind)) {
      problem(at,
              "expected answer, never answer, close, reset or refuse after 'from then on', found `" + step.text + "`");
    }
    if (step.standing && i + 1 < story.steps_size()) {
      problem(at, "expected no step after 'from then on', found " + std::to_string(story.steps_size() - i - 1));
    }
    if (const auto* connect = std::get_if<sim::ConnectStep>(&step.kind)) {
      needHost(at, connect->host);
      if (!connect->name.empty()) connections_.insert(story.host() + "/" + connect->name);
    }
    if (const auto* use = std::get_if<sim::UseStep>(&step.kind)) {
      if (connections_.count(story.host() + "/" + use->connection) == 0) {
        problem(at,
                "expected the name of an earlier connection (connect ... as NAME), found '" + use->connection + "'");
      }
    }
    if (const auto* load = std::get_if<sim::LoadStep>(&step.kind)) {
      if (!load->host.empty()) needHost(at, load->host);
      if (load->connections == 0 || load->connections > 100'000) {
        problem(at, "expected 1 to 100000 connections, found " + std::to_string(load->connections));
      }
      if (load->requests == 0) problem(at, "expected at least one request, found 0");
      if (load->streams > 1000) problem(at, "expected at most 1000 streams, found " + std::to_string(load->streams));
      if (load->cancelled && load->streams == 0)
        problem(at, "expected streams (of N streams): only HTTP/2 can cancel a request");
    }
    checkEnding(at, step, origin);
    if (const auto* cancel = std::get_if<sim::CancelStep>(&step.kind)) needRequest(at, cancel->name);
    if (const auto* raw = std::get_if<sim::SendRawStep>(&step.kind); raw != nullptr && !raw->name.empty()) {
      if (origin) problem(at, "expected no name: an origin makes no requests, found '" + raw->name + "'");
      name(at, raw->name);
    }
    if (const auto* raw = std::get_if<sim::SendRawStep>(&step.kind)) {
      constexpr uint64_t kMost = 16 * 1024 * 1024;
      if (raw->bytes.size() * raw->times > kMost)
        problem(at, "expected at most 16 MiB of raw bytes, found " + std::to_string(raw->bytes.size() * raw->times));
    }
    if (const auto* request = std::get_if<sim::RequestStep>(&step.kind)) {
      if (!request->name.empty()) name(at, request->name);
      if (request->method.empty() || request->path.empty())
        problem(at, "expected a method and a path, found `" + step.text + "`");
      checkBody(at, request->body);
    }
    if (const auto* answer = std::get_if<sim::AnswerStep>(&step.kind)) {
      if (answer->status < 200 && answer->status != 101) {
        problem(at,
                "expected a final status (101, 200 or more; 1xx is `inform`), found " + std::to_string(answer->status));
      }
      checkBody(at, answer->body);
    }
    if (const auto* wait = std::get_if<sim::WaitForResponseStep>(&step.kind); wait != nullptr && !wait->name.empty()) {
      needRequest(at, wait->name);
    }
    (void)before;
  }

  void checkEnding(const std::string& at, const sim::Step& step, bool origin) {
    sim::Ending how = sim::Ending::kNone;
    if (const auto* end = std::get_if<sim::EndStep>(&step.kind)) how = end->how;
    if (const auto* wait = std::get_if<sim::WaitStep>(&step.kind)) how = wait->then;
    if (!origin && (how == sim::Ending::kGoAway || how == sim::Ending::kResetStream))
      problem(at, "expected close, reset or half-close of a client, found `" + step.text + "`");
  }

  void checkBody(const std::string& at, const sim::Body& body) {
    if (!body.text.empty() && body.bytes != 0) problem(at, "expected a text or a number of bytes, found both");
    if (body.parts > body.size() && body.parts > 1) {
      problem(at, "expected no more parts than bytes, found " + std::to_string(body.parts) + " parts of " +
                      std::to_string(body.size()) + " bytes");
    }
  }

  void name(const std::string& at, const std::string& text) {
    if (!isName(text) || known(text)) {
      problem(at, "expected a name that is no host and no word of expectations, found '" + text + "'");
    } else if (!requests_.insert(text).second) {
      problem(at, "expected a name that is used once, found '" + text + "' a second time");
    }
  }
  void needRequest(const std::string& at, std::string_view request) {
    if (requests_.count(std::string(request)) > 0) return;
    const std::vector<std::string_view> names(requests_.begin(), requests_.end());
    problem(at, "expected the name of a request (... -> NAME), found '" + std::string(request) + "'" +
                    didYouMean(request, names));
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
        needHost(path, fault.from);
        needHost(path, fault.to);
      } else {
        needHost(path, fault.host);
      }
      if (const auto why = whyNever(fault, s_)) problem(path, *why + " in `" + fault.text + "`");
      s_.faults.push_back(std::move(fault));
    }
  }

  // A condition that no fault names would do nothing.
  void conditions() {
    std::vector<std::string_view> used;
    for (const sim::Fault& f : s_.faults) {
      if (!f.during.empty()) used.push_back(f.during);
    }
    for (const sim::Story& story : s_.stories) {
      for (size_t i = 0; i < story.steps.size(); ++i) {
        const auto* c = std::get_if<sim::ConditionStep>(&story.steps[i].kind);
        if (c == nullptr || std::find(used.begin(), used.end(), c->name) != used.end()) continue;
        problem("story." + story.host + "[" + std::to_string(i) + "]",
                "expected a condition that some fault names (while NAME), found '" + c->name + "'" +
                    didYouMean(c->name, used));
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
    checkExpectation(path, e);
    out.push_back(std::move(e));
  }

  void checkExpectation(const std::string& path, const sim::Expectation& e) {
    for (const sim::Expectation& o : e.operands) checkExpectation(path, o);
    if (e.kind == sim::Expectation::Kind::kSaw) {
      needHost(path, e.host);
      if (!e.request.empty()) needRequest(path, e.request);
      return;
    }
    if (e.kind == sim::Expectation::Kind::kEndsWithin) {
      if (e.within.isZero()) problem(path, "expected a time, as in `first ends within 20s`, found none");
      if (!e.request.empty()) needRequest(path, e.request);
    }
    if (e.kind != sim::Expectation::Kind::kCompare) return;
    if (const auto type = typeOf(path, e.value)) checkOperands(path, e, *type);
  }

  // Fields of what stands before the point; nothing: nobody of that name.
  std::optional<std::span<const ValueField>> fieldsOf(const std::string& subject) const {
    if (subject == "log") return logFields();
    if (known(subject) && subject != kProxy) return hostFields();
    if (requests_.count(subject) > 0) return requestFields();
    return std::nullopt;
  }

  // The type of a value; a problem if there is none of that name.
  std::optional<ValueType> typeOf(const std::string& path, const std::string& value) {
    const size_t dot = value.find('.');
    const std::string subject = value.substr(0, dot);
    if (dot == std::string::npos) {
      problem(path, "expected a value such as second.status or origin.requests, found '" + value + "'");
      return std::nullopt;
    }
    const std::string field = value.substr(dot + 1);
    if (subject == "stats") return ValueType::kNumber;  // the names are the proxy's: an unknown one is told when judged
    if (field.starts_with("header.") && requests_.count(subject) > 0) return ValueType::kWord;
    const auto fields = fieldsOf(subject);
    if (!fields) {
      std::vector<std::string_view> names(requests_.begin(), requests_.end());
      for (const std::string_view h : hostNames()) names.push_back(h);
      problem(path, "expected a request (... -> NAME), a host, 'log' or 'stats' before the point, found '" + subject +
                        "'" + didYouMean(subject, names));
      return std::nullopt;
    }
    std::vector<std::string_view> names;
    for (const ValueField& f : *fields) {
      if (f.name == field) return f.type;
      names.push_back(f.name);
    }
    std::string list;
    for (const std::string_view n : names) list += (list.empty() ? "" : ", ") + std::string(n);
    problem(path,
            "expected one of " + list + " of '" + subject + "', found '" + field + "'" + didYouMean(field, names));
    return std::nullopt;
  }

  // The right side may be a value too: a2.at < a3.at.
  bool isValueOf(const std::string& text, ValueType type) const {
    const size_t dot = text.find('.');
    if (dot == std::string::npos) return false;
    const auto fields = fieldsOf(text.substr(0, dot));
    if (!fields) return false;
    return std::any_of(fields->begin(), fields->end(),
                       [&](const ValueField& f) { return f.name == text.substr(dot + 1) && f.type == type; });
  }

  void checkOperands(const std::string& path, const sim::Expectation& e, ValueType type) {
    if (e.op == sim::Expectation::Op::kTrue && type != ValueType::kFlag) {
      problem(path, "expected a comparison such as `" + e.value + " == ...`, found `" + e.value + "` alone");
    }
    const bool ordered = e.op >= sim::Expectation::Op::kLess && e.op <= sim::Expectation::Op::kGreaterEqual;
    if ((ordered || e.op == sim::Expectation::Op::kWithin) && (type == ValueType::kWord || type == ValueType::kFlag)) {
      problem(path, "expected == != in or contains for a text, found another comparison in `" + e.text + "`");
    }
    if (e.op == sim::Expectation::Op::kContains && type != ValueType::kWord) {
      problem(path, "expected 'contains' for texts only, found it in `" + e.text + "`");
    }
    for (const std::string& to : e.to) {
      if (isValueOf(to, type)) continue;
      if (type == ValueType::kNumber && !parseSize(to))
        problem(path, "expected a number to compare '" + e.value + "' with, found '" + to + "'");
      if (type == ValueType::kDuration && !parseDuration(to) && to != "never") {
        problem(path,
                "expected a duration such as 15s (or never) to compare '" + e.value + "' with, found '" + to + "'");
      }
      if (type == ValueType::kFlag && to != "true" && to != "false")
        problem(path, "expected true or false, found '" + to + "'");
    }
  }

  const M& m_;
  const Marks& marks_;
  std::vector<Problem>& problems_;
  sim::Scenario s_;
  std::set<std::string> requests_;
  std::set<std::string> connections_;
};

}  // namespace

sim::Scenario convert(const M& message, const Marks& marks, std::vector<Problem>& problems) {
  return Converter(message, marks, problems).run();
}

}  // namespace orrery::script
