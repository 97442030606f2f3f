#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "proxy/base/hash.h"
#include "sim/core/sites.h"

namespace orrery::sim {

// One component of an entity's path, with its hash. Literals are hashed at compile time; the text must outlive the run
// (Names::intern makes a text that does).
struct Name {
  std::string_view text;
  uint64_t hash;
  consteval Name(const char* literal) : text(literal), hash(hashString(literal)) {}
  static constexpr Name of(std::string_view stable) { return Name(stable, hashString(stable)); }

 private:
  constexpr Name(std::string_view t, uint64_t h) : text(t), hash(h) {}
};

// Who an entity is: the hash of its path (actor / its k-th connection / timer ...). Paths name by cause, never by a global
// counter, an address or a source line, so that an entity keeps its name when unrelated things change. 0 is the root.
using EntityId = uint64_t;

constexpr EntityId childEntity(EntityId parent, uint64_t nameHash, uint64_t index) {
  return mix64(parent * 0x9fb21c651e98df25ULL + nameHash + index * 0xd6e8feb86659fd93ULL);
}

// An entity that asks for choices often: its id with the number of times each site was asked.
struct Entity {
  EntityId id = 0;
  std::array<uint32_t, kSites> asked{};

  void become(EntityId newId) {
    id = newId;
    asked.fill(0);
  }
};

// The address of a choice: (entity path, site, occurrence within that entity).
constexpr uint64_t choiceKey(EntityId entity, Site site, uint64_t occurrence) {
  return mix64(entity + (static_cast<uint64_t>(site) + 1) * 0xa0761d6478bd642fULL + occurrence * 0xe7037ed1a0b428dbULL);
}

}  // namespace orrery::sim
