#include "cli/failures.h"

#include <filesystem>

#include "cli/discover.h"
#include "cli/files.h"
#include "cli/run_files.h"
#include "cli/terminal.h"
#include "cli/timeline_page.h"
#include "replay/format/run_file_writer.h"

namespace orrery::cli {

namespace fs = std::filesystem;

Failures::Kept Failures::keep(const Story& story, const sim::Strategy& strategy, uint64_t seed, uint64_t expectedHash) {
  Kept kept;
  sim::RunRequest request;
  request.strategy = strategy;
  request.record = true;
  request.capture.emplace();
  kept.result = runner_.run(*story.compiled, request);
  kept.repeated = kept.result.hash == expectedHash;
  size_t& written = written_[story.path];
  if (written >= kMost) return kept;
  ++written;
  using Kind = replay::RunFile::Strategy;
  const Kind kind = strategy.isPlain() ? Kind::kPlain : strategy.isReplay() ? Kind::kReplay : Kind::kRandom;
  const std::string path = nameFor(story, seed);
  const Status done = writeWholeFile(path, writeRunFile(runFileOf(*story.compiled, kept.result, kind, seed)));
  if (done) {
    kept.file = path;
    const std::string page = fs::path(path).replace_extension(".html").string();
    const sim::TimelineText text{story.path, story.scenario().claim, path, "orrery replay " + shellWord(path)};
    if (kept.result.recording != nullptr) {
      if (const Status drawn = writeWholeFile(page, timelinePage(kept.result, text)); drawn) {
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

// The story's own name; with its folder's before it when two stories are called alike, with the seed for a second failure.
std::string Failures::nameFor(const Story& story, uint64_t seed) {
  const fs::path stem = withoutExtension(story.path);
  std::string name = stem.filename().string();
  if (written_[story.path] > 1) name += ".seed-" + std::to_string(seed);
  for (fs::path parent = stem.parent_path(); names_.contains(name) && parent.has_filename();
       parent = parent.parent_path()) {
    name = parent.filename().string() + "-" + name;
  }
  for (size_t i = 2; names_.contains(name); ++i) name = stem.filename().string() + "." + std::to_string(i);
  names_.insert(name);
  return (fs::path(folder_) / (name + ".run")).string();
}

}  // namespace orrery::cli
