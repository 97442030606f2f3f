#include <fstream>

#include "cli/live/bootstrap_copy.h"
#include "cli/live/launch.h"

namespace orrery::live {

Prepare envoyLaunch(const ProxyProgram& program, const std::string& bootstrap, const sim::ProxySetup& setup) {
  return [program, &bootstrap, &setup](const std::string& folder) -> Result<Launch> {
    auto copy = copyBootstrap(bootstrap, folder);
    if (!copy) return makeError("the bootstrap cannot be given to " + program.name + ": " + copy.error().message);
    const std::string file = folder + "/bootstrap.json";
    if (std::ofstream out(file, std::ios::binary); !(out << copy->json)) return makeError(file + ": cannot be written");
    Launch launch;
    launch.words = {program.path,
                    "-c",
                    file,
                    "--concurrency",
                    std::to_string(setup.workers),
                    "--disable-hot-restart",
                    "-l",
                    "error",
                    "--file-flush-interval-msec",
                    "100"};
    for (const auto& [name, value] : setup.environment) launch.variables.push_back(name + "=" + value);
    launch.admin = std::move(copy->admin);
    launch.logs = std::move(copy->logs);
    launch.requestLog = std::move(copy->requestLog);
    return launch;
  };
}

}  // namespace orrery::live
