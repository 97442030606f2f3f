#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "proxy/base/time.h"

// What an actor does, one struct a verb. Plain values; sim/script makes them, sim/actors carries them out.
namespace orrery::sim {

struct HeaderField {
  std::string name;
  std::string value;
  bool operator==(const HeaderField&) const = default;
};

// The body of a message. `text` as it stands, or `bytes` bytes of a pattern that depends on the message's id, so that the
// receiver can check every byte of it.
struct Body {
  std::string text;
  uint64_t bytes = 0;
  bool chunked = false;  // else content-length
  uint32_t parts = 1;    // handed to the kernel in so many parts...
  Duration every;        // ... with this pause between them

  uint64_t size() const { return text.empty() ? bytes : text.size(); }
  bool operator==(const Body&) const = default;
};

// How an actor ends its side of a connection; of HTTP/2 also: no new streams, or only the stream that it is at (origins).
enum class Ending : uint8_t { kNone, kClose, kReset, kHalfClose, kGoAway, kResetStream };

// --- client ---

// Opens a connection and waits until it is established or has failed. It is then the one that later steps use.
struct ConnectStep {
  std::string host;
  uint16_t port = 0;
  std::string name;
  bool http2 = false;  // by prior knowledge
};
// Goes back to a named connection.
struct UseStep {
  std::string connection;
};
struct RequestStep {
  std::string method;  // upper case
  std::string path;
  std::vector<HeaderField> headers;
  Body body;
  bool wait = true;  // for the end of the response
  std::string name;
};
// `requests` requests over `connections` keep-alive connections, each connection sending its next one when the response
// is complete, or (`every`) when one has come that waits for a connection. A state machine, not a fiber: cheap.
struct LoadStep {
  uint32_t connections = 1;
  uint32_t streams = 0;   // HTTP/2, so many at a time on each connection; 0: HTTP/1
  uint64_t requests = 1;  // altogether
  std::string host;       // empty: the proxy's first listener
  uint16_t port = 0;
  RequestStep request;
  bool cancelled = false;  // HTTP/2: each is reset as soon as it has begun
  Duration every;          // an open loop: requests come that often whatever becomes of them; zero: a closed one
  bool drawn = false;      // the gaps between them are drawn, exponentially around `every`
  bool open() const { return !every.isZero(); }
};
// Asks a name server of the scenario for the addresses of a name, as the proxy would (proxy/dns, its cache too; IPv6 only where there
// is no IPv4), and waits.
struct ResolveStep {
  std::string domain;
  std::string server;  // host
  std::string name;
};
// The client resets the stream of a request (HTTP/2).
struct CancelStep {
  std::string name;
};
struct WaitForResponseStep {
  std::string name;  // empty: all responses that are due on the connection
  Duration within;   // zero: no bound
};

// --- client and origin ---

// Bytes as they stand. With a name (client) they count as a request whose response is awaited by that name.
struct SendRawStep {
  std::string bytes;
  std::string name;
  uint32_t times = 1;
};
// Waits until these bytes have come on a connection that is no HTTP (any more): a tunnel, what answers raw bytes, or (origin)
// a connection whose first bytes they are. They are looked for behind those that an earlier such step has found.
struct ExpectBytesStep {
  std::string bytes;
  Duration within;  // zero: no bound
};
// The peer's FIN does not end this side of the connection.
struct KeepOpenStep {};
struct WaitStep {
  Duration duration;
  Ending then = Ending::kNone;
};
// Waits until the peer has ended the connection. With `expected` it is a failure if it has not within the bound.
struct WaitForCloseStep {
  Duration within;  // zero: no bound
  bool expected = false;
};
struct EndStep {
  Ending how = Ending::kClose;
};
// Takes bytes from the kernel as they come (on), not at all (off), or `bytes` every so often.
struct ReadingStep {
  bool on = true;
  uint64_t bytes = 0;
  Duration every;
};

// Waits until a file of the host has been written since the story watched it (from its first such step on, or since the last one);
// a failure if it was not within the bound.
struct ExpectChangeStep {
  std::string path;
  Duration within;
};

// A condition begins or ends, that faults name (`while NAME`) or stories wait for.
struct ConditionStep {
  std::string name;
  bool on = true;
};
// Waits until a story of any host has begun the condition.
struct WaitUntilStep {
  std::string condition;
  Duration within;  // zero: no bound
};

// --- origin ---

struct AcceptStep {};
// Waits for a request, complete with its body, without answering it.
struct ReadRequestStep {
  bool headOnly = false;
};
// Waits for a request (if none was read before) and answers it.
struct AnswerStep {
  uint32_t status = 200;
  Body body;
  std::vector<HeaderField> headers;
  Duration after;      // between the end of the request and the response
  bool early = false;  // do not wait for the request's body
  Ending then = Ending::kNone;
};
// An interim response (1xx) to the request that was read or comes next.
struct InformStep {
  uint32_t status = 103;
  std::vector<HeaderField> headers;
};
// Reads requests and stays silent until the peer ends the connection.
struct NeverAnswerStep {};
// Whether the host listens on its ports. It does from the start unless the first step says otherwise.
struct ListenStep {
  bool on = true;
};

using StepKind = std::variant<ConnectStep, UseStep, RequestStep, LoadStep, WaitForResponseStep, SendRawStep, WaitStep,
                              WaitForCloseStep, EndStep, ReadingStep, AcceptStep, ReadRequestStep, AnswerStep,
                              InformStep, NeverAnswerStep, ListenStep, ConditionStep, WaitUntilStep, CancelStep,
                              ResolveStep, ExpectChangeStep, ExpectBytesStep, KeepOpenStep>;

struct Step {
  StepKind kind;
  // From here on this is what happens on every connection, to every request; the last step of a story.
  bool standing = false;
  std::string text;  // short form, for charts and messages
  int line = 0;      // in the scenario's file
};

}  // namespace orrery::sim
