#pragma once

#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "proxy/access_log/access_logger.h"
#include "proxy/http/filter.h"
#include "proxy/http/upstream_filters.h"
#include "proxy/stats/layout.h"

namespace orrery::upstream {
class ClusterManager;
}

namespace orrery::http {

// What all workers of one server share for one configured filter (token buckets, counts that decide). Made before the
// workers start. Threading: any worker.
class FilterShared {
 public:
  virtual ~FilterShared() = default;
};

// What the factory of a filter is made from, on one worker. All outlive it.
struct FilterWorker {
  net::Worker& worker;
  upstream::ClusterManager& clusters;
  FilterShared* shared;              // what newShared() of the same plan made; null if it makes none
  std::string_view ownAddress = {};  // this machine's
  // Of a router with upstream filters: owned by its factory alone.
  std::shared_ptr<const UpstreamFilters> upstream = {};
  // What the plan's accessLogs() write to: owned by the factory alone. Null: nothing.
  std::shared_ptr<const access_log::AccessLoggers> accessLogs = {};
};

// Whose chain a filter is in.
enum class FilterPlace : uint8_t { kConnectionManager, kRoutersUpstream, kCluster };

// What a plan is made from beside the filter's own options.
struct PlanInputs {
  stats::Layout& layout;
  const std::string& statPrefix;  // the connection manager's ("ingress"), or the cluster's name in statistics
  const std::string& nodeCluster;
  FilterPlace place = FilterPlace::kConnectionManager;
  std::string_view filterName = {};  // as configured; outlives the plan's making only

  // What the filter's statistics begin with: "http.ingress.", "cluster.origin.".
  std::string prefix() const { return (place == FilterPlace::kCluster ? "cluster." : "http.") + statPrefix + "."; }
};

// One configured filter, compiled: statistics numbered, expressions ready. Made from the filter's options by the list of
// proxy/server; const once the configuration is compiled, then shared by workers, servers and simulated worlds.
class FilterPlan {
 public:
  virtual ~FilterPlan() = default;
  // Makes a per-route setting of this filter ready; what it returns is what routeSetting() gives the filter.
  virtual std::shared_ptr<const void> compileRoute(const std::shared_ptr<const void>& options, stats::Layout&) {
    return options;
  }
  virtual std::unique_ptr<FilterShared> newShared(TimePoint) const { return nullptr; }
  // Logs that the filter itself writes lines to; their files are open before a factory is made.
  virtual std::span<const access_log::AccessLogOptions> accessLogs() const { return {}; }
  virtual std::unique_ptr<FilterFactory> newFactory(const FilterWorker& worker) const = 0;
};

// Adds `filter`, of one direction or both.
template <class Filter>
void addFilterTo(FilterChainBuilder& builder, Filter& filter) {
  if constexpr (std::derived_from<Filter, StreamDecoderFilter> && std::derived_from<Filter, StreamEncoderFilter>) {
    builder.addFilter(filter, filter);
  } else if constexpr (std::derived_from<Filter, StreamDecoderFilter>) {
    builder.addDecoderFilter(filter);
  } else {
    builder.addEncoderFilter(filter);
  }
}

// A factory whose filters are made as Filter(args...). Lvalues are kept by reference and outlive it.
template <class Filter, class... Args>
std::unique_ptr<FilterFactory> factoryOf(Args&&... args) {
  class Factory final : public FilterFactory {
   public:
    explicit Factory(Args&&... a) : args_(std::forward<Args>(a)...) {}
    void addFilters(FilterChainBuilder& builder) override {
      std::apply([&](auto&... a) { addFilterTo(builder, *builder.arena().make<Filter>(a...)); }, args_);
    }

   private:
    std::tuple<Args...> args_;
  };
  return std::make_unique<Factory>(std::forward<Args>(args)...);
}

// The plan of a filter that needs nothing but its compiled settings: Filter is made as Filter(const Config&).
template <class Filter, class Config>
class PlanOf : public FilterPlan {
 public:
  template <class... Args>
  explicit PlanOf(Args&&... args) : config_(std::forward<Args>(args)...) {}
  std::unique_ptr<FilterFactory> newFactory(const FilterWorker&) const override { return factoryOf<Filter>(config_); }

 protected:
  const Config config_;
};

// What the workers share for each setting of one filter: the chain's own first, then each route's.
template <class Item>
class SharedItems final : public FilterShared {
 public:
  std::vector<std::unique_ptr<Item>> at;  // null: this setting needs none
};

// The plan of a filter whose settings, the chain's and each route's, each have something of their own that workers share.
// Config is made as Config(const Config::Options&, layout, index of its item) and has newItem(now); Filter is made as
// Filter(const Config&, SharedItems<Config::Item>&), and routeSetting() gives it another Config.
template <class Filter, class Config>
class PerSettingPlan final : public FilterPlan {
 public:
  PerSettingPlan(const typename Config::Options& options, const PlanInputs& inputs) { add(options, inputs.layout); }
  std::shared_ptr<const void> compileRoute(const std::shared_ptr<const void>& options, stats::Layout& layout) override {
    return add(*static_cast<const typename Config::Options*>(options.get()), layout);
  }
  std::unique_ptr<FilterShared> newShared(TimePoint now) const override {
    auto items = std::make_unique<SharedItems<typename Config::Item>>();
    for (const auto& config : configs_) items->at.push_back(config->newItem(now));
    return items;
  }
  std::unique_ptr<FilterFactory> newFactory(const FilterWorker& worker) const override {
    return factoryOf<Filter>(*configs_.front(), static_cast<SharedItems<typename Config::Item>&>(*worker.shared));
  }

 private:
  std::shared_ptr<const Config> add(const typename Config::Options& options, stats::Layout& layout) {
    return configs_.emplace_back(std::make_shared<Config>(options, layout, configs_.size()));
  }
  std::vector<std::shared_ptr<const Config>> configs_;
};

}  // namespace orrery::http
