#include <gtest/gtest.h>

#include "tests/unit/sim/actors/host_world.h"
#include "tests/unit/sim/actors/real_world.h"

namespace orrery::sim {
namespace {

// The same stories on simulated and on real sockets: what client and origin wrote into the ledger must be the same.

struct Pair {
  const char* client;
  const char* origin;
};

std::string ledgerText(const Ledger& ledger) {
  std::string out;
  for (uint64_t id = 1; id <= ledger.requests.lastId(); ++id) {
    const RequestRecord& r = ledger.requests.at(id);
    out += "request " + std::to_string(id) + ' ' + r.method + ' ' + r.path + " outcome " +
           std::to_string(static_cast<int>(r.outcome)) + " status " + std::to_string(r.status) + " body " +
           std::to_string(r.responseBodyBytes) + ' ' + std::to_string(r.responseBodyHash) + " interim " +
           std::to_string(r.informational) + '\n';
  }
  for (uint64_t id = 1; id <= ledger.attempts.lastId(); ++id) {
    const AttemptRecord& a = ledger.attempts.at(id);
    out += "attempt " + std::to_string(id) + " of " + std::to_string(a.request) + " body " +
           std::to_string(a.requestBodyBytes) + ' ' + std::to_string(a.requestBodyHash) + " status " +
           std::to_string(a.status) + (a.responseComplete ? " whole" : " cut") + '\n';
  }
  return out;
}

TEST(RealSockets, GiveTheSameLedgerAsSimulatedOnes) {
  const Pair stories[] = {
      {"    - connect origin:8080\n    - post /x with a=b body 5000 -> one\n    - head /y -> two\n    - get /z -> "
       "three",
       "    - accept\n    - answer 200 body 70000\n    - answer 204\n    - from then on, answer 404 \"no\" chunked"},
      {"    - connect origin:8080\n    - send get /1 -> a\n    - send head /2 -> b\n    - send get /3 -> c\n    - wait "
       "for response",
       "    - from then on, answer 200 body 3MiB"},
      {"    - connect origin:8080\n    - get / -> a", "    - accept\n    - read request\n    - close"},
      {"    - connect origin:8080\n    - get / -> a", "    - accept\n    - wait 50ms, then close"},
      {"    - connect origin:8080\n    - get / -> a\n    - wait for close\n    - get / -> b",
       "    - accept\n    - answer 200 \"bye\", then close"},
      {"    - connect origin:8080\n    - get / -> a", "    - accept\n    - read request\n    - reset"},
      {"    - connect origin:8080\n    - get / -> a", "    - refuse"},
      {"    - connect origin:8080\n    - 'send raw \"GET /r HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n\" -> a'\n    - wait for "
       "response a",
       "    - accept\n    - read request\n    - inform 103\n    - 'send raw \"HTTP/1.1 299 Odd\\r\\n\\r\\nrest\"'\n    "
       "- close"},
      {"    - connect origin:8080\n    - post / body 10 in 5 parts every 10ms -> a",
       "    - accept\n    - answer 200 body 10 in 3 parts every 10ms"},
      {"    - load 1 connection to origin:8080, 300 requests, post /l body 33",
       "    - from then on, answer 200 body 128"},
      {"    - load 1 connection to origin:8080, 20 requests, get /l",
       "    - from then on, answer 200 \"x\" with connection=close, then close"},
  };
  for (const Pair& s : stories) {
    HostWorld simulated(s.client, s.origin);
    RealWorld real(s.client, s.origin);
    simulated.play();
    real.play();
    EXPECT_EQ(ledgerText(simulated.ledger), ledgerText(real.ledger)) << s.client << "\n" << s.origin;
    EXPECT_EQ(simulated.violations, real.violations);
    EXPECT_TRUE(real.client->done());
  }
}

}  // namespace
}  // namespace orrery::sim
