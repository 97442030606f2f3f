#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proxy/admin/admin_host.h"
#include "proxy/admin/commands.h"

namespace orrery::admin::test {

// A server of one worker and one cluster "origin" with one host, which writes down what it is asked to do.
class FakeHost final : public AdminHost {
 public:
  FakeHost() : set(makeSet(layout)), shared(set, 1), main(layout), worker(layout), blocks{&main, &worker} {}

  ServerInfo serverInfo() override { return info; }
  std::vector<ListenerSnapshot> listeners() override { return {{"in", {"127.0.0.1:10000", "[::1]:10001"}}}; }
  const upstream::SharedClusters& clusters() override { return shared; }
  const stats::Layout& statsLayout() override { return layout; }
  std::span<const stats::Block* const> statsBlocks() override { return blocks; }
  void refreshGauges() override { shared.refreshGauges(main); }
  const runtime::RuntimeOptions& runtimeLayers() override { return runtime; }
  bool modifyRuntime(const std::vector<std::pair<std::string, std::string>>& changes) override {
    for (const auto& [key, value] : changes) log += "modify " + key + "=" + value + ";";
    return adminLayer;
  }
  void failHealthCheck(bool fail) override { log += fail ? "fail;" : "ok;"; }
  void drainListeners(bool graceful, bool inboundOnly) override {
    log += std::string("drain") + (graceful ? " graceful" : "") + (inboundOnly ? " inbound" : "") + ";";
  }
  void resetCounters() override { log += "reset;"; }
  void quit() override { log += "quit;"; }

  std::string log;
  bool adminLayer = true;
  ServerInfo info;
  runtime::RuntimeOptions runtime;
  stats::Layout layout;
  std::shared_ptr<const upstream::ClusterSet> set;
  upstream::SharedClusters shared;
  stats::Block main;
  stats::Block worker;
  std::vector<const stats::Block*> blocks;

  const upstream::ClusterStats& origin() const { return set->at(0).stats; }

 private:
  static std::shared_ptr<const upstream::ClusterSet> makeSet(stats::Layout& layout) {
    upstream::ClusterOptions options;
    options.name = "origin";
    options.breakers.maxRequests = 7;
    upstream::EndpointOptions endpoint;
    endpoint.address = io::Address::ipv4(0x7f000001, 20000);
    endpoint.hostname = "o.example";
    options.endpoints.push_back(endpoint);
    return std::make_shared<const upstream::ClusterSet>(std::vector{options}, layout);
  }
};

inline AdminReply ask(AdminHost& host, std::string_view method, std::string_view target, std::string_view body = {}) {
  return answer(host, parseAdminRequest(method, target, body));
}

}  // namespace orrery::admin::test
