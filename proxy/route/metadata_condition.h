#pragma once

#include <utility>

#include "proxy/match/match_tree.h"
#include "proxy/route/metadata_matcher.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::route {

// A condition of a tree on dynamic metadata. Where nothing is known of a stream there is none.
class MetadataCondition final : public match::CustomCondition {
 public:
  explicit MetadataCondition(MetadataMatcher matcher) : matcher_(std::move(matcher)) {}
  bool holds(const match::MatchSubject& subject) const override {
    return matches(matcher_, subject.stream != nullptr ? subject.stream->metadata.get() : nullptr);
  }

 private:
  MetadataMatcher matcher_;
};

}  // namespace orrery::route
