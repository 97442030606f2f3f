#pragma once

#include <expected>
#include <string>

#include "cli/live/launch.h"
#include "cli/live/template.h"

namespace orrery::live {

// How nginx or HAProxy is started with a story's template. Around the template stands what Orrery needs and no story speaks of: one
// process in the foreground, its files in the run's folder, no logs. The error is why this story cannot be told to it.
// Placeholders beside those of the bootstrap: {{http2}}, of nginx, is " http2" where the story's clients speak it, for one of its ports
// serves either HTTP/1 or HTTP/2. Lifetime: what is given outlives the result.
std::expected<Prepare, std::string> templateLaunch(const ProxyProgram& program, const sim::CompiledScenario& scenario,
                                                   Template from);

}  // namespace orrery::live
