#include "sim/checks/tunnel_rule.h"

#include <gtest/gtest.h>

namespace orrery::sim {
namespace {

RequestStep asks(std::vector<HeaderField> headers, std::string method = "GET") {
  RequestStep step;
  step.method = std::move(method);
  step.path = "/";
  step.headers = std::move(headers);
  return step;
}

TEST(TunnelRule, WhatARequestAsksFor) {
  EXPECT_EQ(askedUpgrade(asks({{"Upgrade", "websocket"}, {"connection", "x, Upgrade"}})), "websocket");
  EXPECT_EQ(askedUpgrade(asks({{"upgrade", "websocket"}})), "");
  EXPECT_EQ(askedUpgrade(asks({{"connection", "upgrade"}})), "");
  EXPECT_EQ(askedUpgrade(asks({}, "CONNECT")), "CONNECT");
}

TEST(TunnelRule, TheRoutesWordCountsFirst) {
  ListenerFacts listener;
  listener.upgrades = {{"websocket", true}, {"off", false}};
  RouteFacts route;
  route.upgrades = {{"WEBSOCKET", false}, {"off", true}};
  const RouteAnswer at{RouteAnswer::Kind::kRoute, &route, ""};
  const RouteAnswer none{RouteAnswer::Kind::kNone, nullptr, ""};
  const RouteAnswer unknown{RouteAnswer::Kind::kUnjudged, nullptr, ""};
  EXPECT_EQ(grants(listener, none, "WebSocket"), Fulfilled::kYes);
  EXPECT_EQ(grants(listener, none, "off"), Fulfilled::kNo);
  EXPECT_EQ(grants(listener, none, "other"), Fulfilled::kNo);
  EXPECT_EQ(grants(listener, at, "websocket"), Fulfilled::kNo);
  EXPECT_EQ(grants(listener, at, "off"), Fulfilled::kYes);
  EXPECT_EQ(grants(listener, unknown, "websocket"), Fulfilled::kUnknown);
}

class Bytes : public testing::Test {
 protected:
  std::string judged(std::string clientSent, std::string clientHeard, std::string originSent, std::string originHeard) {
    Ledger ledger;
    RequestRecord request;
    request.client = "client";
    AttemptRecord attempt;
    attempt.origin = "origin";
    request.tunnel = add(ledger, clientSent, clientHeard);
    attempt.tunnel = add(ledger, originSent, originHeard);
    const AttemptRecord* attempts[] = {&attempt};
    return brokenTunnel(request, attempts, ledger);
  }

 private:
  static uint64_t add(Ledger& ledger, const std::string& sent, const std::string& heard) {
    TunnelRecord& record = ledger.tunnels.add();
    record.keepSent(sent);
    record.keepReceived(heard);
    return record.id;
  }
};

TEST_F(Bytes, ComeOutAsTheyWentIn) { EXPECT_EQ(judged("hello", "world", "world", "hello"), ""); }
TEST_F(Bytes, MayBeUnderWay) { EXPECT_EQ(judged("hello", "wor", "world", ""), ""); }
TEST_F(Bytes, ThatNobodySaid) {
  EXPECT_EQ(judged("hello", "world!", "world", "hello"),
            "client heard other bytes through the tunnel than were said, from byte 5 on");
  EXPECT_EQ(judged("hello", "", "", "hallo"),
            "origin heard other bytes through the tunnel than were said, from byte 1 on");
}
TEST_F(Bytes, ThatGotLost) {
  EXPECT_EQ(judged("hello", "wrld", "world", ""),
            "client heard other bytes through the tunnel than were said, from byte 1 on");
}

}  // namespace
}  // namespace orrery::sim
