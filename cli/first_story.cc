#include "cli/first_story.h"

#include <algorithm>
#include <set>

#include "proxy/base/ascii.h"
#include "proxy/http/hcm_config.h"
#include "proxy/http/hcm_options.h"

namespace orrery::cli {

namespace {

constexpr size_t kMostRequests = 64;
constexpr std::string_view kManager = "envoy.filters.network.http_connection_manager";

bool isWordChar(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

class Writer {
 public:
  explicit Writer(const config::Bootstrap& bootstrap) : bootstrap_(bootstrap) {}

  FirstStory run() {
    for (const net::ListenerOptions& l : bootstrap_.listeners) {
      for (const auto& filter : l.chain.filters) {
        if (filter.typeName == kManager && !l.addresses.empty()) {
          client(l, *static_cast<const http::HcmOptions*>(filter.options.get()));
        }
      }
    }
    for (const upstream::ClusterOptions& c : bootstrap_.clusters) origins(c);
    return std::move(out_);
  }

 private:
  // Words of scenarios are letters, digits and underscores.
  std::string unique(std::string_view wanted) {
    std::string name;
    for (const char c : toLower(wanted)) name += isWordChar(c) ? c : '_';
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name.insert(0, "at_");
    for (int n = 2; !names_.insert(name).second; ++n) {
      const size_t end = n == 2 ? name.size() : name.rfind('_');
      name = name.substr(0, end) + "_" + std::to_string(n);
    }
    return name;
  }

  void client(const net::ListenerOptions& listener, const http::HcmOptions& hcm) {
    const std::string name = unique(bootstrap_.listeners.size() == 1 ? "client" : "client_" + listener.name);
    out_.hostLines += "  " + name + ":\n";
    out_.storyLines += "  " + name + ":\n    - connect proxy:" + std::to_string(listener.addresses[0].port()) +
                       (hcm.codecType == http::CodecType::kHttp2 ? " with http2\n" : "\n");
    ++out_.hosts;
    if (hcm.routes == nullptr) return;
    for (const route::VirtualHost& v : hcm.routes->virtualHosts) {
      for (const route::Route& r : v.routes) request(v, r);
    }
  }

  void request(const route::VirtualHost& host, const route::Route& r) {
    const route::RouteMatch& match = r.match;
    using Kind = route::RouteMatch::PathKind;
    const bool plain = match.pathKind == Kind::kPrefix || match.pathKind == Kind::kExact ||
                       match.pathKind == Kind::kPathSeparatedPrefix;
    const bool more = match.grpc || !match.headers.empty() || !match.queryParameters.empty() ||
                      !match.cookies.empty() || match.runtimeFraction;
    if (!plain || more || out_.requests.size() >= kMostRequests) {
      out_.left.push_back("virtual host " + host.name + ", " + (match.path.empty() ? "a route" : match.path) + ": " +
                          (plain && !more ? "beyond the first " + std::to_string(kMostRequests)
                                          : "what it asks of a request cannot be guessed"));
      return;
    }
    const std::string domain = domainOf(host);
    const std::string name = unique(match.path == "/" || match.path.empty() ? "root" : trimmed(match.path));
    out_.storyLines += "    - get " + (match.path.empty() ? "/" : match.path) +
                       (domain.empty() ? "" : " with host=\"" + domain + "\"") + " -> " + name + "\n";
    out_.requests.push_back({name, name + ".status == " + std::to_string(statusOf(r))});
  }

  static std::string trimmed(std::string_view path) {
    while (path.starts_with('/')) path.remove_prefix(1);
    while (path.ends_with('/')) path.remove_suffix(1);
    return std::string(path);
  }

  // A host for which this virtual host is chosen; empty: any will do.
  static std::string domainOf(const route::VirtualHost& host) {
    for (const std::string& d : host.domains) {
      if (d == "*") return "";
    }
    if (host.domains.empty()) return "";
    std::string domain = host.domains[0];
    if (domain.starts_with('*')) return "any" + domain.substr(1);
    if (domain.ends_with('*')) domain.back() = 'x';
    return domain;
  }

  static uint32_t statusOf(const route::Route& r) {
    if (r.direct) return r.direct->status;
    if (r.redirect) return r.redirect->code;
    return r.action ? 200 : 503;
  }

  bool proxyListensAt(const io::Address& address) const {
    return std::any_of(bootstrap_.listeners.begin(), bootstrap_.listeners.end(), [&](const net::ListenerOptions& l) {
      return std::any_of(l.addresses.begin(), l.addresses.end(),
                         [&](const io::Address& a) { return a.ipText() == address.ipText(); });
    });
  }

  void origins(const upstream::ClusterOptions& cluster) {
    for (const upstream::EndpointOptions& e : cluster.endpoints) {
      if (!e.address.isIp()) {
        out_.left.push_back("cluster " + cluster.name + ", " + e.address.text() + ": no IP address");
      } else if (proxyListensAt(e.address)) {
        out_.left.push_back("cluster " + cluster.name + ", " + e.address.text() + ": the proxy is at that address");
      } else if (addresses_.insert(e.address.ipText()).second) {
        origin(cluster, e.address);
      }
    }
  }
  void origin(const upstream::ClusterOptions& cluster, const io::Address& address) {
    const std::string name = unique(cluster.name);
    std::string ports;
    std::set<uint16_t> seen;
    for (const upstream::ClusterOptions& c : bootstrap_.clusters) {
      for (const upstream::EndpointOptions& e : c.endpoints) {
        if (e.address.isIp() && e.address.ipText() == address.ipText() && seen.insert(e.address.port()).second)
          ports += (ports.empty() ? "" : ", ") + std::to_string(e.address.port());
      }
    }
    out_.hostLines += "  " + name + ": { address: \"" + address.ipText() + "\", listens: [" + ports + "] }\n";
    out_.storyLines += "  " + name + ":\n    - from then on, answer 200 \"" + name + "\"\n";
    ++out_.hosts;
  }

  const config::Bootstrap& bootstrap_;
  FirstStory out_;
  std::set<std::string> names_ = {"proxy", "stats", "log"};
  std::set<std::string> addresses_;  // of hosts that are written
};

std::string listOf(std::string_view key, const std::vector<std::string>& lines) {
  if (lines.empty()) return "";
  std::string out = std::string(key) + ":\n";
  for (const std::string& l : lines) out += "  - " + l + "\n";
  return out;
}

}  // namespace

std::string FirstStory::text(const std::string& bootstrap, const std::vector<std::string>& always,
                             const std::vector<std::string>& sometimes) const {
  return "claim: Each route of this file answers.   # one sentence that the story shows; this one is only a beginning\n"
         "source: orrery init                      # where the behaviour is described or was reported\n"
         "proxy: { bootstrap: \"" +
         bootstrap + "\" }\nhosts:\n" + hostLines + "story:\n" + storyLines + listOf("always", always) +
         listOf("sometimes", sometimes);
}

FirstStory firstStory(const config::Bootstrap& bootstrap) { return Writer(bootstrap).run(); }

}  // namespace orrery::cli
