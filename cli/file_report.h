#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/run_report.h"
#include "cli/terminal.h"

namespace orrery::cli {

// Reports for other programs, written to a file when all is over. The terminal outlives them.

// `first`, and those that the command line asks for beside it.
std::vector<std::unique_ptr<RunReport>> withFileReports(std::unique_ptr<RunReport> first, const RunArguments& arguments,
                                                        const Terminal& terminal);

// Empty paths: none.
std::vector<std::unique_ptr<RunReport>> fileReports(const std::string& junit, const std::string& sarif,
                                                    const Terminal& terminal);

// JUnit XML as Jenkins, GitLab and others read it: a suite a folder, a case a story.
std::unique_ptr<RunReport> newJunitReport(const std::string& path, const Terminal& terminal);
// SARIF 2.1.0: a result for each failing run, located at the line of the claim that does not hold.
std::unique_ptr<RunReport> newSarifReport(const std::string& path, const Terminal& terminal);

}  // namespace orrery::cli
