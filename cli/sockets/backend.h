#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/sockets/operation.h"
#include "proxy/base/status.h"

namespace orrery::sockets {

// What one call answered.
struct Outcome {
  int64_t ret = 0;
  int error = 0;      // errno, where ret is -1
  std::string bytes;  // of read and peek
  uint8_t flags = 0;  // of poll: Flag bits
  std::string state;  // of state: "FIN_WAIT1"
  int64_t value = 0;  // of getsockopt

  static Outcome failed(int error) { return {.ret = -1, .error = error, .bytes = {}, .state = {}}; }
  bool operator==(const Outcome&) const = default;
};
enum Flag : uint8_t { kIn = 1, kOut = 2, kRdHup = 4, kHup = 8, kErr = 16 };

// "EPIPE"; a number for one without a name.
std::string errnoName(int error);
// One JSON object: op, s, ret, errno of a call that failed; bytes and text or hash of read and peek, flags of poll, state, value.
std::string toLine(const Operation& operation, const Outcome& outcome);

// A kernel that carries out scripts. All sockets are non-blocking; an unbound one connects from its host's address.
// Lifetime: one script; destruction closes what is open. Threading: none.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual Outcome carryOut(const Operation& operation) = 0;
  // Until no segment is under way and no acknowledgement is delayed; never waits for a retransmission.
  virtual void settle() = 0;
  // settle() for those who wait for several back ends at once: false until two calls, at least 1 ms apart, have seen the same.
  // Sends delayed acknowledgements.
  virtual bool settled() = 0;
};

std::unique_ptr<Backend> newSimBackend(const std::vector<std::string>& hosts);
std::unique_ptr<Backend> newRealBackend(const std::vector<std::string>& hosts);
// Every host binds to one address and connects to another, both in host order: for a test that holds the wire between them.
std::unique_ptr<Backend> newRealBackend(const std::vector<std::string>& hosts, uint32_t own, uint32_t peer);

}  // namespace orrery::sockets
