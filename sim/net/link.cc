#include "sim/net/link.h"

#include <algorithm>

#include "proxy/base/assert.h"
#include "sim/core/events.h"
#include "sim/net/host.h"
#include "sim/net/net.h"

namespace orrery::sim {

namespace {
// What a segment may take longer than the latency; the choice's answers, least first.
constexpr Duration kExtra[] = {Duration::zero(), Duration::microseconds(10), Duration::microseconds(300),
                               Duration::milliseconds(5), Duration::milliseconds(40)};
constexpr uint32_t kExtras = 5;
}  // namespace

Link::Link(Net& net, Host& from, Host& to, EntityId id, const LinkOptions& options)
    : net_(net), run_(net.run()), from_(from), to_(to) {
  setOptions(options);
  entity_.become(id);
}

Link::~Link() {
  run_.queue().cancel(arrival_);
  while (head_ != nullptr) {
    Segment* next = head_->next;
    net_.recycle(head_);
    head_ = next;
  }
}

void Link::setLatency(Duration latency) {
  ORRERY_ASSERT(latency > Duration::zero(), "a link takes at least 1 ns");
  options_.latency = latency;
}

void Link::setOptions(const LinkOptions& options) {
  ORRERY_ASSERT(options.latency > Duration::zero(), "a link takes at least 1 ns");
  ORRERY_ASSERT(options.mtu >= 576, "an MTU holds a datagram of 576 bytes (RFC 791)");
  options_ = options;
}

void Link::send(Segment* s) {
  const TimePoint now = run_.now();
  s->sentAt = now.inNanoseconds();
  s->next = nullptr;
  if (s->datagram) {
    run_.emit(s->sender, DatagramSent{{s->from.packed(), s->to.packed(), s->length, s->payloadHash}});
  } else {
    run_.emit(s->sender, SegmentSent{s->fields()});
  }

  Duration extra = kExtra[run_.chooser().choose(entity_, Site::kLinkDelay, kExtras)];
  bool lost = options_.lossy && run_.chooser().choose(entity_, Site::kLinkLoss, 2) == 1;
  for (const auto& rule : rules_) {
    const Verdict v = rule->judge(*s, now);
    if (v.kind == Verdict::Kind::kDelay) extra = extra + v.delay;
    if (v.kind == Verdict::Kind::kDrop) lost = true;
  }
  if (lost) [[unlikely]] {
    net_.drop(s, entity_.id, "link");
    return;
  }

  lastArrival_ = std::max(lastArrival_, (now + options_.latency + extra).inNanoseconds());
  s->arrivesAt = lastArrival_;
  s->number = run_.queue().takeNumber();
  ++inFlight_;
  if (head_ == nullptr) {
    head_ = tail_ = s;
    fileHead();
  } else {
    tail_->next = s;
    tail_ = s;
  }
}

// Only the first segment is in the event queue, with the number that it drew when it was sent: the order among links is
// that of a queue which holds every segment, and the heap stays as small as the number of links.
void Link::fileHead() { run_.queue().fileNumbered(arrival_, head_->arrivesAt, head_->number, true); }

void Link::onArrival() {
  Segment* s = head_;
  head_ = s->next;
  --inFlight_;
  if (head_ != nullptr) fileHead();
  to_.receive(s);
}

LinkRule& Link::addRule(std::unique_ptr<LinkRule> rule) { return *rules_.emplace_back(std::move(rule)); }

void Link::removeRule(const LinkRule& rule) {
  std::erase_if(rules_, [&rule](const auto& r) { return r.get() == &rule; });
}

}  // namespace orrery::sim
