#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/http/hcm_options.h"
#include "proxy/message/header_map.h"

// What the connection manager does to ":path" and ":authority" before anything reads them (Envoy's path_utility.cc and
// header_utility.cc, checked against 1.40 byte by byte).
namespace orrery::http {

enum class PathVerdict : uint8_t { kContinue, kReject, kRedirect };

// Applies path_with_escaped_slashes_action, normalize_path and merge_slashes, in this order. kReject: answer 400, the path
// is not to be trusted (a fragment, an escaped NUL, escaped slashes under REJECT_REQUEST); kRedirect: answer 307 with the
// path as it is now. A request without a path (CONNECT) passes.
PathVerdict normalizePath(message::HeaderMap& headers, const HcmOptions& options);

// Applies strip_trailing_host_dot, then strip_any_host_port or strip_matching_host_port (`localPort`: of the listener).
void normalizeHost(message::HeaderMap& headers, const HcmOptions& options, uint32_t localPort);

}  // namespace orrery::http
