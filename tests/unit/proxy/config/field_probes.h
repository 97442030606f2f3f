#pragma once

#include <span>
#include <string>
#include <string_view>

namespace orrery::config {

// A short story that brings out what settings do: which one is not said, every field is tried with every probe until one
// tells its values apart. Steps are lines of scenarios/LANGUAGE.md; cheap probes come first.
struct Probe {
  std::string_view name;
  std::string_view client;
  std::string_view origin;
  std::string_view second = "";  // of another client
  std::string_view faults = "";
};

// The scenario; its bootstrap is called sample.yaml.
std::string storyOf(const Probe& probe);

std::span<const Probe> fieldProbes();

}  // namespace orrery::config
