#include "proxy/io_asio/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "proxy/base/assert.h"
#include "proxy/io_asio/dispatcher.h"
#include "proxy/io_asio/errors.h"
#include "proxy/io_asio/fd.h"
#include "proxy/io_asio/file_watch.h"

namespace orrery::io_asio {

namespace {

std::unexpected<Error> fileError(const char* what, const std::string& path, int error) {
  return makeError(std::string(what) + " " + path + ": " + errorText(error));
}

class RealAppendFile final : public io::AppendFile {
 public:
  RealAppendFile(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Status write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
      if (n >= 0) {
        bytes.remove_prefix(static_cast<size_t>(n));
      } else if (errno == EAGAIN) {  // standard output may be a pipe that someone made non-blocking
        pollfd wait{fd_.get(), POLLOUT, 0};
        ::poll(&wait, 1, -1);
      } else if (errno != EINTR) {
        return fileError("cannot write to", path_, errno);
      }
    }
    return {};
  }

 private:
  Fd fd_;
  std::string path_;
};

// Opening /dev/stdout anew fails where standard output is a socket, and would have an offset of its own.
Fd openForAppend(const std::string& path) {
  if (path == "/dev/stdout") return Fd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
  if (path == "/dev/stderr") return Fd(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
  return Fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644));
}

}  // namespace

Result<std::string> RealFiles::readWhole(const std::string& path, size_t maxBytes) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) return fileError("cannot read", path, errno);
  struct stat st{};
  if (::fstat(fd.get(), &st) != 0) return fileError("cannot read", path, errno);
  if (S_ISDIR(st.st_mode)) return fileError("cannot read", path, EISDIR);
  std::string out;
  // Files of /proc say that they are empty, and a file may grow: the size is a first guess, one byte more meets the end.
  size_t room = std::clamp<size_t>(static_cast<size_t>(std::max<off_t>(st.st_size, 0)) + 1, 4096, maxBytes + 1);
  for (;;) {
    const size_t had = out.size();
    out.resize(had + room);
    const ssize_t n = ::read(fd.get(), out.data() + had, room);
    const int error = errno;
    out.resize(had + static_cast<size_t>(std::max<ssize_t>(n, 0)));
    if (n == 0) return out;
    if (n < 0 && error != EINTR) return fileError("cannot read", path, error);
    if (out.size() > maxBytes) {
      return makeError("cannot read " + path + ": it is larger than " + std::to_string(maxBytes) + " bytes");
    }
    room = std::min<size_t>(std::max<size_t>(out.size(), 4096), maxBytes + 1 - out.size());
  }
}

Result<std::unique_ptr<io::AppendFile>> RealFiles::openAppend(const std::string& path) {
  Fd fd = openForAppend(path);
  if (!fd) return fileError("cannot open", path, errno);
  return std::make_unique<RealAppendFile>(std::move(fd), path);
}

Result<std::unique_ptr<io::FileWatch>> RealFiles::watch(io::Dispatcher& dispatcher, const std::string& path,
                                                        std::move_only_function<void()> changed) {
  auto* real = dynamic_cast<RealDispatcher*>(&dispatcher);
  ORRERY_ASSERT(real != nullptr, "a watch belongs to a dispatcher of this back end");
  return watchFile(*real, path, std::move(changed));
}

}  // namespace orrery::io_asio
