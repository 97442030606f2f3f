#include "proxy/io_asio/file_watch.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "proxy/io_asio/dispatcher.h"
#include "proxy/io_asio/edge_source.h"
#include "proxy/io_asio/errors.h"
#include "proxy/io_asio/fd.h"

namespace orrery::io_asio {

namespace {

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

FileIdentity identify(const std::string& path) {
  struct stat st{};
  if (::stat(path.c_str(), &st) != 0) return {};
  return {st.st_dev, st.st_ino};
}

class RealFileWatch final : public io::FileWatch, public io::Readiness, public EdgeSource {
 public:
  RealFileWatch(RealDispatcher& dispatcher, Fd fd, std::string path, std::string name,
                std::move_only_function<void()> changed)
      : Readiness(dispatcher),
        fd_(std::move(fd)),
        path_(std::move(path)),
        name_(std::move(name)),
        identity_(identify(path_)),
        changed_(std::move(changed)) {}
  ~RealFileWatch() override {
    if (destroyed_ != nullptr) *destroyed_ = true;
  }

  io::IoError start(RealDispatcher& dispatcher) {
    const io::IoError e = dispatcher.watch(fd_.get(), *this);
    setInterest(io::kReadable);
    return e;
  }
  void onEdge(uint32_t epollEvents) override { noteEdge(readyBitsOf(epollEvents)); }

 private:
  void deliver(uint8_t /*bits*/) override {
    bool hit = false;
    alignas(inotify_event) char buffer[4096];
    ssize_t n;
    while ((n = ::read(fd_.get(), buffer, sizeof(buffer))) > 0) {
      for (const char* at = buffer; at < buffer + n;) {
        const auto* event = reinterpret_cast<const inotify_event*>(at);
        at += sizeof(inotify_event) + event->len;
        if ((event->mask & IN_Q_OVERFLOW) != 0 || (event->len > 0 && name_ == event->name)) hit = true;
      }
    }
    clear(io::kReadable);
    const FileIdentity now = identify(path_);
    if (now != FileIdentity() && now != identity_) hit = true;
    if (now != FileIdentity()) identity_ = now;
    if (!hit) return;
    // The function object must outlive its own call.
    bool destroyed = false;
    destroyed_ = &destroyed;
    auto changed = std::move(changed_);
    changed();
    if (destroyed) return;
    destroyed_ = nullptr;
    changed_ = std::move(changed);
  }

  Fd fd_;
  const std::string path_;
  const std::string name_;
  FileIdentity identity_;
  std::move_only_function<void()> changed_;
  bool* destroyed_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<io::FileWatch>> watchFile(RealDispatcher& dispatcher, const std::string& path,
                                                 std::move_only_function<void()> changed) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  Fd fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!fd || ::inotify_add_watch(fd.get(), folder.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO) < 0) {
    return makeError("cannot watch " + folder + ": " + errorText(errno));
  }
  auto watch = std::make_unique<RealFileWatch>(dispatcher, std::move(fd), path, std::move(name), std::move(changed));
  if (const io::IoError e = watch->start(dispatcher); e != io::IoError::kNone) {
    return makeError("cannot watch " + folder + ": " + std::string(io::ioErrorText(e)));
  }
  return watch;
}

}  // namespace orrery::io_asio
