#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/events/sink.h"

namespace orrery::main {

enum class Mode : uint8_t { kServe, kValidate };

// What orrery-proxy was asked for. Names, meanings and defaults of the flags are Envoy's (its "Command line options").
struct CommandLine {
  std::string configPath;
  std::string configYaml;
  Mode mode = Mode::kServe;
  std::optional<uint32_t> concurrency;  // unset: one worker for each processor that the process may use
  std::optional<events::LogLevel> logLevel = events::LogLevel::kInfo;  // unset: off
  std::string logPath;
  std::string adminAddressPath;
  Duration drainTime = Duration::seconds(600);
  bool drainsGradually = true;
  Duration fileFlushInterval = Duration::milliseconds(10'000);
};

// The program is to print this and end.
struct EndNow {
  int exitCode = 0;  // 0: --help, --version, on standard output; 2: wrong use, on standard error
  std::string text;
};

// Flags of Envoy that could change behaviour and do not exist here are refused by name; unknown ones too.
std::expected<CommandLine, EndNow> parseCommandLine(const std::vector<std::string>& arguments);

}  // namespace orrery::main
