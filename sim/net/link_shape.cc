#include "sim/net/link_shape.h"

#include <algorithm>

namespace orrery::sim {

namespace {

constexpr uint64_t kSecond = 1'000'000'000;
// IPv4 (RFC 791) with TCP and its time stamps (RFC 9293, RFC 7323), or with UDP (RFC 768).
constexpr uint64_t kTcpHeaders = 52;
constexpr uint64_t kUdpHeaders = 28;
constexpr uint64_t kIpv6More = 20;  // RFC 8200

// a * b / c without overflow; c > 0.
uint64_t mulDiv(uint64_t a, uint64_t b, uint64_t c) {
  return static_cast<uint64_t>(static_cast<unsigned __int128>(a) * b / c);
}

}  // namespace

LinkShape::LinkShape(Run& run, EntityId link, const LinkOptions& options) : run_(run), options_(options) {
  entity_.become(link);
}

Verdict LinkShape::judge(const Segment& s, TimePoint now) {
  Verdict v;
  if (options_.bandwidth != 0) {
    const uint64_t headers = (s.datagram ? kUdpHeaders : kTcpHeaders) + (s.to.isIpv6() ? kIpv6More : 0);
    if (!takeWire(s.length + headers, now, v.delay)) return Verdict::drop("queue full");
  }
  // All of them are drawn for every segment, so that what one does shifts none of the others.
  if (!options_.jitter.isZero()) {
    const auto most = static_cast<uint64_t>(options_.jitter.inNanoseconds());
    const uint64_t bits = run_.chooser().draw(entity_, Site::kLinkDraw);
    v.delay = v.delay + Duration::nanoseconds(static_cast<int64_t>(Prng::scale(bits, most + 1)));
  }
  v.dropped = draw(options_.loss);
  v.duplicated = draw(options_.duplication);
  v.overtaken = draw(options_.reordering);
  v.corrupted = draw(options_.corruption);
  if (v.overtaken) v.delay = v.delay + options_.latency;
  v.note = v.dropped      ? "lost"
           : v.corrupted  ? "corrupted on the way"
           : v.duplicated ? "duplicated on the way"
           : v.overtaken  ? "overtaken on the way"
                          : "";
  return v;
}

bool LinkShape::draw(Ratio ratio) { return !ratio.never() && ratio.hit(run_.chooser().draw(entity_, Site::kLinkDraw)); }

bool LinkShape::takeWire(uint64_t bytes, TimePoint now, Duration& delay) {
  const TimePoint start = std::max(now, freeAt_);
  const auto waiting = static_cast<uint64_t>((start - now).inNanoseconds());
  if (options_.queue != 0 && mulDiv(waiting, options_.bandwidth, kSecond) + bytes > options_.queue && waiting != 0) {
    return false;
  }
  const uint64_t wire = std::max<uint64_t>(mulDiv(bytes, kSecond, options_.bandwidth), 1);
  freeAt_ = start + Duration::nanoseconds(static_cast<int64_t>(wire));
  delay = delay + (freeAt_ - now);
  return true;
}

}  // namespace orrery::sim
