#include "cli/file_report.h"

namespace orrery::cli {

std::vector<std::unique_ptr<RunReport>> withFileReports(std::unique_ptr<RunReport> first, const RunArguments& arguments,
                                                        const Terminal& terminal) {
  std::vector<std::unique_ptr<RunReport>> out;
  out.push_back(std::move(first));
  if (!arguments.junit.empty()) out.push_back(newJunitReport(arguments.junit, terminal));
  if (!arguments.sarif.empty()) out.push_back(newSarifReport(arguments.sarif, terminal));
  return out;
}

}  // namespace orrery::cli
