#pragma once

#include <span>
#include <string_view>

// The values that expectations may name, and what they are compared with. sim/checks computes them.
namespace orrery::script {

enum class ValueType { kNumber, kDuration, kWord, kFlag };

struct ValueField {
  std::string_view name;
  ValueType type;
};

// Of a named request ("second.status").
std::span<const ValueField> requestFields();
// Of a named lookup ("where.addresses").
std::span<const ValueField> lookupFields();
// Of a host ("origin.requests").
std::span<const ValueField> hostFields();
// Of the access log ("log.lines").
std::span<const ValueField> logFields();

}  // namespace orrery::script
