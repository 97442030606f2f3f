#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/admin/admin_options.h"
#include "proxy/base/status.h"
#include "proxy/config/finding.h"
#include "proxy/http/hcm_options.h"
#include "proxy/net/listener_options.h"
#include "proxy/runtime/runtime.h"
#include "proxy/upstream/cluster_options.h"

namespace orrery::config {

// A whole Envoy bootstrap as the plain option structs of the modules: deeply const, shared by worlds and workers, no
// protobuf behind it.
struct Bootstrap {
  std::string nodeId;
  std::string nodeCluster;
  std::vector<net::ListenerOptions> listeners;
  std::vector<upstream::ClusterOptions> clusters;  // dense index = position
  admin::AdminOptions admin;
  runtime::RuntimeOptions runtime;
  // 128-bit hash of the accepted message, as hexadecimal text.
  std::string id;
};

struct LoadResult {
  std::shared_ptr<const Bootstrap> bootstrap;  // null if anything was refused
  std::vector<Finding> findings;               // in order of the file; errors and warnings
};

// How files that a configuration names (DataSource.filename) are read; called before the load returns. Empty: none can be
// read here, and a configuration that names one is refused.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

// The same of variables of the environment (DataSource.environment_variable); nothing: it is not set.
using ReadVariable = std::function<std::optional<std::string>(const std::string& name)>;

// Reads a bootstrap in YAML or JSON. `file` is only for messages. Never throws; hostile input gives findings.
// Bounds: 16 MiB of text, nesting of 100.
LoadResult loadBootstrap(std::string_view text, const std::string& file, const ReadFile& readFile = {},
                         const ReadVariable& readVariable = {});

// Text and what it is called in messages.
struct BootstrapText {
  std::string_view text;
  std::string file;
};
// The same of a text that is merged onto another as Envoy does (--config-path with --config-yaml): both are read on their
// own, then protobuf's MergeFrom joins them: lists grow, set fields replace, messages merge (two durations too, seconds
// and nanoseconds each by itself), and the result is judged as a whole. Findings name the text that a field came from.
LoadResult loadMergedBootstrap(const BootstrapText& text, const BootstrapText& mergedOnto,
                               const ReadFile& readFile = {}, const ReadVariable& readVariable = {});

}  // namespace orrery::config
