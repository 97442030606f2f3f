#include "sim/world/field_path.h"

#include <gtest/gtest.h>

#include <string>

namespace orrery::sim {
namespace {

using Kind = FieldStep::Kind;

std::string errorOf(std::string_view path) {
  const auto steps = parseFieldPath(path);
  return steps ? "" : steps.error();
}

TEST(FieldPath, HasNamesIndexesKeysAndGaps) {
  const auto steps = parseFieldPath("static_resources.listeners[0]...options[a.b/c].route");
  ASSERT_TRUE(steps);
  const std::vector<FieldStep> wanted = {
      {Kind::kName, "static_resources"}, {Kind::kName, "listeners"}, {Kind::kBracket, "0"}, {Kind::kGap, ""},
      {Kind::kName, "options"},          {Kind::kBracket, "a.b/c"},  {Kind::kName, "route"}};
  EXPECT_EQ(*steps, wanted);
}

TEST(FieldPath, IsPrintedAsItIsWritten) {
  for (const std::string& path : std::vector<std::string>{"a", "a.b[3].c", "...route.timeout", "a[0]...b[k].@type"}) {
    const auto steps = parseFieldPath(path);
    ASSERT_TRUE(steps) << path;
    EXPECT_EQ(fieldPathText(*steps, steps->size()), path);
  }
}

TEST(FieldPath, SaysWhichCharacterIsNone) {
  EXPECT_EQ(errorOf(""), "expected the name of a field at character 1 of the path, found its end");
  EXPECT_EQ(errorOf("a..b"), "expected the name of a field at character 3 of the path, found '.b'");
  EXPECT_EQ(errorOf("a.b..."), "expected the name of a field at character 7 of the path, found its end");
  EXPECT_EQ(errorOf("a[0"), "expected an index or a key in brackets at character 2 of the path, found '[0'");
  EXPECT_EQ(errorOf("a[]"), "expected an index or a key in brackets at character 2 of the path, found '[]'");
  EXPECT_EQ(errorOf("a b"), "expected '.', '[' or the end at character 2 of the path, found ' b'");
  EXPECT_EQ(errorOf("[0].a"), "expected the name of a field at character 1 of the path, found '[0].a'");
  EXPECT_EQ(errorOf(std::string(600, 'a')), "expected a path of at most 512 bytes, found more");
}

TEST(FieldPath, OneFieldHasTwoNames) {
  EXPECT_TRUE(sameField("idle_timeout", "idleTimeout"));
  EXPECT_TRUE(sameField("a", "a"));
  EXPECT_FALSE(sameField("idle_timeout", "idletimeout"));
}

}  // namespace
}  // namespace orrery::sim
