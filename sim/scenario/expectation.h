#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/base/time.h"

// What must be true at the end of a run. Plain values; sim/script makes them, sim/checks judges them.
namespace orrery::sim {

// A tree: compare and saw are leaves, the others have operands.
struct Expectation {
  enum class Kind : uint8_t {
    kCompare,  // value op operands
    kSaw,      // host saw requests
    kEndsWithin,  // the request, or every request, ends within a time of its begin; of a top level `always`: also while it runs
    kNeverTwice,  // no request reaches the origin twice unasked: the check at-most-as-asked, as a claim
    kIfThen,      // operands[0] implies operands[1]
    kAll,
    kAny,
    kNot,
  };
  enum class Op : uint8_t {
    kTrue,  // the value alone
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kIn,        // one of several
    kWithin,    // between two, ends included
    kContains,  // text holds text
  };
  // kSaw
  enum class Times : uint8_t { kExactly, kAtMostOnceEach };

  Kind kind = Kind::kCompare;

  // kCompare: "second.status", "client.closed", "log.lines". Texts of the right side: numbers, durations, words.
  std::string value;
  Op op = Op::kTrue;
  std::vector<std::string> to;

  // kSaw
  std::string host;
  Times times = Times::kExactly;
  uint64_t count = 0;
  std::string request;  // kSaw, kEndsWithin: name of a request; empty: all
  Duration within;      // kEndsWithin

  std::vector<Expectation> operands;

  std::string text;  // short form
  int line = 0;
};

}  // namespace orrery::sim
