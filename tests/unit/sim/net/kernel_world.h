#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/run.h"
#include "sim/ledger/ledger.h"
#include "sim/net/net.h"

namespace orrery::sim {

// Two hosts and their kernels, driven by system calls from outside: no loops, no threads.
class KernelWorld {
 public:
  static constexpr uint32_t kClientIp = 0x7f000002;
  static constexpr uint32_t kServerIp = 0x7f000003;
  static constexpr Endpoint kServer{kServerIp, 80};

  explicit KernelWorld(LinkOptions link = {}, RunOptions options = {})
      : run(pools, record(std::move(options))), net(run, netPools, ledger, link) {}
  ~KernelWorld() {
    for (Socket* s : open) s->close(true);
    listener.reset();
    run.finish();
  }

  void listen(ListenParameters parameters = {}) { listener = std::move(*server.tcp().listen(kServer, parameters)); }
  Socket& connect(Endpoint to = kServer, SocketParameters parameters = {}) {
    static constexpr Name kConnection("connection");
    auto s =
        client.tcp().connect(to, std::nullopt, parameters, run.names().child(client.id(), kConnection, ++connections));
    EXPECT_TRUE(s.has_value());
    open.push_back(*s);
    return **s;
  }
  Socket& accept() {
    Socket* s = listener->accept();
    ORRERY_ASSERT(s != nullptr, "a connection waits");
    open.push_back(s);
    return *s;
  }
  // A pair of connected ends.
  std::pair<Socket*, Socket*> pair(SocketParameters clientSide = {}, ListenParameters serverSide = {}) {
    if (listener == nullptr) listen(serverSide);
    Socket& c = connect(kServer, clientSide);
    settle();
    return {&c, &accept()};
  }

  static SockResult write(Socket& s, std::string_view bytes) {
    const SockResult r = s.writeStart(bytes.size());
    if (r.error == SockError::kNone && r.bytes > 0) {
      s.put(bytes.data(), r.bytes, r.bytes);
      s.writeDone();
    }
    return r;
  }
  static SockResult read(Socket& s, std::string& into, size_t room = 1 << 20) {
    const SockResult r = s.readStart(room);
    if (r.error == SockError::kNone && r.bytes > 0) {
      const size_t at = into.size();
      into.resize(at + r.bytes);
      s.take(into.data() + at, r.bytes);
      s.readDone();
    }
    return r;
  }
  static std::string readAll(Socket& s) {
    std::string out;
    while (read(s, out).bytes > 0) {
    }
    return out;
  }
  void close(Socket& s, bool abort = false) {
    std::erase(open, &s);
    s.close(abort);
  }

  void settle() { run.runUntilQuiet(run.now() + Duration::seconds(10)); }
  void pass(Duration d) { run.runFor(d); }

  // "S", "SA", "A", "PA3", "FA", "R" ... of all segments sent so far between the hosts, in order; > from the client.
  std::string segments() const {
    std::string out;
    for (const RecordedEvent& e : recorder.events()) {
      if (e.number != static_cast<uint16_t>(EventNumber::kSegmentSent)) continue;
      if (!out.empty()) out += ' ';
      out += (e.numberOf("from") >> 16) == kClientIp ? '>' : '<';
      const uint64_t flags = e.numberOf("flags");
      if ((flags & kSyn) != 0) out += 'S';
      if ((flags & kFin) != 0) out += 'F';
      if ((flags & kRst) != 0) out += 'R';
      if ((flags & kPsh) != 0) out += 'P';
      if ((flags & kAck) != 0) out += 'A';
      if (e.numberOf("length") != 0) out += std::to_string(e.numberOf("length"));
    }
    return out;
  }
  // Seconds at which the client sent SYNs.
  std::vector<int64_t> synTimes() const {
    std::vector<int64_t> out;
    for (const RecordedEvent& e : recorder.events()) {
      if (e.number == static_cast<uint16_t>(EventNumber::kSegmentSent) && e.numberOf("flags") == kSyn) {
        out.push_back(e.at.inNanoseconds() / 1'000'000'000);
      }
    }
    return out;
  }
  void forgetSegments() { recorder.clear(); }

  Pools pools;
  NetPools netPools;
  Ledger ledger;
  EventRecorder recorder;
  Run run;
  Net net;
  Host& client = net.addHost("client", {kClientIp});
  Host& server = net.addHost("server", {kServerIp});
  std::unique_ptr<ListeningSocket> listener;
  std::vector<Socket*> open;
  uint64_t connections = 0;

 private:
  RunOptions record(RunOptions options) {
    options.recorder = &recorder;
    return options;
  }
};

// Loses segments while it says so.
class LoseSome final : public LinkRule {
 public:
  explicit LoseSome(std::function<bool(const Segment&)> lose) : lose_(std::move(lose)) {}
  Verdict judge(const Segment& s, TimePoint) override { return lose_(s) ? Verdict::drop() : Verdict::pass(); }

 private:
  std::function<bool(const Segment&)> lose_;
};

}  // namespace orrery::sim
