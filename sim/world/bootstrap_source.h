#pragma once

#include <expected>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/world/diagnostic.h"

namespace orrery::sim {

// The text of the bootstrap that a scenario's proxy gets, and where each of its lines comes from.
class BootstrapSource {
 public:
  // A file as it is.
  BootstrapSource(std::string file, std::string text) : file_(std::move(file)), text_(std::move(text)) {}

  // The bootstrap that stands in the scenario, or `file` with the scenario's overrides. The error is what is wrong, with its place.
  static std::expected<BootstrapSource, Diagnostic> made(const ProxySetup& proxy, const std::string& scenarioFile,
                                                         const BootstrapSource& file);

  const std::string& file() const { return file_; }
  const std::string& text() const { return text_; }
  // Where what is said of a line of text() belongs; column 0: the whole line.
  void locate(Diagnostic& diagnostic) const;

 private:
  std::string file_;  // of the scenario if the bootstrap stands there
  std::string text_;
  std::string scenarioFile_;
  std::vector<ConfigNode::Place> lines_;  // empty: text() is the file's
};

}  // namespace orrery::sim
