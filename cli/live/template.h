#pragma once

#include <expected>
#include <map>
#include <string>

#include "cli/live/proxy_program.h"
#include "sim/world/world.h"

namespace orrery::live {

// The configuration of a story's proxy in another proxy's own words, with placeholders such as {{listeners.edge}}.
struct Template {
  std::string file;
  std::string text;
};

// The first that is there of "<story>.<case>.nginx.conf" (or .haproxy.cfg) and "<story>.nginx.conf" beside the story and, if the story has
// its bootstrap as it is, the one beside that. The error is why the story is not told to such a proxy: there is no template, or its first
// line is "# cannot be said: WHY".
std::expected<Template, std::string> findTemplate(const sim::CompiledScenario& scenario, Dialect dialect,
                                                  const sim::ReadFile& readFile);

// What placeholders stand for: listeners.NAME and clusters.NAME are the address of the bootstrap's listener and of the cluster's first
// endpoint (clusters.NAME[1]: of its second).
std::map<std::string, std::string, std::less<>> placeholders(const sim::CompiledScenario& scenario);

// The text with all placeholders filled in. The error names the line and the nearest right word.
Result<std::string> fill(const Template& from, const std::map<std::string, std::string, std::less<>>& words);

}  // namespace orrery::live
