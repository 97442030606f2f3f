#pragma once

#include <span>
#include <string_view>

#include "tests/unit/proxy/config/sample.h"

namespace orrery::config {

// Two values of a field beside what they need to show: for fields whose values in field_cases.h show nothing alone.
struct FieldPair {
  std::string_view name;  // "Message.field"
  At where;
  std::string_view first;
  std::string_view second;
  Snippet also = {};  // with both
};

std::span<const FieldPair> fieldPairs();  // of everything but filters

}  // namespace orrery::config
