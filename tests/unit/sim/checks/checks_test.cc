#include "sim/checks/checks.h"

#include <gtest/gtest.h>

#include "tests/unit/sim/checks/ledger_story.h"

namespace orrery::sim {
namespace {

RetryFacts retryOnReset() {
  RetryFacts retry;
  retry.onReset = true;
  retry.retries = 1;
  retry.text = "reset";
  return retry;
}

TEST(Checks, AreSilentAboutAnOrdinaryRequest) {
  LedgerStory s;
  RequestRecord& r = s.request(s.downstream());
  AttemptRecord& a = s.at(1).attempt(r.id, s.upstream());
  s.at(2).answer(a, 200, 128);
  s.at(3).got(r, a);
  s.line(r, 200, "-", 128, 1, "via_upstream");
  EXPECT_EQ(s.found(), "");
}

// --- at most as asked ---

TEST(AtMostOnce, CatchesASecondAttemptWithoutAPolicy) {
  LedgerStory s;
  RequestRecord& r = s.request(s.downstream());
  s.attempt(r.id);
  s.at(5).attempt(r.id);
  EXPECT_EQ(s.found(), "at-most-once: request #1 seen twice by origin (retry_on was empty)");
}

TEST(AtMostOnce, AllowsTheRetryThatThePolicyAsksFor) {
  LedgerStory s;
  s.route().retry = retryOnReset();
  s.step.method = "POST";  // the policy says nothing of methods: neither does the check
  RequestRecord& r = s.request(s.downstream());
  AttemptRecord& lost = s.attempt(r.id);
  lost.connectionLost = true;
  s.checks().onAttemptEnded(lost);
  AttemptRecord& a = s.at(5).attempt(r.id);
  s.answer(a, 200, 1);
  s.got(r, a);
  s.line(r, 200, "-", 1, 2);
  EXPECT_EQ(s.found(), "");
}

TEST(AtMostOnce, CatchesOneRetryTooMany) {
  LedgerStory s;
  s.route().retry = retryOnReset();
  RequestRecord& r = s.request(s.downstream());
  for (int i = 0; i < 3; ++i) {
    AttemptRecord& a = s.attempt(r.id);
    a.connectionLost = true;
    s.checks().onAttemptEnded(a);
  }
  EXPECT_EQ(s.found(), "at-most-once: request #1 seen 3 times by origin (retry_on: reset, num_retries: 1)");
}

TEST(AtMostOnce, CatchesARetryAfterAnAnswerThatThePolicyAccepts) {
  LedgerStory s;
  s.route().retry = retryOnReset();
  RequestRecord& r = s.request(s.downstream());
  AttemptRecord& a = s.attempt(r.id, s.upstream());
  s.answer(a, 200, 1);
  s.attempt(r.id);
  EXPECT_EQ(
      s.found(),
      "at-most-once: request #1 seen twice by origin, again after an answer of 200 (retry_on: reset, num_retries: 1)");
}

TEST(AtMostOnce, AllowsARetryWhenTheAnswerWasLostOnItsWay) {
  LedgerStory s;
  s.route().retry = retryOnReset();
  RequestRecord& r = s.request(s.downstream());
  ConnectionRecord& up = s.connection(LedgerStory::kProxyUp, LedgerStory::kOrigin);
  AttemptRecord& a = s.attempt(r.id, up.id);
  s.answer(a, 200, 1);
  up.client.resetReceivedAt = s.now;
  s.attempt(r.id);
  EXPECT_EQ(s.found(), "");
}

// --- access log ---

TEST(AccessLog, CatchesASecondLineAMissingLineAndWrongOnes) {
  struct Wrong {
    std::string what;
    std::string expected;
  };
  for (const Wrong& w :
       {Wrong{"twice", "access-log: request #1 has a second line in the access log"},
        Wrong{"none", "access-log: request #1 has no line in the access log"},
        Wrong{"status", "access-log: request #1 got 200, its line says 503"},
        Wrong{"bytes", "access-log: request #1 got a body of 10 bytes, its line says 11"},
        Wrong{"attempts", "access-log: request #1 was seen 1 times by origins, its line says 0 attempts"}}) {
    LedgerStory s;
    RequestRecord& r = s.request(s.downstream());
    AttemptRecord& a = s.attempt(r.id);
    s.answer(a, 200, 10);
    s.got(r, a);
    if (w.what != "none")
      s.line(r, w.what == "status" ? 503 : 200, "-", w.what == "bytes" ? 11 : 10, w.what == "attempts" ? 0 : 1);
    if (w.what == "twice") s.line(r, 200, "-", 10, 1);
    EXPECT_EQ(s.found(), w.expected) << w.what;
  }
}

TEST(AccessLog, AsksForNoLineOfARequestThatNeverArrived) {
  LedgerStory s;
  RequestRecord& r = s.request(s.downstream());
  s.lost(r, RequestOutcome::kReset);
  EXPECT_EQ(s.found(), "");
}

TEST(AccessLog, OfTheAdminEndpointIsNotAsked) {
  LedgerStory s;
  const uint64_t admin = s.connection(LedgerStory::kClient, {LedgerStory::kListener.ip(), 9901}).id;
  s.gotLocal(s.request(admin), 200, 5);
  s.checks().atRest();
  EXPECT_EQ(s.found(), "");
}

// --- time-outs ---

TEST(Timeout, CatchesARequestThatOutlivesItsRoute) {
  LedgerStory s;
  RequestRecord& r = s.request(s.downstream());
  AttemptRecord& a = s.attempt(r.id);
  s.at(17'000).answer(a, 200, 1);
  s.got(r, a);
  s.line(r, 200, "-", 1, 1);
  EXPECT_EQ(s.found(), "timeout: request #1 was still served after its route's time-out");
}

// --- bounds of memory ---

TEST(Checks, ForgetSettledRequestsOfLongRuns) {
  LedgerStory s;
  const uint64_t c = s.downstream();
  std::optional<Checks> checks;
  checks.emplace(Checks::Setup{s.ledger, s.facts, {LedgerStory::kListener.ip()}, [&] { return s.now; }, {}, {}, false});
  for (uint64_t i = 1; i <= 20'000; ++i) {
    RequestRecord& r = s.ledger.requests.add();
    r.client = "client";
    r.connection = c;
    r.indexOnConnection = i;
    r.startedAt = r.sentAt = s.now;
    checks->onRequestStarted(r, &s.step, "h");
    AttemptRecord& a = s.ledger.attempts.add();
    a.request = r.id;
    a.origin = "origin";
    a.nonce = a.id;
    checks->onAttempt(a);
    a.status = 200;
    a.responseComplete = true;
    a.responseBodyHash = patternDigest(a.nonce, 0);
    checks->onAttemptEnded(a);
    r.status = 200;
    r.headAt = r.endedAt = s.now;
    r.responseNonce = a.nonce;
    r.responseBodyHash = a.responseBodyHash;
    r.outcome = RequestOutcome::kComplete;
    r.responseComplete = true;
    checks->onRequestEnded(r);
    events::RequestFinished e;
    e.request = i;
    e.peer = "127.0.1.1:40000";
    e.status = 200;
    e.flags = "-";
    e.attempts = 1;
    checks->emit(e);
  }
  EXPECT_FALSE(checks->findings().anyBroken()) << checks->findings().allBroken()[0].message;
  EXPECT_GT(s.ledger.requests.firstId(), 18'000u);
  EXPECT_GT(s.ledger.attempts.firstId(), 18'000u);
  EXPECT_EQ(checks->attemptsAt("origin"), 20'000u);
}

}  // namespace
}  // namespace orrery::sim
