// Scripts on this machine's kernel. Hosts are addresses of 127.0.0.0/8: drawn for the process, then one after the other, so that
// the TIME-WAIT of an earlier script is not seen. IPv6 has one loopback address: there, hosts are told apart by their ports, each port
// of a script standing for one of this machine that is drawn in the same way.

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <optional>

#include "cli/sockets/backend.h"
#include "cli/sockets/options.h"

namespace orrery::sockets {

namespace {

constexpr int kSettleMilliseconds = 50;
// What has looked the same so often waits for a full window or an unanswered SYN, not for a segment.
constexpr int kPatience = 8;

void sleepMilliseconds(int64_t ms) { (void)::poll(nullptr, 0, static_cast<int>(ms)); }

const char* stateName(unsigned state) {
  // Order of <netinet/tcp.h>; 12 is a connection request of the kernel itself.
  constexpr std::array kNames = {"?",     "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
                                 "CLOSE", "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "CLOSING",   "SYN_RECV"};
  return state < kNames.size() ? kNames[state] : "?";
}

class RealBackend final : public Backend {
 public:
  explicit RealBackend(const std::vector<std::string>& hosts) {
    static uint32_t next = drawFirst();
    for (const std::string& host : hosts) {
      // 127.0.0.0/16 is left to others; .0 and .255 are no addresses of hosts.
      do {
        next = (next + 1) & 0xffffff;
      } while ((next >> 16) == 0 || (next & 0xff) == 0 || (next & 0xff) == 0xff);
      addresses_[host] = {0x7f000000U | next, 0x7f000000U | next};
    }
  }
  RealBackend(const std::vector<std::string>& hosts, uint32_t own, uint32_t peer) : portsAsWritten_(true) {
    for (const std::string& host : hosts) addresses_[host] = {own, peer};
  }
  ~RealBackend() override {
    // Nothing is left for minutes in the kernel's tables.
    for (const auto& [label, s] : sockets_) closeNow(s.fd, true);
  }

  Outcome carryOut(const Operation& o) override {
    switch (o.call) {
      case Call::kSleep: sleepMilliseconds(o.n); return {};
      case Call::kSettle: settle(); return {};
      case Call::kSocket: {
        const int fd = ::socket(o.ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) return answer(-1);
        sockets_[o.socket] = {fd, o.host, 0, o.ipv6};
        return {};
      }
      default: break;
    }
    const auto at = sockets_.find(o.socket);
    if (at == sockets_.end()) return Outcome::failed(EBADF);
    if (o.call == Call::kClose || o.call == Call::kAbort) {
      const int fd = at->second.fd;
      sockets_.erase(at);
      return answer(closeNow(fd, o.call == Call::kAbort));
    }
    return onSocket(at->second, o);
  }

  void settle() override {
    before_.clear();
    same_ = 0;
    for (int i = 0; i < kSettleMilliseconds && !settled(); ++i) sleepMilliseconds(1);
  }

  bool settled() override {
    Rest rest = Rest::kQuiet;
    std::vector<int> now{0};  // never empty: the first look is not the second
    for (const auto& [label, s] : sockets_) rest = std::max(rest, look(s.fd, now));
    same_ = now == before_ ? same_ + 1 : 0;
    before_ = std::move(now);
    return same_ > 0 && (rest == Rest::kQuiet || (rest == Rest::kStuck && same_ >= kPatience));
  }

 private:
  struct Open {
    int fd = -1;
    std::string host;
    uint64_t written = 0;
    bool ipv6 = false;
  };
  union SocketAddress {
    sockaddr any;
    sockaddr_in ipv4;
    sockaddr_in6 ipv6;
  };

  static uint32_t drawFirst() {
    uint32_t n = 0;
    if (::getrandom(&n, sizeof n, 0) != sizeof n) n = static_cast<uint32_t>(::getpid()) * 2654435761U;
    return n & 0xffffff;
  }

  static Outcome answer(int64_t ret) {
    return ret < 0 ? Outcome::failed(errno) : Outcome{.ret = ret, .bytes = {}, .state = {}};
  }

  static int closeNow(int fd, bool abort) {
    const linger zero{1, 0};
    if (abort) (void)::setsockopt(fd, SOL_SOCKET, SO_LINGER, &zero, sizeof zero);
    return ::close(fd);
  }

  static tcp_info info(int fd) {
    tcp_info i{};
    socklen_t size = sizeof i;
    (void)::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &size);
    return i;
  }

  static short pollBits(int fd) {
    pollfd p{fd, POLLIN | POLLOUT | POLLRDHUP, 0};
    (void)::poll(&p, 1, 0);
    return p.revents;
  }

  // In order: kStuck has something to send and may not, kBusy has something unacknowledged.
  enum class Rest : uint8_t { kQuiet, kStuck, kBusy };
  // Sends a delayed ACK, and notes all that can change.
  static Rest look(int fd, std::vector<int>& into) {
    const int on = 1;
    const tcp_info i = info(fd);
    into.push_back(i.tcpi_state);
    into.push_back(pollBits(fd));
    if (i.tcpi_state == TCP_LISTEN) {
      into.push_back(static_cast<int>(i.tcpi_unacked));  // the length of its queue
      return Rest::kQuiet;
    }
    (void)::setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    int in = 0;
    int out = 0;
    (void)::ioctl(fd, SIOCINQ, &in);
    (void)::ioctl(fd, SIOCOUTQ, &out);
    into.push_back(in);
    into.push_back(out);
    if (i.tcpi_state == TCP_SYN_SENT) return Rest::kStuck;
    if (i.tcpi_unacked != 0) return Rest::kBusy;
    return out == 0 ? Rest::kQuiet : Rest::kStuck;
  }

  // As the socket's family writes it.
  static SocketAddress address(bool ipv6, Form form, uint32_t ip, uint16_t port) {
    SocketAddress a{};
    if (!ipv6) {
      a.ipv4.sin_family = AF_INET;
      a.ipv4.sin_port = htons(port);
      a.ipv4.sin_addr.s_addr = form == Form::kAny ? INADDR_ANY : htonl(ip);
      return a;
    }
    a.ipv6.sin6_family = AF_INET6;
    a.ipv6.sin6_port = htons(port);
    if (form == Form::kOwn) a.ipv6.sin6_addr = in6addr_loopback;
    if (form != Form::kMapped) return a;
    auto* bytes = a.ipv6.sin6_addr.s6_addr;
    bytes[10] = bytes[11] = 0xff;
    for (int i = 0; i < 4; ++i) bytes[12 + i] = static_cast<uint8_t>(ip >> (24 - 8 * i));
    return a;
  }
  static socklen_t sizeOf(const Open& s) { return s.ipv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in); }

  uint16_t port(const std::string& host, uint16_t written) {
    if (written == 0 || portsAsWritten_) return written;
    constexpr uint16_t kFirst = 2048;
    constexpr uint16_t kLast = 32'000;  // below the ephemeral ones
    static uint16_t next = static_cast<uint16_t>(kFirst + drawFirst() % (kLast - kFirst));
    const auto [at, fresh] = ports_.try_emplace({host, written}, next);
    if (!fresh) return at->second;
    for (int tries = kLast - kFirst; tries > 0; --tries) {
      at->second = next;
      next = next == kLast ? kFirst : static_cast<uint16_t>(next + 1);
      if (nobodyHas(at->second)) break;
    }
    return at->second;
  }

  // A script that binds to every address of its host binds to all of this machine's: there, what an earlier process left in TIME-WAIT
  // at any of them would be seen.
  static bool nobodyHas(uint16_t port) {
    const int fd = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return true;  // no IPv6 here: then no script is about both
    const int off = 0;
    (void)::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    const SocketAddress a = address(true, Form::kAny, 0, port);
    const bool free = ::bind(fd, &a.any, sizeof(sockaddr_in6)) == 0;
    (void)::close(fd);
    return free;
  }

  int bindTo(const Open& s, uint16_t port, Form form = Form::kOwn) const {
    const SocketAddress a = address(s.ipv6, form, addresses_.at(s.host).own, port);
    return ::bind(s.fd, &a.any, sizeOf(s));
  }
  static bool unbound(int fd) {
    SocketAddress a{};
    socklen_t size = sizeof a;
    (void)::getsockname(fd, &a.any, &size);
    if (a.any.sa_family == AF_INET) return a.ipv4.sin_port == 0 && a.ipv4.sin_addr.s_addr == 0;
    return a.ipv6.sin6_port == 0 && IN6_IS_ADDR_UNSPECIFIED(&a.ipv6.sin6_addr);
  }

  Outcome onSocket(Open& s, const Operation& o) {
    switch (o.call) {
      case Call::kBind: return answer(bindTo(s, port(s.host, o.port), o.form));
      case Call::kListen:
        // Of its own host only: other hosts are this machine too.
        if (unbound(s.fd) && info(s.fd).tcpi_state == TCP_CLOSE) (void)bindTo(s, 0);
        return answer(::listen(s.fd, static_cast<int>(o.n)));
      case Call::kConnect: return connect(s, o);
      case Call::kAccept: {
        const int fd = ::accept4(s.fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return answer(-1);
        sockets_[o.as] = {fd, s.host, 0, s.ipv6};
        return {};
      }
      case Call::kWrite: return write(s, o);
      case Call::kRead:
      case Call::kPeek: {
        Outcome out;
        out.bytes.resize(static_cast<size_t>(o.n));
        out.ret = ::recv(s.fd, out.bytes.data(), out.bytes.size(), o.call == Call::kPeek ? MSG_PEEK : 0);
        if (out.ret < 0) return answer(-1);
        out.bytes.resize(static_cast<size_t>(out.ret));
        return out;
      }
      case Call::kShutdown:
        return answer(::shutdown(s.fd, o.name == "rd" ? SHUT_RD : o.name == "wr" ? SHUT_WR : SHUT_RDWR));
      case Call::kSetOption: return setOption(s.fd, *findOption(o.name), static_cast<int>(o.n));
      case Call::kGetOption: return getOption(s.fd, *findOption(o.name));
      case Call::kPoll: return poll(s.fd);
      case Call::kState: {
        Outcome out;
        out.state = stateName(info(s.fd).tcpi_state);
        return out;
      }
      default: return Outcome::failed(EINVAL);
    }
  }

  Outcome connect(const Open& s, const Operation& o) {
    if (!s.ipv6 && unbound(s.fd)) {
      // Linux would connect from 127.0.0.1; the port is chosen by connect() all the same.
      const int on = 1;
      (void)::setsockopt(s.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
      (void)bindTo(s, 0);
    }
    const SocketAddress a = address(s.ipv6, o.form, addresses_.at(o.peerHost).peer, port(o.peerHost, o.port));
    return answer(::connect(s.fd, &a.any, sizeOf(s)));
  }

  static Outcome write(Open& s, const Operation& o) {
    std::string bytes = o.data;
    if (bytes.empty()) {
      for (int64_t i = 0; i < o.n; ++i) bytes.push_back(patternByte(s.written + static_cast<uint64_t>(i)));
    }
    const Outcome out = answer(::send(s.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | (o.oob ? MSG_OOB : 0)));
    if (out.ret > 0) s.written += static_cast<uint64_t>(out.ret);
    return out;
  }

  static Outcome setOption(int fd, const Option& option, int value) {
    if (option.name == "SO_LINGER") {
      const linger l{value < 0 ? 0 : 1, value < 0 ? 0 : value};
      return answer(::setsockopt(fd, option.level, option.number, &l, sizeof l));
    }
    return answer(::setsockopt(fd, option.level, option.number, &value, sizeof value));
  }

  static Outcome getOption(int fd, const Option& option) {
    Outcome out;
    if (option.name == "SO_LINGER") {
      linger l{};
      socklen_t size = sizeof l;
      out = answer(::getsockopt(fd, option.level, option.number, &l, &size));
      out.value = l.l_onoff != 0 ? l.l_linger : -1;
      return out;
    }
    int value = 0;
    socklen_t size = sizeof value;
    out = answer(::getsockopt(fd, option.level, option.number, &value, &size));
    out.value = value;
    return out;
  }

  static Outcome poll(int fd) {
    const short bits = pollBits(fd);
    Outcome out;
    for (const auto& [theirs, ours] :
         {std::pair{POLLIN, kIn}, {POLLOUT, kOut}, {POLLRDHUP, kRdHup}, {POLLHUP, kHup}, {POLLERR, kErr}}) {
      if ((bits & theirs) != 0) out.flags = static_cast<uint8_t>(out.flags | ours);
    }
    out.ret = out.flags != 0 ? 1 : 0;
    return out;
  }

  struct Addresses {
    uint32_t own;   // to bind to
    uint32_t peer;  // to connect to
  };
  std::map<std::string, Addresses> addresses_;
  std::map<std::pair<std::string, uint16_t>, uint16_t> ports_;  // of this machine, by host and port of the script
  bool portsAsWritten_ = false;
  std::map<std::string, Open> sockets_;  // by label
  std::vector<int> before_;              // what settled() saw
  int same_ = 0;                         // how often in a row
};

}  // namespace

std::unique_ptr<Backend> newRealBackend(const std::vector<std::string>& hosts) {
  return std::make_unique<RealBackend>(hosts);
}

std::unique_ptr<Backend> newRealBackend(const std::vector<std::string>& hosts, uint32_t own, uint32_t peer) {
  return std::make_unique<RealBackend>(hosts, own, peer);
}

}  // namespace orrery::sockets
