#include "sim/script/convert_step.h"

#include <algorithm>

#include "sim/script/expect.h"
#include "sim/script/steps.h"

namespace orrery::script {

namespace {

using M = orrery::Scenario;

sim::Ending toEnding(M::Ending e) {
  switch (e) {
    case M::CLOSE: return sim::Ending::kClose;
    case M::RESET: return sim::Ending::kReset;
    case M::HALF_CLOSE: return sim::Ending::kHalfClose;
    case M::GOAWAY: return sim::Ending::kGoAway;
    case M::RESET_STREAM: return sim::Ending::kResetStream;
    default: return sim::Ending::kNone;
  }
}

sim::Body toBody(const M::Body& m) {
  sim::Body b;
  b.text = m.text();
  b.bytes = m.bytes();
  b.chunked = m.chunked();
  b.parts = m.parts() == 0 ? 1 : m.parts();
  b.every = toDuration(m.every());
  return b;
}

std::vector<sim::HeaderField> toHeaders(const google::protobuf::RepeatedPtrField<M::HeaderField>& list) {
  std::vector<sim::HeaderField> out;
  for (const auto& h : list) out.push_back({h.name(), h.value()});
  return out;
}

sim::RequestStep toRequest(const M::Request& m) {
  return {m.method(), m.path(), toHeaders(m.headers()), toBody(m.body()), !m.no_wait(), m.name()};
}

sim::StepKind toKind(const M::Step& m) {
  switch (m.kind_case()) {
    case M::Step::kConnect:
      return sim::ConnectStep{m.connect().host(), static_cast<uint16_t>(m.connect().port()), m.connect().name(),
                              m.connect().http2()};
    case M::Step::kUse: return sim::UseStep{m.use().connection()};
    case M::Step::kRequest: return toRequest(m.request());
    case M::Step::kLoad:
      return sim::LoadStep{m.load().connections(),
                           m.load().streams(),
                           m.load().requests(),
                           m.load().host(),
                           static_cast<uint16_t>(m.load().port()),
                           toRequest(m.load().request()),
                           m.load().cancelled(),
                           toDuration(m.load().every()),
                           m.load().drawn()};
    case M::Step::kResolve: return sim::ResolveStep{m.resolve().domain(), m.resolve().server(), m.resolve().name()};
    case M::Step::kExpectChange:
      return sim::ExpectChangeStep{m.expect_change().path(), toDuration(m.expect_change().within())};
    case M::Step::kCancel: return sim::CancelStep{m.cancel().name()};
    case M::Step::kWaitForResponse:
      return sim::WaitForResponseStep{m.wait_for_response().name(), toDuration(m.wait_for_response().within())};
    case M::Step::kSendRaw:
      return sim::SendRawStep{m.send_raw().text(), m.send_raw().name(), std::max(1u, m.send_raw().times())};
    case M::Step::kWait: return sim::WaitStep{toDuration(m.wait().duration()), toEnding(m.wait().then())};
    case M::Step::kWaitForClose:
      return sim::WaitForCloseStep{toDuration(m.wait_for_close().within()), m.wait_for_close().expected()};
    case M::Step::kEnd: return sim::EndStep{toEnding(m.end().how())};
    case M::Step::kReading:
      return sim::ReadingStep{!m.reading().off(), m.reading().bytes(), toDuration(m.reading().every())};
    case M::Step::kAccept: return sim::AcceptStep{};
    case M::Step::kReadRequest: return sim::ReadRequestStep{m.read_request().head_only()};
    case M::Step::kAnswer: {
      sim::AnswerStep a;
      a.status = m.answer().status();
      a.body = toBody(m.answer().body());
      a.headers = toHeaders(m.answer().headers());
      a.after = toDuration(m.answer().after());
      a.early = m.answer().early();
      a.then = toEnding(m.answer().then());
      return a;
    }
    case M::Step::kInform: return sim::InformStep{m.inform().status(), toHeaders(m.inform().headers())};
    case M::Step::kNeverAnswer: return sim::NeverAnswerStep{};
    case M::Step::kListen: return sim::ListenStep{!m.listen().off()};
    case M::Step::kCondition: return sim::ConditionStep{m.condition().name(), !m.condition().off()};
    case M::Step::kWaitUntil:
      return sim::WaitUntilStep{m.wait_until().condition(), toDuration(m.wait_until().within())};
    case M::Step::kExpectBytes:
      return sim::ExpectBytesStep{m.expect_bytes().text(), toDuration(m.expect_bytes().within())};
    case M::Step::kKeepOpen: return sim::KeepOpenStep{};
    case M::Step::kRepeat:  // written out before (repeat.h)
    case M::Step::KIND_NOT_SET: break;
  }
  return sim::WaitStep{};
}

sim::Expectation::Op toOp(M::Op op) { return static_cast<sim::Expectation::Op>(op); }
static_assert(static_cast<int>(M::CONTAINS) == static_cast<int>(sim::Expectation::Op::kContains));
static_assert(static_cast<int>(M::WITHIN) == static_cast<int>(sim::Expectation::Op::kWithin));
static_assert(static_cast<int>(M::EQUAL) == static_cast<int>(sim::Expectation::Op::kEqual));

}  // namespace

Duration toDuration(const google::protobuf::Duration& d) {
  return Duration::seconds(d.seconds()) + Duration::nanoseconds(d.nanos());
}

sim::Step toStep(const M::Step& m) {
  sim::Step step;
  step.kind = toKind(m);
  step.standing = m.from_then_on();
  if (auto text = printShort(m)) step.text = std::move(*text);
  return step;
}

sim::Expectation toExpectation(const M::Expectation& m) {
  using Kind = sim::Expectation::Kind;
  sim::Expectation e;
  e.text = printExpectation(m);
  switch (m.kind_case()) {
    case M::Expectation::kCompare:
      e.kind = Kind::kCompare;
      e.value = m.compare().value();
      e.op = toOp(m.compare().op());
      e.to.assign(m.compare().to().begin(), m.compare().to().end());
      break;
    case M::Expectation::kSaw:
      e.kind = Kind::kSaw;
      e.host = m.saw().host();
      e.times =
          m.saw().each_at_most_once() ? sim::Expectation::Times::kAtMostOnceEach : sim::Expectation::Times::kExactly;
      e.count = m.saw().times();
      e.request = m.saw().request();
      break;
    case M::Expectation::kEndsWithin:
      e.kind = Kind::kEndsWithin;
      e.request = m.ends_within().request();
      e.within = toDuration(m.ends_within().within());
      break;
    case M::Expectation::kNeverTwice: e.kind = Kind::kNeverTwice; break;
    case M::Expectation::kIfThen:
      e.kind = Kind::kIfThen;
      e.operands.push_back(toExpectation(m.if_then().if_()));
      e.operands.push_back(toExpectation(m.if_then().then()));
      break;
    case M::Expectation::kAll:
      e.kind = Kind::kAll;
      for (const auto& o : m.all().of()) e.operands.push_back(toExpectation(o));
      break;
    case M::Expectation::kAny:
      e.kind = Kind::kAny;
      for (const auto& o : m.any().of()) e.operands.push_back(toExpectation(o));
      break;
    case M::Expectation::kNot:
      e.kind = Kind::kNot;
      e.operands.push_back(toExpectation(m.not_()));
      break;
    case M::Expectation::KIND_NOT_SET: break;
  }
  return e;
}

}  // namespace orrery::script
