#include "sim/net/translator.h"

#include "proxy/base/assert.h"
#include "sim/net/host.h"
#include "sim/net/link_fault.h"
#include "sim/net/net.h"

namespace orrery::sim {

Translator::Translator(Net& net, Host& host, const TranslatorOptions& options)
    : net_(net), host_(host), options_(options), track_(options.forgetsAfter) {}

bool Translator::known(const Ends& ends) { return track_.find(ends, net_.run().now()) != nullptr; }

void Translator::forward(Segment* s) {
  const TimePoint now = net_.run().now();
  const Ends ends{s->from, s->to};
  ConnTrack::Entry* entry = track_.find(ends, now);
  const bool opens = s->datagram || (s->flags & (kSyn | kAck | kRst)) == kSyn;
  if (entry == nullptr && opens) {
    if (const auto outside = open(ends)) {
      entry = track_.add(ends, *outside, now);
      if (entry != nullptr && !s->datagram) net_.ledger().addName(ends.from, ends.to, outside->from, outside->to);
    }
  }
  if (entry == nullptr) {
    refuse(s);
    return;
  }
  entry->usedAt = now;
  const Ends other = entry->other(ends);
  s->from = other.from;
  s->to = other.to;
  s->sender = host_.id();
  // Kernels hint at each other by addresses that are not the same here.
  s->receiver = nullptr;
  s->receiverGeneration = 0;
  if ((s->flags & kRst) != 0) track_.remove(*entry);
  net_.route(host_, s);
}

void Translator::refuse(Segment* s) {
  if (options_.unknown == Unknown::kReset && !s->datagram && (s->flags & kRst) == 0) answerWithReset(net_, host_, *s);
  net_.drop(s, host_.id(), "unknown_connection");
}

std::optional<Ends> Translator::otherView(const Ends& ends) {
  const ConnTrack::Entry* entry = track_.find(ends, net_.run().now());
  if (entry == nullptr) return std::nullopt;
  return entry->other(ends);
}

std::optional<Ends> Nat::open(const Ends& inside) {
  if (!inside_.owns(inside.from.ip())) return std::nullopt;
  const auto ip = host().sourceFor(inside.to.ip());
  if (!ip) return std::nullopt;
  for (uint32_t i = 0; i <= kLastPort - kFirstPort; ++i) {
    const Ends outside{{*ip, nextPort_}, inside.to};
    nextPort_ = nextPort_ == kLastPort ? kFirstPort : static_cast<uint16_t>(nextPort_ + 1);
    if (!known(outside)) return outside;
  }
  return std::nullopt;
}

std::optional<Ends> Balancer::open(const Ends& inside) {
  if (!host().owns(inside.to.ip())) return std::nullopt;
  const Host& backend = *backends_[next_];
  next_ = (next_ + 1) % backends_.size();
  const auto ip = backend.sourceFor(inside.to.ip());
  if (!ip) return std::nullopt;
  return Ends{inside.from, {*ip, inside.to.port()}};
}

}  // namespace orrery::sim
