#pragma once

#include <string_view>

#include "proxy/base/status.h"
#include "proxy/format/operator.h"

namespace orrery::format {

// Reads the argument of %COALESCE(...)%, {"operators": [NAME or {"command": NAME, "param": ..., "max_length": ...}, ...]}, into
// op.choices. Errors: Envoy's words.
Status parseChoices(std::string_view json, Operator& op);

}  // namespace orrery::format
