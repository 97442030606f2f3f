#include "cli/sockets/operation.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/sockets/options.h"
#include "proxy/base/did_you_mean.h"

namespace orrery::sockets {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kNames[kCalls] = {"socket",     "bind", "listen",   "connect", "accept", "write",
                                             "read",       "peek", "shutdown", "close",   "abort",  "setsockopt",
                                             "getsockopt", "poll", "state",    "sleep",   "settle"};
constexpr size_t kMaxOperations = 100'000;
constexpr size_t kMaxHosts = 16;
constexpr int64_t kMaxBytes = 64 << 20;

// What each call takes beside "op" and "settle".
std::vector<std::string_view> membersOf(Call call) {
  switch (call) {
    case Call::kSocket: return {"host", "s", "family"};
    case Call::kBind:
    case Call::kConnect: return {"s", "addr", "form"};
    case Call::kListen: return {"s", "backlog"};
    case Call::kAccept: return {"s", "as"};
    case Call::kWrite: return {"s", "n", "data", "oob"};
    case Call::kRead:
    case Call::kPeek: return {"s", "n"};
    case Call::kShutdown: return {"s", "how"};
    case Call::kSetOption: return {"s", "name", "value"};
    case Call::kGetOption: return {"s", "name"};
    case Call::kSleep: return {"ms"};
    case Call::kSettle: return {};
    default: return {"s"};
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Script> read() {
    while (!text_.empty() && problem_.empty()) {
      const size_t end = std::min(text_.find('\n'), text_.size());
      const std::string_view line = text_.substr(0, end);
      text_.remove_prefix(std::min(end + 1, text_.size()));
      ++line_;
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) one(line);
    }
    if (!problem_.empty()) return makeError(std::to_string(line_) + ": " + problem_);
    return std::move(script_);
  }

 private:
  void refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  void one(std::string_view line) {
    json_ = Json::parse(line, nullptr, false);
    if (!json_.is_object()) return refuse("expected one JSON object, such as {\"op\":\"read\",\"s\":\"c\",\"n\":10}");
    if (script_.operations.size() == kMaxOperations) return refuse("a script has at most 100000 operations");
    Operation o;
    const std::string name = text("op");
    const auto* at = std::find(std::begin(kNames), std::end(kNames), name);
    if (at == std::end(kNames)) {
      return refuse("op: there is no operation '" + name + "'" +
                    didYouMean(name, std::vector<std::string_view>(std::begin(kNames), std::end(kNames))));
    }
    o.call = static_cast<Call>(at - std::begin(kNames));
    auto known = membersOf(o.call);
    // Each operation may say whose it is.
    known.insert(known.end(), {"op", "host", "settle"});
    for (const auto& [key, value] : json_.items()) {
      if (std::find(known.begin(), known.end(), key) == known.end())
        refuse(name + " takes no '" + key + "'" + didYouMean(key, known));
    }
    o.settle = truth("settle", true);
    if (o.call != Call::kSleep && o.call != Call::kSettle) o.socket = text("s");
    if (json_.contains("host")) host(o.host = text("host"));
    particular(o);
    label(o);
    script_.operations.push_back(std::move(o));
  }

  void particular(Operation& o) {
    switch (o.call) {
      case Call::kSocket:
        o.host = text("host");
        o.ipv6 = word("family", {"inet", "inet6"}) == 1;
        break;
      case Call::kBind:
      case Call::kConnect: address(o); break;
      case Call::kListen: o.n = json_.contains("backlog") ? number("backlog", 0, 65535) : 4096; break;
      case Call::kAccept: o.as = text("as"); break;
      case Call::kWrite:
        o.oob = truth("oob", false);
        if (json_.contains("data")) {
          o.data = text("data");
          o.n = static_cast<int64_t>(o.data.size());
          if (json_.contains("n")) refuse("write: expected one of n and data, found both");
        } else {
          o.n = number("n", 1, kMaxBytes);
        }
        break;
      case Call::kRead:
      case Call::kPeek: o.n = number("n", 1, kMaxBytes); break;
      case Call::kShutdown:
        o.name = text("how");
        if (o.name != "rd" && o.name != "wr" && o.name != "rdwr")
          refuse("how: expected rd, wr or rdwr, found '" + o.name + "'");
        break;
      case Call::kSetOption:
      case Call::kGetOption: {
        o.name = text("name");
        const Option* option = findOption(o.name);
        if (option == nullptr) {
          refuse("name: '" + o.name + "' is none of " + optionNames());
        } else if (o.call == Call::kSetOption) {
          if (option->readOnly) refuse("name: " + o.name + " can only be read");
          o.n = number("value", option->least, option->most);
        }
        break;
      }
      case Call::kSleep: o.n = number("ms", 0, 600'000); break;
      default: break;
    }
  }

  void address(Operation& o) {
    o.form = static_cast<Form>(word("form", {"own", "any", "mapped"}));
    const std::string addr = text("addr");
    const size_t colon = addr.rfind(':');
    const std::string_view port = std::string_view(addr).substr(colon == std::string::npos ? 0 : colon + 1);
    const bool digits =
        !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string_view::npos;
    if (colon == std::string::npos || colon == 0 || !digits || std::stoi(std::string(port)) > 65535) {
      return refuse("addr: expected host:port, found '" + addr + "'");
    }
    o.peerHost = addr.substr(0, colon);
    o.port = static_cast<uint16_t>(std::stoi(std::string(port)));
    host(o.peerHost);
  }

  // Labels are known before they are used; a label that was closed answers EBADF, as a descriptor does.
  void label(const Operation& o) {
    if (o.call == Call::kSocket) {
      host(o.host);
      if (!hostOf_.emplace(o.socket, o.host).second) refuse("s: there is a socket '" + o.socket + "' already");
      return;
    }
    if (o.socket.empty()) return;
    const auto at = hostOf_.find(o.socket);
    if (at == hostOf_.end()) return refuse("s: there is no socket '" + o.socket + "' yet");
    if (!o.host.empty() && o.host != at->second)
      refuse("host: socket '" + o.socket + "' is one of host '" + at->second + "'");
    if (o.call == Call::kBind && o.peerHost != at->second) {
      refuse("addr: a socket of host '" + at->second + "' cannot be bound to host '" + o.peerHost + "'");
    }
    if (o.call == Call::kAccept && !hostOf_.emplace(o.as, at->second).second) {
      refuse("as: there is a socket '" + o.as + "' already");
    }
  }

  void host(const std::string& name) {
    if (std::find(script_.hosts.begin(), script_.hosts.end(), name) != script_.hosts.end()) return;
    if (script_.hosts.size() == kMaxHosts) refuse("host: a script has at most 16 hosts");
    script_.hosts.push_back(name);
  }
  std::string text(const char* key) {
    const auto at = json_.find(key);
    if (at == json_.end() || !at->is_string() || at->get_ref<const std::string&>().empty()) {
      refuse(std::string(key) + ": expected a text");
      return {};
    }
    return at->get<std::string>();
  }
  // The first where it is not said.
  size_t word(const char* key, std::initializer_list<std::string_view> words) {
    if (!json_.contains(key)) return 0;
    const auto* at = std::find(words.begin(), words.end(), text(key));
    if (at != words.end()) return static_cast<size_t>(at - words.begin());
    std::string list;
    for (const std::string_view w : words) list += (list.empty() ? "" : ", ") + std::string(w);
    refuse(std::string(key) + ": expected one of " + list);
    return 0;
  }
  bool truth(const char* key, bool byDefault) {
    if (!json_.contains(key)) return byDefault;
    if (json_[key].is_boolean()) return json_[key].get<bool>();
    refuse(std::string(key) + ": expected true or false");
    return byDefault;
  }
  int64_t number(const char* key, int64_t least, int64_t most) {
    const auto at = json_.find(key);
    if (at != json_.end() && at->is_number_integer() && at->get<int64_t>() >= least && at->get<int64_t>() <= most) {
      return at->get<int64_t>();
    }
    refuse(std::string(key) + ": expected a whole number from " + std::to_string(least) + " to " +
           std::to_string(most));
    return least;
  }

  std::string_view text_;
  size_t line_ = 0;
  std::string problem_;
  Json json_;
  Script script_;
  std::map<std::string, std::string> hostOf_;  // by label
};

}  // namespace

std::string_view callName(Call call) { return kNames[static_cast<size_t>(call)]; }

Result<Script> parseScript(std::string_view text) { return Reader(text).read(); }

std::string toLine(const Operation& o) {
  Json j;
  if (o.call == Call::kSocket) j["host"] = o.host;
  j["op"] = callName(o.call);
  if (!o.socket.empty()) j["s"] = o.socket;
  if (o.ipv6) j["family"] = "inet6";
  switch (o.call) {
    case Call::kBind:
    case Call::kConnect:
      j["addr"] = o.peerHost + ":" + std::to_string(o.port);
      if (o.form != Form::kOwn) j["form"] = o.form == Form::kAny ? "any" : "mapped";
      break;
    case Call::kListen: j["backlog"] = o.n; break;
    case Call::kAccept: j["as"] = o.as; break;
    case Call::kWrite:
      if (o.data.empty())
        j["n"] = o.n;
      else
        j["data"] = o.data;
      if (o.oob) j["oob"] = true;
      break;
    case Call::kRead:
    case Call::kPeek: j["n"] = o.n; break;
    case Call::kShutdown: j["how"] = o.name; break;
    case Call::kSetOption:
      j["name"] = o.name;
      j["value"] = o.n;
      break;
    case Call::kGetOption: j["name"] = o.name; break;
    case Call::kSleep: j["ms"] = o.n; break;
    default: break;
  }
  if (!o.settle) j["settle"] = false;
  return j.dump();
}

char patternByte(uint64_t k) { return static_cast<char>('a' + (k * 7 + k / 26 + k / 677) % 26); }

}  // namespace orrery::sockets
