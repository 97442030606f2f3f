#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/io/environment.h"

namespace orrery::contract {

// One back end of the seam with everything a contract test needs around it.
//
// The rule of the suite: tests touch threads and posts of a world inside callbacks of the main dispatcher only (see
// ContractTest::onMain); streams, timers and the like may also be made and destroyed between calls of runUntil().
class World {
 public:
  virtual ~World() = default;
  virtual io::Environment& io() = 0;

  // Runs the main dispatcher (and whatever moves beside it) until done(), which is asked before the first and after
  // each iteration of the main dispatcher, or until `limit` has passed on the back end's clock. Returns done().
  virtual bool runUntil(const std::function<bool()>& done, Duration limit) = 0;

  // True if time passes only while nothing is to be done: deadlines are then met to the nanosecond.
  virtual bool virtualTime() const = 0;

  // An address of this host with port 0: the kernel chooses.
  virtual io::Address anyPort() const = 0;
  // ::1 with port 0; nullopt where this machine has no IPv6 (the test is skipped).
  virtual std::optional<io::Address> anyIpv6Port() const = 0;
  // A unix socket's address for this test alone; nullopt where the back end has none (the test is skipped).
  virtual std::optional<io::Address> unixPath(std::string_view name) = 0;
  virtual std::optional<io::Address> unixAbstract(std::string_view name) = 0;

  // A peer, not of the seam, that connects to a listener, writes "before", then "!" as urgent data (MSG_OOB), then "after", and
  // stays connected.
  virtual void talkUrgently(const io::Address& to) = 0;

  // A path for this test alone, and what others do to files: write in place, or replace by rename.
  virtual std::string filePath(std::string_view name) = 0;
  virtual void writeFile(const std::string& path, std::string_view content) = 0;
  virtual void replaceFile(const std::string& path, std::string_view content) = 0;
};

struct Backend {
  std::string name;
  std::unique_ptr<World> (*newWorld)();
};

// For messages of GoogleTest.
inline void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }

// Every back end the suite runs over: the plain list in backends.cc.
const std::vector<Backend>& backends();

}  // namespace orrery::contract
