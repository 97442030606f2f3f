#include "proxy/main/serve.h"

#include <signal.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "proxy/config/bootstrap.h"
#include "proxy/io_asio/environment.h"
#include "proxy/main/log_sink.h"
#include "proxy/main/own_address.h"
#include "proxy/main/version.h"
#include "proxy/server/server.h"
#include "proxy/server/signals.h"

namespace orrery::main {

namespace {

using events::LogLevel;

constexpr int kBadInput = 2;
constexpr const char* kYamlFlag = "--config-yaml";

int complain(const std::string& line) {
  std::fprintf(stderr, "%s\n", line.c_str());
  return kBadInput;
}

// Of the configuration as a whole.
std::string nameOf(const CommandLine& cl) {
  if (cl.configPath.empty()) return kYamlFlag;
  return cl.configYaml.empty() ? cl.configPath : cl.configPath + " with " + kYamlFlag;
}

// Null where anything was refused; what was found has been told.
std::shared_ptr<const config::Bootstrap> load(const CommandLine& cl, io::Files& files, const io::Process& process) {
  const config::ReadFile readFile = [&](const std::string& path) { return files.readWhole(path); };
  const config::ReadVariable readVariable = [&](const std::string& name) { return process.variable(name); };
  config::LoadResult loaded;
  if (cl.configPath.empty()) {
    loaded = config::loadBootstrap(cl.configYaml, kYamlFlag, readFile, readVariable);
  } else {
    const auto read = files.readWhole(cl.configPath);
    if (!read) {
      complain("orrery-proxy: " + read.error().message);
      return nullptr;
    }
    loaded = cl.configYaml.empty() ? config::loadBootstrap(*read, cl.configPath, readFile, readVariable)
                                   : config::loadMergedBootstrap({cl.configYaml, kYamlFlag}, {*read, cl.configPath},
                                                                 readFile, readVariable);
  }
  for (const config::Finding& finding : loaded.findings) complain(config::toLine(finding));
  return std::move(loaded.bootstrap);
}

uint32_t workersFor(const CommandLine& cl) {
  return cl.concurrency.value_or(std::max(std::thread::hardware_concurrency(), 1u));
}

server::Signal signalOf(int signal) {
  switch (signal) {
    case SIGTERM: return server::Signal::kTerminate;
    case SIGINT: return server::Signal::kInterrupt;
    case SIGHUP: return server::Signal::kHangup;
    default: return server::Signal::kUser1;
  }
}

void watchSignals(io_asio::RealEnvironment& environment, server::Server& server, events::Sink& sink) {
  static constexpr std::array kSignals = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
  environment.watchSignals(
      kSignals, [&](int signal) { server::onSignal(signalOf(signal), server, environment.io().mainDispatcher, sink); });
}

// What scripts that start a proxy on port 0 wait for.
Status writeAdminAddress(const std::string& path, const server::Server& server) {
  if (path.empty()) return {};
  if (!server.compiled().bootstrap().admin.address)
    return makeError("--admin-address-path: the bootstrap has no admin endpoint");
  const std::string address = server.boundAddresses().back().text();
  std::FILE* file = std::fopen(path.c_str(), "we");
  const bool written = file != nullptr && std::fputs(address.c_str(), file) >= 0;
  if (file == nullptr || std::fclose(file) != 0 || !written)
    return makeError("--admin-address-path: cannot write " + path);
  return {};
}

}  // namespace

int serve(const CommandLine& cl) {
  ::signal(SIGPIPE, SIG_IGN);  // a reader of our log may go away
  const auto environment = io_asio::newRealEnvironment();
  auto bootstrap = load(cl, environment->io().files, environment->io().process);
  if (bootstrap == nullptr) return kBadInput;
  auto compiled = server::CompiledBootstrap::compile(std::move(bootstrap), workersFor(cl));
  if (!compiled) return complain(nameOf(cl) + ": error: " + compiled.error().message);
  if (cl.mode == Mode::kValidate) {
    std::printf("configuration '%s' OK\n", nameOf(cl).c_str());
    return 0;
  }

  auto sink = newLogSink(cl.logLevel, cl.logPath);
  if (!sink) return complain(sink.error().message);
  server::ServerOptions options;
  options.drainTime = cl.drainTime;
  options.drainsGradually = cl.drainsGradually;
  options.fileFlushInterval = cl.fileFlushInterval;
  options.version = serverVersion();
  options.configPath = cl.configPath;
  options.localAddress = ownAddress();
  options.onQuit = [&sink] { (*sink)->log(LogLevel::kInfo, "main", "asked to quit by the admin endpoint"); };
  server::Server server(environment->io(), *compiled, std::move(options), **sink);
  if (Status s = server.start(); !s) return complain("orrery-proxy: " + s.error().message);
  watchSignals(*environment, server, **sink);
  Status told = writeAdminAddress(cl.adminAddressPath, server);
  if (told) {
    std::string addresses;
    for (const io::Address& a : server.boundAddresses()) addresses += " " + a.text();
    (*sink)->log(LogLevel::kInfo, "main",
                 "serving on" + addresses + " with " + std::to_string((*compiled)->concurrency()) + " workers");
    environment->io().mainDispatcher.run();
  }
  server.shutdown();
  (*sink)->log(LogLevel::kInfo, "main", "exiting");
  return told ? 0 : complain("orrery-proxy: " + told.error().message);
}

}  // namespace orrery::main
