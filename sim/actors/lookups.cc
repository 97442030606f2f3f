#include "sim/actors/lookups.h"

#include "proxy/base/assert.h"

namespace orrery::sim {

const SeenLookup& Lookups::ask(const ResolveStep& step, const io::Address& server) {
  ORRERY_ASSERT(env_.random != nullptr, "where names are resolved there is chance");
  auto& resolver = resolvers_[step.server];
  if (resolver == nullptr) {
    dns::Config config;
    config.servers.addresses = {server};
    resolver = std::make_unique<dns::Resolver>(env_.dispatcher, *env_.random, std::move(config));
  }
  Asked& asked = asked_[step.name];
  asked.seen = {};
  asked.seen.askedAt = env_.dispatcher.now();
  asked.lookup = resolver->resolve(step.domain, dns::Wanted::kV4Preferred, [this, &asked](dns::Resolution found) {
    asked.seen.done = true;
    asked.seen.found = std::move(found);
    asked.seen.at = env_.dispatcher.now();
    changed_();
  });
  return asked.seen;
}

const SeenLookup* Lookups::seen(const std::string& name) const {
  const auto it = asked_.find(name);
  return it == asked_.end() ? nullptr : &it->second.seen;
}

}  // namespace orrery::sim
