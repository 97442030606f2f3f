#include "proxy/main/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <utility>

#include "proxy/main/version.h"

namespace orrery::main {

namespace {

struct UnsupportedFlag {
  const char* name;
  bool takesValue;
  const char* why;
};

// Envoy's other flags. Kept complete, so that a command line written for Envoy is answered by name.
constexpr UnsupportedFlag kUnsupported[] = {
    {"--base-id", true, "there is no hot restart"},
    {"--base-id-path", true, "there is no hot restart"},
    {"--use-dynamic-base-id", false, "there is no hot restart"},
    {"--skip-hot-restart-on-no-parent", false, "there is no hot restart"},
    {"--skip-hot-restart-parent-stats", false, "there is no hot restart"},
    {"--restart-epoch", true, "there is no hot restart"},
    {"--hot-restart-version", false, "there is no hot restart"},
    {"--parent-shutdown-time-s", true, "there is no hot restart"},
    {"--socket-path", true, "there is no hot restart"},
    {"--socket-mode", true, "there is no hot restart"},
    {"--allow-unknown-fields", false, "unknown fields are refused"},
    {"--allow-unknown-static-fields", false, "unknown fields are refused"},
    {"--reject-unknown-dynamic-fields", false, "there is no dynamic configuration yet"},
    {"--ignore-unknown-dynamic-fields", false, "there is no dynamic configuration yet"},
    {"--skip-deprecated-logs", false, "deprecated fields are always told"},
    {"--local-address-ip-version", true, "local addresses are IPv4"},
    {"--component-log-level", true, "there is one log level, -l"},
    {"--log-format", true, "the format of the log is fixed"},
    {"--log-format-escaped", false, "the format of the log is fixed"},
    {"--log-stacktrace-single-entry", false, "the format of the log is fixed"},
    {"--enable-fine-grain-logging", false, "there is one log level, -l"},
    {"--service-cluster", true, "write node.cluster into the bootstrap"},
    {"--service-node", true, "write node.id into the bootstrap"},
    {"--service-zone", true, "write node.locality into the bootstrap"},
    {"--file-flush-min-size-kb", true, "log files are flushed at 64 KiB"},
    {"--cpuset-threads", false, "the default concurrency looks at the cpuset already"},
    {"--enable-mutex-tracing", false, "there is no mutex tracing"},
    {"--disable-extensions", true, "there are no loadable extensions"},
    {"--enable-core-dump", false, "set it with prctl or ulimit"},
    {"--stats-tag", true, "there are no tags of statistics yet"},
};

const std::map<std::string, std::optional<events::LogLevel>> kLogLevels = {
    {"trace", events::LogLevel::kTrace},       {"debug", events::LogLevel::kDebug},
    {"info", events::LogLevel::kInfo},         {"warning", events::LogLevel::kWarning},
    {"warn", events::LogLevel::kWarning},      {"error", events::LogLevel::kError},
    {"critical", events::LogLevel::kCritical}, {"off", std::nullopt},
};

constexpr uint32_t kMaxConcurrency = 1024;
constexpr int64_t kMaxDrainSeconds = 100ll * 365 * 24 * 3600;  // a century, as for all durations of a configuration

std::unexpected<EndNow> wrong(const std::string& what) { return std::unexpected(EndNow{2, "orrery-proxy: " + what}); }

// The library's texts may have several lines; ours is one.
std::string oneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

struct Texts {
  std::string mode = "serve";
  std::string logLevel = "info";
  std::string drainStrategy = "gradual";
};

void addFlags(CLI::App& app, CommandLine& out, Texts& texts, int64_t& drainSeconds, int64_t& flushMilliseconds) {
  app.add_option("-c,--config-path", out.configPath, "Bootstrap file, YAML or JSON");
  app.add_option("--config-yaml", out.configYaml, "Bootstrap as text, instead of a file or merged onto it");
  app.add_option("--mode", texts.mode, "serve (default), or validate: read the bootstrap, tell what is wrong, end");
  app.add_option("--concurrency", out.concurrency, "Number of workers; one for each processor by default");
  app.add_option("-l,--log-level", texts.logLevel, "trace, debug, info (default), warning, error, critical or off");
  app.add_option("--log-path", out.logPath, "Write the log to this file instead of standard error");
  app.add_option("--admin-address-path", out.adminAddressPath, "Write the address of the admin endpoint to this file");
  app.add_option("--drain-time-s", drainSeconds, "How long draining lasts (600)");
  app.add_option("--drain-strategy", texts.drainStrategy,
                 "gradual (default): the longer draining lasts, the more answers ask to close; immediate: all do");
  app.add_option("--file-flush-interval-msec", flushMilliseconds, "How long log lines may wait in memory (10000)");
  app.add_flag("--disable-hot-restart")->description("Accepted: there is no hot restart");
}

}  // namespace

std::expected<CommandLine, EndNow> parseCommandLine(const std::vector<std::string>& arguments) {
  CommandLine out;
  Texts texts;
  int64_t drainSeconds = out.drainTime.inSeconds();
  int64_t flushMilliseconds = out.fileFlushInterval.inMilliseconds();
  CLI::App app("Serves traffic as an Envoy bootstrap says.\nExample: orrery-proxy -c envoy.yaml --concurrency 2",
               "orrery-proxy");
  app.set_version_flag("--version", versionLine());
  addFlags(app, out, texts, drainSeconds, flushMilliseconds);
  std::vector<CLI::Option*> unsupported;
  for (const UnsupportedFlag& f : kUnsupported) {
    // No group: not shown by --help.
    unsupported.push_back((f.takesValue ? app.add_option(f.name) : app.add_flag(f.name))->group(""));
  }
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // the library takes them from the back
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(EndNow{0, app.help()});
  } catch (const CLI::CallForVersion&) {
    return std::unexpected(EndNow{0, versionLine() + "\n"});
  } catch (const CLI::ParseError& e) {
    return wrong(oneLine(e.what()) + " (see orrery-proxy --help)");
  }
  for (size_t i = 0; i < unsupported.size(); ++i) {
    if (unsupported[i]->count() > 0) {
      return wrong(std::string(kUnsupported[i].name) +
                   " is a flag of Envoy's that is not supported: " + kUnsupported[i].why);
    }
  }
  if (texts.mode == "validate") {
    out.mode = Mode::kValidate;
  } else if (texts.mode != "serve") {
    return wrong("--mode: expected serve or validate, found '" + texts.mode + "'");
  }
  const auto level = kLogLevels.find(texts.logLevel);
  if (level == kLogLevels.end()) {
    return wrong("--log-level: expected trace, debug, info, warning, error, critical or off, found '" + texts.logLevel +
                 "'");
  }
  out.logLevel = level->second;
  if (out.concurrency) {
    if (*out.concurrency > kMaxConcurrency) {
      return wrong("--concurrency: expected at most " + std::to_string(kMaxConcurrency) + ", found " +
                   std::to_string(*out.concurrency));
    }
    out.concurrency = std::max<uint32_t>(*out.concurrency, 1);  // Envoy too takes 0 for 1
  }
  out.drainsGradually = texts.drainStrategy == "gradual";
  if (!out.drainsGradually && texts.drainStrategy != "immediate") {
    return wrong("--drain-strategy: expected gradual or immediate, found '" + texts.drainStrategy + "'");
  }
  if (drainSeconds < 0 || drainSeconds > kMaxDrainSeconds) return wrong("--drain-time-s: out of range");
  out.drainTime = Duration::seconds(drainSeconds);
  if (flushMilliseconds < 1 || flushMilliseconds > kMaxDrainSeconds * 1000) {
    return wrong("--file-flush-interval-msec: out of range");
  }
  out.fileFlushInterval = Duration::milliseconds(flushMilliseconds);
  if (out.configPath.empty() && out.configYaml.empty()) {
    return wrong("a configuration is needed: -c FILE or --config-yaml TEXT");
  }
  return out;
}

}  // namespace orrery::main
