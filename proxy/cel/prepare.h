#pragma once

#include "proxy/base/status.h"
#include "proxy/cel/expression.h"

namespace orrery::cel {

// Makes a node ready for evaluation, whose operands are so already: finds the function of a call, compiles the pattern of
// matches(). Errors: what Envoy 1.40 does not take either, in its words, and what is not supported here yet.
Status prepare(Expression& node, const Features& features);

}  // namespace orrery::cel
