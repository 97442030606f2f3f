#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "proxy/base/time.h"
#include "sim/core/run.h"
#include "sim/net/ratio.h"
#include "sim/net/segment.h"

namespace orrery::sim {

// Which segments a fault is about. A plain value.
struct SegmentMatch {
  enum class What : uint8_t { kAny, kTcp, kUdp, kSyn, kFin, kReset, kData, kBareAck };
  What what = What::kAny;
  uint16_t port = 0;  // of either side; 0: any

  bool holds(const Segment& s) const {
    if (port != 0 && s.from.port() != port && s.to.port() != port) return false;
    switch (what) {
      case What::kAny: return true;
      case What::kTcp: return !s.datagram;
      case What::kUdp: return s.datagram;
      case What::kSyn: return (s.flags & kSyn) != 0;
      case What::kFin: return (s.flags & kFin) != 0;
      case What::kReset: return (s.flags & kRst) != 0;
      case What::kData: return s.length != 0;
      case What::kBareAck: return !s.datagram && s.space() == 0 && (s.flags & kRst) == 0;
    }
    return true;
  }
};

// When a fault is in force: from `begin` until before `end`, and while the condition holds. A plain value.
struct FaultScope {
  TimePoint begin;
  TimePoint end = TimePoint::max();
  const bool* during = nullptr;  // null: always. Outlives the fault
  uint64_t first = 0;            // only so many times, then never again; 0: no bound

  bool covers(TimePoint now) const { return now >= begin && now < end && (during == nullptr || *during); }
  // Why it can never be in force; empty if it can.
  std::string impossible() const {
    if (end <= begin) return "it ends at " + seconds(end) + ", before it begins at " + seconds(begin);
    return "";
  }

 private:
  static std::string seconds(TimePoint t) { return std::to_string(t.inNanoseconds()) + " ns"; }
};

// Whether a fault in force strikes this time: always, or with a drawn chance, or only if a choice says so (never in the
// plain run). Each fault has its own, so that what one decides shifts nothing in another.
class Strikes {
 public:
  enum class Kind : uint8_t { kAlways, kDrawn, kChosen };
  Strikes(Run& run, EntityId fault, Kind kind, Ratio ratio = {}, Site site = Site::kFaultStrikes)
      : run_(run), kind_(kind), ratio_(ratio), site_(site) {
    entity_.become(fault);
  }
  bool strike() {
    switch (kind_) {
      case Kind::kAlways: return true;
      case Kind::kDrawn: return ratio_.hit(run_.chooser().draw(entity_, Site::kLinkDraw));
      case Kind::kChosen: return run_.chooser().choose(entity_, site_, 2) == 1;
    }
    return true;
  }

 private:
  Run& run_;
  Entity entity_;
  Kind kind_;
  Ratio ratio_;
  Site site_;
};

}  // namespace orrery::sim
