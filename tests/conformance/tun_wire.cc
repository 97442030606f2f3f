#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <sstream>
#include <thread>

#include "cli/sockets/backend.h"
#include "tests/conformance/tun_wire.h"

namespace orrery::conformance {

namespace {

constexpr uint32_t kOwn = 0x0a090001;   // 10.9.0.1, this kernel
constexpr uint32_t kPeer = 0x0a090002;  // 10.9.0.2, the same as seen over the wire
using Clock = std::chrono::steady_clock;

std::string systemError(const std::string& what) { return what + ": " + std::strerror(errno); }

bool writeFile(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  const bool ok = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (fd >= 0) ::close(fd);
  return ok;
}

// A namespace with nothing in it but the TUN device; its descriptor, or -1 and why.
int makeWire(std::string& error) {
  const uid_t uid = ::geteuid();
  if (::unshare(CLONE_NEWNET | (uid == 0 ? 0 : CLONE_NEWUSER)) != 0) {
    error = systemError("a network namespace is not permitted");
    return -1;
  }
  const int tun = ::open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (tun < 0) {
    error = systemError("/dev/net/tun");
    return -1;
  }
  ifreq r{};
  r.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strcpy(r.ifr_name, "wire");
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const auto setAddress = [&r, fd](unsigned long request, uint32_t ip) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(ip);
    std::memcpy(&r.ifr_addr, &a, sizeof a);
    return ::ioctl(fd, request, &r) == 0;
  };
  bool ok = ::ioctl(tun, TUNSETIFF, &r) == 0 && setAddress(SIOCSIFADDR, kOwn) && setAddress(SIOCSIFNETMASK, 0xffffff00);
  if (ok) {
    r.ifr_flags = IFF_UP | IFF_RUNNING;
    ok = ::ioctl(fd, SIOCSIFFLAGS, &r) == 0;
  }
  if (!ok) error = systemError("a TUN device is not permitted");
  // Everywhere, as it is for the loopback addresses of scenarios.
  if (ok) ok = writeFile("/proc/sys/net/ipv4/tcp_tw_reuse", "1");
  if (!ok && error.empty()) error = systemError("tcp_tw_reuse");
  ::close(fd);
  return ok ? tun : -1;
}

// Reads packets, exchanges their addresses (which leaves every checksum right), and writes them back.
class Pump {
 public:
  explicit Pump(int tun) : tun_(tun), thread_([this] { run(); }) {}
  ~Pump() {
    stop_ = true;
    thread_.join();
  }
  void become(Wire wire) {
    const std::lock_guard lock(mutex_);
    state_.become(wire);
  }
  std::vector<WireSegment> take() {
    const std::lock_guard lock(mutex_);
    return state_.take();
  }

 private:
  void run() {
    unsigned char packet[65536];
    while (!stop_) {
      pollfd p{tun_, POLLIN, 0};
      if (::poll(&p, 1, 10) != 1) continue;
      const ssize_t n = ::read(tun_, packet, sizeof packet);
      if (n < 40 || packet[0] >> 4 != 4 || packet[9] != IPPROTO_TCP) continue;
      const size_t ip = (packet[0] & 15U) * 4;
      const unsigned char* tcp = packet + ip;
      const auto payload = static_cast<uint32_t>(static_cast<size_t>(n) - ip - static_cast<size_t>(tcp[12] >> 4) * 4);
      const bool fromClient = (tcp[0] << 8 | tcp[1]) != 80;
      const uint32_t seq = static_cast<uint32_t>(tcp[4]) << 24 | tcp[5] << 16 | tcp[6] << 8 | tcp[7];
      const auto now = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_).count();
      {
        const std::lock_guard lock(mutex_);
        state_.see(now, fromClient, tcp[13], seq, payload);
        if (state_.loses(fromClient, payload)) continue;
      }
      unsigned char source[4];
      std::memcpy(source, packet + 12, 4);
      std::memcpy(packet + 12, packet + 16, 4);
      std::memcpy(packet + 16, source, 4);
      (void)!::write(tun_, packet, static_cast<size_t>(n));
    }
  }

  int tun_;
  const Clock::time_point start_ = Clock::now();
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  WireState state_;
  std::thread thread_;
};

// In the child: the story as lines "error ...", "answer ...", "segment MICROSECONDS WHAT".
std::string tell(const std::vector<WireStep>& steps) {
  std::string error;
  const int tun = makeWire(error);
  if (tun < 0) return "error " + error + "\n";
  std::string text;
  for (const WireStep& s : steps) text += s.call.empty() ? "" : s.call + "\n";
  const auto script = sockets::parseScript(text);
  if (!script) return "error " + script.error().message + "\n";
  std::string out;
  std::vector<WireSegment> segments;
  {
    Pump pump(tun);
    const auto backend = sockets::newRealBackend({"b", "a"}, kOwn, kPeer);
    auto next = script->operations.begin();
    for (const WireStep& s : steps) {
      if (!s.call.empty()) {
        out += "answer " + toLine(*next, backend->carryOut(*next)) + "\n";
        ++next;
      }
      if (s.wire) pump.become(*s.wire);
      std::this_thread::sleep_for(std::chrono::milliseconds(s.milliseconds));
    }
    segments = pump.take();
  }
  for (const WireSegment& s : segments) out += "segment " + std::to_string(s.microseconds) + " " + s.what + "\n";
  return out;
}

// Reads what the child tells, to its end.
WireStory hear(int from) {
  WireStory story;
  std::string text;
  char block[4096];
  for (ssize_t n = 0; (n = ::read(from, block, sizeof block)) > 0;) text.append(block, static_cast<size_t>(n));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const size_t space = line.find(' ');
    const std::string kind = line.substr(0, space);
    const std::string rest = line.substr(space + 1);
    if (kind == "error") story.error = rest;
    if (kind == "answer") story.answers.push_back(rest);
    if (kind == "segment") {
      const size_t at = rest.find(' ');
      story.segments.push_back({std::stoll(rest.substr(0, at)), rest.substr(at + 1)});
    }
  }
  if (text.empty()) story.error = "the child process told nothing";
  return story;
}

}  // namespace

std::vector<WireStory> playOnTun(const std::vector<std::vector<WireStep>>& stories) {
  struct Child {
    pid_t process = -1;
    int from = -1;
  };
  std::vector<Child> children;
  for (const auto& steps : stories) {
    int ends[2] = {-1, -1};
    Child child;
    if (::pipe2(ends, O_CLOEXEC) == 0) {
      child.process = ::fork();
      if (child.process == 0) {
        const std::string text = tell(steps);
        (void)!::write(ends[1], text.data(), text.size());
        ::_exit(0);
      }
      ::close(ends[1]);
      child.from = ends[0];
    }
    children.push_back(child);
  }
  std::vector<WireStory> out;
  for (const Child& child : children) {
    out.push_back(hear(child.from));
    if (child.from >= 0) ::close(child.from);
    int status = 0;
    if (child.process > 0) (void)::waitpid(child.process, &status, 0);
  }
  return out;
}

}  // namespace orrery::conformance
