#pragma once

#include <google/protobuf/any.pb.h>
#include <google/protobuf/map.h>

#include <string>

#include "proxy/config/translate.h"

namespace orrery::config {

// typed_per_filter_config of a route configuration, a virtual host, a route or a weighted cluster; the path stands at its owner.
route::FilterSettings toFilterSettings(Translation& t,
                                       const google::protobuf::Map<std::string, google::protobuf::Any>& settings);

}  // namespace orrery::config
