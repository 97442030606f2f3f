#include "cli/failures.h"

#include <filesystem>

#include "cli/files.h"
#include "cli/run_files.h"
#include "cli/terminal.h"
#include "replay/format/run_file_writer.h"
#include "sim/report/page.h"
#include "sim/report/timeline.h"

namespace orrery::cli {

namespace fs = std::filesystem;

Failures::Kept Failures::keep(const Story& story, const sim::Strategy& strategy, uint64_t seed, uint64_t expectedHash,
                              std::string_view word) {
  Kept kept;
  sim::RunRequest request;
  request.strategy = strategy;
  request.record = true;
  request.capture.emplace();
  kept.result = runner_.run(*story.compiled, request);
  kept.repeated = kept.result.hash == expectedHash;
  if (names_.given(story.path) >= kMost) return kept;
  using Kind = replay::RunFile::Strategy;
  const Kind kind = strategy.isPlain() ? Kind::kPlain : strategy.isReplay() ? Kind::kReplay : Kind::kRandom;
  const std::string path = names_.next(story.path, word, ".run");
  const Status done = writeWholeFile(path, writeRunFile(runFileOf(*story.compiled, kept.result, kind, seed)));
  if (done) {
    kept.file = path;
    const std::string page = fs::path(path).replace_extension(".html").string();
    const sim::TimelineText text{story.path, story.scenario().claim, path, "orrery replay " + shellWord(path)};
    if (kept.result.recording != nullptr) {
      if (const Status drawn = writeWholeFile(page, sim::timelinePage({timelineJson(kept.result, text)}, std::nullopt));
          drawn) {
        kept.page = page;
      } else {
        kept.error = page + ": " + drawn.error().message;
      }
    }
    // Beside it, for Wireshark.
    const std::string capture = fs::path(path).replace_extension(".pcapng").string();
    if (const Status captured = writeWholeFile(capture, kept.result.capture); !captured) {
      kept.error = capture + ": " + captured.error().message;
    }
  } else {
    kept.error = path + ": " + done.error().message;
  }
  kept.result.capture = {};
  return kept;
}

}  // namespace orrery::cli
