#include <nlohmann/json.hpp>

#include "cli/campaign_story.h"

namespace orrery::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kFormat = "orrery campaign 1";

Json logJson(uint64_t runKey, const std::vector<std::pair<uint64_t, uint64_t>>& deviations) {
  return {{"run_key", runKey}, {"deviations", deviations}};
}

std::vector<std::pair<uint64_t, uint64_t>> pairsOf(const sim::ChoiceLog& log) {
  std::vector<std::pair<uint64_t, uint64_t>> out;
  for (const auto& item : log.items) out.emplace_back(item.key, item.value);
  return out;
}

sim::ChoiceLog logOf(const Json& json) {
  sim::ChoiceLog out;
  out.runKey = json.at("run_key").get<uint64_t>();
  for (const auto& [key, value] : json.at("deviations").get<std::vector<std::pair<uint64_t, uint64_t>>>()) {
    out.items.push_back({key, value});
  }
  return out;
}

CampaignStory storyOf(const Json& json) {
  CampaignStory s;
  s.scenario = json.at("scenario").get<std::string>();
  s.content = json.at("content").get<std::string>();
  s.build = json.at("build").get<std::string>();
  s.seed = json.at("seed").get<uint64_t>();
  s.of = json.at("of").get<size_t>();
  s.shards = json.at("shards").get<std::vector<size_t>>();
  s.runs = json.at("runs").get<uint64_t>();
  s.events = json.at("events").get<uint64_t>();
  s.wallNs = json.at("wall_ns").get<int64_t>();
  for (const Json& t : json.at("strategies")) {
    s.strategies.push_back({t.at("name").get<std::string>(), t.at("runs").get<uint64_t>(),
                            t.at("new_ends").get<uint64_t>(), t.at("failing").get<uint64_t>(),
                            t.at("causes").get<uint64_t>()});
  }
  for (const Json& c : json.at("covered")) {
    s.covered.push_back({c.at("what").get<std::string>(), c.at("domain").get<std::string>(),
                         c.at("runs").get<uint64_t>(), c.at("of").get<uint64_t>(), c.at("complete").get<bool>(),
                         c.at("remark").get<std::string>()});
  }
  for (const Json& m : json.at("sometimes")) {
    s.marks.push_back(
        {m.at("text").get<std::string>(),
         {m.at("runs").get<uint64_t>(), m.at("first_run").get<uint64_t>(), m.at("first_by").get<std::string>()}});
  }
  for (const Json& c : json.at("failures")) {
    CampaignStory::Cause cause;
    cause.what = {c.at("check").get<std::string>(), c.at("entity").get<std::string>(),
                  c.at("cause").get<std::string>()};
    cause.runs = c.at("runs").get<uint64_t>();
    cause.firstBy = c.at("first_by").get<std::string>();
    cause.plain = c.at("plain").get<bool>();
    cause.runFile = c.at("run_file").get<std::string>();
    const sim::ChoiceLog log = logOf(c.at("log"));
    cause.runKey = log.runKey;
    cause.deviations = pairsOf(log);
    s.causes.push_back(std::move(cause));
  }
  for (const Json& log : json.at("corpus")) s.corpus.push_back(logOf(log));
  return s;
}

}  // namespace

std::string writeCampaignStory(const CampaignStory& s) {
  Json out = {{"format", kFormat},  {"scenario", s.scenario}, {"content", s.content},
              {"build", s.build},   {"seed", s.seed},         {"of", s.of},
              {"shards", s.shards}, {"runs", s.runs},         {"events", s.events},
              {"wall_ns", s.wallNs}};
  Json& strategies = out["strategies"] = Json::array();
  for (const sim::StrategyTally& t : s.strategies) {
    strategies.push_back(
        {{"name", t.name}, {"runs", t.runs}, {"new_ends", t.newEnds}, {"failing", t.failures}, {"causes", t.causes}});
  }
  Json& covered = out["covered"] = Json::array();
  for (const sim::Covered& c : s.covered) {
    covered.push_back({{"what", c.what},
                       {"domain", c.domain},
                       {"runs", c.runs},
                       {"of", c.of},
                       {"complete", c.complete},
                       {"remark", c.remark}});
  }
  Json& marks = out["sometimes"] = Json::array();
  for (const CampaignStory::Mark& m : s.marks) {
    marks.push_back(
        {{"text", m.text}, {"runs", m.tally.runs}, {"first_run", m.tally.firstRun}, {"first_by", m.tally.firstBy}});
  }
  Json& failures = out["failures"] = Json::array();
  for (const CampaignStory::Cause& c : s.causes) {
    failures.push_back({{"check", c.what.check},
                        {"entity", c.what.entity},
                        {"cause", c.what.cause},
                        {"runs", c.runs},
                        {"first_by", c.firstBy},
                        {"plain", c.plain},
                        {"run_file", c.runFile},
                        {"log", logJson(c.runKey, c.deviations)}});
  }
  Json& corpus = out["corpus"] = Json::array();
  for (const sim::ChoiceLog& log : s.corpus) corpus.push_back(logJson(log.runKey, pairsOf(log)));
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<CampaignStory> readCampaignStory(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("format").get<std::string>() != kFormat) {
      return makeError("expected format '" + std::string(kFormat) + "', found '" +
                       json.at("format").get<std::string>() + "'");
    }
    CampaignStory story = storyOf(json);
    for (const size_t shard : story.shards) {
      if (shard >= story.of) return makeError("expected shards below `of`");
    }
    return story;
  } catch (const nlohmann::json::exception& e) {
    return makeError(e.what());
  }
}

}  // namespace orrery::cli
