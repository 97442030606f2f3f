#pragma once

#include <string>
#include <string_view>

namespace orrery::script {

// A scalar of an Envoy file on one line, in flow YAML too. A plain one stays plain where it could mean something else than a text.
std::string configScalar(std::string_view text, bool quoted);

}  // namespace orrery::script
