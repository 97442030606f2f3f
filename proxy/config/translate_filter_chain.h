#pragma once

#include <google/protobuf/repeated_field.h>

#include <cstdint>
#include <vector>

#include "proxy/config/translate.h"
#include "proxy/http/filter_options.h"

namespace envoy::extensions::filters::network::http_connection_manager::v3 {
class HttpFilter;
}

namespace orrery::config {

enum class FilterChainKind : uint8_t { kDownstream, kUpgrade, kRoutersUpstream, kCluster };

// A chain of HTTP filters; the path stands at its field. Its last filter must be a terminal one, a router or, on the way to a
// host, the codec; which Envoy's messages say as it would. The codec is not among the result: it is always there.
std::vector<http::HttpFilterOptions> toChain(
    Translation& t,
    const google::protobuf::RepeatedPtrField<
        envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter>& list,
    FilterChainKind kind);

}  // namespace orrery::config
