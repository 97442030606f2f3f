#include "proxy/admin/commands.h"

#include "proxy/admin/pages.h"
#include "proxy/base/ascii.h"
#include "proxy/base/percent.h"

namespace orrery::admin {
namespace {

struct Command {
  std::string_view path;
  std::string_view help;
  bool mutates;
  AdminReply (*answer)(AdminHost&, const AdminRequest&);
};

// In alphabetical order, as Envoy lists them.
constexpr Command kCommands[] = {
    {"/", "Admin home page", false, homePage},
    {"/clusters", "upstream cluster status", false, clustersPage},
    {"/drain_listeners", "drain listeners", true, drainListenersPage},
    {"/healthcheck/fail", "cause the server to fail health checks", true, healthCheckFailPage},
    {"/healthcheck/ok", "cause the server to pass health checks", true, healthCheckOkPage},
    {"/help", "print out list of admin commands", false, helpPage},
    {"/listeners", "print listener info", false, listenersPage},
    {"/quitquitquit", "exit the server", true, quitPage},
    {"/ready", "print server state, return 200 if LIVE, otherwise return 503", false, readyPage},
    {"/reset_counters", "reset all counters to zero", true, resetCountersPage},
    {"/runtime", "print runtime values", false, runtimePage},
    {"/runtime_modify", "Adds or modifies runtime values as passed in query parameters", true, runtimeModifyPage},
    {"/server_info", "print server version/status information", false, serverInfoPage},
    {"/stats", "print server stats", false, statsPage},
    {"/stats/prometheus", "print server stats in prometheus format", false, prometheusPage},
};

void parseParameters(std::string_view text, std::vector<std::pair<std::string, std::string>>& out) {
  while (!text.empty()) {
    const size_t end = text.find('&');
    const std::string_view parameter = text.substr(0, end);
    const size_t equals = parameter.find('=');
    if (!parameter.empty()) {
      out.emplace_back(percentDecoded(parameter.substr(0, equals)),
                       equals == std::string_view::npos ? "" : percentDecoded(parameter.substr(equals + 1)));
    }
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<std::string_view> AdminRequest::find(std::string_view key) const {
  for (const auto& [name, value] : query) {
    if (name == key) return value;
  }
  return std::nullopt;
}

AdminRequest parseAdminRequest(std::string_view method, std::string_view target, std::string_view formBody) {
  AdminRequest request;
  request.method = method;
  target = target.substr(0, target.find('#'));
  const size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) parseParameters(target.substr(question + 1), request.query);
  parseParameters(formBody, request.query);
  return request;
}

std::string helpText() {
  std::string text = "admin commands are:\n";
  for (const Command& command : kCommands) {
    text += "  ";
    text += command.path;
    if (command.mutates) text += " (POST)";
    text += ": ";
    text += command.help;
    text += '\n';
  }
  return text;
}

AdminReply answer(AdminHost& host, const AdminRequest& request) {
  for (const Command& command : kCommands) {
    if (command.path != request.path) continue;
    if (command.mutates && request.method != "POST") {
      return {405, "Method " + std::string(request.method) + " not allowed, POST required."};
    }
    return command.answer(host, request);
  }
  return {404, "invalid path. " + helpText()};
}

}  // namespace orrery::admin
