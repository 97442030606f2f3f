#include "cli/live/child.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace orrery::live {
namespace {

TEST(Child, HasTheVariablesThatItIsGivenAndOurs) {
  const std::string file = testing::TempDir() + "child_test." + std::to_string(::getpid());
  auto child = Child::start({"env"}, file, {"ORRERY_SITE=north", "PATH=/nowhere"});
  ASSERT_TRUE(child) << child.error().message;
  ASSERT_TRUE((*child)->wait(10'000));
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_NE(text.find("ORRERY_SITE=north\n"), std::string::npos) << text;
  EXPECT_NE(text.find("PATH=/nowhere\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("PATH=/usr"), std::string::npos) << text;
  ::unlink(file.c_str());
}

}  // namespace
}  // namespace orrery::live
