#pragma once

#include "proxy/config/finding.h"

namespace google::protobuf {
class Message;
}

namespace orrery::config {

// Holds every set field of `message` against the table of fields: nothing that Orrery does not do can be ignored in
// silence. Refused and warned fields are told once, at the outermost field; what is below is not looked at.
void checkCoverage(const google::protobuf::Message& message, Report& report);

// Deprecated fields and enum values, in Envoy's sense: a warning, or a refusal where Envoy refuses by default.
void checkDeprecation(const google::protobuf::Message& message, Report& report);

}  // namespace orrery::config
