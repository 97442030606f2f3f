#include "sim/script/naming.h"

#include <algorithm>

#include "proxy/base/did_you_mean.h"
#include "sim/script/units.h"

namespace orrery::script {

std::vector<std::string_view> Naming::hostNames() const {
  std::vector<std::string_view> names = {kProxy};
  for (const auto& h : hosts_) names.push_back(h.name);
  return names;
}

bool Naming::isHost(std::string_view name) const {
  const auto names = hostNames();
  return std::find(names.begin(), names.end(), name) != names.end();
}

void Naming::needHost(const std::string& path, std::string_view host) const {
  if (isHost(host)) return;
  std::string list;
  const auto names = hostNames();
  for (const std::string_view n : names) list += (list.empty() ? "" : ", ") + std::string(n);
  problem(path, "expected a host of this scenario (" + list + "), found '" + std::string(host) + "'" +
                    didYouMean(host, names));
}

void Naming::addRequest(const std::string& path, const std::string& name) { addName(path, name, requests_); }
void Naming::addLookup(const std::string& path, const std::string& name) { addName(path, name, lookups_); }

void Naming::addName(const std::string& path, const std::string& name, std::set<std::string>& to) {
  if (!isName(name) || isHost(name)) {
    problem(path, "expected a name that is no host and no word of expectations, found '" + name + "'");
  } else if (isRequest(name) || isLookup(name)) {
    problem(path, "expected a name that is used once, found '" + name + "' a second time");
  } else {
    to.insert(name);
  }
}

void Naming::needNameServer(const std::string& path, std::string_view host) const {
  needHost(path, host);
  const auto of = std::find_if(hosts_.begin(), hosts_.end(), [&](const sim::HostSpec& h) { return h.name == host; });
  if (isHost(host) && (of == hosts_.end() || of->names.empty())) {
    problem(path, "expected a name server (hosts." + std::string(host) + ".names), found another host");
  }
}

void Naming::needRequest(const std::string& path, std::string_view request) const {
  if (requests_.count(std::string(request)) > 0) return;
  const std::vector<std::string_view> names(requests_.begin(), requests_.end());
  problem(path, "expected the name of a request (... -> NAME), found '" + std::string(request) + "'" +
                    didYouMean(request, names));
}

}  // namespace orrery::script
