#include "proxy/config/bootstrap.h"

#include "envoy/config/bootstrap/v3/bootstrap.pb.h"
#include "proxy/base/hash.h"
#include "proxy/config/any_type.h"
#include "proxy/config/coverage.h"
#include "proxy/config/message_reader.h"
#include "proxy/config/translate.h"
#include "proxy/config/validate.h"
#include "proxy/config/yaml_tree.h"

namespace orrery::config {

namespace {

using Message = envoy::config::bootstrap::v3::Bootstrap;

std::string hexadecimal(uint64_t value) {
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 15];
  return out;
}

// Two 64-bit hashes of the same bytes, started apart: for telling configurations apart, not against an adversary.
std::string contentId(const Message& message) {
  const std::string bytes = serializeDeterministically(message);
  uint64_t low = 1, high = 2;
  for (size_t at = 0; at < bytes.size(); at += 8) {
    uint64_t word = 0;
    for (size_t i = at; i < bytes.size() && i < at + 8; ++i) {
      word = word << 8 | static_cast<unsigned char>(bytes[i]);
    }
    low = hashCombine(low, word);
    high = hashCombine(high, mix64(word + 1));
  }
  return hexadecimal(hashCombine(high, bytes.size())) + hexadecimal(hashCombine(low, bytes.size()));
}

void setClusters(Translation& t, const Message& message, Bootstrap& out) {
  const auto scope = t.path.field("static_resources");
  const auto list = t.path.field("clusters");
  const auto& clusters = message.static_resources().clusters();
  for (int i = 0; i < clusters.size(); ++i) {
    const auto item = t.path.index(i);
    if (!t.clusters.emplace(clusters[i].name(), static_cast<uint32_t>(i)).second) {
      t.refuse("name", "cluster manager: duplicate cluster '" + clusters[i].name() + "'");
    }
    out.clusters.push_back(toCluster(t, clusters[i]));
  }
  // One that is not there mirrors nothing, as in Envoy.
  for (upstream::ClusterOptions& cluster : out.clusters) {
    for (route::MirrorPolicy& mirror : cluster.mirrors) {
      const auto found = t.clusters.find(mirror.cluster.name);
      if (found != t.clusters.end()) mirror.cluster.index = found->second;
    }
  }
}

// The cluster that this proxy is one of; its size is known once the clusters are.
void setLocalCluster(Translation& t, const Message& message, const Bootstrap& out) {
  t.localCluster = message.cluster_manager().local_cluster_name();
  if (t.localCluster.empty()) return;
  const auto scope = t.path.field("cluster_manager");
  const auto known = t.clusters.find(t.localCluster);
  if (known == t.clusters.end()) {
    t.refuse("local_cluster_name", "local cluster '" + t.localCluster + "' must be defined");
    return;
  }
  t.localHosts = out.clusters[known->second].endpoints.size();
  const auto& clusters = message.static_resources().clusters();
  for (const auto& locality : clusters[static_cast<int>(known->second)].load_assignment().endpoints()) {
    if (locality.priority() == 0) continue;
    t.refuse("local_cluster_name", "Unexpected non-zero priority for local cluster '" + t.localCluster + "'.");
    break;
  }
  if (!message.node().has_locality()) return;
  for (const auto& cluster : clusters) {
    for (const auto& locality : cluster.load_assignment().endpoints()) {
      if (!locality.has_locality()) continue;
      t.refuse("local_cluster_name",
               "with localities, of the node and of endpoints, it asks for zone-aware routing, which is not "
               "supported yet");
      return;
    }
  }
}

void setListeners(Translation& t, const Message& message, Bootstrap& out) {
  const auto scope = t.path.field("static_resources");
  const auto list = t.path.field("listeners");
  const auto& listeners = message.static_resources().listeners();
  for (int i = 0; i < listeners.size(); ++i) {
    const auto item = t.path.index(i);
    auto made = toListener(t, listeners[i], static_cast<size_t>(i));
    for (const auto& other : out.listeners) {
      if (other.name == made.name) t.refuse("name", "duplicate listener " + made.name + " found");
      for (const auto& address : made.addresses) {
        const bool ephemeral = address.isIp() && address.port() == 0;
        for (const auto& taken : other.addresses) {
          if (address != taken || ephemeral) continue;
          t.refuse("address", "error adding listener named '" + made.name + "': has duplicate address '" +
                                  address.text() + "' as existing listener");
        }
      }
    }
    out.listeners.push_back(std::move(made));
  }
}

std::shared_ptr<const Bootstrap> translate(const Message& message, const ReadFile& readFile,
                                           const ReadVariable& readVariable, Report& report) {
  Translation t{.report = report,
                .path = {},
                .clusters = {},
                .runtimeKeys = {},
                .readFile = readFile,
                .readVariable = readVariable};
  auto out = std::make_shared<Bootstrap>();
  out->nodeId = message.node().id();
  t.nodeId = message.node().id();
  out->nodeCluster = t.nodeCluster = message.node().cluster();
  setClusters(t, message, *out);
  setLocalCluster(t, message, *out);
  setListeners(t, message, *out);
  if (message.has_admin()) {
    const auto scope = t.path.field("admin");
    out->admin = toAdmin(t, message.admin());
  }
  out->runtime = toRuntime(t, message.has_layered_runtime() ? &message.layered_runtime() : nullptr);
  out->id = contentId(message);
  return out;
}

void read(const BootstrapText& from, Message& message, Report& report) {
  const auto tree = readYaml(from.text);
  if (!tree) {
    report.refuseAt(tree.error().mark, "", tree.error().message);
  } else {
    readMessage(*tree, message, report);
  }
}

LoadResult accept(const Message& message, const ReadFile& readFile, const ReadVariable& readVariable, Report report) {
  const bool readable = !report.refused();
  validateMessage(message, report);
  const bool valid = readable && !report.refused();
  checkCoverage(message, report);
  checkDeprecation(message, report);
  // What could not be read or breaks a rule is not translated: complaints about the rest would be guesses.
  std::shared_ptr<const Bootstrap> bootstrap;
  if (valid) bootstrap = translate(message, readFile, readVariable, report);
  if (report.refused()) bootstrap = nullptr;
  return {std::move(bootstrap), report.take()};
}

}  // namespace

LoadResult loadBootstrap(std::string_view text, const std::string& file, const ReadFile& readFile,
                         const ReadVariable& readVariable) {
  Report report(file);
  const auto tree = readYaml(text);
  if (!tree) {
    report.refuseAt(tree.error().mark, "", tree.error().message);
    return {nullptr, report.take()};
  }
  Message message;
  readMessage(*tree, message, report);
  return accept(message, readFile, readVariable, std::move(report));
}

LoadResult loadMergedBootstrap(const BootstrapText& text, const BootstrapText& mergedOnto, const ReadFile& readFile,
                               const ReadVariable& readVariable) {
  Report report(mergedOnto.file), other(text.file);
  Message message, onto;
  read(mergedOnto, onto, report);
  read(text, message, other);
  onto.MergeFrom(message);
  const bool readable = !report.refused() && !other.refused();
  report.mergeFrom(std::move(other));
  // Half a configuration is not judged.
  if (!readable) return {nullptr, report.take()};
  return accept(onto, readFile, readVariable, std::move(report));
}

}  // namespace orrery::config
