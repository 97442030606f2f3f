// What only real files do: links, special files, devices.

#include "proxy/io_asio/files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "proxy/io_asio/environment.h"

namespace orrery::io_asio {
namespace {

class RealFilesTest : public testing::Test {
 protected:
  RealFilesTest() {
    std::string name = std::filesystem::temp_directory_path() / "orrery-files-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~RealFilesTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::unique_ptr<RealEnvironment> environment_ = newRealEnvironment();
  io::Files& files_ = environment_->io().files;
};

TEST_F(RealFilesTest, FilesThatDoNotSayTheirSizeAreReadWhole) {
  const auto r = files_.readWhole("/proc/self/status");
  ASSERT_TRUE(r.has_value());
  EXPECT_NE(r->find("Threads:"), std::string::npos);
}

TEST_F(RealFilesTest, AFolderIsNoFile) {
  const auto r = files_.readWhole(folder_);
  ASSERT_FALSE(r.has_value());
  EXPECT_NE(r.error().message.find("Is a directory"), std::string::npos);
}

TEST_F(RealFilesTest, StandardStreamsCanBeOpenedByName) {
  EXPECT_TRUE(files_.openAppend("/dev/stdout").has_value());
  EXPECT_TRUE(files_.openAppend("/dev/stderr").has_value());
}

TEST_F(RealFilesTest, AWatchSeesAMountedConfigurationSwitchItsData) {
  // config.yaml -> ..data/config.yaml, ..data -> v1; an update makes v2 and moves a new link over ..data.
  for (const char* version : {"v1", "v2"}) {
    std::filesystem::create_directory(folder_ / version);
    std::ofstream(folder_ / version / "config.yaml") << version;
  }
  std::filesystem::create_directory_symlink("v1", folder_ / "..data");
  std::filesystem::create_symlink("..data/config.yaml", folder_ / "config.yaml");
  io::Dispatcher& d = environment_->io().mainDispatcher;
  int changes = 0;
  const auto watch = files_.watch(d, folder_ / "config.yaml", [&] { ++changes; });
  ASSERT_TRUE(watch.has_value());
  std::filesystem::create_directory_symlink("v2", folder_ / "..data_tmp");
  std::filesystem::rename(folder_ / "..data_tmp", folder_ / "..data");
  const TimePoint end = d.now() + Duration::seconds(5);
  while (changes == 0 && d.now() < end) environment_->step(end);
  EXPECT_EQ(changes, 1);
  EXPECT_EQ(files_.readWhole(folder_ / "config.yaml").value_or("error"), "v2");
}

}  // namespace
}  // namespace orrery::io_asio
