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

// --- pairing ---

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

// --- causes ---

struct CauseCase {
  std::string name;
  uint32_t status;
  std::string flags;
  std::string details;
  bool caused;  // the precondition holds
};

std::string judged(const CauseCase& c) {
  LedgerStory s;
  s.at(1000);
  const uint64_t down = s.downstream();
  if (c.name == "NR") {
    if (c.caused) s.route().path = "/other";
  } else if (c.name == "NC") {
    s.route().clusterKnown = !c.caused;
  } else if (c.name == "UH") {
    s.route().clusterEmpty = c.caused;
  } else if (c.name == "direct") {
    s.route().action = RouteFacts::Action::kDirect;
    s.route().status = c.caused ? c.status : 418;
  }
  RequestRecord& r = s.request(down);
  ConnectionRecord& up = s.connection(LedgerStory::kProxyUp, LedgerStory::kOrigin);
  int64_t wait = 10;
  if (c.name == "UC") {
    AttemptRecord& a = s.attempt(r.id, up.id);
    a.connectionLost = true;
    if (c.caused) up.client.finReceivedAt = s.now;
    s.checks().onAttemptEnded(a);
  } else if (c.name == "UC of a PING") {
    up.client.closedAt = s.now;
    s.route().asksUpstreamsToLive = c.caused;
  } else if (c.name == "UT of a try") {
    s.route().timeout = Duration();
    RetryFacts& retry = s.route().retry.emplace();
    retry.retries = 0;
    retry.perTryTimeout = true;
    retry.perTry = Duration::seconds(5);
    wait = c.caused ? 5'000 : 4'999;
  } else if (c.name == "DC of a PING") {
    s.facts.listeners[0].pingTimeout = c.caused ? Duration::seconds(1) : Duration();
  } else if (c.name == "UF") {
    if (c.caused) {
      up.refused = true;
      up.client.establishedAt = kNever;
    }
  } else if (c.name == "UT" || c.name == "SI" || c.name == "408") {
    s.facts.listeners[0].requestHeadersTimeout = Duration::seconds(5);
    wait = c.name == "UT" ? 15'000 : c.name == "SI" ? 300'000 : 5'000;
    if (c.name == "SI") s.route().timeout = Duration();
    if (!c.caused) wait -= 1;
  }
  s.at(1000 + wait);
  s.line(r, c.status, c.flags, 9, c.name == "UC" ? 1 : 0, c.details);
  s.gotLocal(r, c.status, 9);
  return s.found();
}

TEST(Cause, EachFlagAndReplyNeedsItsPrecondition) {
  const CauseCase cases[] = {
      {"UC", 503, "UC", "upstream_reset_before_response_started{connection_termination}", true},
      {"UC of a PING", 503, "UC", "upstream_reset_before_response_started{connection_termination}", true},
      {"UT of a try", 504, "UT", "upstream_per_try_timeout", true},
      {"DC of a PING", 503, "DC", "downstream_local_disconnect(http2_ping_timeout)", true},
      {"UF", 503, "UF", "upstream_reset_before_response_started{remote_connection_failure}", true},
      {"UT", 504, "UT", "response_timeout", true},
      {"SI", 504, "SI", "stream_idle_timeout", true},
      {"NR", 404, "NR", "route_not_found", true},
      {"NC", 503, "NC", "cluster_not_found", true},
      {"UH", 503, "UH", "no_healthy_upstream", true},
      {"direct", 413, "-", "direct_response", true},
      {"408", 408, "-", "request_header_timeout", true},
  };
  for (CauseCase c : cases) {
    EXPECT_EQ(judged(c), "") << c.name << ": a legal reply";
    c.caused = false;
    EXPECT_EQ(judged(c).substr(0, 6), "cause:") << c.name << ": " << judged(c);
  }
}

TEST(Cause, IsSilentAboutConnectionsThatFailBeforeTheWire) {
  LedgerStory s;
  RequestRecord& r = s.request(s.downstream());
  s.line(r, 503, "UF", 9, 0, "upstream_reset_before_response_started{local_connection_failure}");
  s.gotLocal(r, 503, 9);
  EXPECT_EQ(s.found(), "");
}

// A connect() that the kernel refused is a cause while the request runs, and only then; another connection is open all the time.
TEST(Cause, AConnectionThatTheKernelRefusedToBeginIsACause) {
  for (const bool caused : {true, false}) {
    LedgerStory s;
    (void)s.connection(LedgerStory::kProxyUp, LedgerStory::kOrigin);
    if (!caused) s.ledger.failedConnects.push_back({LedgerStory::kListener.ip(), LedgerStory::kOrigin, s.now});
    s.at(500);
    RequestRecord& r = s.request(s.downstream());
    if (caused) s.ledger.failedConnects.push_back({LedgerStory::kListener.ip(), LedgerStory::kOrigin, s.now});
    s.at(600);
    s.line(r, 503, "UF", 9, 0, "upstream_reset_before_response_started{local_connection_failure}");
    s.gotLocal(r, 503, 9);
    EXPECT_EQ(s.found().substr(0, 6), caused ? "" : "cause:") << s.found();
  }
}

TEST(Cause, IsSilentAboutHeadsBeyondTheConfiguredLimits) {
  for (const bool limits : {true, false}) {
    LedgerStory s;
    RequestRecord& r = s.request(s.downstream());
    s.line(r, 431, "DPE", 0, 0, limits ? "http1.too_many_headers" : "http1.codec_error");
    s.gotLocal(r, 431, 0);
    EXPECT_EQ(s.found() == "", limits) << s.found();
  }
}

// A target of other bytes than visible ones is no HTTP (found by world_fuzz).
TEST(Cause, IsSilentAboutTargetsThatAreNone) {
  for (const bool none : {true, false}) {
    LedgerStory s;
    RequestRecord& r = s.request(s.downstream());
    r.path = none ? "/b\x8f/2" : "/b/2";
    s.line(r, 400, "DPE", 0, 0, "http1.codec_error");
    s.gotLocal(r, 400, 0);
    EXPECT_EQ(s.found() == "", none) << s.found();
  }
}

// Which line is whose cannot be told (found by world_fuzz).
TEST(Cause, IsSilentAboutRequestsBehindBytesOfTheStorysOwn) {
  for (const bool raw : {true, false}) {
    LedgerStory s;
    ConnectionRecord& down = s.connection(LedgerStory::kClient, LedgerStory::kListener);
    down.raw = raw;
    RequestRecord& r = s.request(down.id);
    s.line(r, 400, "DPE", 0, 0, "http1.codec_error");
    s.gotLocal(r, 400, 0);
    EXPECT_EQ(s.found() == "", raw) << s.found();
  }
}

// Its connection was reset before it had read whose request it answered so (found by world_fuzz).
TEST(Cause, IsSilentAboutAnOriginThatSpeaksBeforeItHasReadTheRequest) {
  for (const bool raw : {true, false}) {
    LedgerStory s;
    RequestRecord& r = s.request(s.downstream());
    s.connection(LedgerStory::kProxyUp, LedgerStory::kOrigin).raw = raw;
    s.line(r, 502, "UPE", 0, 1, "upstream_reset_before_response_started{protocol_error}");
    s.gotLocal(r, 502, 0);
    EXPECT_EQ(s.found() == "", raw) << s.found();
  }
}

TEST(AccessLog, OfTheAdminEndpointIsNotAsked) {
  LedgerStory s;
  const uint64_t admin = s.connection(LedgerStory::kClient, {LedgerStory::kListener.ip(), 9901}).id;
  s.gotLocal(s.request(admin), 200, 5);
  s.checks().atRest();
  EXPECT_EQ(s.found(), "");
}

TEST(Cause, CatchesAReplyFromNobody) {
  LedgerStory s;
  RequestRecord& r = s.request(s.downstream());
  s.line(r, 200, "-", 5, 0, "via_upstream");
  s.gotLocal(r, 200, 5);
  EXPECT_EQ(s.found(), "cause: request #1 got status 200 from nobody but no rule gives that reply a cause");
}

TEST(Cause, AnOverflowNeedsAsManyOtherRequestsAsTheClusterTakes) {
  for (const int others : {0, 1, 2}) {
    LedgerStory s;
    s.route().maxUnderWay = 2;
    for (int i = 0; i < others; ++i) s.attempt(s.request(s.downstream()).id);
    s.at(5);
    RequestRecord& r = s.request(s.downstream());
    s.line(r, 503, "UO", 9, 0, "upstream_reset_before_response_started{overflow}");
    s.gotLocal(r, 503, 9);
    EXPECT_EQ(s.found() == "", others == 2) << s.found();
  }
  // One that has just ended may still count for the proxy, one that ended long ago does not.
  for (const int64_t later : {500, 5000}) {
    LedgerStory s;
    s.route().maxUnderWay = 1;
    s.facts.lateness = Duration::seconds(1);
    RequestRecord& old = s.request(s.downstream());
    s.lost(old, RequestOutcome::kReset);
    s.at(later);
    RequestRecord& r = s.request(s.downstream());
    s.line(r, 503, "UO", 9, 0, "upstream_reset_before_response_started{overflow}");
    s.gotLocal(r, 503, 9);
    EXPECT_EQ(s.found() == "", later == 500) << s.found();
  }
}

TEST(Cause, WhatAFilterSaysNeedsThatFilter) {
  struct Said {
    std::string flags, details, filter;
  };
  for (const Said& said : {Said{"RL", "local_rate_limited", "local_ratelimit"}, Said{"DI", "via_upstream", "fault"},
                           Said{"FI", "fault_filter_abort", "fault"}, Said{"-", "csrf_origin_mismatch", "csrf"},
                           Said{"-", "rbac_access_denied_matched_policy[none]", "rbac"},
                           Said{"-", "no_credential_for_basic_auth", "basic_auth"}}) {
    for (const bool configured : {true, false}) {
      LedgerStory s;
      if (configured) s.facts.listeners[0].filters = {"envoy.filters.http." + said.filter};
      RequestRecord& r = s.request(s.downstream());
      s.line(r, 403, said.flags, 9, 0, said.details);
      s.gotLocal(r, 403, 9);
      EXPECT_EQ(s.found() == "", configured) << said.details << " | " << s.found();
    }
  }
}

TEST(Cause, ClientFlagsNeedAClientThatWentAway) {
  for (const bool gone : {true, false}) {
    LedgerStory s;
    ConnectionRecord& down = s.connection(LedgerStory::kClient, LedgerStory::kListener);
    RequestRecord& r = s.request(down.id);
    if (gone) down.client.finSentAt = s.now;
    s.at(5).line(r, 0, "DC", 0, 0, "downstream_remote_disconnect");
    s.lost(r, RequestOutcome::kClientGaveUp);
    EXPECT_EQ(s.found() == "", gone) << s.found();
  }
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
