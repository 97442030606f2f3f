#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/format/format.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::filters::header_mutation {

// One change of a request's query (envoy.config.core.v3.KeyValueMutation).
struct QueryMutation {
  enum class Kind : uint8_t { kAppend, kAddIfAbsent, kOverwriteOrAdd, kOverwriteIfExists, kRemove };
  Kind kind = Kind::kAppend;
  std::string key;
  std::shared_ptr<const format::Formatter> value;  // null for kRemove
};

// Changes the query of the request, whose headers formats speak of as they are. As in Envoy (measured at 1.40) the new query
// has its parameters in order of name, each with a '=', and what came percent-encoded stands decoded; but what may not
// stand in a request's target stays encoded here. Nothing happens without mutations.
void mutateQuery(const std::vector<QueryMutation>& mutations, const stream_info::LogRecord& record,
                 message::HeaderMap& headers);

}  // namespace orrery::filters::header_mutation
