#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace orrery::cli {

// Names for what a command writes about stories: the story's own name; with its folder's before it when two stories are
// called alike, with a word of its own from the second one of a story on.
class ArtifactNames {
 public:
  explicit ArtifactNames(std::string folder) : folder_(std::move(folder)) {}

  // "out/idle_close_races_reuse.run", then "out/idle_close_races_reuse.<word>.run".
  std::string next(const std::string& storyPath, std::string_view word, std::string_view extension);
  // How many were given to a story.
  size_t given(const std::string& storyPath) const;

 private:
  std::string folder_;
  std::map<std::string, size_t> given_;  // by story
  std::set<std::string> names_;
};

}  // namespace orrery::cli
