#include "tests/contract/asio_world.h"

#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "proxy/base/assert.h"
#include "proxy/io_asio/environment.h"
#include "proxy/io_asio/fd.h"
#include "proxy/io_asio/raw_address.h"

namespace orrery::contract {

namespace {

class AsioWorld final : public World {
 public:
  AsioWorld() : folder_(newFolder()), environment_(io_asio::newRealEnvironment()) {}
  ~AsioWorld() override {
    environment_.reset();
    std::filesystem::remove_all(folder_);
  }

  io::Environment& io() override { return environment_->io(); }

  bool runUntil(const std::function<bool()>& done, Duration limit) override {
    io::Dispatcher& main = environment_->io().mainDispatcher;
    // now() is of the last iteration, which may be long ago: take a fresh one first.
    if (done()) return true;
    environment_->step(TimePoint());
    const TimePoint end = main.now() + limit;
    while (!done()) {
      if (main.now() >= end) return false;
      environment_->step(end);
    }
    return true;
  }

  bool virtualTime() const override { return false; }
  io::Address anyPort() const override { return io::Address::ipv4(0x7f000001, 0); }
  std::optional<io::Address> anyIpv6Port() const override {
    const auto loopback = io::Address::parseIp("::1", 0);
    return environment_->io().network.listen(*loopback, {}) ? loopback : std::nullopt;
  }
  std::optional<io::Address> unixPath(std::string_view name) override { return io::Address::unixPath(filePath(name)); }
  std::optional<io::Address> unixAbstract(std::string_view name) override {
    return io::Address::unixAbstract(filePath(name));
  }

  void talkUrgently(const io::Address& to) override {
    urgentPeer_ = io_asio::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto raw = io_asio::toRaw(to);
    ORRERY_ASSERT(::connect(urgentPeer_.get(), raw->get(), raw->size) == 0, "somebody listens");
    const auto write = [this](std::string_view bytes, int flags) {
      const ssize_t n = ::send(urgentPeer_.get(), bytes.data(), bytes.size(), flags);
      ORRERY_ASSERT(n == static_cast<ssize_t>(bytes.size()), "loopback takes a few bytes");
    };
    write("before", 0);
    write("!", MSG_OOB);
    write("after", 0);
  }

  std::string filePath(std::string_view name) override { return folder_ / name; }
  void writeFile(const std::string& path, std::string_view content) override { std::ofstream(path) << content; }
  void replaceFile(const std::string& path, std::string_view content) override {
    // Written in another folder: the watched one sees the move alone.
    std::filesystem::create_directory(folder_ / "elsewhere");
    writeFile(folder_ / "elsewhere" / "new", content);
    std::filesystem::rename(folder_ / "elsewhere" / "new", path);
  }

 private:
  static std::filesystem::path newFolder() {
    std::string path = std::filesystem::temp_directory_path() / "orrery-contract-XXXXXX";
    const char* made = ::mkdtemp(path.data());
    ORRERY_ASSERT(made != nullptr, "a scratch folder is needed");
    return path;
  }

  std::filesystem::path folder_;
  io_asio::Fd urgentPeer_;
  std::unique_ptr<io_asio::RealEnvironment> environment_;
};

}  // namespace

std::unique_ptr<World> newAsioWorld() { return std::make_unique<AsioWorld>(); }

}  // namespace orrery::contract
