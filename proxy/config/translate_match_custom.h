#pragma once

#include <string>
#include <vector>

#include "proxy/config/translate_match_tree.h"
#include "xds/core/v3/extension.pb.h"
#include "xds/type/matcher/v3/matcher.pb.h"

namespace orrery::config {

// What a condition of a tree looks at, and what conditions there may be on it.
struct TreeInput {
  enum class Data : uint8_t {
    kText,
    kMetadata,  // dynamic one, at `path` of `metadataNamespace`; no text, so that no condition on texts holds
    kRequest,   // all of it, for CEL
  };
  Data data = Data::kText;
  match::MatchInput input;
  std::string metadataNamespace;
  std::vector<std::string> path;
};

// The path stands at the owner of `input`.
TreeInput toTreeInput(Translation& t, const xds::core::v3::TypedExtensionConfig& extension, const MatchInputs& allowed);

// A condition that is an extension; the path stands at the owner of `custom_match`.
void setCustom(Translation& t, const xds::core::v3::TypedExtensionConfig& extension, const TreeInput& input,
               match::MatchPredicate& out);

// Of a condition that cannot look at a whole request, in Envoy's words; `where` as it calls the matcher, empty: it does not.
void refuseRequest(Translation& t, std::string_view where);

}  // namespace orrery::config
