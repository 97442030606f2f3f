#include "cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace orrery::cli {

namespace {

constexpr size_t kMaxBytes = 64u << 20;

std::unexpected<Error> systemError() { return makeError(std::generic_category().message(errno)); }

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

Result<std::string> readWholeFile(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return systemError();
  struct stat info{};
  if (::fstat(file.get(), &info) != 0) return systemError();
  if (S_ISDIR(info.st_mode)) return makeError("Is a directory");
  std::string out;
  char block[1 << 16];
  while (true) {
    const ssize_t n = ::read(file.get(), block, sizeof(block));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return systemError();
    if (n == 0) return out;
    out.append(block, static_cast<size_t>(n));
    if (out.size() > kMaxBytes) return makeError("larger than 64 MiB");
  }
}

Status writeWholeFile(const std::string& path, std::string_view bytes) {
  const std::filesystem::path target(path);
  std::error_code error;
  if (target.has_parent_path()) std::filesystem::create_directories(target.parent_path(), error);
  if (error) return makeError(error.message());
  const std::string draft = path + ".draft";
  {
    const Descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.get() < 0) return systemError();
    while (!bytes.empty()) {
      const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return systemError();
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  std::filesystem::rename(draft, target, error);
  if (error) return makeError(error.message());
  return {};
}

bool writeOrComplain(const std::string& path, std::string_view bytes, const Terminal& terminal) {
  const Status done = writeWholeFile(path, bytes);
  if (!done) terminal.complain(path + ": " + done.error().message);
  return done.has_value();
}

}  // namespace orrery::cli
