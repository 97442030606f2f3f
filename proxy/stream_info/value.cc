#include "proxy/stream_info/value.h"

#include <algorithm>

namespace orrery::stream_info {
namespace {

template <class Object>
auto lowerBound(Object& object, std::string_view name) {
  return std::lower_bound(object.begin(), object.end(), name,
                          [](const Value::Member& m, std::string_view n) { return m.name < n; });
}

}  // namespace

const Value* find(const Value::Object& object, std::string_view name) {
  const auto at = lowerBound(object, name);
  return at == object.end() || at->name != name ? nullptr : &at->value;
}

const Value* Value::find(std::string_view name) const {
  const Object* members = object();
  return members == nullptr ? nullptr : stream_info::find(*members, name);
}

Value& memberOf(Value::Object& object, std::string_view name) {
  auto at = lowerBound(object, name);
  if (at == object.end() || at->name != name) at = object.insert(at, {std::string(name), {}});
  return at->value;
}

void merge(const Value::Object& from, Value::Object& into) {
  for (const Value::Member& member : from) {
    const auto at = lowerBound(into, member.name);
    if (at == into.end() || at->name != member.name) {
      into.insert(at, member);
      continue;
    }
    Value& old = at->value;
    if (old.is.index() != member.value.is.index()) {
      old = member.value;
    } else if (Value::Object* object = old.object()) {
      merge(*member.value.object(), *object);
    } else if (Value::List* list = std::get_if<Value::List>(&old.is)) {
      list->insert(list->end(), member.value.list()->begin(), member.value.list()->end());
    } else {
      old = member.value;
    }
  }
}

}  // namespace orrery::stream_info
