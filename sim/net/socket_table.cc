#include "sim/net/socket_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/net/host.h"
#include "sim/net/net.h"

namespace orrery::sim {

namespace {

std::string endpointText(Endpoint e) {
  if (e == Endpoint{}) return "*:*";
  return e.ip() == IpAddress() ? "*:" + std::to_string(e.port()) : e.text();
}

void addTcp(Host& host, std::vector<SocketRow>& out) {
  const auto row = [&](std::string state) -> SocketRow& {
    SocketRow& r = out.emplace_back();
    r.host = host.name();
    r.protocol = "tcp";
    r.state = std::move(state);
    return r;
  };
  for (const ListeningSocket* l : host.tcp().listeners()) {
    SocketRow& r = row("LISTEN");
    r.local = l->local();
    r.receiveQueue = l->waiting();
  }
  for (const Socket* s : host.tcp().sockets()) {
    SocketRow& r = row(tcpStateName(s->state()));
    r.local = s->local();
    r.peer = s->peer();
    r.receiveQueue = s->unread();
    r.sendQueue = s->unacknowledged();
    r.timer = s->timerText();
  }
  if (const size_t n = host.tcp().timeWaits(); n > 0) row(fmt::format("TIME-WAIT ({})", n));
}

}  // namespace

std::vector<SocketRow> socketTable(const Net& net) {
  std::vector<SocketRow> out;
  for (const auto& host : net.hosts()) {
    addTcp(*host, out);
    for (const UdpSocket* s : host->udp().sockets()) {
      SocketRow& r = out.emplace_back();
      r.host = host->name();
      r.protocol = "udp";
      r.local = s->local();
      r.receiveQueue = s->queued();
    }
  }
  return out;
}

std::string socketTableText(const std::vector<SocketRow>& rows, size_t most) {
  if (rows.empty()) return "";
  size_t width = 4;
  for (const SocketRow& r : rows) width = std::max(width, r.host.size());
  std::string out;
  const auto line = [&](std::string_view host, std::string_view protocol, std::string_view state,
                        std::string_view local, std::string_view peer, std::string_view in, std::string_view sent,
                        std::string_view timer) {
    std::string text = fmt::format("     {:<{}}  {:<5}  {:<14} {:>7} {:>7}  {:<21}  {:<21}  {}", host, width, protocol,
                                   state, in, sent, local, peer, timer);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  };
  line("host", "proto", "state", "local", "peer", "recv-q", "send-q", "timer");
  for (size_t i = 0; i < rows.size() && i < most; ++i) {
    const SocketRow& r = rows[i];
    const bool addresses = r.local.port() != 0;
    line(r.host, r.protocol, r.state, addresses ? endpointText(r.local) : "", addresses ? endpointText(r.peer) : "",
         std::to_string(r.receiveQueue), std::to_string(r.sendQueue), r.timer);
  }
  if (rows.size() > most) out += fmt::format("     and {} more\n", rows.size() - most);
  return out;
}

}  // namespace orrery::sim
