#include "sim/net/link.h"

#include <algorithm>

#include "proxy/base/assert.h"
#include "sim/core/events.h"
#include "sim/net/host.h"
#include "sim/net/net.h"
#include "sim/net/socket.h"

namespace orrery::sim {

namespace {
// What a segment may take longer than the latency; the choice's answers, least first.
constexpr Duration kExtra[] = {Duration::zero(), Duration::microseconds(10), Duration::microseconds(300),
                               Duration::milliseconds(5), Duration::milliseconds(40)};
constexpr uint32_t kExtras = 5;
}  // namespace

Link::Link(Net& net, Host& from, Host& to, EntityId id, const LinkOptions& options)
    : net_(net), run_(net.run()), from_(from), to_(to) {
  entity_.become(id);
  setOptions(options);
}

Link::~Link() {
  run_.queue().cancel(arrival_);
  while (head_ != nullptr) {
    Segment* next = head_->next;
    net_.recycle(head_);
    head_ = next;
  }
}

void Link::setOptions(const LinkOptions& options) {
  ORRERY_ASSERT(options.latency > Duration::zero(), "a link takes at least 1 ns");
  ORRERY_ASSERT(options.mtu >= 576, "an MTU holds a datagram of 576 bytes (RFC 791)");
  ORRERY_ASSERT(options.queue == 0 || options.bandwidth != 0, "a queue waits for a wire that has a bandwidth");
  options_ = options;
  shape_ = options.shaped() ? std::make_unique<LinkShape>(run_, entity_.id, options) : nullptr;
  noteTrouble();
}

void Link::send(Segment* s) {
  const TimePoint now = run_.now();
  s->sentAt = now.inNanoseconds();
  s->next = nullptr;
  if (s->unreachable) [[unlikely]] {
    run_.emit(s->sender, PortUnreachable{s->from.packed(), s->to.packed()});
  } else if (s->datagram) {
    run_.emit(s->sender, DatagramSent{{s->from.packed(), s->to.packed(), s->length, s->payloadHash}});
  } else {
    run_.emit(s->sender, SegmentSent{s->fields()});
  }

  const Duration extra = kExtra[run_.chooser().choose(entity_, Site::kLinkDelay, kExtras)];
  if (troubled_) [[unlikely]] {
    sendWithTrouble(s, now, extra);
    return;
  }
  lastArrival_ = std::max(lastArrival_, (now + options_.latency + extra).inNanoseconds());
  enter(s, lastArrival_);
}

void Link::sendWithTrouble(Segment* s, TimePoint now, Duration extra) {
  Verdict v = Verdict::slower(extra);
  if (options_.lossy && run_.chooser().choose(entity_, Site::kLinkLoss, 2) == 1) v.add(Verdict::drop());
  if (shape_ != nullptr) v.add(shape_->judge(*s, now));
  for (const auto& rule : rules_) v.add(rule->judge(*s, now));
  for (NetTap* tap : net_.taps()) tap->onSent(from_, &to_, *s, v);
  if (v.dropped) {
    net_.drop(s, entity_.id, "link");
    return;
  }
  s->corrupted = v.corrupted;
  int64_t arrivesAt = (now + options_.latency + v.delay).inNanoseconds();
  if (!v.overtaken) arrivesAt = lastArrival_ = std::max(lastArrival_, arrivesAt);
  Segment* twin = v.duplicated ? net_.copy(*s) : nullptr;
  enter(s, arrivesAt);
  if (twin != nullptr) enter(twin, arrivesAt);
}

void Link::enter(Segment* s, int64_t arrivesAt) {
  s->arrivesAt = arrivesAt;
  s->number = run_.queue().takeNumber();
  ++inFlight_;
  if (head_ == nullptr) {
    head_ = tail_ = s;
    fileHead();
  } else if (tail_->arrivesAt <= arrivesAt) [[likely]] {
    tail_->next = s;
    tail_ = s;
  } else {
    enterBefore(s);
  }
}

// Some that entered earlier arrive later: they are being overtaken.
void Link::enterBefore(Segment* s) {
  Segment** at = &head_;
  while ((*at)->arrivesAt <= s->arrivesAt) at = &(*at)->next;
  s->next = *at;
  *at = s;
  if (head_ == s) fileHead();
}

// Only the first segment is in the event queue, with the number that it drew when it was sent: the order among links is
// that of a queue which holds every segment, and the heap stays as small as the number of links.
void Link::fileHead() { run_.queue().fileNumbered(arrival_, head_->arrivesAt, head_->number, true); }

void Link::onArrival() {
  Segment* s = head_;
  head_ = s->next;
  --inFlight_;
  if (head_ != nullptr) {
    fileHead();
    fetchAhead();
  }
  to_.receive(s);
}

// Where thousands talk at once, each is cold when its segment comes: what the next ones will touch is on its way meanwhile.
void Link::fetchAhead() const {
  if (head_->receiver != nullptr) head_->receiver->prefetchParts();
  if (head_->block) prefetchObject(head_->block.get());
  const Segment* second = head_->next;
  if (second == nullptr) return;
  if (second->receiver != nullptr) second->receiver->prefetch();
  if (second->next != nullptr) prefetchObject(second->next);
}

LinkRule& Link::addRule(std::unique_ptr<LinkRule> rule) {
  LinkRule& added = *rules_.emplace_back(std::move(rule));
  noteTrouble();
  return added;
}

void Link::removeRule(const LinkRule& rule) {
  std::erase_if(rules_, [&rule](const auto& r) { return r.get() == &rule; });
  noteTrouble();
}

void Link::setTapped(bool tapped) {
  tapped_ = tapped;
  noteTrouble();
}

}  // namespace orrery::sim
