#pragma once

#include <string>
#include <vector>

#include "proxy/base/time.h"
#include "sim/ledger/endpoint.h"

namespace orrery::sim {

class Net;

// A socket of some host, as netstat(8) shows it. A plain value.
struct SocketRow {
  std::string host;
  std::string protocol;  // "tcp", "udp"
  std::string state;     // "ESTABLISHED", "LISTEN", "TIME-WAIT (3)"; empty for udp
  Endpoint local;
  Endpoint peer;            // all zero: none
  size_t receiveQueue = 0;  // bytes unread; connections not accepted
  size_t sendQueue = 0;     // bytes not acknowledged, unsent ones included
  std::string timer;        // "retransmit 0.250000 (2)": what runs, in how many seconds, how often it did; or empty
};

// Every socket of every host, host by host in order of creation: those that listen, connections in order of creation, one row
// for all that wait in TIME-WAIT. O(sockets).
std::vector<SocketRow> socketTable(const Net& net);

// As lines under a heading, at most `most` of them.
std::string socketTableText(const std::vector<SocketRow>& rows, size_t most);

}  // namespace orrery::sim
