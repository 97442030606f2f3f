#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/status.h"

namespace orrery::config {

// A URI template of paths ("/media/{kind}/{rest=**}.mp4") as what RE2 matches whole paths with.
struct UriTemplate {
  std::string regex;
  std::vector<std::string> variables;  // the n-th one is the n-th group
};

// Errors: what Envoy says of the template.
Result<UriTemplate> parseUriTemplate(std::string_view text);

// What a template of the new path ("/{rest}/{kind}") is for RE2's rewriting; variables are those of `matched`. An empty
// answer stands for a template that is none (new paths are never empty). Errors: a variable that `matched` lacks.
Result<std::string> parseUriRewrite(std::string_view text, const UriTemplate& matched);

}  // namespace orrery::config
