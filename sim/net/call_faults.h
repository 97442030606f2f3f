#pragma once

#include <utility>

#include "sim/net/call_rule.h"
#include "sim/net/fault_scope.h"

namespace orrery::sim {

// Reads or writes move at most so many bytes; more stays where it is, and the socket stays ready.
class ShortCalls final : public CallRule {
 public:
  ShortCalls(SocketCall::Kind kind, size_t atMost, const FaultScope& scope, Strikes strikes)
      : kind_(kind), atMost_(atMost), scope_(scope), strikes_(std::move(strikes)) {}
  CallVerdict judge(const SocketCall& call, TimePoint now) override;

 private:
  SocketCall::Kind kind_;
  size_t atMost_;
  FaultScope scope_;
  Strikes strikes_;
};

// The host's programs together read at most so many bytes in each period; beyond that, calls would block until the next.
class SlowReader final : public CallRule {
 public:
  SlowReader(size_t bytes, Duration every, const FaultScope& scope) : bytes_(bytes), every_(every), scope_(scope) {}
  CallVerdict judge(const SocketCall& call, TimePoint now) override;

 private:
  size_t bytes_;
  Duration every_;
  FaultScope scope_;
  int64_t period_ = -1;
  size_t left_ = 0;
};

// Reads and writes that could be carried out would block instead, and the socket is ready again a millisecond later.
class WouldBlockStorm final : public CallRule {
 public:
  WouldBlockStorm(const FaultScope& scope, Strikes strikes) : scope_(scope), strikes_(std::move(strikes)) {}
  CallVerdict judge(const SocketCall& call, TimePoint now) override;

 private:
  FaultScope scope_;
  Strikes strikes_;
};

// The host's programs have at most so many descriptors (RLIMIT_NOFILE): EMFILE for what would make another.
class DescriptorLimit final : public CallRule {
 public:
  DescriptorLimit(uint64_t limit, const FaultScope& scope) : limit_(limit), scope_(scope) {}
  CallVerdict judge(const SocketCall& call, TimePoint now) override;

 private:
  uint64_t limit_;
  FaultScope scope_;
};

}  // namespace orrery::sim
