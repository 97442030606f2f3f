#pragma once

#include <memory>

#include "proxy/cel/expression.h"
#include "proxy/config/translate.h"

namespace google::api::expr::v1alpha1 {
class Expr;
}

namespace orrery::config {

// A condition, ready for use; the path stands at it. Null: it was refused. Recursion is as deep as the message, which the reader bounds.
std::shared_ptr<const cel::Expression> toCondition(Translation& t, const google::api::expr::v1alpha1::Expr& message,
                                                   const cel::Features& features);

}  // namespace orrery::config
