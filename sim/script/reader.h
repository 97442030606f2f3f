#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/script/problem.h"
#include "sim/script/yaml.h"

namespace google::protobuf {
class Message;
}

namespace orrery::script {

// Where each value of the file stands, by its path in the message ("story[0].steps[2]"), for complaints that are made later.
using Marks = std::map<std::string, Mark, std::less<>>;

// Fills `message` from a YAML document: names of fields and types as the schema has them, short strings where the schema
// has a Step, Fault or Expectation, lists of named things as mappings. Collects every mistake, up to kMaxProblems.
inline constexpr size_t kMaxProblems = 50;
void readMessage(const YamlNode& root, google::protobuf::Message& message, Marks& marks,
                 std::vector<Problem>& problems);

}  // namespace orrery::script
