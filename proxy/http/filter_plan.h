#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <utility>

#include "proxy/http/filter.h"
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
  FilterShared* shared;  // what newShared() of the same plan made; null if it makes none
};

// What a plan is made from beside the filter's own options.
struct PlanInputs {
  stats::Layout& layout;
  const std::string& statPrefix;  // the connection manager's: "ingress"
  const std::string& nodeCluster;
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

// The plan of a filter that needs nothing but its compiled settings: Filter is made as Filter(const Config&).
template <class Filter, class Config>
class PlanOf : public FilterPlan {
 public:
  template <class... Args>
  explicit PlanOf(Args&&... args) : config_(std::forward<Args>(args)...) {}
  std::unique_ptr<FilterFactory> newFactory(const FilterWorker&) const override {
    return std::make_unique<Factory>(config_);
  }

 protected:
  const Config config_;

 private:
  class Factory final : public FilterFactory {
   public:
    explicit Factory(const Config& config) : config_(config) {}
    void addFilters(FilterChainBuilder& builder) override {
      addFilterTo(builder, *builder.arena().make<Filter>(config_));
    }

   private:
    const Config& config_;
  };
};

}  // namespace orrery::http
