#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/scenario.h"

namespace orrery::script {

// What the parts of a scenario may name: its hosts, and the requests and connections of the steps read so far. Mistakes are told
// with the place and the nearest right word.
// Lifetime: the hosts outlive it, and may still grow. Errors: told, never thrown.
class Naming {
 public:
  static constexpr std::string_view kProxy = "proxy";
  using Tell = std::function<void(const std::string& path, std::string message)>;

  Naming(const std::vector<sim::HostSpec>& hosts, Tell tell) : hosts_(hosts), tell_(std::move(tell)) {}

  void problem(const std::string& path, std::string message) const { tell_(path, std::move(message)); }

  // With the proxy.
  std::vector<std::string_view> hostNames() const;
  bool isHost(std::string_view name) const;
  void needHost(const std::string& path, std::string_view host) const;

  // A step gives a request this name; each may be given once.
  void addRequest(const std::string& path, const std::string& name);
  bool isRequest(const std::string& name) const { return requests_.count(name) > 0; }
  const std::set<std::string>& requests() const { return requests_; }
  void needRequest(const std::string& path, std::string_view request) const;

  // Likewise of what a name server is asked; the names are not those of requests.
  void addLookup(const std::string& path, const std::string& name);
  bool isLookup(const std::string& name) const { return lookups_.count(name) > 0; }
  const std::set<std::string>& lookups() const { return lookups_; }
  void needNameServer(const std::string& path, std::string_view host) const;

  // Connections are named per host.
  void addConnection(const std::string& host, const std::string& name) { connections_.insert(host + "/" + name); }
  bool isConnection(const std::string& host, const std::string& name) const {
    return connections_.count(host + "/" + name) > 0;
  }

 private:
  const std::vector<sim::HostSpec>& hosts_;
  Tell tell_;
  void addName(const std::string& path, const std::string& name, std::set<std::string>& to);

  std::set<std::string> requests_;
  std::set<std::string> lookups_;
  std::set<std::string> connections_;
};

}  // namespace orrery::script
