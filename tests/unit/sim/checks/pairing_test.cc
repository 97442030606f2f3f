// Whose response a client read, and whether its bytes are those that the origin gave.

#include "sim/checks/checks.h"

#include <gtest/gtest.h>

#include "tests/unit/sim/checks/ledger_story.h"

namespace orrery::sim {
namespace {

TEST(Pairing, CatchesTheResponseOfAnotherRequest) {
  LedgerStory s;
  const uint64_t c = s.downstream();
  RequestRecord& one = s.request(c, 1);
  RequestRecord& two = s.request(c, 2);
  AttemptRecord& a1 = s.attempt(one.id);
  AttemptRecord& a2 = s.attempt(two.id);
  s.answer(a1, 200, 10);
  s.answer(a2, 200, 10);
  s.got(one, a2);
  EXPECT_EQ(s.found(), "pairing: request #1 got the response to request #2");
}

TEST(Pairing, CatchesAChangedByteAWrongLengthAndAWrongStatus) {
  for (int fault = 0; fault < 4; ++fault) {
    LedgerStory s;
    RequestRecord& r = s.request(s.downstream());
    AttemptRecord& a = s.attempt(r.id);
    s.answer(a, 200, 100);
    r.responseNonce = a.nonce;
    r.status = fault == 0 ? 201 : 200;
    r.responseBodyBytes = fault == 1 ? 99 : fault == 2 ? 101 : 100;
    r.responseBodyHash = fault == 3 ? 7 : patternDigest(a.nonce, r.responseBodyBytes);
    s.ended(r);
    EXPECT_EQ(s.found().substr(0, 8), "pairing:") << fault;
  }
}

TEST(Pairing, AcceptsTheAnswerToBytesOfAStorysOwn) {
  LedgerStory s;
  RequestRecord& r = s.request(s.downstream());
  r.method = "RAW";
  AttemptRecord& a = s.attempt(0);
  s.answer(a, 200, 10);
  s.got(r, a);
  s.line(r, 200, "-", 10, 1, "via_upstream");
  EXPECT_EQ(s.found(), "");
}

// Nobody said how many requests those bytes are (found by world_fuzz).
TEST(Pairing, IsSilentAboutAnswersOnAConnectionWithBytesOfTheClientsStory) {
  for (const bool raw : {true, false}) {
    LedgerStory s;
    ConnectionRecord& down = s.connection(LedgerStory::kClient, LedgerStory::kListener);
    down.raw = raw;
    RequestRecord& r = s.request(down.id);
    AttemptRecord& a = s.attempt(0);
    s.answer(a, 200, 5);
    s.got(r, a);
    EXPECT_EQ(s.found().substr(0, 8), raw ? "" : "pairing:") << s.found();
  }
}

// An origin that says more than it was asked for brings whoever reads it out of step.
TEST(Pairing, IsSilentAboutAnswersBehindBytesOfTheOriginsStory) {
  for (const bool raw : {true, false}) {
    LedgerStory s;
    RequestRecord& other = s.request(s.downstream());
    RequestRecord& r = s.request(s.downstream());
    AttemptRecord& a = s.attempt(other.id);
    a.raw = raw;
    s.answer(a, 200, 10);
    s.got(r, a);
    EXPECT_EQ(s.found().find("pairing") == std::string::npos, raw);
  }
}

TEST(Pairing, AcceptsAnotherBodyWhereAFilterCodesIt) {
  for (const bool codes : {true, false}) {
    LedgerStory s;
    s.facts.listeners[0].codesBodies = codes;
    RequestRecord& r = s.request(s.downstream());
    AttemptRecord& a = s.attempt(r.id);
    s.answer(a, 200, 100);
    r.responseNonce = a.nonce;
    r.status = 200;
    r.responseBodyBytes = 40;
    r.responseBodyHash = 7;
    r.responseComplete = true;
    s.ended(r);
    EXPECT_EQ(s.found().starts_with("pairing:"), !codes) << s.found();
  }
}

TEST(Pairing, AcceptsABodyThatIsCutShort) {
  LedgerStory s;
  RequestRecord& r = s.request(s.downstream());
  AttemptRecord& a = s.attempt(r.id);
  s.answer(a, 200, 100);
  r.responseNonce = a.nonce;
  r.status = 200;
  r.headAt = s.now;
  r.responseBodyBytes = 40;
  r.responseBodyHash = patternDigest(a.nonce, 40);
  s.lost(r, RequestOutcome::kReset);
  s.line(r, 200, "-", 40, 1);
  EXPECT_EQ(s.found(), "");
}

TEST(Pairing, CatchesOtherBytesInABodyThatIsCutShort) {
  LedgerStory s;
  RequestRecord& r = s.request(s.downstream());
  AttemptRecord& a = s.attempt(r.id);
  s.answer(a, 200, 100);
  r.responseNonce = a.nonce;
  r.status = 200;
  r.responseBodyBytes = 40;
  r.responseBodyHash = patternDigest(a.nonce + 1, 40);
  s.lost(r, RequestOutcome::kReset);
  EXPECT_EQ(s.found(), "pairing: request #1 got a body with other bytes than origin gave");
}

}  // namespace
}  // namespace orrery::sim
