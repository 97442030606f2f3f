#include "sim/script/schema.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "sim/script/expect.h"
#include "sim/script/scenario.pb.h"

namespace orrery::script {
namespace {

// With ORRERY_WRITE=1 in the environment the file is written instead of compared.
void isCurrent(const std::string& path, const std::string& wanted) {
  const char* write = std::getenv("ORRERY_WRITE");
  if (write != nullptr && std::string_view(write) == "1") {
    std::ofstream(path) << wanted;
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << ": run from the root of the repository";
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(text.str() == wanted) << path << " is out of date: run this test with ORRERY_WRITE=1";
}

TEST(ScenarioSchema, FilesAreCurrent) {
  isCurrent("sim/script/scenario.schema.json", scenarioSchema());
  isCurrent("scenarios/REFERENCE.md", scenarioReference());
}

TEST(ScenarioSchema, EveryReferenceHasItsDefinition) {
  const auto schema = nlohmann::json::parse(scenarioSchema());
  size_t references = 0;
  const std::function<void(const nlohmann::json&)> visit = [&](const nlohmann::json& node) {
    if (node.is_object() && node.contains("$ref")) {
      ++references;
      const std::string name = node["$ref"].get<std::string>().substr(std::string("#/definitions/").size());
      EXPECT_TRUE(schema["definitions"].contains(name)) << name;
    }
    for (const auto& child : node) {
      if (child.is_structured()) visit(child);
    }
  };
  visit(schema);
  EXPECT_GT(references, 50u);
}

TEST(ScenarioSchema, EveryFormOfAnExpectationIsOne) {
  const std::map<std::string, std::string> words = {{"VALUE", "a.status"}, {"WORD", "200"}, {"DURATION", "1s"},
                                                    {"HOST", "origin"},    {"N", "2"},      {"REQUEST", "asked"}};
  for (std::string form : expectationForms()) {
    for (const auto& [word, stands] : words) form = std::regex_replace(form, std::regex("\\b" + word + "\\b"), stands);
    orrery::Scenario::Expectation e;
    const auto parsed = parseExpectation(form, e);
    EXPECT_TRUE(parsed.has_value()) << form << ": " << parsed.error();
  }
}

TEST(ScenarioSchema, StepsAreAShortTextOrAMapping) {
  const auto step = nlohmann::json::parse(scenarioSchema())["definitions"]["Step"];
  EXPECT_EQ(step["anyOf"][0]["type"], "string");
  EXPECT_EQ(step["anyOf"][1]["additionalProperties"], false);
  EXPECT_TRUE(step["anyOf"][1]["properties"].contains("from_then_on"));
  EXPECT_NE(step["description"].get<std::string>().find("answer STATUS"), std::string::npos);
}

}  // namespace
}  // namespace orrery::script
