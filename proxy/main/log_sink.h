#pragma once

#include <memory>
#include <optional>
#include <string>

#include "proxy/base/status.h"
#include "proxy/events/sink.h"

namespace orrery::main {

// Writes what operators are told to standard error, or to the file at `path` if that is not empty, in the shape of
// Envoy's log; at level trace the proxy's events too, one line each. No level: nothing.
//
// Threading: any thread; lines are written whole.
Result<std::unique_ptr<events::Sink>> newLogSink(std::optional<events::LogLevel> level, const std::string& path);

}  // namespace orrery::main
