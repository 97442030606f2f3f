#include "sim/world/content_tap.h"

#include <ranges>

#include "sim/core/events.h"

namespace orrery::sim {

ContentTap::ContentTap(Net& net, Recording& recording) : net_(net), recording_(recording) { net_.addTap(*this); }
ContentTap::~ContentTap() { net_.removeTap(*this); }

void ContentTap::onSent(const Host&, const Host*, const Segment& segment, const Verdict&) {
  if (segment.datagram) return;
  const auto key = std::pair(segment.from.packed(), segment.to.packed());
  if ((segment.flags & kSyn) != 0) {
    directions_.erase(key);
    Direction& fresh = directions_[key];
    fresh.next = segment.seq + 1;
    fresh.answers = (segment.flags & kAck) != 0;
  }
  const auto at = directions_.find(key);
  // What is sent again was read already.
  if (segment.length == 0 || at == directions_.end() || segment.seq != at->second.next) return;
  Direction& direction = at->second;
  direction.next += segment.length;
  const auto other = directions_.find({key.second, key.first});
  const bool http2 = other != directions_.end() && other->second.reader.isHttp2();
  const WireContent content = direction.reader.read({segment.payload(), segment.length}, direction.answers, http2);
  if (content.interim.empty() && content.frames.empty() && content.stream == 0) return;
  for (const RecordedEvent& e : recording_.events.events() | std::views::reverse) {
    if (e.number != static_cast<uint16_t>(SegmentSent::kNumber)) continue;
    recording_.contents.emplace(e.index, content);
    return;
  }
}

}  // namespace orrery::sim
