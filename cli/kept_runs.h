#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "sim/core/strategy.h"

namespace orrery::cli {

// A folder of failing runs that outlives searches: `explore --keep DIR` tries them first and puts new ones there. Files stay
// when their run passes again: that is what they are kept for. A file that cannot be read is complained about and skipped; one
// of another build is used as far as it fits.
class KeptRuns {
 public:
  // Reads all *.run of the folder, in the order of their names. A folder that does not exist is empty. Empty `folder`: nothing
  // is kept.
  KeptRuns(std::string folder, const Terminal& terminal);

  // Those of a scenario, by its path.
  std::vector<sim::Strategy> of(const std::string& scenario) const;
  // Puts a .run file there, under a name that its content gives it and that is returned. Empty: it could not be written, and was
  // complained about.
  std::string add(const std::string& scenario, const std::string& runFile);

 private:
  struct Kept {
    std::string scenario;
    sim::Strategy strategy;
  };
  std::string folder_;
  const Terminal& terminal_;
  std::vector<Kept> runs_;
};

}  // namespace orrery::cli
