#pragma once

#include <string_view>

#include "proxy/base/time.h"
#include "sim/net/segment.h"

namespace orrery::sim {

// What befalls a segment that enters a link. A plain value; what several say of one segment is added up.
struct Verdict {
  Duration delay;
  bool dropped = false;
  bool duplicated = false;  // it arrives twice
  bool corrupted = false;   // it arrives with a bit flipped, which the checksum finds
  bool overtaken = false;   // those behind it do not wait for it
  std::string_view note;    // a literal: who did it, for captures; empty: nobody

  static Verdict pass() { return {}; }
  static Verdict drop(std::string_view note = "lost") {
    Verdict v;
    v.dropped = true;
    v.note = note;
    return v;
  }
  static Verdict slower(Duration by, std::string_view note = {}) {
    Verdict v;
    v.delay = by;
    v.note = note;
    return v;
  }

  void add(const Verdict& other) {
    delay = delay + other.delay;
    dropped = dropped || other.dropped;
    duplicated = duplicated || other.duplicated;
    corrupted = corrupted || other.corrupted;
    overtaken = overtaken || other.overtaken;
    if (note.empty() || (other.dropped && !other.note.empty())) note = other.note.empty() ? note : other.note;
  }
};

// A fault on a link: sees each segment that enters it. Delays add up; one drop is enough.
// Lifetime: the link's, until Link::removeRule. Threading: the run's. Re-entry: judge() may send segments of its own on
// other links, and on this one with the next event (Run::at), never at once.
class LinkRule {
 public:
  virtual ~LinkRule() = default;
  virtual Verdict judge(const Segment& segment, TimePoint now) = 0;
};

}  // namespace orrery::sim
