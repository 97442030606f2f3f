#pragma once

#include "proxy/cel/attributes.h"
#include "proxy/cel/expression.h"

namespace orrery::cel {

// What a prepared expression comes to. Bounds: each node is looked at once at most; recursion is as deep as the expression,
// which the configuration's reader bounds. Threading: any.
Value evaluate(const Expression& expression, const Subject& subject, Scratch& scratch);

// Whether it comes to `true`: an error, an absent attribute and any other value do not.
bool holds(const Expression& expression, const Subject& subject);

}  // namespace orrery::cel
