#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"

namespace orrery::sockets {

enum class Call : uint8_t {
  kSocket,
  kBind,
  kListen,
  kConnect,
  kAccept,
  kWrite,
  kRead,
  kPeek,
  kShutdown,
  kClose,
  kAbort,
  kSetOption,
  kGetOption,
  kPoll,
  kState,
  kSleep,
  kSettle,
};
inline constexpr size_t kCalls = 17;
// As in scripts: "setsockopt".
std::string_view callName(Call call);

// Which address of a host bind and connect mean: the host's, of the socket's family; every address (0.0.0.0, ::); or its IPv4
// address, which an IPv6 socket writes as ::ffff:a.b.c.d.
enum class Form : uint8_t { kOwn, kAny, kMapped };

// One line of a script. Which members count depends on the call; parseScript() has checked them.
struct Operation {
  Call call = Call::kSettle;
  std::string socket;      // "s", a label
  std::string host;        // of socket
  std::string as;          // of accept: the new label
  std::string peerHost;    // of bind and connect
  uint16_t port = 0;       // of bind and connect
  Form form = Form::kOwn;  // likewise
  bool ipv6 = false;       // of socket: "family" is "inet6"
  bool oob = false;        // of write: with MSG_OOB
  int64_t n = 0;       // backlog of listen, bytes of read, peek and write, milliseconds of sleep, value of setsockopt
  std::string data;    // of write; empty: n bytes of a pattern
  std::string name;    // of the option, or how to shut down
  bool settle = true;  // afterwards
};

struct Script {
  std::vector<Operation> operations;
  std::vector<std::string> hosts;  // in order of first mention
};

// One JSON object a line; empty lines are skipped. An error begins with the number of its line: "3: op: expected a text". Bounds: 100,000 operations, 16 hosts, 64 MiB a write or read.
Result<Script> parseScript(std::string_view text);
// The line that parses to this.
std::string toLine(const Operation& operation);

// What the k-th byte that is written to a socket is, where a script gives only a number: letters without a short period.
char patternByte(uint64_t k);

}  // namespace orrery::sockets
