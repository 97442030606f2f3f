#pragma once

#include <string_view>

#include "proxy/cel/attributes.h"
#include "proxy/filters/http/rbac/rbac_options.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::filters::rbac {

struct Verdict {
  bool allowed = true;
  std::string_view policy;  // that matched; empty: none
  bool asksForLog = false;  // its action is LOG
};

// What `rules` say to a request, whose path they see without parameters if it is to be plain. Threading: any.
Verdict judge(const Rules& rules, const cel::Subject& request, bool plainPath);
Verdict judge(const RuleTree& tree, const message::HeaderMap& headers, const stream_info::StreamInfo& info);

}  // namespace orrery::filters::rbac
