#include "tests/unit/proxy/config/sample.h"

namespace orrery::config {

namespace {

constexpr std::string_view kSample = R"(node: {id: edge-1, cluster: edge}
admin:
  address: {socket_address: {address: 127.0.0.1, port_value: 9901}}
  $admin
static_resources:
  listeners:
  - name: front
    address: {socket_address: {address: 127.0.0.1, port_value: 10000}}
    filter_chains:
    - name: chain
      filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          http_filters:$filters
          - name: router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
              $router
          route_config:
            name: local
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: "/"}
                $route
                route:
                  cluster: origin
                  $action
              $host
            $config
          $hcm
      $chain
    $listener
  clusters:
  - name: origin
    connect_timeout: 1s
    load_assignment:
      cluster_name: origin
      endpoints:
      - lb_endpoints:
        - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 8080}}}
    $cluster
  - name: other
$bootstrap
)";

std::string_view marker(At where) {
  switch (where) {
    case At::kBootstrap: return "$bootstrap";
    case At::kAdmin: return "$admin";
    case At::kListener: return "$listener";
    case At::kChain: return "$chain";
    case At::kHcm: return "$hcm";
    case At::kFilter: return "$filters";
    case At::kRouter: return "$router";
    case At::kRouteConfig: return "$config";
    case At::kHost: return "$host";
    case At::kRoute: return "$route";
    case At::kRouteAction: return "$action";
    case At::kCluster: return "$cluster";
    case At::kNowhere: break;
  }
  return "";
}

// Files of /text say how they are called; there are no others.
Result<std::string> readSampleFile(const std::string& path) {
  if (!path.starts_with("/text/")) return makeError("unable to read file: " + path);
  return path.substr(6);
}

// Variables too; there is one that is not set.
std::optional<std::string> readSampleVariable(const std::string& name) {
  if (name == "UNSET") return std::nullopt;
  return "of " + name;
}

bool isReplacement(const Finding& finding) { return finding.message.starts_with("given again; this one counts"); }

}  // namespace

std::string sampleYaml(std::initializer_list<Snippet> snippets) {
  std::string out;
  std::string_view rest = kSample;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const size_t dollar = line.find('$');
    out += line.substr(0, dollar);
    for (const Snippet& s : snippets) {
      if (dollar != std::string_view::npos && line.substr(dollar) == marker(s.where)) out += s.text;
    }
    out += '\n';
  }
  return out;
}

std::string findingLines(const LoadResult& result) {
  std::string out;
  for (const auto& finding : result.findings) out += toLine(finding) + "\n";
  return out;
}

LoadResult loadSample(At where, std::string_view snippet) {
  LoadResult result = loadBootstrap(sampleYaml({{where, snippet}}), "sample.yaml", readSampleFile, readSampleVariable);
  std::erase_if(result.findings, isReplacement);
  return result;
}

}  // namespace orrery::config
