#include "proxy/message/header_case.h"

#include <type_traits>

#include "proxy/base/ascii.h"

namespace orrery::message {

static_assert(std::is_trivially_destructible_v<HeaderCase>, "it lives in an arena, which runs no destructors");

void HeaderCase::remember(std::string_view original) {
  Name* const name = arena_->make<Name>(Name{arena_->copy(original), nullptr});
  (last_ == nullptr ? first_ : last_->next) = name;
  last_ = name;
}

std::string_view HeaderCase::find(std::string_view lowerName) const {
  for (const Name* name = first_; name != nullptr; name = name->next) {
    if (equalsIgnoreCase(name->original, lowerName)) return name->original;
  }
  return {};
}

HeaderCase* HeaderCase::copyTo(Arena& arena) const {
  auto* const copy = arena.make<HeaderCase>(arena, options_);
  for (const Name* name = first_; name != nullptr; name = name->next) copy->remember(name->original);
  copy->setReason(reason_);
  return copy;
}

}  // namespace orrery::message
