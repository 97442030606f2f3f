#pragma once

// Pieces of local_ratelimit for the cases and pairs of fields.
#define LIMIT_OPEN                                                                                                   \
  "stat_prefix: a, filter_enabled: {default_value: {numerator: 100}}, filter_enforced: {default_value: {numerator: " \
  "100}}"
#define LIMIT_FILTER(rest)                             \
  "\n          - {name: f, typed_config: {\"@type\": " \
  "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit, " LIMIT_OPEN ", " rest "}}"
#define KEY(key, value) "{key: " key ", value: " value "}"
#define ANY_OF(key) "{key: " key "}"
#define DESCRIPTOR(entries, more, tokens) \
  "{entries: [" entries "], " more " token_bucket: {max_tokens: " tokens ", fill_interval: 10s}}"
#define LIMIT_WITH(actions, entries, rest, more, tokens) \
  LIMIT_FILTER("rate_limits: [{actions: [" actions "]}], descriptors: [" DESCRIPTOR(entries, more, tokens) "], " rest)
// What comes under the entries is refused.
#define LIMIT_BY(actions, entries) LIMIT_WITH(actions, entries, "", "", "0")
// The rate limits of the route count.
#define LIMIT_OF_ROUTE(rest) LIMIT_FILTER("descriptors: [" DESCRIPTOR(KEY("generic_key", "a"), "", "0") "], " rest)
#define LIMIT_HITS(addend)                                                                                         \
  LIMIT_FILTER("rate_limits: [{actions: [" FIXED("a") "], hits_addend: {" addend "}}], descriptors: [" DESCRIPTOR( \
      KEY("generic_key", "a"), "", "4") "]")
#define LIMIT_DONE(rest)              \
  LIMIT_FILTER("rate_limits: [{" rest \
               " actions: [" FIXED("a") "]}], descriptors: [" DESCRIPTOR(KEY("generic_key", "a"), "", "0") "]")
#define LIMIT_MANY(rest) \
  LIMIT_WITH("{request_headers: {header_name: \":path\", descriptor_key: k}}", ANY_OF("k"), rest, "", "1")
#define LIMIT_BOTH(always)                                                                                         \
  LIMIT_WITH(FIXED("a"), KEY("generic_key", "a"),                                                                  \
             "token_bucket: {max_tokens: 0, fill_interval: 1s}, always_consume_default_token_bucket: " always, "", \
             "99")

#define FIXED(value) "{generic_key: {descriptor_value: " value "}}"
#define BY_HEADER(rest, name) "{header_value_match: {" rest ", headers: [{name: " name ", present_match: true}]}}"
#define BY_QUERY(rest, name) \
  "{query_parameter_value_match: {" rest ", query_parameters: [{name: " name ", present_match: true}]}}"
#define BY_METADATA(rest, space, member) \
  "{metadata: {" rest ", metadata_key: {key: " space ", path: [{key: " member "}]}}}"
#define IN_RANGE(rest, ranges) "{remote_address_match: {" rest ", address_matcher: {ranges: [" ranges "]}}}"
#define LOCAL_RANGE "{address_prefix: 127.0.0.0, prefix_len: 8}"
