#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/report/lanes.h"
#include "sim/world/recording.h"

namespace orrery::sim {

// What a segment is, in a few words: "SYN", "GET / #2 (u1)", "503 #2 FIN", "103 #2", "SETTINGS". The ledger knows which request's bytes a connection
// carried when; where the receiver never read them, the proxy's own events tell. "(u1)" is the proxy's first upstream
// connection, "(c2)" a client's second one.
// Lifetime: the recording outlives it. Segments are asked for in the order in which they were sent.
class SegmentLabels {
 public:
  SegmentLabels(const Recording& recording, const Lanes& lanes);

  // Of a segment_sent event at this position of the recording. Empty: an acknowledgement, not worth showing.
  std::string of(size_t position);

 private:
  struct Connection {
    const ConnectionRecord* record;
    bool upstream;
    std::string tag;
    std::vector<const RequestRecord*> requests;
    std::vector<const AttemptRecord*> attempts;
  };
  const Connection* find(const RecordedEvent& segment, bool& fromClient) const;
  std::string contentOf(const Connection* connection, const RecordedEvent& segment, bool fromClient, size_t position);
  // The request of the stream (0: HTTP/1), else the oldest one on the connection that is not answered whole; 0: none.
  static uint64_t answeredOn(const Connection& connection, TimePoint t, uint32_t stream);
  std::string bytesOf(const Connection* connection, const RecordedEvent& segment, bool fromClient, size_t position,
                      uint32_t stream);
  std::string request(std::string_view method, std::string_view path, uint64_t id, const RecordedEvent& segment);
  std::string response(uint32_t status, uint64_t id, const RecordedEvent& segment);
  std::string attemptByEvents(const RecordedEvent& segment, size_t position);

  const Recording& recording_;
  std::vector<Connection> connections_;
  std::map<std::pair<uint64_t, uint64_t>, std::vector<size_t>> byAddresses_;  // (client, server) -> in order of time
  std::set<std::pair<uint64_t, uint64_t>> begun_;  // (sender's address, message): its first segment was shown
};

}  // namespace orrery::sim
