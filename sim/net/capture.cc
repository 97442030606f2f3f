#include "sim/net/capture.h"

#include <algorithm>
#include <utility>

#include "sim/net/host.h"
#include "sim/net/net.h"
#include "sim/net/packet_bytes.h"

namespace orrery::sim {

namespace {

std::string text(std::string_view a, std::string_view b, std::string_view c = {}) {
  std::string out(a);
  out += b;
  out += c;
  return out;
}

}  // namespace

Capture::Capture(Net& net, CaptureOptions options) : net_(net), options_(std::move(options)), writer_("Orrery") {
  net_.addTap(*this);
}

Capture::~Capture() { net_.removeTap(*this); }

bool Capture::wanted(const Host& from, const Host* to) const {
  if (options_.host.empty()) return true;
  if (options_.peer.empty()) return from.name() == options_.host;
  if (to == nullptr) return false;
  return (from.name() == options_.host && to->name() == options_.peer) ||
         (from.name() == options_.peer && to->name() == options_.host);
}

void Capture::onSent(const Host& from, const Host* to, const Segment& segment, const Verdict& verdict) {
  if (!wanted(from, to)) return;
  const uint32_t mss =
      to == nullptr ? 536 : net_.link(const_cast<Host&>(from), const_cast<Host&>(*to)).mss(segment.to.isIpv6());
  if (!options_.host.empty() && options_.peer.empty()) {
    write(interface(options_.host, "what this host sends and receives"), PcapngWriter::Way::kOut, segment, mss,
          verdict.note);
    return;
  }
  // Named as the hosts were made, whoever speaks first.
  std::string name = text(from.name(), "-nowhere");
  if (to != nullptr) {
    name = from.number() < to->number() ? text(from.name(), "-", to->name()) : text(to->name(), "-", from.name());
  }
  write(interface(std::move(name), "where segments enter the link"), PcapngWriter::Way::kUnknown, segment, mss,
        to == nullptr ? "no host has this address" : verdict.note);
}

void Capture::onArrived(const Host& at, const Segment& segment) {
  if (options_.host.empty() || !options_.peer.empty() || at.name() != options_.host) return;
  const Host* from = net_.hostOf(segment.from.ip());
  const uint32_t mss =
      from == nullptr ? 536 : net_.link(const_cast<Host&>(*from), const_cast<Host&>(at)).mss(segment.to.isIpv6());
  write(interface(options_.host, "what this host sends and receives"), PcapngWriter::Way::kIn, segment, mss,
        segment.corrupted ? "the checksum was found wrong" : "");
}

void Capture::onNote(const Host& host, std::string_view what) {
  if (!notes_.empty()) notes_ += "; ";
  notes_ += text(host.name(), ": ", what);
}

uint32_t Capture::interface(std::string name, std::string_view description) {
  for (const Interface& i : interfaces_) {
    if (i.name == name) return i.number;
  }
  const uint32_t number = writer_.addInterface(name, description);
  interfaces_.push_back({std::move(name), number});
  return number;
}

void Capture::write(uint32_t interface, PcapngWriter::Way way, const Segment& segment, uint32_t mss,
                    std::string_view note) {
  if (writer_.size() > kMaxBytes) {
    truncated_ = true;
    return;
  }
  packet_.clear();
  appendPacket(segment, identification_++, mss, packet_);
  if (!note.empty()) {
    if (!notes_.empty()) notes_ += "; ";
    notes_ += note;
  }
  writer_.packet(interface, net_.run().wallNow(), way, packet_, notes_);
  notes_.clear();
}

}  // namespace orrery::sim
