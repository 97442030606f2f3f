#include "sim/explore/covered.h"

#include "sim/report/text.h"

namespace orrery::sim {

std::string Covered::sentence() const {
  std::string out = (complete ? "every " + what : what + "s") + domain + ": ";
  out += of != 0 && !complete ? grouped(runs) + " of " + grouped(of) : plural(runs, "run", "runs");
  if (!remark.empty()) out += ", " + remark;
  if (complete) return out + ", complete";
  return of != 0 ? out : out + ", not all of them";
}

}  // namespace orrery::sim
