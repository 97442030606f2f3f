#include "cli/artifact_names.h"

#include <filesystem>

#include "cli/discover.h"

namespace orrery::cli {

namespace fs = std::filesystem;

std::string ArtifactNames::next(const std::string& storyPath, std::string_view word, std::string_view extension) {
  const fs::path stem = withoutExtension(storyPath);
  std::string name = stem.filename().string();
  if (++given_[storyPath] > 1) name += "." + std::string(word);
  for (fs::path parent = stem.parent_path(); names_.contains(name) && parent.has_filename();
       parent = parent.parent_path()) {
    name = parent.filename().string() + "-" + name;
  }
  for (size_t i = 2; names_.contains(name); ++i) name = stem.filename().string() + "." + std::to_string(i);
  names_.insert(name);
  return (fs::path(folder_) / (name + std::string(extension))).string();
}

size_t ArtifactNames::given(const std::string& storyPath) const {
  const auto at = given_.find(storyPath);
  return at == given_.end() ? 0 : at->second;
}

}  // namespace orrery::cli
