// proxy/io/files.h.

#include "tests/contract/fixture.h"

namespace orrery::contract {
namespace {

class FilesContract : public ContractTest {
 protected:
  io::Files& files() { return world_->io().files; }
};
ORRERY_CONTRACT(FilesContract);

TEST_P(FilesContract, ReadWholeGivesWhatIsThere) {
  const std::string path = world_->filePath("a.txt");
  const std::string content(100'000, 'x');
  world_->writeFile(path, content);
  const auto r = files().readWhole(path);
  ASSERT_TRUE(r.has_value());
  EXPECT_EQ(*r, content);
  world_->writeFile(path, "");
  EXPECT_EQ(files().readWhole(path).value_or("error"), "");
}

TEST_P(FilesContract, ReadWholeNamesTheFileThatIsMissing) {
  const std::string path = world_->filePath("missing.txt");
  const auto r = files().readWhole(path);
  ASSERT_FALSE(r.has_value());
  EXPECT_NE(r.error().message.find(path), std::string::npos) << r.error().message;
  EXPECT_NE(r.error().message.find("No such file or directory"), std::string::npos) << r.error().message;
}

TEST_P(FilesContract, ReadWholeRefusesMoreThanTheBound) {
  const std::string path = world_->filePath("big.txt");
  world_->writeFile(path, "12345");
  EXPECT_TRUE(files().readWhole(path, 5).has_value());
  EXPECT_FALSE(files().readWhole(path, 4).has_value());
}

TEST_P(FilesContract, OpenAppendCreatesAndAppends) {
  const std::string path = world_->filePath("log.txt");
  {
    auto f = files().openAppend(path);
    ASSERT_TRUE(f.has_value());
    EXPECT_TRUE((*f)->write("one\n").has_value());
    EXPECT_TRUE((*f)->write("two\n").has_value());
  }
  auto again = files().openAppend(path);
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE((*again)->write("three\n").has_value());
  EXPECT_EQ(files().readWhole(path).value_or("error"), "one\ntwo\nthree\n");
}

TEST_P(FilesContract, OpenAppendNamesTheFileItCannotOpen) {
  const std::string path = world_->filePath("no/such/folder/log.txt");
  const auto f = files().openAppend(path);
  ASSERT_FALSE(f.has_value());
  EXPECT_NE(f.error().message.find(path), std::string::npos);
}

TEST_P(FilesContract, AWatchCallsBackAfterAWriteAndAfterAReplacement) {
  const std::string path = world_->filePath("watched.txt");
  world_->writeFile(path, "1");
  int changes = 0;
  auto watch = files().watch(dispatcher_, path, [&] { ++changes; });
  ASSERT_TRUE(watch.has_value()) << watch.error().message;
  iterate(3);
  EXPECT_EQ(changes, 0);
  world_->writeFile(path, "2");
  ASSERT_TRUE(runUntil([&] { return changes == 1; }));
  world_->replaceFile(path, "3");
  ASSERT_TRUE(runUntil([&] { return changes == 2; }));
  world_->replaceFile(path, "4");
  ASSERT_TRUE(runUntil([&] { return changes == 3; })) << "the replacement is watched, not the file that was there";
}

TEST_P(FilesContract, AWatchIgnoresOtherFilesOfTheFolder) {
  const std::string path = world_->filePath("watched.txt");
  world_->writeFile(path, "1");
  int changes = 0;
  auto watch = files().watch(dispatcher_, path, [&] { ++changes; });
  ASSERT_TRUE(watch.has_value());
  world_->writeFile(world_->filePath("other.txt"), "x");
  runFor(Duration::milliseconds(10));
  EXPECT_EQ(changes, 0);
}

TEST_P(FilesContract, NoCallbackComesAfterTheWatchIsDestroyed) {
  const std::string path = world_->filePath("watched.txt");
  world_->writeFile(path, "1");
  int changes = 0;
  Result<std::unique_ptr<io::FileWatch>> watch = files().watch(dispatcher_, path, [&] {
    ++changes;
    watch->reset();  // inside its own callback
  });
  ASSERT_TRUE(watch.has_value());
  world_->writeFile(path, "2");
  ASSERT_TRUE(runUntil([&] { return changes == 1; }));
  world_->writeFile(path, "3");
  runFor(Duration::milliseconds(10));
  EXPECT_EQ(changes, 1);
}

}  // namespace
}  // namespace orrery::contract
