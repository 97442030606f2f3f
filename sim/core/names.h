#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/core/entity.h"

namespace orrery::sim {

// The texts behind entity ids. An id is all that a run needs; texts are kept for long-lived entities always and for all
// others only when asked (`keepAll`), because a load run has millions of timers and nobody reads their names.
//
// A path reads "/client/connection.1/timer_route.0"; the text of a choice is "<path>:<site>:<occurrence>". Ids follow from
// the text alone (idOf), so a file need not hold hashes.
//
// Bounds: keeps at most kMax names; beyond that ids are shown as hashes.
class Names {
 public:
  static constexpr size_t kMax = 1u << 20;

  Names() = default;
  // Moved, not copied: records point at the texts.
  Names(Names&&) = default;
  Names& operator=(Names&&) = default;

  bool keepAll = false;

  // The child's id; remembers its text if asked to.
  EntityId child(EntityId parent, Name name, uint64_t index) {
    const EntityId id = childEntity(parent, name.hash, index);
    if (keepAll) remember(id, parent, name, index);
    return id;
  }
  EntityId childKept(EntityId parent, Name name, uint64_t index) {
    const EntityId id = childEntity(parent, name.hash, index);
    remember(id, parent, name, index);
    return id;
  }

  // A name made at run time, from a scenario; the text is copied. '/', ':' and '.' become '_'.
  Name intern(std::string_view text);

  // "/client/connection.1", or "?<hash>" if nobody kept it. "/" is the root.
  std::string path(EntityId id) const;
  std::string choiceText(EntityId id, Site site, uint64_t occurrence) const;

  // What the texts stand for; nullopt if they are not of the form above.
  static std::optional<EntityId> idOf(std::string_view path);
  static std::optional<uint64_t> keyOf(std::string_view choiceText);

  void clear();

 private:
  struct Record {
    EntityId id;
    EntityId parent;
    uint64_t index;
    std::string_view name;
  };
  void remember(EntityId id, EntityId parent, Name name, uint64_t index) {
    if (records_.capacity() == 0) records_.reserve(64);
    if (records_.size() < kMax) records_.push_back({id, parent, index, name.text});
  }
  const Record* find(EntityId id) const;

  std::vector<Record> records_;
  // Positions in records_, of as many as there were when one was looked for last: most runs are never asked for a path.
  mutable std::unordered_map<EntityId, size_t> found_;
  mutable size_t indexed_ = 0;
  std::deque<std::string> interned_;
};

}  // namespace orrery::sim
