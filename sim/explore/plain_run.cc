#include "sim/explore/plain_run.h"

#include <algorithm>
#include <array>
#include <map>

#include "sim/explore/entity_class.h"

namespace orrery::sim {

uint64_t sameRun(const RunResult& result) {
  uint64_t asked = 0;
  for (const Chooser::Asked& q : result.questions) asked += hashCombine(q.key, q.n);
  return hashCombine(result.order, asked);
}

PlainRun::PlainRun(const RunResult& result)
    : questions(result.questions), same(sameRun(result)), truncated(result.questions.size() >= Chooser::kMaxTaken) {
  std::map<EntityId, uint32_t> known;
  classOf.reserve(questions.size());
  for (const Chooser::Asked& q : questions) {
    const auto [at, isNew] = known.try_emplace(q.entity, 0);
    if (isNew) {
      const std::string name = result.recording == nullptr ? "?" + std::to_string(q.entity)
                                                           : entityClass(result.recording->names.path(q.entity));
      const auto found = std::find(classes.begin(), classes.end(), name);
      at->second = static_cast<uint32_t>(found - classes.begin());
      if (found == classes.end()) classes.push_back(name);
    }
    classOf.push_back(at->second);
  }
}

std::string PlainRun::kinds() const {
  std::array<bool, kSiteKinds> asked{};
  for (const Chooser::Asked& q : questions) asked[static_cast<size_t>(siteInfo(q.site).kind)] = true;
  std::string out;
  for (size_t i = 0; i < kSiteKinds; ++i) {
    if (asked[i]) out += (out.empty() ? "" : ", ") + std::string(siteKindName(static_cast<SiteKind>(i)));
  }
  return out;
}

}  // namespace orrery::sim
