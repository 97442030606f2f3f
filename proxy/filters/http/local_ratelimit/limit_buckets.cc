#include "proxy/filters/http/local_ratelimit/limit_buckets.h"

#include <algorithm>

namespace orrery::filters::local_ratelimit {
namespace {

// An empty value stands for any.
bool covers(const std::vector<route::DescriptorEntry>& pattern, const std::vector<route::DescriptorEntry>& entries) {
  return std::ranges::equal(pattern, entries, [](const auto& p, const auto& e) {
    return p.key == e.key && (p.value.empty() || p.value == e.value);
  });
}

// By tokens in a time, without rounding.
bool fillsSlower(const BucketOptions& a, const BucketOptions& b) {
  using Wide = unsigned __int128;
  const auto interval = [](const BucketOptions& o) { return static_cast<uint64_t>(o.fillInterval.inNanoseconds()); };
  return Wide{a.tokensPerFill} * interval(b) < Wide{b.tokensPerFill} * interval(a);
}

// Taking none is refused, as in Envoy.
bool takeFrom(Bucket& bucket, const route::Descriptor& descriptor, uint64_t proxies, TimePoint now) {
  if (descriptor.givesBack && descriptor.hits) {
    bucket.tokens.give(*descriptor.hits, now);  // once, however many there are (measured at Envoy 1.40)
    return true;
  }
  const uint64_t hits = descriptor.hits.value_or(1) * proxies;
  return hits != 0 && bucket.tokens.take(hits, now);
}

}  // namespace

LimitBuckets::LimitBuckets(const LocalRateLimitOptions& options, TimePoint now)
    : maxDynamic_(options.maxDynamicDescriptors),
      alwaysTakeFromCommon_(options.alwaysTakeFromBucket),
      proxies_(options.proxies) {
  if (options.bucket) common_ = std::make_shared<Bucket>(*options.bucket, false, now);
  for (const DescriptorOptions& d : options.descriptors) {
    const bool anyValue = std::ranges::any_of(d.entries, [](const auto& e) { return e.value.empty(); });
    if (anyValue) {
      dynamic_.push_back({d, {}, {}});
    } else {
      described_.emplace(d.entries, std::make_shared<Bucket>(d.bucket, d.shadow, now));
    }
  }
}

BucketPtr LimitBuckets::findDynamic(Dynamic& dynamic, const Entries& entries, TimePoint now) {
  const auto known = dynamic.byEntries.find(entries);
  if (known != dynamic.byEntries.end()) {
    dynamic.used.splice(dynamic.used.begin(), dynamic.used, known->second);
    return known->second->second;
  }
  dynamic.used.emplace_front(entries, std::make_shared<Bucket>(dynamic.options.bucket, dynamic.options.shadow, now));
  dynamic.byEntries.emplace(entries, dynamic.used.begin());
  BucketPtr made = dynamic.used.front().second;
  if (dynamic.used.size() > maxDynamic_) {
    dynamic.byEntries.erase(dynamic.used.back().first);
    dynamic.used.pop_back();
  }
  return made;
}

BucketPtr LimitBuckets::find(const Entries& entries, TimePoint now) {
  const auto exact = described_.find(entries);
  if (exact != described_.end()) return exact->second;
  for (Dynamic& dynamic : dynamic_) {
    if (covers(dynamic.options.entries, entries)) return findDynamic(dynamic, entries, now);
  }
  return nullptr;
}

LimitBuckets::Verdict LimitBuckets::take(const std::vector<route::Descriptor>& descriptors, TimePoint now) {
  const MutexLock lock(mutex_);
  struct Match {
    BucketPtr bucket;
    const route::Descriptor* descriptor;
  };
  std::vector<Match> matched;
  for (const route::Descriptor& descriptor : descriptors) {
    BucketPtr found = find(descriptor.entries, now);
    if (found == nullptr) continue;
    const auto behind =
        std::ranges::find_if(matched, [&](const Match& m) { return fillsSlower(found->options, m.bucket->options); });
    matched.insert(behind, {std::move(found), &descriptor});
  }
  Verdict out;
  const auto speakOf = [&](const Match& match) {
    out.bucket = match.bucket;
    out.headers = match.descriptor->headers;
  };
  if (!matched.empty()) speakOf(matched.front());
  for (const Match& match : matched) {
    if (takeFrom(*match.bucket, *match.descriptor, proxies_, now)) continue;
    if (out.allowed) speakOf(match);
    out.allowed = false;
    // One that only counts does not end it: the others are still asked, and the one for all.
    if (match.bucket->shadow) {
      out.shadowed = true;
      continue;
    }
    speakOf(match);
    out.shadowed = false;
    return out;
  }
  if (common_ == nullptr || (!matched.empty() && !alwaysTakeFromCommon_)) return out;
  if (matched.empty()) out.bucket = common_;
  if (common_->tokens.take(proxies_, now)) return out;
  // Of a bucket that never has a token nothing is said, as in Envoy.
  return {.allowed = false, .bucket = common_->options.maxTokens == 0 ? nullptr : common_};
}

LimitBuckets::State LimitBuckets::stateOf(Bucket& bucket, TimePoint now) {
  const MutexLock lock(mutex_);
  State out{.limit = bucket.options.maxTokens, .remaining = bucket.tokens.tokens(now)};
  const int64_t wait = out.remaining > 0 ? 0 : bucket.tokens.untilNextToken(now).inNanoseconds();
  out.resetSeconds = static_cast<uint64_t>((wait + 999'999'999) / 1'000'000'000);
  return out;
}

}  // namespace orrery::filters::local_ratelimit
