// Flags and replies of the proxy's own need a reason that the ledger knows.

#include "sim/checks/checks.h"

#include <gtest/gtest.h>

#include "tests/unit/sim/checks/ledger_story.h"

namespace orrery::sim {
namespace {

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

// A gRPC request whose route takes its deadline for the time-out: earlier than the route's own, or later.
TEST(Cause, IsSilentAboutTimeOutsThatRequestsMayChange) {
  for (const int64_t took : {300, 20'000}) {
    for (const bool asSaid : {true, false}) {
      LedgerStory s;
      s.facts.slack = Duration::seconds(1);
      s.route().timeoutAsSaid = asSaid;
      s.at(1000);
      RequestRecord& r = s.request(s.downstream());
      s.at(1000 + took);
      s.line(r, 504, "UT", 0, 0, "response_timeout");
      s.gotLocal(r, 504, 0);
      EXPECT_EQ(s.found() == "", !asSaid) << took << ": " << s.found();
    }
  }
}

// A target of other bytes than visible ones, fields that say how long it is (found by world_fuzz).
TEST(Cause, IsSilentAboutRequestsThatTheStoryFrames) {
  for (const bool framed : {true, false}) {
    LedgerStory s;
    RequestRecord& r = s.request(s.downstream());
    r.framedByStory = framed;
    s.line(r, 400, "DPE", 0, 0, "http1.codec_error");
    s.gotLocal(r, 400, 0);
    EXPECT_EQ(s.found() == "", framed) << s.found();
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

}  // namespace
}  // namespace orrery::sim
