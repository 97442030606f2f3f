#pragma once

#include <string>
#include <string_view>

#include "proxy/config/bootstrap.h"

namespace orrery::config {

// Where a snippet goes in the sample bootstrap: as further fields of this message. An equal key replaces the sample's.
enum class At {
  kNowhere,
  kBootstrap,
  kAdmin,
  kListener,
  kChain,
  kHcm,
  kFilter,  // as an entry of http_filters before the router
  kRouter,
  kRouteConfig,
  kHost,
  kRoute,
  kRouteAction,
  kCluster
};

struct Snippet {
  At where = At::kNowhere;
  std::string_view text;  // one line, flow style
};
// A bootstrap that loads without a finding, with snippets added, each at a place of its own.
std::string sampleYaml(std::initializer_list<Snippet> snippets = {});

// All findings, one a line; "" when there are none.
std::string findingLines(const LoadResult& result);

// As above without the one warning that a key of the sample was replaced.
LoadResult loadSample(At where, std::string_view snippet);

}  // namespace orrery::config
