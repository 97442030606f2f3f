#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orrery::conformance {

// What the wire does with a segment from now on.
enum class Wire : uint8_t {
  kCarries,
  kLosesAll,
  kLosesFromClient,
  kLosesSecondData,  // one segment: the second with payload
};

// A call (a line as for `orrery sockets`), or a change of the wire, or time that passes.
struct WireStep {
  std::string call;
  std::optional<Wire> wire;
  int milliseconds = 0;
};

// A segment that was given to the wire, lost or not. Acknowledgements without anything else are left out: their timing is not
// compared.
struct WireSegment {
  int64_t microseconds = 0;  // since the first step
  std::string what;          // ">S", "<SA", ">1448" (payload), ">F", "<R", ">probe"
};

struct WireStory {
  std::vector<std::string> answers;  // lines of the calls
  std::vector<WireSegment> segments;
  std::string error;  // why it could not be played here
};

// Client and server are hosts "b" and "a".
WireStory playOnSim(const std::vector<WireStep>& steps);
// For both: what to record of a segment, and whether it is lost.
class WireState {
 public:
  // `seq` and `end` are sequence numbers of the segment's first byte and the one after its last.
  void see(int64_t microseconds, bool fromClient, uint8_t tcpFlags, uint32_t seq, uint32_t payload);
  bool loses(bool fromClient, uint32_t payload);
  void become(Wire wire) { wire_ = wire; }
  std::vector<WireSegment> take() { return std::move(segments_); }

 private:
  Wire wire_ = Wire::kCarries;
  std::vector<WireSegment> segments_;
  uint32_t next_[2] = {0, 0};  // sequence number after all seen, of each direction
  int data_ = 0;
};

}  // namespace orrery::conformance
