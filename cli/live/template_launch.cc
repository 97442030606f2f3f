#include "cli/live/template_launch.h"

#include <fstream>
#include <utility>

#include "sim/world/world_parts.h"

namespace orrery::live {

namespace {

constexpr const char* kNginx = R"(daemon off;
master_process off;
pid @/pid;
error_log stderr;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path @/body;
  proxy_temp_path @/proxy;
  fastcgi_temp_path @/fastcgi;
  uwsgi_temp_path @/uwsgi;
  scgi_temp_path @/scgi;
  include @/template;
}
)";

constexpr const char* kHaproxy = R"(global
  nbthread @
  maxconn 1000
)";

std::string filledIn(std::string_view frame, const std::string& word) {
  std::string out;
  for (const char c : frame) out += c == '@' ? word : std::string(1, c);
  return out;
}

Status write(const std::string& file, const std::string& text) {
  if (std::ofstream out(file, std::ios::binary); !(out << text)) return makeError(file + ": cannot be written");
  return {};
}

// What the clients of a story speak to the proxy.
struct Spoken {
  bool http1 = false;
  bool http2 = false;
};
Spoken spokenIn(const sim::Scenario& scenario) {
  Spoken spoken;
  const auto note = [&](bool http2) { (http2 ? spoken.http2 : spoken.http1) = true; };
  for (const sim::Story& story : scenario.stories) {
    for (const sim::Step& step : story.steps) {
      if (const auto* c = std::get_if<sim::ConnectStep>(&step.kind)) note(c->http2);
      if (const auto* l = std::get_if<sim::LoadStep>(&step.kind)) note(l->streams != 0);
    }
  }
  return spoken;
}

}  // namespace

std::expected<Prepare, std::string> templateLaunch(const ProxyProgram& program, const sim::CompiledScenario& scenario,
                                                   Template from) {
  auto words = placeholders(scenario);
  const uint32_t workers = scenario.scenario().proxy.workers;
  const bool nginx = program.dialect == Dialect::kNginx;
  if (nginx) {
    const Spoken spoken = spokenIn(scenario.scenario());
    if (spoken.http1 && spoken.http2) return std::unexpected("a port of nginx serves HTTP/1 or HTTP/2, not both");
    if (workers > 1) return std::unexpected("nginx has one worker here, as it has no master process");
    words["http2"] = spoken.http2 ? " http2" : "";
  }
  const auto& listeners = scenario.parts().bootstrap->bootstrap().listeners;
  std::string serves = listeners.empty() || listeners[0].addresses.empty() ? "" : listeners[0].addresses[0].text();
  if (serves.empty()) return std::unexpected("its bootstrap has no listener");
  return [program, nginx, workers, environment = scenario.scenario().proxy.environment, from = std::move(from),
          words = std::move(words), serves = std::move(serves)](const std::string& folder) -> Result<Launch> {
    const auto text = fill(from, words);
    if (!text) return std::unexpected(text.error());
    const std::string frame = nginx ? filledIn(kNginx, folder) : filledIn(kHaproxy, std::to_string(workers));
    for (const auto& [name, content] : {std::pair{"/template", *text}, {"/frame", frame}}) {
      if (const Status written = write(folder + name, content); !written) return std::unexpected(written.error());
    }
    Launch launch;
    launch.serves = serves;
    for (const auto& [name, value] : environment) launch.variables.push_back(name + "=" + value);
    if (nginx) {
      launch.words = {program.path, "-p", folder, "-e", "stderr", "-c", folder + "/frame"};
    } else {
      launch.words = {program.path, "-db", "-f", folder + "/frame", "-f", folder + "/template"};
    }
    return launch;
  };
}

}  // namespace orrery::live
