#include "proxy/runtime/runtime.h"

#include <charconv>

#include "proxy/base/ascii.h"

namespace orrery::runtime {

Snapshot::Snapshot(const RuntimeOptions& options) {
  for (const Layer& layer : options.layers) {
    for (const auto& [key, value] : layer.values) merged_.insert_or_assign(key, value);
  }
}

const std::string* Snapshot::text(std::string_view key) const {
  const auto it = merged_.find(key);
  return it == merged_.end() ? nullptr : &it->second;
}

namespace {
// As Envoy: any decimal number, "1e3" and "1.5" too, cut off towards zero; spaces around it do not matter.
bool parseNumber(std::string_view text, uint64_t& out) {
  text = trim(text);
  if (const auto whole = parseDecimal(text)) {
    out = *whole;
    return true;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if (!(number >= 0 && number < 18446744073709551616.0)) return false;
  out = static_cast<uint64_t>(number);
  return true;
}
}  // namespace

uint64_t Snapshot::integer(std::string_view key, uint64_t defaultValue) const {
  const std::string* value = text(key);
  if (value == nullptr) return defaultValue;
  uint64_t number = 0;
  if (parseNumber(*value, number)) return number;
  if (equalsIgnoreCase(trim(*value), "true")) return 1;
  if (equalsIgnoreCase(trim(*value), "false")) return 0;
  return defaultValue;
}

bool Snapshot::boolean(std::string_view key, bool defaultValue) const {
  const std::string* value = text(key);
  if (value == nullptr) return defaultValue;
  if (equalsIgnoreCase(trim(*value), "true")) return true;
  if (equalsIgnoreCase(trim(*value), "false")) return false;
  return defaultValue;
}

}  // namespace orrery::runtime
