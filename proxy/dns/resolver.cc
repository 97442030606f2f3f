#include "proxy/dns/resolver.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace orrery::dns {

namespace {

constexpr Duration kDay = Duration::seconds(86'400);

bool isOf(const io::Address& a, Family f) {
  return a.kind() == (f == Family::kV4 ? io::Address::Kind::kIpv4 : io::Address::Kind::kIpv6);
}

// The names to try, in order (resolv.conf(5), ndots and search). A point at the end: only as it is.
std::vector<std::string> candidates(const std::string& name, const Config& config) {
  if (name.ends_with('.')) return {name.substr(0, name.size() - 1)};
  std::vector<std::string> out;
  for (const std::string& domain : config.search) out.push_back(name + '.' + domain);
  const auto points = static_cast<uint32_t>(std::count(name.begin(), name.end(), '.'));
  out.insert(points >= config.ndots ? out.begin() : out.end(), name);
  return out;
}

}  // namespace

class Resolver::Running final : public Lookup {
 public:
  Running(Resolver& resolver, const std::string& name, Wanted wanted, Callback callback)
      : resolver_(resolver),
        plan_(planOf(wanted)),
        names_(candidates(name, resolver.config_)),
        callback_(std::move(callback)),
        tellLater_(Delegate<void()>::to<&Running::tell>(this)) {}

  void start(const std::string& name) {
    if (fromLiteral(name) || fromHosts(name)) {
      resolver_.dispatcher_.schedule(tellLater_);
      return;
    }
    tryName();
  }

 private:
  // The families to ask for, and whether the second is asked for only if the first gave nothing.
  struct Plan {
    std::vector<Family> families;
    bool inTurn = false;
  };
  static Plan planOf(Wanted wanted) {
    switch (wanted) {
      case Wanted::kV4Only: return {{Family::kV4}, false};
      case Wanted::kV6Only: return {{Family::kV6}, false};
      case Wanted::kAuto: return {{Family::kV6, Family::kV4}, true};
      case Wanted::kV4Preferred: return {{Family::kV4, Family::kV6}, true};
      case Wanted::kAll: return {{Family::kV6, Family::kV4}, false};
    }
    return {};
  }

  // What became of one family of the name that is tried.
  struct Part {
    bool asked = false;
    bool done = false;
    Response response;
    bool timedOut = false;
    std::unique_ptr<Exchange> exchange;
  };

  bool fromLiteral(const std::string& name) {
    const auto literal = io::Address::parseIp(name, 0);
    if (!literal) return false;
    const bool wanted =
        std::any_of(plan_.families.begin(), plan_.families.end(), [&](Family f) { return isOf(*literal, f); });
    result_ = {wanted ? Resolution::Outcome::kFound : Resolution::Outcome::kNotFound, {}, kDay};
    if (wanted) result_.addresses.push_back(*literal);
    return true;
  }

  bool fromHosts(const std::string& name) {
    const auto it = resolver_.config_.hosts.find(name.ends_with('.') ? name.substr(0, name.size() - 1) : name);
    if (it == resolver_.config_.hosts.end()) return false;
    std::array<std::vector<io::Address>, 2> found;
    for (size_t i = 0; i < plan_.families.size(); ++i) {
      for (const io::Address& a : it->second) {
        if (isOf(a, plan_.families[i])) found[i].push_back(a);
      }
    }
    if (found[0].empty() && found[1].empty()) return false;
    if (plan_.inTurn && !found[0].empty()) found[1].clear();
    result_ = {Resolution::Outcome::kFound, interleaved(found), kDay};
    return true;
  }

  void tryName() {
    parts_ = {};
    ask(0);
    if (!plan_.inTurn && plan_.families.size() > 1) ask(1);
    if (complete()) resolver_.dispatcher_.schedule(tellLater_);  // all of it was cached
  }

  void ask(size_t i) {
    Part& part = parts_[i];
    part.asked = true;
    const std::string& name = names_[at_];
    const Family family = plan_.families[i];
    const TimePoint now = resolver_.dispatcher_.now();
    if (const Cache::Entry* known = resolver_.cache_.find(name, family, now)) {
      part.response = {Response::Kind::kAnswer, known->addresses, known->until - now};
      part.done = true;
      return;
    }
    part.exchange = std::make_unique<Exchange>(
        resolver_.dispatcher_, resolver_.random_, resolver_.config_.servers, name, family,
        [this, i](Response response, bool timedOut) { onResponse(i, std::move(response), timedOut); });
    part.exchange->start(resolver_.config_.rotate ? resolver_.nextServer_++ : 0);
  }

  void onResponse(size_t i, Response response, bool timedOut) {
    Part& part = parts_[i];
    if (response.kind == Response::Kind::kAnswer) {
      resolver_.cache_.add(names_[at_], plan_.families[i], response, resolver_.dispatcher_.now());
    }
    part.response = std::move(response);
    part.timedOut = timedOut;
    part.done = true;
    if (complete()) tell();
  }

  // All that was asked has been answered. In turn, the second family is asked for when the first gave nothing.
  bool complete() {
    for (const Part& part : parts_) {
      if (part.asked && !part.done) return false;
    }
    if (plan_.inTurn && !parts_[1].asked && parts_[0].response.kind != Response::Kind::kAnswer) {
      ask(1);
      return parts_[1].done;
    }
    return true;
  }

  // Goes on to the next name, or tells the caller.
  void tell() {
    if (result_.outcome == Resolution::Outcome::kFailed) {
      result_ = outcome();
      if (result_.outcome == Resolution::Outcome::kNotFound && at_ + 1 < names_.size()) {
        result_ = {};
        ++at_;
        tryName();
        return;
      }
    }
    Callback callback = std::move(callback_);
    callback(std::move(result_));  // may have destroyed this
  }

  Resolution outcome() const {
    std::array<std::vector<io::Address>, 2> found;
    std::optional<Duration> ttl;
    bool failed = false;
    bool silent = true;
    for (size_t i = 0; i < parts_.size(); ++i) {
      const Part& part = parts_[i];
      if (!part.asked) continue;
      if (part.response.kind == Response::Kind::kAnswer) {
        found[i] = part.response.addresses;
        ttl = ttl ? std::min(*ttl, part.response.ttl) : part.response.ttl;
      }
      if (part.response.kind == Response::Kind::kServerFailure) {
        failed = true;
        silent = silent && part.timedOut;
      }
    }
    if (ttl) return {Resolution::Outcome::kFound, interleaved(found), *ttl};
    if (!failed) return {Resolution::Outcome::kNotFound, {}, {}};
    return {silent ? Resolution::Outcome::kTimedOut : Resolution::Outcome::kFailed, {}, {}};
  }

  // RFC 8305 section 4: one of each family in turn.
  static std::vector<io::Address> interleaved(const std::array<std::vector<io::Address>, 2>& found) {
    std::vector<io::Address> out;
    for (size_t i = 0; i < std::max(found[0].size(), found[1].size()); ++i) {
      for (const auto& family : found) {
        if (i < family.size()) out.push_back(family[i]);
      }
    }
    return out;
  }

  Resolver& resolver_;
  Plan plan_;
  std::vector<std::string> names_;
  size_t at_ = 0;
  Callback callback_;
  io::Task tellLater_;
  std::array<Part, 2> parts_;
  Resolution result_;
};

std::unique_ptr<Lookup> Resolver::resolve(const std::string& name, Wanted wanted, Callback callback) {
  const std::string plain = lowerCase(name);
  auto lookup = std::make_unique<Running>(*this, plain, wanted, std::move(callback));
  lookup->start(plain);
  return lookup;
}

}  // namespace orrery::dns
