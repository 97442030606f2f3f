#pragma once

#include <span>
#include <string_view>

namespace orrery::config {

// A short story that brings out what settings do: which one is not said, every field is tried with every probe until one
// tells its values apart. The bootstrap is called sample.yaml.
struct Probe {
  std::string_view name;
  std::string_view story;
};

std::span<const Probe> fieldProbes();

}  // namespace orrery::config
