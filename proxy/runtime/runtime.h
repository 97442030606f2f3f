#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::runtime {

// One layer of layered_runtime: flat keys ("upstream.base_retry_backoff_ms") to their text; later layers win.
struct Layer {
  std::string name;
  bool admin = false;  // the admin layer: changed by /runtime_modify, starts empty
  std::map<std::string, std::string, std::less<>> values;
};

struct RuntimeOptions {
  std::vector<Layer> layers;
};

// envoy.config.core.v3.RuntimeFeatureFlag as plain data.
struct Flag {
  bool defaultValue = true;
  std::string key;  // empty: none
};

// The merged view, immutable; workers hold one and get a new one when the admin layer changes.
class Snapshot {
 public:
  Snapshot() = default;
  explicit Snapshot(const RuntimeOptions& options);
  // The value as an unsigned integer, or the default if absent or not a number.
  uint64_t integer(std::string_view key, uint64_t defaultValue) const;
  bool boolean(std::string_view key, bool defaultValue) const;
  bool enabled(const Flag& flag) const {
    return flag.key.empty() ? flag.defaultValue : boolean(flag.key, flag.defaultValue);
  }
  const std::string* text(std::string_view key) const;
  const std::map<std::string, std::string, std::less<>>& values() const { return merged_; }

 private:
  std::map<std::string, std::string, std::less<>> merged_;
};

}  // namespace orrery::runtime
