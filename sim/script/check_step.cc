#include "sim/script/check_step.h"

#include <variant>

#include "sim/script/units.h"

namespace orrery::script {

namespace {

enum class Side { kBoth, kClient, kOrigin };

Side sideOf(const sim::StepKind& kind) {
  struct Of {
    Side operator()(const sim::ConnectStep&) const { return Side::kClient; }
    Side operator()(const sim::UseStep&) const { return Side::kClient; }
    Side operator()(const sim::RequestStep&) const { return Side::kClient; }
    Side operator()(const sim::LoadStep&) const { return Side::kClient; }
    Side operator()(const sim::WaitForResponseStep&) const { return Side::kClient; }
    Side operator()(const sim::CancelStep&) const { return Side::kClient; }
    Side operator()(const sim::ResolveStep&) const { return Side::kClient; }
    Side operator()(const sim::AcceptStep&) const { return Side::kOrigin; }
    Side operator()(const sim::ReadRequestStep&) const { return Side::kOrigin; }
    Side operator()(const sim::AnswerStep&) const { return Side::kOrigin; }
    Side operator()(const sim::InformStep&) const { return Side::kOrigin; }
    Side operator()(const sim::NeverAnswerStep&) const { return Side::kOrigin; }
    Side operator()(const sim::ListenStep&) const { return Side::kOrigin; }
    Side operator()(const sim::SendRawStep&) const { return Side::kBoth; }
    Side operator()(const sim::ExpectBytesStep&) const { return Side::kBoth; }
    Side operator()(const sim::KeepOpenStep&) const { return Side::kBoth; }
    Side operator()(const sim::WaitStep&) const { return Side::kBoth; }
    Side operator()(const sim::WaitForCloseStep&) const { return Side::kBoth; }
    Side operator()(const sim::EndStep&) const { return Side::kBoth; }
    Side operator()(const sim::ReadingStep&) const { return Side::kBoth; }
    Side operator()(const sim::ConditionStep&) const { return Side::kBoth; }
    Side operator()(const sim::WaitUntilStep&) const { return Side::kBoth; }
    Side operator()(const sim::ExpectChangeStep&) const { return Side::kBoth; }
  };
  return std::visit(Of{}, kind);
}

bool mayStand(const sim::StepKind& kind) {
  return std::holds_alternative<sim::AnswerStep>(kind) || std::holds_alternative<sim::NeverAnswerStep>(kind) ||
         std::holds_alternative<sim::EndStep>(kind) || std::holds_alternative<sim::ListenStep>(kind);
}

void checkEnding(const StepPlace& place, const sim::Step& step, const Naming& naming) {
  sim::Ending how = sim::Ending::kNone;
  if (const auto* end = std::get_if<sim::EndStep>(&step.kind)) how = end->how;
  if (const auto* wait = std::get_if<sim::WaitStep>(&step.kind)) how = wait->then;
  if (!place.origin && (how == sim::Ending::kGoAway || how == sim::Ending::kResetStream))
    naming.problem(place.path, "expected close, reset or half-close of a client, found `" + step.text + "`");
}

void checkBody(const std::string& at, const sim::Body& body, const Naming& naming) {
  // It lies in memory as a whole, before the wire and behind it.
  constexpr uint64_t kMost = uint64_t{256} << 20;
  if (body.bytes > kMost)
    naming.problem(at, "expected a body of at most 256MiB, found one of " + printSize(body.bytes));
  if (!body.text.empty() && body.bytes != 0) naming.problem(at, "expected a text or a number of bytes, found both");
  if (body.parts > body.size() && body.parts > 1) {
    naming.problem(at, "expected no more parts than bytes, found " + std::to_string(body.parts) + " parts of " +
                           std::to_string(body.size()) + " bytes");
  }
}

}  // namespace

void checkStep(const StepPlace& place, const sim::Step& step, Naming& naming) {
  const std::string& at = place.path;
  const Side side = sideOf(step.kind);
  if (side == Side::kOrigin && !place.origin) {
    naming.problem(at, "expected a step of a client, as '" + place.host + "' listens on no port (hosts." + place.host +
                           ".listens), found `" + step.text + "`");
  } else if (side == Side::kClient && place.origin) {
    naming.problem(at, "expected a step of an origin, as '" + place.host + "' listens, found `" + step.text + "`");
  }
  if (step.standing && !mayStand(step.kind)) {
    naming.problem(
        at, "expected answer, never answer, close, reset or refuse after 'from then on', found `" + step.text + "`");
  }
  if (step.standing && place.behind > 0) {
    naming.problem(at, "expected no step after 'from then on', found " + std::to_string(place.behind));
  }
  if (const auto* connect = std::get_if<sim::ConnectStep>(&step.kind)) {
    naming.needHost(at, connect->host);
    if (!connect->name.empty()) naming.addConnection(place.host, connect->name);
  }
  if (const auto* use = std::get_if<sim::UseStep>(&step.kind)) {
    if (!naming.isConnection(place.host, use->connection)) {
      naming.problem(
          at, "expected the name of an earlier connection (connect ... as NAME), found '" + use->connection + "'");
    }
  }
  if (const auto* load = std::get_if<sim::LoadStep>(&step.kind)) {
    if (!load->host.empty()) naming.needHost(at, load->host);
    if (load->connections == 0 || load->connections > 100'000) {
      naming.problem(at, "expected 1 to 100000 connections, found " + std::to_string(load->connections));
    }
    checkBody(at, load->request.body, naming);
    if (load->requests == 0) naming.problem(at, "expected at least one request, found 0");
    if (load->streams > 1000)
      naming.problem(at, "expected at most 1000 streams, found " + std::to_string(load->streams));
    if (load->cancelled && load->streams == 0)
      naming.problem(at, "expected streams (of N streams): only HTTP/2 can cancel a request");
    if (load->drawn && !load->open())
      naming.problem(
          at, "expected how often a request comes (about every DURATION), found gaps that are drawn around none");
  }
  checkEnding(place, step, naming);
  if (const auto* resolve = std::get_if<sim::ResolveStep>(&step.kind)) {
    naming.needNameServer(at, resolve->server);
    if (!resolve->name.empty()) naming.addLookup(at, resolve->name);
  }
  if (const auto* change = std::get_if<sim::ExpectChangeStep>(&step.kind)) {
    if (!change->path.starts_with('/')) naming.problem(at, "expected an absolute path, found '" + change->path + "'");
    if (change->within.isZero()) naming.problem(at, "expected a time of more than 0s, found none");
  }
  if (const auto* cancel = std::get_if<sim::CancelStep>(&step.kind)) naming.needRequest(at, cancel->name);
  if (const auto* raw = std::get_if<sim::SendRawStep>(&step.kind); raw != nullptr && !raw->name.empty()) {
    if (place.origin) naming.problem(at, "expected no name: an origin makes no requests, found '" + raw->name + "'");
    naming.addRequest(at, raw->name);
  }
  if (const auto* raw = std::get_if<sim::SendRawStep>(&step.kind)) {
    constexpr uint64_t kMost = 16 * 1024 * 1024;
    if (raw->bytes.size() * raw->times > kMost)
      naming.problem(at,
                     "expected at most 16 MiB of raw bytes, found " + std::to_string(raw->bytes.size() * raw->times));
  }
  if (const auto* request = std::get_if<sim::RequestStep>(&step.kind)) {
    if (!request->name.empty()) naming.addRequest(at, request->name);
    if (request->method.empty() || request->path.empty())
      naming.problem(at, "expected a method and a path, found `" + step.text + "`");
    checkBody(at, request->body, naming);
  }
  if (const auto* answer = std::get_if<sim::AnswerStep>(&step.kind)) {
    if (answer->status < 200 && answer->status != 101) {
      naming.problem(
          at, "expected a final status (101, 200 or more; 1xx is `inform`), found " + std::to_string(answer->status));
    }
    checkBody(at, answer->body, naming);
  }
  if (const auto* wait = std::get_if<sim::WaitForResponseStep>(&step.kind); wait != nullptr && !wait->name.empty()) {
    naming.needRequest(at, wait->name);
  }
}

}  // namespace orrery::script
