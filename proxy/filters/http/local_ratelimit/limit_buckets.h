#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "proxy/base/mutex.h"
#include "proxy/base/token_bucket.h"
#include "proxy/filters/http/local_ratelimit/local_ratelimit_options.h"

namespace orrery::filters::local_ratelimit {

struct Bucket {
  Bucket(const BucketOptions& o, bool shadowMode, TimePoint now)
      : options(o), shadow(shadowMode), tokens(o.maxTokens, o.tokensPerFill, o.fillInterval, now) {}
  BucketOptions options;
  bool shadow;
  TokenBucket tokens;
};
// Owned by its set; and by the requests that drew from it, as one made for a value may leave the set before they end.
using BucketPtr = std::shared_ptr<Bucket>;

// The buckets of one setting: one for all, one for each descriptor, and for a descriptor with empty values one for each
// combination of values that was seen, of which the least recently used one goes when there are too many.
//
// Threading: any worker. Bounds: maxDynamicDescriptors buckets for each descriptor with empty values.
class LimitBuckets {
 public:
  LimitBuckets(const LocalRateLimitOptions& options, TimePoint now);

  struct Verdict {
    bool allowed = true;
    bool shadowed = false;  // only buckets refused that do no more than count
    BucketPtr bucket = {};  // what headers speak of; null: nothing
    route::RateLimitHeaders headers = route::RateLimitHeaders::kAsTheFilterSays;
  };
  // Takes from each bucket that a descriptor has, that which fills the slowest first, up to one that refuses; then from the
  // one for all.
  Verdict take(const std::vector<route::Descriptor>& descriptors, TimePoint now);

  struct State {
    uint64_t limit = 0;
    uint64_t remaining = 0;
    uint64_t resetSeconds = 0;  // until the next token; 0: there is one
  };
  State stateOf(Bucket& bucket, TimePoint now);

 private:
  using Entries = std::vector<route::DescriptorEntry>;
  // What one descriptor with empty values has made, the most recently used first.
  struct Dynamic {
    DescriptorOptions options;
    std::list<std::pair<Entries, BucketPtr>> used;
    std::map<Entries, decltype(used)::iterator> byEntries;
  };
  BucketPtr find(const Entries& entries, TimePoint now);
  BucketPtr findDynamic(Dynamic& dynamic, const Entries& entries, TimePoint now);

  Mutex mutex_;
  const size_t maxDynamic_;
  const bool alwaysTakeFromCommon_;
  const uint64_t proxies_;
  BucketPtr common_;
  std::map<Entries, BucketPtr> described_;
  std::vector<Dynamic> dynamic_;
};

}  // namespace orrery::filters::local_ratelimit
