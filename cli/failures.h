#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "cli/artifact_names.h"
#include "cli/runner.h"
#include "cli/story.h"

namespace orrery::cli {

// Writes the .run file of failing runs, and beside it a page and a capture. A run that failed is run again with a recording: runs repeat exactly, so ordinary ones
// need not keep anything. Bounds: kMost files a story; the others can be repeated by their seeds.
// Lifetime: the terminal and the runner outlive it. Threading: the calling thread.
class Failures {
 public:
  static constexpr size_t kMost = 20;

  Failures(std::string folder, Runner& runner) : names_(std::move(folder)), runner_(runner) {}

  struct Kept {
    sim::RunResult result;  // of the repetition, with a recording
    std::string file;       // empty: not written
    std::string page;       // beside it, for a browser; likewise
    std::string error;      // why
    bool repeated = true;   // the hash was the same
  };
  // `word` tells the second and later files of a story apart.
  Kept keep(const Story& story, const sim::Strategy& strategy, uint64_t seed, uint64_t expectedHash,
            std::string_view word);

 private:
  ArtifactNames names_;
  Runner& runner_;
};

}  // namespace orrery::cli
