#include "cli/live/template.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "proxy/base/did_you_mean.h"
#include "sim/script/cases.h"
#include "sim/world/world_parts.h"

namespace orrery::live {

namespace {

constexpr std::string_view kCannot = "# cannot be said: ";
constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

std::string extensionOf(Dialect dialect) { return dialect == Dialect::kNginx ? ".nginx.conf" : ".haproxy.cfg"; }

std::string withoutYaml(const std::string& path) {
  const size_t dot = path.rfind('.');
  const size_t slash = path.rfind('/');
  return dot == std::string::npos || (slash != std::string::npos && dot < slash) ? path : path.substr(0, dot);
}

std::string nameOf(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::expected<Template, std::string> findTemplate(const sim::CompiledScenario& scenario, Dialect dialect,
                                                  const sim::ReadFile& readFile) {
  const sim::ProxySetup& proxy = scenario.scenario().proxy;
  const bool asItIs = !proxy.writtenBootstrap && proxy.overrides.empty();
  const script::CasePath story = script::splitCase(scenario.path());
  const std::string ofStory = withoutYaml(story.file);
  std::vector<std::string> places;
  if (!story.name.empty()) places.push_back(ofStory + "." + story.name + extensionOf(dialect));
  places.push_back(ofStory + extensionOf(dialect));
  if (asItIs) places.push_back(withoutYaml(scenario.bootstrapPath()) + extensionOf(dialect));
  Template found;
  Result<std::string> text = makeError("");
  for (const std::string& place : places) {
    if (text = readFile(place); !text) continue;
    found.file = place;
    break;
  }
  if (!text) {
    if (asItIs) return std::unexpected("no " + nameOf(places.back()) + " beside its bootstrap");
    std::string names;
    for (const std::string& place : places) names += (names.empty() ? "no " : " or ") + nameOf(place);
    return std::unexpected(names + " beside it, and its bootstrap is its own");
  }
  if (text->starts_with(kCannot))
    return std::unexpected(text->substr(kCannot.size(), text->find('\n') - kCannot.size()));
  found.text = std::move(*text);
  return found;
}

std::map<std::string, std::string, std::less<>> placeholders(const sim::CompiledScenario& scenario) {
  const config::Bootstrap& bootstrap = scenario.parts().bootstrap->bootstrap();
  std::map<std::string, std::string, std::less<>> words;
  for (const net::ListenerOptions& l : bootstrap.listeners) {
    if (!l.addresses.empty()) words["listeners." + l.name] = l.addresses[0].text();
  }
  for (const upstream::ClusterOptions& c : bootstrap.clusters) {
    for (size_t i = 0; i < c.endpoints.size(); ++i) {
      const std::string word = "clusters." + c.name;
      words[i == 0 ? word : word + "[" + std::to_string(i) + "]"] = c.endpoints[i].address.text();
    }
  }
  return words;
}

Result<std::string> fill(const Template& from, const std::map<std::string, std::string, std::less<>>& words) {
  const std::string_view text = from.text;
  std::string out;
  for (size_t at = 0;;) {
    const size_t open = text.find(kOpen, at);
    out += text.substr(at, open - at);
    if (open == std::string_view::npos) return out;
    const size_t close = text.find(kClose, open);
    const auto line = std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(open), '\n') + 1;
    const std::string place = from.file + ":" + std::to_string(line) + ": ";
    if (close == std::string_view::npos) return makeError(place + "expected }} behind {{, found none");
    const std::string_view wanted = trimmed(text.substr(open + kOpen.size(), close - open - kOpen.size()));
    const auto word = words.find(wanted);
    if (word == words.end()) {
      std::string known;
      std::vector<std::string_view> names;
      for (const auto& [name, value] : words) {
        known += (known.empty() ? "" : ", ") + name;
        names.push_back(name);
      }
      return makeError(place + "expected one of " + known + ", found '" + std::string(wanted) + "'" +
                       didYouMean(wanted, names));
    }
    out += word->second;
    at = close + kClose.size();
  }
}

}  // namespace orrery::live
