#include "cli/progress.h"

#include <algorithm>

#include "sim/report/text.h"

namespace orrery::cli {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Progress::Progress(const Terminal& terminal, std::string_view what, uint64_t total)
    : terminal_(terminal), what_(what), total_(total), began_(steady_clock::now()), next_(began_ + milliseconds(300)) {}

void Progress::step() {
  ++done_;
  if (!terminal_.progress) return;
  const auto now = steady_clock::now();
  if (now < next_) return;
  next_ = now + milliseconds(100);
  const auto ms = std::max<int64_t>(1, std::chrono::duration_cast<milliseconds>(now - began_).count());
  const std::string of = total_ == 0 ? "" : " of " + sim::grouped(total_);
  terminal_.err << '\r' << sim::grouped(done_) << of << ' ' << what_ << ", "
                << sim::grouped(done_ * 1000 / static_cast<uint64_t>(ms)) << "/s\x1b[K" << std::flush;
  shown_ = true;
}

void Progress::clear() {
  if (shown_) terminal_.err << "\r\x1b[K" << std::flush;
  shown_ = false;
}

}  // namespace orrery::cli
