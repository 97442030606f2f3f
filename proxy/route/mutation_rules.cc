#include "proxy/route/mutation_rules.h"

namespace orrery::route {
namespace {

bool isRouting(std::string_view name) { return name.starts_with(':') || name == "host"; }

}  // namespace

bool mayChange(const MutationRules& rules, std::string_view name) {
  if (rules.disallowed != nullptr && match::fullMatch(*rules.disallowed, name)) return false;
  if (rules.allowed != nullptr && match::fullMatch(*rules.allowed, name)) return true;
  if (rules.disallowAll) return false;
  if (rules.disallowSystem && name.starts_with(':')) return false;
  if (!rules.allowRouting && isRouting(name)) return false;
  return rules.allowEnvoy || !name.starts_with("x-envoy-");
}

bool mayRemove(const MutationRules& rules, std::string_view name) { return !isRouting(name) && mayChange(rules, name); }

}  // namespace orrery::route
