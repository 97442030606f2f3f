#pragma once

#include <span>
#include <string>
#include <string_view>

#include "proxy/config/bootstrap.h"
#include "tests/unit/proxy/config/sample.h"

namespace orrery::config {

// One honoured field: two snippets that set it to two values, and what is seen of each in the loaded bootstrap.
struct FieldCase {
  std::string_view message;
  std::string_view field;
  At where = At::kNowhere;
  std::string_view first;
  std::string_view second;
  std::string (*observe)(const Bootstrap&) = nullptr;
  std::string_view firstSeen;
  std::string_view secondSeen;
};

std::span<const FieldCase> fieldCases();

}  // namespace orrery::config
