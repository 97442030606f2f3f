#include "cli/write_capture.h"

#include <algorithm>
#include <vector>

#include "cli/files.h"
#include "proxy/base/did_you_mean.h"

namespace orrery::cli {

namespace {

// What is wrong with the name of a host, or nothing.
std::string wrongHost(const std::string& name, const sim::Scenario& scenario) {
  std::vector<std::string_view> names = {"proxy"};
  for (const auto& host : scenario.hosts) names.push_back(host.name);
  if (std::find(names.begin(), names.end(), name) != names.end()) return "";
  std::string list;
  for (const std::string_view n : names) list += (list.empty() ? "" : ", ") + std::string(n);
  return "expected a host of the scenario (" + list + "), or two with '-' between them, found '" + name + "'" +
         didYouMean(name, names);
}

}  // namespace

bool writeCapture(const CaptureArguments& arguments, const Story& story, const sim::Strategy& strategy, Runner& runner,
                  const Terminal& terminal) {
  sim::CaptureOptions options;
  const size_t dash = arguments.of.find('-');
  options.host = arguments.of.substr(0, dash);
  if (dash != std::string::npos) options.peer = arguments.of.substr(dash + 1);
  for (const std::string& host : {options.host, options.peer}) {
    if (host.empty() && (arguments.of.empty() || dash == std::string::npos)) continue;
    if (const std::string wrong = wrongHost(host, story.scenario()); !wrong.empty()) {
      terminal.complain("--pcapng-of: " + wrong);
      return false;
    }
  }
  sim::RunRequest request;
  request.strategy = strategy;
  request.capture = options;
  const sim::RunResult result = runner.run(*story.compiled, request);
  if (!writeOrComplain(arguments.file, result.capture, terminal)) return false;
  if (result.captureTruncated) {
    terminal.complain("warning: " + arguments.file + ": the run goes on beyond what a capture holds");
  }
  return true;
}

}  // namespace orrery::cli
