#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/core/names.h"
#include "sim/core/recorder.h"
#include "sim/ledger/ledger.h"
#include "sim/net/socket_table.h"

namespace orrery::sim {

// What the bytes of a segment are, where that is more than a part of the one message that a connection carries at a time.
struct WireContent {
  std::string interim;   // statuses of interim answers: "100", "102, 103"
  std::string frames;    // of HTTP/2, those of no message, each once: "preface, SETTINGS", "WINDOW_UPDATE"
  bool message = false;  // and bytes of a message
  uint32_t stream = 0;   // of HTTP/2: whose the first frame of a message is
};

// All that happened in one run, for charts, event lists and the first difference of two runs. A plain value that owns
// everything it shows; the world is gone.
struct Recording {
  // A machine of the scenario, in the order of the file ("proxy" between clients and origins where it stands first).
  struct Host {
    std::string name;
    std::vector<IpAddress> addresses;
    bool isProxy = false;
    bool isOrigin = false;  // it listens
    uint32_t workers = 0;   // of the proxy
  };

  EventRecorder events;
  Names names;
  std::map<uint64_t, WireContent> contents;  // of segment_sent events, by their index
  std::vector<Host> hosts;
  std::vector<ConnectionRecord> connections;
  std::vector<RequestRecord> requests;
  std::vector<AttemptRecord> attempts;
  // When the story was over, before anything was shut down.
  std::vector<SocketRow> sockets;
  TimePoint socketsAt;
};

}  // namespace orrery::sim
