#pragma once

#include <memory>
#include <utility>

#include "proxy/cel/evaluate.h"
#include "proxy/match/match_tree.h"

namespace orrery::cel {

// A prepared expression as a condition of a tree. Where nothing is known of a stream it does not hold.
class TreeCondition final : public match::CustomCondition {
 public:
  explicit TreeCondition(std::shared_ptr<const Expression> expression) : expression_(std::move(expression)) {}
  bool holds(const match::MatchSubject& subject) const override {
    return subject.stream != nullptr && cel::holds(*expression_, {subject.headers, *subject.stream});
  }

 private:
  std::shared_ptr<const Expression> expression_;
};

}  // namespace orrery::cel
