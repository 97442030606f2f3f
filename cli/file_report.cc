#include "cli/file_report.h"

namespace orrery::cli {

std::vector<std::unique_ptr<RunReport>> withFileReports(std::unique_ptr<RunReport> first, const RunArguments& arguments,
                                                        const Terminal& terminal) {
  std::vector<std::unique_ptr<RunReport>> out;
  out.push_back(std::move(first));
  for (auto& report : fileReports(arguments.junit, arguments.sarif, terminal)) out.push_back(std::move(report));
  return out;
}

std::vector<std::unique_ptr<RunReport>> fileReports(const std::string& junit, const std::string& sarif,
                                                    const Terminal& terminal) {
  std::vector<std::unique_ptr<RunReport>> out;
  if (!junit.empty()) out.push_back(newJunitReport(junit, terminal));
  if (!sarif.empty()) out.push_back(newSarifReport(sarif, terminal));
  return out;
}

}  // namespace orrery::cli
