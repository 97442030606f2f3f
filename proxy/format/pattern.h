#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"
#include "proxy/format/operator.h"

namespace orrery::format {

// A format string cut into literal texts and operators. Immutable after parsing.
class Pattern {
 public:
  // Errors name the operator, or the position where one was expected.
  static Result<Pattern> parse(std::string_view text, const Extensions& extensions = {});

  // The text; operators without a value are written as `absent`.
  void append(const stream_info::LogRecord& record, std::string& out, std::string_view absent = "-") const;
  // The operator if the pattern is just one, else null: JSON keeps such a value's type.
  const Operator* single() const { return pieces_.size() == 1 && pieces_[0].isOperator ? &pieces_[0].op : nullptr; }

 private:
  struct Piece {
    bool isOperator = false;
    std::string literal;
    Operator op;
  };
  void addLiteral(std::string_view text);
  std::vector<Piece> pieces_;
};

}  // namespace orrery::format
