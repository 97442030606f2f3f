#include "proxy/admin/commands.h"

#include <gtest/gtest.h>

#include "proxy/admin/json_text.h"
#include "tests/unit/proxy/admin/fake_host.h"

namespace orrery::admin {
namespace {

using test::ask;
using test::FakeHost;

TEST(AdminCommands, AnUnknownPathIs404WithTheList) {
  FakeHost host;
  const AdminReply reply = ask(host, "GET", "/nothing");
  EXPECT_EQ(reply.status, 404u);
  EXPECT_TRUE(reply.body.starts_with("invalid path. admin commands are:\n  /: ")) << reply.body;
}

TEST(AdminCommands, ChangesWantPost) {
  FakeHost host;
  const AdminReply reply = ask(host, "GET", "/quitquitquit");
  EXPECT_EQ(reply.status, 405u);
  EXPECT_EQ(reply.body, "Method GET not allowed, POST required.");
  EXPECT_EQ(host.log, "");
}

TEST(AdminCommands, ChangesReachTheServer) {
  FakeHost host;
  for (const char* path : {"/quitquitquit", "/reset_counters", "/healthcheck/fail", "/healthcheck/ok",
                           "/drain_listeners?graceful&inboundonly"}) {
    const AdminReply reply = ask(host, "POST", path);
    EXPECT_EQ(reply.status, 200u);
    EXPECT_EQ(reply.body, "OK\n");
  }
  EXPECT_EQ(host.log, "quit;reset;fail;ok;drain graceful inbound;");
}

TEST(AdminCommands, ReadyTellsTheState) {
  FakeHost host;
  EXPECT_EQ(ask(host, "GET", "/ready").body, "LIVE\n");
  host.info.state = ServerState::kDraining;
  EXPECT_EQ(ask(host, "GET", "/ready").status, 503u);
  EXPECT_EQ(ask(host, "GET", "/ready").body, "DRAINING\n");
}

TEST(AdminCommands, ListenersAsTextAndJson) {
  FakeHost host;
  EXPECT_EQ(ask(host, "GET", "/listeners").body, "in::127.0.0.1:10000\nin::[::1]:10001\n");
  EXPECT_EQ(ask(host, "GET", "/listeners?format=json").body,
            "{\"listener_statuses\":[{\"name\":\"in\",\"local_address\":{\"socket_address\":{\"address\":\"127.0.0.1\","
            "\"port_value\":10000}},\"additional_local_addresses\":[{\"socket_address\":{\"address\":\"::1\","
            "\"port_value\":10001}}]}]}\n");
}

TEST(AdminCommands, ClustersHaveEnvoysLines) {
  FakeHost host;
  host.shared.hostStats(0, 0, 0).rqTotal.add(3);
  const std::string text = ask(host, "GET", "/clusters").body;
  EXPECT_TRUE(
      text.starts_with("origin::observability_name::origin\norigin::default_priority::max_connections::1024\n"));
  for (const char* line : {"origin::default_priority::max_requests::7\n", "origin::high_priority::max_requests::1024\n",
                           "origin::added_via_api::false\norigin::127.0.0.1:20000::cx_active::0\n",
                           "origin::127.0.0.1:20000::rq_total::3\norigin::127.0.0.1:20000::hostname::o.example\n",
                           "origin::127.0.0.1:20000::local_origin_success_rate::-1\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

TEST(AdminCommands, RuntimeShowsLayersAndTheirValues) {
  FakeHost host;
  host.runtime.layers = {{"static", false, {{"a.b", "1"}, {"c", "x"}}}, {"admin", true, {{"a.b", "2"}}}};
  EXPECT_EQ(ask(host, "GET", "/runtime").body,
            "{\n \"layers\": [\"static\", \"admin\"],\n \"entries\": {\n"
            "  \"a.b\": {\"layer_values\": [\"1\", \"2\"], \"final_value\": \"2\"},\n"
            "  \"c\": {\"layer_values\": [\"x\", \"\"], \"final_value\": \"x\"}\n }\n}\n");
}

TEST(AdminCommands, RuntimeModifyTakesQueryAndForm) {
  FakeHost host;
  EXPECT_EQ(ask(host, "POST", "/runtime_modify?a=1&b=%2Fx", "c=3&d").body, "OK\n");
  EXPECT_EQ(host.log, "modify a=1;modify b=/x;modify c=3;modify d=;");
  EXPECT_EQ(ask(host, "POST", "/runtime_modify").status, 400u);
  host.adminLayer = false;
  const AdminReply none = ask(host, "POST", "/runtime_modify?a=1");
  EXPECT_EQ(none.status, 503u);
  EXPECT_EQ(none.body, "No admin layer specified");
}

TEST(AdminCommands, ServerInfoNamesStateAndNode) {
  FakeHost host;
  host.info.version = "abc/1.2";
  host.info.nodeId = "node \"7\"";
  host.info.uptime = Duration::seconds(5);
  const std::string body = ask(host, "GET", "/server_info").body;
  EXPECT_NE(body.find("\"version\": \"abc/1.2\""), std::string::npos);
  EXPECT_NE(body.find("\"state\": \"LIVE\""), std::string::npos);
  EXPECT_NE(body.find("\"uptime_current_epoch\": \"5s\""), std::string::npos);
  EXPECT_NE(body.find("\"id\": \"node \\\"7\\\"\""), std::string::npos);
}

TEST(AdminJson, EscapesWhatJsonForbids) { EXPECT_EQ(jsonString("a\"\\\n\x01z"), "\"a\\\"\\\\\\u000a\\u0001z\""); }

}  // namespace
}  // namespace orrery::admin
