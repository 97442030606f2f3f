#pragma once

#include <string>

#include "sim/scenario/config_node.h"
#include "sim/script/scenario.pb.h"
#include "sim/script/yaml.h"

// Pieces of an Envoy file inside a scenario: they are taken as they stand, and judged by who reads Envoy's files.
namespace orrery::script {

// With the places of the scenario's file.
void readConfig(const YamlNode& node, orrery::Scenario::Yaml& out);
sim::ConfigNode toConfig(const orrery::Scenario::Yaml& m);

// As block YAML that is read back as the same, behind "key:" or "-": " 10s\n", or "\n" and lines with so many spaces before them.
std::string printConfig(const orrery::Scenario::Yaml& m, size_t indent);

}  // namespace orrery::script
