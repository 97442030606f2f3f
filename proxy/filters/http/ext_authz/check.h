#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proxy/filters/http/ext_authz/ext_authz_options.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::filters::ext_authz {

// The question to `service` about `request`: its method, path and host, and of its headers those that services are to see.
// `bodySize` is what follows, of `wholeSize` bytes in all; nothing is said of a body if there is none.
void writeQuestion(const ExtAuthzOptions& options, const ServiceOptions& service, const message::HeaderMap& request,
                   size_t bodySize, size_t wholeSize, const stream_info::StreamInfo& info,
                   message::HeaderMap& question);

// What an answer wants done; texts live as long as the answer.
struct Verdict {
  enum class Kind : uint8_t { kAllowed, kDenied, kError };
  Kind kind = Kind::kError;
  uint32_t status = 0;  // of a denial
  std::vector<message::HeaderEntry> toUpstream;
  std::vector<message::HeaderEntry> appendToUpstream;
  std::vector<std::string> removeFromUpstream;  // lower case; x-envoy-auth-headers-to-remove
  std::vector<message::HeaderEntry> toClient;   // of a denial, or of the upstream's response
  std::vector<message::HeaderEntry> metadata;

  bool changesRequest() const {
    return !toUpstream.empty() || !appendToUpstream.empty() || !removeFromUpstream.empty();
  }
  bool changes(std::string_view name) const;
};
// Takes out of what an answer wants of the request what the rules do not let it do. False: that is an error.
bool applyRules(const route::MutationRules& rules, Verdict& verdict);
// 200 allows, 5xx is an error of the service, all else denies.
Verdict readAnswer(const ServiceOptions& service, message::HeaderMap& answer);

}  // namespace orrery::filters::ext_authz
