#pragma once

#include <compare>
#include <optional>
#include <string>

#include "sim/world/run_result.h"

namespace orrery::sim {

// What makes two failures the same one: the check, what kind of entity it is about, and the cause, which is the message
// without its numbers or, of a claim, its text. Failures are grouped and shrunk by it.
struct FailureClass {
  std::string check;
  std::string entity;  // entityClass()
  std::string cause;
  auto operator<=>(const FailureClass&) const = default;
};

FailureClass classOf(const CheckFailure& failure);
// Of the first thing that broke; a run that could not be carried out has check "error". Nothing: it passed.
std::optional<FailureClass> classOf(const RunResult& result);
// Whether any of what broke is of that class.
bool failsAs(const RunResult& result, const FailureClass& wanted);

}  // namespace orrery::sim
