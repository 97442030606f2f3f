#include "cli/sockets/sim_backend.h"

#include <fmt/format.h>

#include <cerrno>

#include "cli/sockets/sim_options.h"

namespace orrery::sockets {

namespace {

sim::LinkOptions immediate() {
  sim::LinkOptions o;
  o.latency = Duration::nanoseconds(1);
  return o;
}

Outcome answer(sim::SockError error) {
  return error == sim::SockError::kNone ? Outcome{} : Outcome::failed(errnoOf(error));
}

Outcome answer(const sim::SockResult& r, std::string bytes = {}) {
  if (r.error != sim::SockError::kNone) return Outcome::failed(errnoOf(r.error));
  return {.ret = static_cast<int64_t>(r.bytes), .bytes = std::move(bytes), .state = {}};
}

// Names of <netinet/tcp.h>, which people know from ss and netstat.
const char* linuxName(const sim::InetSocket& socket) {
  constexpr const char* kNames[] = {"CLOSE",     "SYN_SENT",   "SYN_RECV", "ESTABLISHED", "FIN_WAIT1",
                                    "FIN_WAIT2", "CLOSE_WAIT", "CLOSING",  "LAST_ACK"};
  return socket.listening() ? "LISTEN" : kNames[static_cast<size_t>(socket.state())];
}

}  // namespace

SimBackend::SimBackend(const std::vector<std::string>& hosts)
    : run_(pools_, sim::RunOptions{}), net_(run_, netPools_, ledger_, immediate()) {
  uint32_t ip = 0x7f000002;
  for (const std::string& name : hosts) {
    net_.addHost(name, {ip, *sim::IpAddress::parse(fmt::format("fd00::{:x}", ip & 0xff))});
    ++ip;
  }
}

SimBackend::~SimBackend() {
  sockets_.clear();
  (void)run_.finish();
}

void SimBackend::settle() {
  // A thousand exchanges fit into a round; retransmissions are 200 ms away.
  bool again = true;
  while (again) {
    again = net_.inFlight() > 0;
    (void)run_.runFor(Duration::microseconds(1));
    for (const auto& host : net_.hosts()) again = host->tcp().sendOwedAcks() || again;
  }
}

Outcome SimBackend::carryOut(const Operation& o) {
  switch (o.call) {
    case Call::kSleep: (void)run_.runFor(Duration::milliseconds(o.n)); return {};
    case Call::kSettle: settle(); return {};
    case Call::kSocket: {
      const auto family = o.ipv6 ? sim::InetSocket::Family::kIpv6 : sim::InetSocket::Family::kIpv4;
      sockets_[o.socket] = std::make_unique<sim::InetSocket>(*net_.hostNamed(o.host), family);
      return {};
    }
    default: break;
  }
  const auto at = sockets_.find(o.socket);
  if (at == sockets_.end()) return Outcome::failed(EBADF);
  if (o.call == Call::kClose || o.call == Call::kAbort) {
    at->second->close(o.call == Call::kAbort);
    sockets_.erase(at);
    return {};
  }
  return onSocket(*at->second, o);
}

sim::Endpoint SimBackend::address(const sim::InetSocket& s, const Operation& o) const {
  const bool ipv6 = s.family() == sim::InetSocket::Family::kIpv6 && o.form != Form::kMapped;
  const sim::IpAddress any = ipv6 ? sim::IpAddress::anyIpv6() : sim::IpAddress();
  const sim::Host& host = o.call == Call::kBind ? s.host() : *net_.hostNamed(o.peerHost);
  return {o.form == Form::kAny ? any : *host.sourceFor(any), o.port};
}

Outcome SimBackend::onSocket(sim::InetSocket& s, const Operation& o) {
  switch (o.call) {
    case Call::kBind: return answer(s.bind(address(s, o)));
    case Call::kListen: return answer(s.listen(static_cast<uint32_t>(o.n)));
    case Call::kConnect: return answer(s.connect(address(s, o)));
    case Call::kAccept: return accept(s, o.as);
    case Call::kWrite: return write(s, o);
    case Call::kRead:
    case Call::kPeek: {
      std::string bytes;
      const auto room = static_cast<size_t>(o.n);
      const sim::SockResult r = o.call == Call::kRead ? s.read(bytes, room) : s.peek(bytes, room);
      return answer(r, std::move(bytes));
    }
    case Call::kShutdown: return answer(s.shutdown(o.name != "wr", o.name != "rd"));
    case Call::kSetOption: return setSimOption(s, o.name, o.n);
    case Call::kGetOption: return getSimOption(s, o.name);
    case Call::kPoll: {
      Outcome out;
      static_assert(uint8_t{kIn} == uint8_t{sim::kPollIn} && uint8_t{kErr} == uint8_t{sim::kPollErr});
      out.flags = s.poll();
      out.ret = out.flags != 0 ? 1 : 0;
      return out;
    }
    case Call::kState: {
      Outcome out;
      out.state = linuxName(s);
      return out;
    }
    default: return Outcome::failed(EINVAL);
  }
}

Outcome SimBackend::accept(sim::InetSocket& listener, const std::string& as) {
  auto made = listener.accept();
  if (!made) return answer(made.error());
  sockets_[as] = std::move(*made);
  return {};
}

Outcome SimBackend::write(sim::InetSocket& socket, const Operation& o) {
  std::string bytes = o.data;
  uint64_t& at = written_[o.socket];
  if (bytes.empty()) {
    for (int64_t i = 0; i < o.n; ++i) bytes.push_back(patternByte(at + static_cast<uint64_t>(i)));
  }
  const Outcome out = answer(socket.write(bytes, o.oob));
  if (out.ret > 0) at += static_cast<uint64_t>(out.ret);
  return out;
}

std::unique_ptr<Backend> newSimBackend(const std::vector<std::string>& hosts) {
  return std::make_unique<SimBackend>(hosts);
}

}  // namespace orrery::sockets
