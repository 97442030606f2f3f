#include "tests/conformance/sequence.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace orrery::conformance {

using sockets::Call;
using sockets::Operation;

namespace {

constexpr uint8_t kListener = 0;
constexpr uint8_t kClient = 1;
constexpr uint8_t kAccepted = 2;
constexpr uint8_t kOther = 3;
constexpr uint32_t kMostBytes = 3000;

constexpr std::pair<const char*, int64_t> kOptions[] = {
    {"SO_REUSEADDR", 1}, {"SO_REUSEADDR", 0},        {"SO_REUSEPORT", 1},  {"SO_LINGER", 0},     {"SO_LINGER", -1},
    {"TCP_NODELAY", 1},  {"TCP_NODELAY", 0},         {"SO_SNDBUF", 16384}, {"SO_RCVBUF", 16384}, {"SO_KEEPALIVE", 1},
    {"TCP_KEEPCNT", 3},  {"TCP_USER_TIMEOUT", 5000}, {"TCP_LINGER2", 5},   {"TCP_SYNCNT", 3}};
constexpr const char* kReadable[] = {"SO_ERROR",     "SO_ERROR",         "SO_ERROR",    "SO_ACCEPTCONN", "SO_REUSEADDR",
                                     "SO_LINGER",    "SO_RCVBUF",        "TCP_NODELAY", "SO_KEEPALIVE",  "TCP_KEEPCNT",
                                     "TCP_KEEPIDLE", "TCP_USER_TIMEOUT", "TCP_LINGER2", "TCP_SYNCNT"};

rc::Gen<Step> oneOf(std::vector<Kind> kinds, std::vector<uint8_t> places) {
  return rc::gen::map(rc::gen::tuple(rc::gen::elementOf(std::move(kinds)), rc::gen::elementOf(std::move(places)),
                                     rc::gen::resize(100, rc::gen::inRange<uint32_t>(0, kMostBytes))),
                      [](const std::tuple<Kind, uint8_t, uint32_t>& t) {
                        return Step{std::get<0>(t), std::get<1>(t), std::get<2>(t), false};
                      });
}

const Sequence kPair = {{Kind::kSocket, kListener}, {Kind::kBind, kListener},  {Kind::kListen, kListener, 2},
                        {Kind::kSocket, kClient},   {Kind::kConnect, kClient}, {Kind::kAccept, kListener}};

// What leads to the cases that random calls seldom meet; each is one fragment among random ones.
const std::array<Sequence, 14> kFragments = {{
    // A reset with bytes waiting, and what the calls then say.
    {{Kind::kWrite, kAccepted, 100},
     {Kind::kWrite, kClient, 50},
     {Kind::kClose, kAccepted},
     {Kind::kRead, kClient, 40},
     {Kind::kWrite, kClient, 10},
     {Kind::kWrite, kClient, 10}},
    {{Kind::kWrite, kClient, 70},
     {Kind::kAbort, kClient},
     {Kind::kRead, kAccepted, 30},
     {Kind::kPeek, kAccepted, 90},
     {Kind::kWrite, kAccepted, 5},
     {Kind::kWrite, kAccepted, 5}},
    {{Kind::kWrite, kAccepted, 100},
     {Kind::kAbort, kClient},
     {Kind::kWrite, kAccepted, 1},
     {Kind::kWrite, kAccepted, 1}},
    // Linger 0 with unread bytes.
    {{Kind::kWrite, kAccepted, 200}, {Kind::kSetOption, kClient, 3}, {Kind::kClose, kClient}},
    // Half-closed, and still talking.
    {{Kind::kShutdown, kClient, 1}, {Kind::kWrite, kAccepted, 30}, {Kind::kRead, kClient, 10}},
    {{Kind::kShutdown, kAccepted, 1}, {Kind::kWrite, kClient, 30}, {Kind::kWrite, kClient, 30}},
    // Both at once.
    {{Kind::kShutdown, kClient, 1, true}, {Kind::kShutdown, kAccepted, 1}},
    {{Kind::kClose, kClient, 0, true}, {Kind::kClose, kAccepted}},
    // Gone before it was accepted.
    {{Kind::kSocket, kOther}, {Kind::kConnect, kOther}, {Kind::kAbort, kOther}, {Kind::kAccept, kListener}},
    {{Kind::kSocket, kOther},
     {Kind::kConnect, kOther},
     {Kind::kWrite, kOther, 20},
     {Kind::kAbort, kOther},
     {Kind::kClose, kAccepted},
     {Kind::kAccept, kListener},
     {Kind::kRead, kAccepted, 9}},
    // More than the backlog holds.
    {{Kind::kListen, kListener, 0},
     {Kind::kClose, kAccepted},
     {Kind::kClose, kClient},
     {Kind::kSocket, kClient},
     {Kind::kConnect, kClient},
     {Kind::kSocket, kOther},
     {Kind::kConnect, kOther}},
    // A full buffer and a closed window.
    {{Kind::kSetOption, kClient, 7}, {Kind::kFill, kClient}, {Kind::kRead, kAccepted, 2000}, {Kind::kDrain, kClient}},
    {{Kind::kClose, kAccepted},
     {Kind::kClose, kClient},
     {Kind::kSetOption, kListener, 8},
     {Kind::kSocket, kClient},
     {Kind::kSetOption, kClient, 7},
     {Kind::kConnect, kClient},
     {Kind::kAccept, kListener},
     {Kind::kFill, kClient},
     {Kind::kDrain, kClient},
     {Kind::kFill, kClient},
     {Kind::kDrain, kAccepted}},
    {{Kind::kSetOption, kAccepted, 7}, {Kind::kFill, kAccepted}, {Kind::kClose, kClient}},
}};

rc::Gen<Sequence> fragment() {
  const auto single = [](const Step& s) { return Sequence{s}; };
  const std::vector<uint8_t> ends = {kClient, kAccepted};
  const std::vector<uint8_t> all = {kListener, kClient, kAccepted, kOther};
  std::vector<Kind> kinds;
  for (int i = 0; i < kKinds - 2; ++i) kinds.push_back(static_cast<Kind>(i));
  return rc::gen::weightedOneOf<Sequence>(
      {{8, rc::gen::map(oneOf({Kind::kWrite, Kind::kRead, Kind::kPeek, Kind::kGetOption}, ends), single)},
       {3, rc::gen::map(oneOf({Kind::kShutdown, Kind::kClose, Kind::kAbort, Kind::kSetOption}, ends), single)},
       {4, rc::gen::map(oneOf(std::move(kinds), all), single)},
       {6, rc::gen::elementOf(std::vector<Sequence>(kFragments.begin(), kFragments.end()))}});
}

const char* hostOf(uint8_t place) { return place == kClient || place == kOther ? "b" : "a"; }

// Fewer steps, then simpler ones.
rc::Seq<rc::Shrinkable<Sequence>> simpler(const Sequence& s);
rc::Shrinkable<Sequence> shrinkable(const Sequence& s) {
  return rc::shrinkable::lambda([s] { return s; }, [s] { return simpler(s); });
}

rc::Seq<rc::Shrinkable<Sequence>> simpler(const Sequence& s) {
  auto fewer = rc::shrink::removeChunks(s);
  auto smaller = rc::shrink::eachElement(s, [](const Step& step) {
    return rc::seq::map(rc::shrink::towards<uint32_t>(step.n, 0), [step](uint32_t n) {
      Step out = step;
      out.n = n;
      return out;
    });
  });
  return rc::seq::map(rc::seq::concat(std::move(fewer), std::move(smaller)),
                      [](const Sequence& next) { return shrinkable(next); });
}

// Which label stands at which place.
class Places {
 public:
  bool taken(uint8_t place) const { return !labels_[place].empty(); }
  const std::string& at(uint8_t place) const { return labels_[place]; }
  const std::string& fill(uint8_t place) {
    static constexpr const char* kNames[] = {"l", "c", "d", "e"};
    const int n = ++count_[place];
    return labels_[place] = kNames[place] + (n == 1 ? std::string() : std::to_string(n));
  }
  void clear(uint8_t place) { labels_[place].clear(); }

 private:
  std::array<std::string, 4> labels_;
  std::array<int, 4> count_{};
};

}  // namespace

rc::Gen<Sequence> anySequence() {
  const auto flat = [](const std::vector<Sequence>& fragments) {
    Sequence out;
    for (const Sequence& f : fragments) out.insert(out.end(), f.begin(), f.end());
    return out;
  };
  auto random = rc::gen::map(rc::gen::resize(14, rc::gen::container<std::vector<Sequence>>(fragment())), flat);
  auto connected =
      rc::gen::map(rc::gen::pair(random, rc::gen::inRange<uint32_t>(0, 4)), [](std::pair<Sequence, uint32_t> p) {
        p.first.insert(p.first.begin(), kPair.begin(), kPair.end());
        p.first.front().n = p.second;
        return p.first;
      });
  auto value = rc::gen::weightedOneOf<Sequence>({{1, std::move(random)}, {7, std::move(connected)}});
  // RapidCheck would shrink fragments; steps are what can be left out.
  return [value](const rc::Random& chance, int size) { return shrinkable(value(chance, size).value()); };
}

std::vector<std::string> hosts() { return {"a", "b"}; }

std::vector<Operation> operationsOf(const Sequence& sequence) {
  std::vector<Operation> out;
  Places places;
  // One family a sequence, as its first socket says: who meets whom across families is families_test.cc.
  std::optional<bool> ipv6;
  for (const Step& step : sequence) {
    if (places.taken(step.who) == (step.kind == Kind::kSocket)) continue;
    Operation o;
    o.host = hostOf(step.who);
    o.settle = !step.together;
    if (step.kind != Kind::kSocket) o.socket = places.at(step.who);
    switch (step.kind) {
      case Kind::kSocket:
        o.call = Call::kSocket;
        o.socket = places.fill(step.who);
        if (!ipv6) ipv6 = step.n % 4 == 3;
        o.ipv6 = *ipv6;
        break;
      case Kind::kBind:
        o.call = Call::kBind;
        o.peerHost = o.host;
        o.port = step.who == kListener ? 80 : static_cast<uint16_t>(step.n % 4 == 0 ? 80 : 81);
        break;
      case Kind::kListen:
        o.call = Call::kListen;
        o.n = step.n % 3;
        break;
      case Kind::kConnect:
        o.call = Call::kConnect;
        o.peerHost = step.n % 8 == 7 ? "b" : "a";
        o.port = step.n % 16 == 5 ? 82 : step.n % 8 == 7 ? 81 : 80;
        break;
      case Kind::kAccept: {
        const uint8_t to = !places.taken(kAccepted) ? kAccepted : kOther;
        if (places.taken(to)) continue;
        o.call = Call::kAccept;
        o.as = places.fill(to);
        break;
      }
      case Kind::kWrite:
        o.call = Call::kWrite;
        o.n = 1 + step.n;
        for (int64_t i = 0; i < o.n; ++i)
          o.data.push_back(sockets::patternByte(out.size() * 5 + static_cast<uint64_t>(i)));
        break;
      case Kind::kRead:
        o.call = Call::kRead;
        o.n = 1 + step.n;
        break;
      case Kind::kPeek:
        o.call = Call::kPeek;
        o.n = 1 + step.n;
        break;
      case Kind::kShutdown: {
        static constexpr const char* kHow[] = {"rd", "wr", "rdwr"};
        o.call = Call::kShutdown;
        o.name = kHow[step.n % 3];
        break;
      }
      case Kind::kClose:
      case Kind::kAbort:
        o.call = step.kind == Kind::kClose ? Call::kClose : Call::kAbort;
        places.clear(step.who);
        break;
      case Kind::kSetOption: {
        o.call = Call::kSetOption;
        const auto& [name, value] = kOptions[step.n % std::size(kOptions)];
        o.name = name;
        o.n = value;
        // Of a connection it can break the promise of an earlier window: differences.txt.
        if (o.name == "SO_RCVBUF" && step.who != kListener) continue;
        break;
      }
      case Kind::kGetOption:
        o.call = Call::kGetOption;
        o.name = kReadable[step.n % std::size(kReadable)];
        break;
      case Kind::kFill:
        o.call = Call::kWrite;
        o.n = kWhole;
        break;
      case Kind::kDrain:
        o.call = Call::kRead;
        o.n = kWhole;
        break;
    }
    out.push_back(std::move(o));
  }
  // On loopback a call has had its effect when the next one begins; only where both end the connection this cannot be seen.
  for (size_t i = 0; i < out.size(); ++i) {
    const bool both = i + 1 < out.size() && out[i + 1].call == out[i].call && out[i + 1].socket != out[i].socket;
    out[i].settle = out[i].settle || !both;
  }
  return out;
}

}  // namespace orrery::conformance
