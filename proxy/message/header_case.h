#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/base/arena.h"

namespace orrery::message {

// Envoy's stateful formatter "preserve_case" of HTTP/1: what is written keeps the letters it was read with.
struct PreserveCase {
  bool forwardReason = false;     // the reason phrase too
  bool properCaseOthers = false;  // fields that the proxy adds: "X-Forwarded-For"; else they are lower case

  bool operator==(const PreserveCase&) const = default;
};

// The names of one message's fields as they came, for who writes them. Of a name that came several times the first counts,
// as in Envoy. A lookup walks the names: few messages are asked, and heads are bounded.
// Lifetime: in the message's arena, with everything it holds; trivially destructible. Threading: one worker.
class HeaderCase {
 public:
  HeaderCase(Arena& arena, const PreserveCase& options) : arena_(&arena), options_(options) {}

  // `original` is copied.
  void remember(std::string_view original);
  void setReason(std::string_view reason) {
    if (options_.forwardReason) reason_ = arena_->copy(reason);
  }
  // Empty: no field of that name came.
  std::string_view find(std::string_view lowerName) const;
  std::string_view reason() const { return reason_; }
  bool properCaseOthers() const { return options_.properCaseOthers; }
  HeaderCase* copyTo(Arena& arena) const;

 private:
  struct Name {
    std::string_view original;
    Name* next;
  };
  Arena* arena_;
  PreserveCase options_;
  Name* first_ = nullptr;
  Name* last_ = nullptr;
  std::string_view reason_;
};

}  // namespace orrery::message
