#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/checks/log_line.h"
#include "sim/ledger/ledger.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// What the checks keep of each request until it is settled: ended for its client, logged by the proxy, all its attempts
// ended. Settled requests leave from the front, so a long run needs memory for what is under way only.
//
// Bounds: requests under way; named ones stay to the end. Cost: O(1) amortised for each event.
struct OpenRequest {
  uint64_t id = 0;
  const RequestStep* step = nullptr;  // null: raw bytes
  std::string_view authority;
  std::vector<uint64_t> attempts;  // in order of arrival
  uint32_t attemptsRunning = 0;
  uint32_t lines = 0;
  TimePoint turnAt;  // the one before it on the connection had ended; the beginning: there was none
  bool ended = false;
  bool judged = false;
  LogLine line;
};

class RequestBook {
 public:
  OpenRequest& add(const RequestRecord& record, const RequestStep* step, std::string_view authority);
  // Null: never seen, or settled and gone.
  OpenRequest* find(uint64_t id);
  // By place: what the proxy's n-th request on a connection is. 0: nobody knows.
  uint64_t onConnection(uint64_t connection, uint64_t index) const;
  void forgetPlace(uint64_t connection, uint64_t index);

  // Everything that is still here, oldest first.
  std::deque<OpenRequest>& open() { return open_; }
  bool frontSettled() const { return !open_.empty() && open_.front().judged && open_.front().attemptsRunning == 0; }
  // Takes away settled requests at the front; calls gone(request) for each.
  template <class Gone>
  void dropSettled(Gone&& gone) {
    while (frontSettled()) {
      gone(open_.front());
      recycle(open_.front());
      open_.pop_front();
      ++firstId_;
    }
  }
  void clear();

 private:
  struct Place {
    uint64_t index;
    uint64_t request;
  };
  // Of one connection, in the order in which they began: mostly numbered one after another, and forgotten from the front.
  struct Places {
    std::vector<Place> list;
    size_t forgotten = 0;  // at the front
  };
  void recycle(OpenRequest& request);

  std::deque<OpenRequest> open_;  // ids firstId_, firstId_ + 1, ...
  uint64_t firstId_ = 1;
  std::vector<Places> places_;  // by connection
  std::vector<std::vector<uint64_t>> spare_;
};

}  // namespace orrery::sim
