#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "proxy/config/field_table.h"
#include "tests/unit/proxy/config/field_cases.h"

namespace orrery::config {
namespace {

// Fields/<message>.<field>: the field set to two values gives two outcomes.
class Fields : public testing::Test {
 public:
  explicit Fields(const FieldCase& test) : case_(test) {}
  void TestBody() override {
    EXPECT_NE(case_.firstSeen, case_.secondSeen);
    EXPECT_NE(std::string(case_.first).find(case_.field), std::string::npos)
        << "the first value does not set the field";
    EXPECT_EQ(seen(case_.first), case_.firstSeen);
    EXPECT_EQ(seen(case_.second), case_.secondSeen);
  }

 private:
  std::string seen(std::string_view snippet) const {
    const LoadResult result = loadSample(case_.where, snippet);
    if (result.bootstrap == nullptr) return "refused: " + findingLines(result);
    return case_.observe(*result.bootstrap);
  }

  const FieldCase& case_;
};

std::string shortName(std::string_view message) { return std::string(message.substr(message.rfind('.') + 1)); }

const bool registered = [] {
  for (const FieldCase& test : fieldCases()) {
    const std::string name = shortName(test.message) + "." + std::string(test.field);
    testing::RegisterTest("Fields", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [&test]() -> Fields* { return new Fields(test); });
  }
  return true;
}();

TEST(FieldTable, EveryHonouredFieldHasACase) {
  std::set<std::pair<std::string_view, std::string_view>> cases;
  for (const FieldCase& test : fieldCases()) cases.emplace(test.message, test.field);
  for (const FieldRule& rule : fieldRules()) {
    if (rule.verdict != Verdict::kHonoured) continue;
    EXPECT_TRUE(cases.contains({rule.message, rule.field})) << rule.message << "." << rule.field;
  }
  EXPECT_TRUE(registered);
}

TEST(FieldTable, EveryCaseIsOfAnHonouredField) {
  for (const FieldCase& test : fieldCases()) {
    const FieldRule* rule = findRule(test.message, test.field);
    ASSERT_NE(rule, nullptr) << test.message << "." << test.field;
    EXPECT_EQ(rule->verdict, Verdict::kHonoured) << test.message << "." << test.field;
  }
}

TEST(FieldTable, NamesOnlyFieldsOfTheApiAndEachOnce) {
  const std::string page = fieldPage();
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const FieldRule& rule : fieldRules()) {
    EXPECT_TRUE(seen.emplace(rule.message, rule.field).second) << rule.message << "." << rule.field << " has two rows";
    EXPECT_NE(page.find("\n### " + std::string(rule.message) + "\n"), std::string::npos) << rule.message;
    EXPECT_NE(page.find("`" + std::string(rule.field) + "`"), std::string::npos) << rule.message << "." << rule.field;
  }
}

// With ORRERY_WRITE=1 in the environment the page is written instead of compared.
TEST(FieldTable, PageIsCurrent) {
  const std::string path = "proxy/config/FIELDS.md";
  const char* write = std::getenv("ORRERY_WRITE");
  if (write != nullptr && std::string_view(write) == "1") {
    std::ofstream(path) << fieldPage();
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << "run from the root of the repository";
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(text.str() == fieldPage()) << path << " is out of date: run this test with ORRERY_WRITE=1";
}

}  // namespace
}  // namespace orrery::config
