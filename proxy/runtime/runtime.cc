#include "proxy/runtime/runtime.h"

#include "proxy/base/ascii.h"

namespace orrery::runtime {

Snapshot::Snapshot(const RuntimeOptions& options) {
  for (const Layer& layer : options.layers) {
    for (const auto& [key, value] : layer.values) merged_.insert_or_assign(key, value);
  }
}

const std::string* Snapshot::text(std::string_view key) const {
  const auto at = merged_.find(key);
  return at == merged_.end() ? nullptr : &at->second;
}

uint64_t Snapshot::integer(std::string_view key, uint64_t defaultValue) const {
  const std::string* value = text(key);
  return value == nullptr ? defaultValue : parseDecimal(*value).value_or(defaultValue);
}

// Envoy takes the words true and false; everything else is no boolean.
bool Snapshot::boolean(std::string_view key, bool defaultValue) const {
  const std::string* value = text(key);
  if (value == nullptr) return defaultValue;
  if (equalsIgnoreCase(*value, "true")) return true;
  if (equalsIgnoreCase(*value, "false")) return false;
  return defaultValue;
}

}  // namespace orrery::runtime
