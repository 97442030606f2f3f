#include <fmt/format.h>

#include "proxy/admin/json_text.h"
#include "proxy/admin/pages.h"

namespace orrery::admin {
namespace {

AdminReply ok() { return {200, "OK\n"}; }

}  // namespace

std::string_view serverStateName(ServerState state) {
  switch (state) {
    case ServerState::kLive: return "LIVE";
    case ServerState::kDraining: return "DRAINING";
    case ServerState::kPreInitializing: return "PRE_INITIALIZING";
    case ServerState::kInitializing: return "INITIALIZING";
  }
  return "UNKNOWN";
}

AdminReply homePage(AdminHost&, const AdminRequest&) {
  AdminReply reply{200, "<!DOCTYPE html>\n<title>Orrery Admin</title>\n<pre>" + helpText() + "</pre>\n"};
  reply.contentType = "text/html; charset=UTF-8";
  return reply;
}

AdminReply helpPage(AdminHost&, const AdminRequest&) { return {200, helpText()}; }

AdminReply readyPage(AdminHost& host, const AdminRequest&) {
  const ServerState state = host.serverInfo().state;
  return {state == ServerState::kLive ? 200u : 503u, std::string(serverStateName(state)) + "\n"};
}

AdminReply serverInfoPage(AdminHost& host, const AdminRequest&) {
  const ServerInfo info = host.serverInfo();
  AdminReply reply;
  reply.contentType = "application/json";
  reply.body = fmt::format(
      "{{\n \"version\": {},\n \"state\": \"{}\",\n \"uptime_current_epoch\": \"{}s\",\n \"uptime_all_epochs\": "
      "\"{}s\",\n"
      " \"hot_restart_version\": \"disabled\",\n \"command_line_options\": {{\n  \"base_id\": \"{}\",\n"
      "  \"concurrency\": {},\n  \"config_path\": {},\n  \"drain_time\": \"{}s\"\n }},\n"
      " \"node\": {{\n  \"id\": {},\n  \"cluster\": {}\n }}\n}}\n",
      jsonString(info.version), serverStateName(info.state), info.uptime.inSeconds(), info.uptime.inSeconds(),
      info.baseId, info.concurrency, jsonString(info.configPath), info.drainTime.inSeconds(), jsonString(info.nodeId),
      jsonString(info.nodeCluster));
  return reply;
}

namespace {

// "127.0.0.1:80" as the "socket_address" of Envoy's JSON.
void appendSocketAddress(std::string& out, std::string_view text) {
  const auto address = io::Address::parseIpPort(text);
  if (address) {
    out += fmt::format("{{\"socket_address\":{{\"address\":{},\"port_value\":{}}}}}", jsonString(address->ipText()),
                       address->port());
  } else {
    out += "{\"pipe\":{\"path\":" + jsonString(text) + "}}";
  }
}

AdminReply listenersJson(const std::vector<ListenerSnapshot>& listeners) {
  AdminReply reply;
  reply.contentType = "application/json";
  reply.body = "{\"listener_statuses\":[";
  std::string_view separator;
  for (const ListenerSnapshot& listener : listeners) {
    reply.body += separator;
    separator = ",";
    reply.body += "{\"name\":" + jsonString(listener.name);
    for (size_t i = 0; i < listener.addresses.size(); ++i) {
      if (i == 0) reply.body += ",\"local_address\":";
      if (i == 1) reply.body += ",\"additional_local_addresses\":[";
      if (i > 1) reply.body += ',';
      appendSocketAddress(reply.body, listener.addresses[i]);
    }
    if (listener.addresses.size() > 1) reply.body += ']';
    reply.body += '}';
  }
  reply.body += "]}\n";
  return reply;
}

}  // namespace

AdminReply listenersPage(AdminHost& host, const AdminRequest& request) {
  const std::vector<ListenerSnapshot> listeners = host.listeners();
  if (request.find("format") == "json") return listenersJson(listeners);
  AdminReply reply;
  for (const ListenerSnapshot& listener : listeners) {
    for (const std::string& address : listener.addresses) reply.body += listener.name + "::" + address + "\n";
  }
  return reply;
}

AdminReply healthCheckFailPage(AdminHost& host, const AdminRequest&) {
  host.failHealthCheck(true);
  return ok();
}

AdminReply healthCheckOkPage(AdminHost& host, const AdminRequest&) {
  host.failHealthCheck(false);
  return ok();
}

AdminReply drainListenersPage(AdminHost& host, const AdminRequest& request) {
  host.drainListeners(request.has("graceful"), request.has("inboundonly"));
  return ok();
}

AdminReply resetCountersPage(AdminHost& host, const AdminRequest&) {
  host.resetCounters();
  return ok();
}

AdminReply quitPage(AdminHost& host, const AdminRequest&) {
  host.quit();
  return ok();
}

}  // namespace orrery::admin
