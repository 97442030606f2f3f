#include <gtest/gtest.h>

#include "sim/ledger/body.h"
#include "tests/unit/sim/actors/host_world.h"

namespace orrery::sim {
namespace {

// Client and origin without a proxy between them: both sides must agree on every byte and instant.

TEST(Actors, RequestAndAnswerAgree) {
  HostWorld w(R"(
    - connect origin:8080
    - post /x with a=b body 5000 -> one
    - head /y -> two
    - get /z -> three)",
              R"(
    - accept
    - answer 200 body 70000
    - answer 204
    - from then on, answer 404 "no such thing" chunked)");
  w.play();
  EXPECT_TRUE(w.violations.empty()) << w.violations[0];
  ASSERT_EQ(w.ledger.requests.added(), 3u);
  ASSERT_EQ(w.ledger.attempts.added(), 3u);
  const AttemptRecord& a = w.ledger.attempts.at(1);
  const RequestRecord& r = w.request(1);
  EXPECT_EQ(a.request, 1u);
  EXPECT_EQ(a.requestBodyBytes, 5000u);
  EXPECT_EQ(a.requestBodyHash, patternDigest(1, 5000));
  EXPECT_EQ(r.responseNonce, a.nonce);
  EXPECT_EQ(r.responseBodyBytes, 70'000u);
  EXPECT_EQ(r.responseBodyHash, a.responseBodyHash);
  EXPECT_EQ(w.request(2).status, 204u);
  EXPECT_EQ(w.request(3).status, 404u);
  EXPECT_EQ(w.client->seen("three")->body, "no such thing");
  EXPECT_EQ(w.request(3).responseBodyHash, textDigest("no such thing"));
  for (uint64_t id = 1; id <= 3; ++id) EXPECT_EQ(w.request(id).outcome, RequestOutcome::kComplete) << id;
}

TEST(Actors, WaitsTakeTheirTimeAndAnswersTheirDelay) {
  HostWorld w("    - connect origin:8080\n    - wait 3s\n    - get / -> a\n    - wait 1s",
              "    - from then on, answer 200 \"x\" after 2s");
  w.play();
  // 3 s, then 2 s until the answer, then 1 s; the links take less than 1 ms.
  EXPECT_EQ(w.ms(), 6000);
  EXPECT_EQ((w.request(1).startedAt - TimePoint()).inSeconds(), 3);
  EXPECT_EQ((w.request(1).endedAt - TimePoint()).inSeconds(), 5);
}

TEST(Actors, BodiesInPartsTakeTheirPauses) {
  HostWorld w("    - connect origin:8080\n    - post / body 10 in 5 parts every 100ms -> a",
              "    - accept\n    - answer 200 body 10 in 3 parts every 1s");
  w.play();
  // Four pauses of 100 ms, then two of 1 s.
  EXPECT_EQ((w.request(1).endedAt - TimePoint()).inMilliseconds(), 2400);
  EXPECT_EQ(w.ledger.attempts.at(1).requestBodyHash, patternDigest(1, 10));
  EXPECT_EQ(w.request(1).responseBodyHash, w.ledger.attempts.at(1).responseBodyHash);
}

TEST(Actors, AnOriginThatClosesEndsTheRequestAsClosedOrReset) {
  // The request is read, then FIN; the request lies unread, then close, which is RST.
  HostWorld read("    - connect origin:8080\n    - get / -> a", "    - accept\n    - read request\n    - close");
  EXPECT_EQ(read.play().request(1).outcome, RequestOutcome::kClosed);
  EXPECT_TRUE(read.ledger.attempts.at(1).connectionLost);
  HostWorld unread("    - connect origin:8080\n    - get / -> a", "    - accept\n    - wait 1s, then close");
  EXPECT_EQ(unread.play().request(1).outcome, RequestOutcome::kReset);
  EXPECT_EQ(unread.ledger.attempts.added(), 0u);
}

TEST(Actors, AnswerThenCloseIsACompleteAnswer) {
  HostWorld w("    - connect origin:8080\n    - get / -> a\n    - wait for close\n    - get / -> b",
              "    - accept\n    - answer 200 \"bye\", then close");
  w.play();
  EXPECT_EQ(w.request(1).outcome, RequestOutcome::kComplete);
  EXPECT_EQ(w.request(2).outcome, RequestOutcome::kClosed);
  EXPECT_EQ(w.request(2).startedAt, kNever);
}

TEST(Actors, ARefusingOriginFailsTheConnect) {
  HostWorld w("    - connect origin:8080\n    - get / -> a", "    - refuse");
  w.play();
  EXPECT_EQ(w.request(1).outcome, RequestOutcome::kConnectFailed);
  EXPECT_EQ(w.client->facts().failedConnects, 1u);
}

TEST(Actors, AnOriginThatRefusedCanListenLater) {
  HostWorld w("    - connect origin:8080\n    - wait 2s\n    - connect origin:8080\n    - get / -> a",
              "    - refuse\n    - wait 1s\n    - listen\n    - from then on, answer 200");
  w.play();
  EXPECT_EQ(w.client->facts().failedConnects, 1u);
  EXPECT_EQ(w.request(1).status, 200u);
}

TEST(Actors, PipelinedRequestsAreAnsweredInOrder) {
  HostWorld w(
      "    - connect origin:8080\n    - send get /1 -> a\n    - send head /2 -> b\n    - send get /3 -> c\n    - wait "
      "for response",
      "    - from then on, answer 200 body 9");
  w.play();
  for (uint64_t id = 1; id <= 3; ++id) {
    EXPECT_EQ(w.request(id).outcome, RequestOutcome::kComplete);
    EXPECT_EQ(w.request(id).responseBodyBytes, id == 2 ? 0u : 9u);
    EXPECT_EQ(w.ledger.attempts.at(w.request(id).responseNonce).request, id);
  }
}

TEST(Actors, RawBytesAreARequestWhenNamed) {
  HostWorld w(R"(
    - connect origin:8080
    - 'send raw "GET /raw HT" -> a'
    - wait 1s
    - 'send raw "TP/1.1\r\nhost: x\r\n\r\n"'
    - wait for response a)",
              R"(
    - accept
    - read request
    - 'send raw "HTTP/1.1 299 Odd\r\ncontent-length: 2\r\n\r\nok"')");
  w.play();
  EXPECT_TRUE(w.violations.empty()) << w.violations[0];
  EXPECT_EQ(w.request(1).status, 299u);
  EXPECT_EQ(w.client->seen("a")->body, "ok");
  EXPECT_TRUE(w.ledger.attempts.at(1).raw);
}

// What stands before an answer may be taken for it.
TEST(Actors, AnswersBehindRawBytesOfTheirConnectionAreMarked) {
  HostWorld w(
      "    - connect origin:8080\n    - get / -> a\n    - get / -> b",
      "    - accept\n    - read request\n    - answer 200\n    - send raw \"x\"\n    - from then on, answer 200");
  w.play();
  EXPECT_FALSE(w.ledger.attempts.at(1).raw);
  EXPECT_TRUE(w.ledger.attempts.at(2).raw);
}

TEST(Actors, WhatIsNotHttpIsAViolation) {
  HostWorld w("    - connect origin:8080\n    - get / -> a",
              "    - accept\n    - read request\n    - 'send raw \"HTTP/1.1 200 OK\\nx: y\\n\\n\"'");
  w.play();
  ASSERT_FALSE(w.violations.empty());
  EXPECT_EQ(w.violations[0], "protocol client: a response that is not HTTP: a line ends with a bare LF");
  EXPECT_EQ(w.request(1).outcome, RequestOutcome::kMalformed);
}

TEST(Actors, ExpectCloseFailsWhenItDoesNotCome) {
  HostWorld kept("    - connect origin:8080\n    - expect close within 5s", "    - accept\n    - wait 9s");
  kept.play();
  ASSERT_EQ(kept.violations.size(), 1u);
  EXPECT_EQ(kept.ms(), 5000);
  HostWorld closed("    - connect origin:8080\n    - expect close within 5s",
                   "    - accept\n    - wait 2s, then close");
  closed.play();
  EXPECT_TRUE(closed.violations.empty());
  EXPECT_EQ((closed.client->facts().closedAt - TimePoint()).inSeconds(), 2);
}

TEST(Actors, InterimResponsesAreCounted) {
  HostWorld w("    - connect origin:8080\n    - get / -> a",
              "    - accept\n    - inform 103 with link=x\n    - answer 200");
  w.play();
  EXPECT_EQ(w.request(1).informational, 1u);
  EXPECT_EQ(w.request(1).status, 200u);
}

TEST(Actors, AClientThatDoesNotReadStopsTheOrigin) {
  HostWorld w(
      "    - connect origin:8080\n    - stop reading\n    - send get / -> a\n    - wait 10s\n    - read on\n    - wait "
      "for response a",
      "    - accept\n    - answer 200 body 8MiB");
  w.play();
  EXPECT_EQ(w.request(1).outcome, RequestOutcome::kComplete);
  EXPECT_GE((w.ledger.attempts.at(1).responseEndAt - TimePoint()).inSeconds(), 10)
      << "the kernel's buffers are smaller than 8 MiB";
}

TEST(Actors, LoadSendsEveryRequestOnceOverItsConnections) {
  HostWorld w("    - load 7 connections to origin:8080, 1000 requests, post /l body 33",
              "    - from then on, answer 200 body 128");
  w.play();
  EXPECT_TRUE(w.violations.empty()) << w.violations[0];
  EXPECT_EQ(w.ledger.requests.added(), 1000u);
  EXPECT_EQ(w.ledger.attempts.added(), 1000u);
  EXPECT_EQ(w.ledger.connections.added(), 7u);
  for (uint64_t id = 1; id <= 1000; ++id) {
    const RequestRecord& r = w.request(id);
    ASSERT_EQ(r.outcome, RequestOutcome::kComplete);
    const AttemptRecord& a = w.ledger.attempts.at(r.responseNonce);
    ASSERT_EQ(a.request, id);
    ASSERT_EQ(a.requestBodyHash, patternDigest(id, 33));
    ASSERT_EQ(r.responseBodyHash, a.responseBodyHash);
  }
}

TEST(Actors, RequestsOfAnOpenLoopComeWhateverBecomesOfThem) {
  HostWorld w("    - load 100 connections to origin:8080, 20 requests every 10ms, get /l",
              "    - from then on, answer 200 after 1s");
  w.play();
  EXPECT_TRUE(w.violations.empty()) << w.violations[0];
  for (uint64_t id = 2; id <= 20; ++id) {
    EXPECT_EQ(w.request(id).startedAt - w.request(id - 1).startedAt, Duration::milliseconds(10));
    EXPECT_EQ(w.request(id).outcome, RequestOutcome::kComplete);
  }
}
TEST(Actors, RequestsOfAnOpenLoopWaitForAConnection) {
  HostWorld w("    - load 1 connection to origin:8080, 5 requests every 10ms, get /l",
              "    - from then on, answer 200 after 50ms");
  w.play();
  EXPECT_EQ(w.ledger.connections.added(), 1u);
  for (uint64_t id = 2; id <= 5; ++id) EXPECT_GE(w.request(id).startedAt, w.request(id - 1).endedAt);
}
TEST(Actors, AnOpenLoopEndsWhenNobodyListens) {
  HostWorld w("    - load 2 connections to origin:8080, 5 requests every 10ms, get /l", "    - refuse");
  w.play();
  EXPECT_EQ(w.ledger.requests.added(), 5u);
  EXPECT_EQ(w.request(5).outcome, RequestOutcome::kConnectFailed);
}
TEST(Actors, LoadReconnectsWhenTheOriginCloses) {
  HostWorld w("    - load 2 connections to origin:8080, 50 requests, get /l",
              "    - from then on, answer 200 \"x\" with connection=close, then close");
  w.play();
  EXPECT_EQ(w.ledger.connections.added(), 50u);
  for (uint64_t id = 1; id <= 50; ++id) EXPECT_EQ(w.request(id).outcome, RequestOutcome::kComplete);
}

}  // namespace
}  // namespace orrery::sim
