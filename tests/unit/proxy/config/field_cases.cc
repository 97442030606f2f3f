#include "tests/unit/proxy/config/field_cases.h"

#include <optional>
#include <type_traits>

#include "proxy/cel/function.h"
#include "proxy/filters/http/bandwidth_limit/bandwidth_limit_options.h"
#include "proxy/filters/http/basic_auth/basic_auth_options.h"
#include "proxy/filters/http/buffer/buffer_options.h"
#include "proxy/filters/http/compressor/compressor_options.h"
#include "proxy/filters/http/cors/cors_options.h"
#include "proxy/filters/http/csrf/csrf_options.h"
#include "proxy/filters/http/decompressor/decompressor_options.h"
#include "proxy/filters/http/ext_authz/ext_authz_options.h"
#include "proxy/filters/http/fault/fault_options.h"
#include "proxy/filters/http/header_mutation/header_mutation_options.h"
#include "proxy/filters/http/health_check/health_check_options.h"
#include "proxy/filters/http/local_ratelimit/local_ratelimit_options.h"
#include "proxy/filters/http/rbac/rbac_options.h"
#include "proxy/filters/http/rbac/rule_match.h"
#include "proxy/filters/http/router/router_options.h"
#include "proxy/filters/http/set_metadata/set_metadata_options.h"
#include "proxy/format/format.h"
#include "tests/support/zstd_dictionary.h"
#include "tests/unit/proxy/config/field_macros.h"

namespace orrery::config {

namespace {

// What is seen of a value, as text.

std::string show(bool value) { return value ? "true" : "false"; }
std::string show(uint32_t value) { return std::to_string(value); }
std::string show(uint64_t value) { return std::to_string(value); }
std::string show(int64_t value) { return std::to_string(value); }
std::string show(const std::string& value) { return value; }
std::string show(Duration value) { return std::to_string(value.inMilliseconds()) + "ms"; }
std::string show(const io::Address& value) { return value.text(); }
std::string show(const message::HeaderName& value) { return std::string(value.text()); }
template <class Enum>
  requires std::is_enum_v<Enum>
std::string show(Enum value) {
  return std::to_string(static_cast<int>(value));
}
// Defined last: they look for the overload of T among those above them.
template <class T>
std::string show(const std::optional<T>& value);
template <class T>
std::string show(const std::vector<T>& values);

std::string show(const route::StringMatcher& matcher) {
  constexpr const char* kinds[] = {"exact", "prefix", "suffix", "contains", "regex"};
  return std::string(kinds[static_cast<int>(matcher.kind)]) + ":" + matcher.value + (matcher.ignoreCase ? ":i" : "");
}
std::string show(const route::HeaderMatcher& matcher) {
  std::string out = show(matcher.name) + " ";
  if (matcher.kind == route::HeaderMatcher::Kind::kString) out += show(matcher.string);
  if (matcher.kind == route::HeaderMatcher::Kind::kPresent) out += matcher.presentMatch ? "present" : "absent";
  if (matcher.kind == route::HeaderMatcher::Kind::kRange)
    out += show(matcher.rangeStart) + ".." + show(matcher.rangeEnd);
  if (matcher.invert) out += " inverted";
  if (matcher.treatMissingAsEmpty) out += " missing=empty";
  return out;
}
std::string show(const route::QueryParameterMatcher& matcher) {
  return matcher.name + " " + (matcher.string ? show(*matcher.string) : matcher.present ? "present" : "absent");
}
std::string show(const route::HeaderMutation& mutation) {
  constexpr const char* kinds[] = {"append", "absent", "set", "replace", "remove", "remove matching"};
  return std::string(kinds[static_cast<int>(mutation.kind)]) + " " + show(mutation.name) +
         (mutation.value.empty() ? "" : "=" + mutation.value) + (mutation.keepEmptyValue ? " keep" : "");
}
std::string show(const route::CookieMatcher& matcher) {
  return matcher.name + " " + show(matcher.string) + (matcher.invert ? " inverted" : "");
}
std::string show(const match::RegexSubstitution& rewrite) { return rewrite.pattern + " -> " + rewrite.substitution; }
std::string show(const route::HashPolicy& policy) {
  using Kind = route::HashPolicy::Kind;
  std::string out = policy.kind == Kind::kHeader     ? show(*policy.header)
                    : policy.kind == Kind::kCookie   ? "cookie " + policy.name
                    : policy.kind == Kind::kSourceIp ? "source"
                                                     : "query " + policy.name;
  if (policy.rewrite) out += " " + show(*policy.rewrite);
  if (policy.ttl) out += " " + show(*policy.ttl);
  for (const auto& [name, value] : policy.attributes) out += " " + name + "=" + value;
  return out + (policy.terminal ? " terminal" : "");
}
std::string show(const route::RateLimitedBackoff& backoff) {
  std::string out;
  for (const route::ResetHeader& header : backoff.headers) {
    out += show(header.name) + (header.format == route::ResetHeader::Format::kSeconds ? " seconds " : " unix ");
  }
  return out + show(backoff.maxInterval);
}
std::string show(const route::WeightedCluster& cluster) {
  const std::string name = cluster.clusterHeader ? show(*cluster.clusterHeader)
                                                 : cluster.cluster.name + "/" + std::to_string(cluster.cluster.index);
  return name + ":" + show(cluster.weight) + (cluster.runtimeKey.empty() ? "" : " " + cluster.runtimeKey);
}
std::string show(const runtime::Layer& layer) {
  std::string out = layer.name + (layer.admin ? " admin" : "");
  for (const auto& [key, value] : layer.values) out += " " + key + "=" + value;
  return out;
}
std::string show(const io::KeepaliveOptions& options) {
  return show(options.probes) + "," + show(options.idle) + "," + show(options.interval);
}
std::string show(const upstream::EndpointOptions& endpoint) { return show(endpoint.address); }
std::string show(const match::AddressRange& range) { return range.network.ipText() + "/" + std::to_string(range.bits); }
std::string show(const route::VirtualHost& host) { return host.name; }
std::string show(const net::ListenerOptions& listener) { return listener.name; }
std::string show(const upstream::ClusterOptions& cluster) { return cluster.name; }
std::string show(const access_log::AccessLogOptions& log) { return log.name + ">" + log.path; }
std::string show(const net::NetworkFilterOptions& filter) { return filter.name; }
std::string show(const http::HttpFilterOptions& filter) { return filter.name; }
std::string show(const http::UpgradeOptions& upgrade) {
  std::string out = upgrade.type + (upgrade.enabled ? "" : " off");
  for (const http::HttpFilterOptions& filter : upgrade.filters) out += " " + filter.name;
  return out;
}
std::string show(const route::RouteUpgrade& upgrade) { return upgrade.type + (upgrade.enabled ? "" : " off"); }
std::string show(const route::Route& route) { return route.name; }
std::string show(const match::MatchPredicate& predicate);
std::string show(const route::RateLimitAction& action);
std::string show(const route::RateLimit& limit);
std::string show(const filters::local_ratelimit::DescriptorOptions& descriptor) {
  std::string out;
  for (const auto& entry : descriptor.entries) out += (out.empty() ? "" : ",") + entry.key + "=" + entry.value;
  return out;
}
std::string show(const route::HeaderLevel& level);
std::string show(const route::ValueMatcher& value);
std::string show(const route::MetadataMatcher& matcher);

template <class T>
std::string show(const std::optional<T>& value) {
  return value ? show(*value) : "none";
}
template <class T>
std::string show(const std::vector<T>& values) {
  std::string out;
  for (const auto& value : values) out += (out.empty() ? "" : "; ") + show(value);
  return out;
}
std::string show(const route::HeaderLevel& level) { return show(level.mutations); }

std::string show(const route::ValueMatcher& value) {
  constexpr std::string_view kNames[] = {"null", "number", "range", "string", "bool", "present", "one of", "or"};
  std::string out(kNames[static_cast<int>(value.kind)]);
  using Kind = route::ValueMatcher::Kind;
  if (value.kind == Kind::kNumber || value.kind == Kind::kRange) {
    out += " " + show(static_cast<int64_t>(value.number)) + ".." + show(static_cast<int64_t>(value.end));
  }
  if (value.kind == Kind::kString) out += " " + show(value.string);
  if (value.kind == Kind::kBool || value.kind == Kind::kPresent) out += " " + show(value.wanted);
  if (!value.others.empty()) out += "(" + show(value.others) + ")";
  return out;
}
std::string show(const route::MetadataMatcher& matcher) {
  return matcher.metadataNamespace + " " + show(matcher.path) + " " + show(matcher.value) +
         (matcher.invert ? " inverted" : "");
}

std::string show(const route::RateLimitAction& action) {
  constexpr std::string_view kinds[] = {"cluster", "header",  "query",   "address",  "masked",        "in",
                                        "fixed",   "headers", "queries", "metadata", "route metadata"};
  std::string out = std::string(kinds[static_cast<int>(action.kind)]) + " " + action.key;
  if (!action.value.empty()) out += "=" + action.value;
  if (!action.defaultValue.empty()) out += " or " + action.defaultValue;
  if (action.header) out += " of " + show(*action.header);
  if (!action.parameter.empty()) out += " of " + action.parameter;
  if (!action.headers.empty()) out += " " + show(action.headers);
  if (!action.parameters.empty()) out += " " + show(action.parameters);
  for (const auto& range : action.ranges) out += " " + show(range);
  if (action.invertRanges) out += " inverted";
  if (action.kind == route::RateLimitAction::Kind::kMaskedRemoteAddress) {
    out += " /" + show(action.maskV4) + " /" + show(action.maskV6);
  }
  if (!action.metadataPath.empty()) out += " of " + action.metadataNamespace + " " + show(action.metadataPath);
  return out + (action.skipIfAbsent ? " skip" : "") + (action.expectMatch ? "" : " unless");
}
std::string show(const route::RateLimit& limit) {
  return show(limit.actions) +
         (limit.hitsFormat ? " hits by format"
          : limit.hits     ? " hits " + show(*limit.hits)
                           : "") +
         (limit.givesBack ? " given back" : "");
}

std::string show(const access_log::LogFilter& filter) {
  using Kind = access_log::LogFilter::Kind;
  std::string out;
  switch (filter.kind) {
    case Kind::kAnd:
    case Kind::kOr:
      out = filter.kind == Kind::kAnd ? "and(" : "or(";
      for (const auto& inner : filter.filters) out += (out.back() == '(' ? "" : " ") + show(inner);
      return out + ")";
    case Kind::kStatus:
    case Kind::kDuration:
      return (filter.kind == Kind::kStatus ? "status" : "duration") + show(filter.comparison) + " " +
             show(filter.value) + " " + filter.runtimeKey;
    case Kind::kRuntime:
      return "runtime " + show(filter.fraction.numerator) + "/" + show(filter.fraction.denominator) + " " +
             filter.runtimeKey + (filter.independentRandomness ? " own" : "");
    case Kind::kNotHealthCheck: return "nohealth";
    case Kind::kHeader: return "header " + show(filter.headers);
    case Kind::kResponseFlag: return "flags" + show(filter.flags);
    case Kind::kGrpcStatus: out = "grpc " + show(filter.statuses); break;
    case Kind::kMetadata: return "metadata " + show(filter.metadata) + (filter.ifMissing ? " or missing" : "");
    case Kind::kLogType: out = "types " + show(filter.types); break;
  }
  return out + (filter.exclude ? " excluded" : "");
}

// Where the sample's parts are.

using B = Bootstrap;
const net::ListenerOptions& listener(const B& b) { return b.listeners[0]; }
const upstream::ClusterOptions& cluster(const B& b) { return b.clusters[0]; }
const http::HcmOptions& hcm(const B& b) {
  return *static_cast<const http::HcmOptions*>(listener(b).chain.filters[0].options.get());
}
const filters::router::RouterOptions& router(const B& b) {
  return *static_cast<const filters::router::RouterOptions*>(hcm(b).filters[0].options.get());
}
std::string show(const match::MatchTree& tree);
std::string show(const match::MatchOutcome& outcome) {
  return outcome.tree != nullptr ? "(" + show(*outcome.tree) + ")" : show(outcome.action);
}
std::string show(const match::MatchPredicate& predicate) {
  const char* const kinds[] = {"", "any", "all", "not"};
  if (predicate.kind == match::MatchPredicate::Kind::kValue) {
    const std::string input = show(predicate.input.field) + " ";
    return predicate.ranges.empty() ? input + show(predicate.value) : input + "in " + show(predicate.ranges[0]);
  }
  return kinds[static_cast<int>(predicate.kind)] + ("(" + show(predicate.parts)) + ")";
}
std::string show(const match::MatchTree& tree) {
  std::string out;
  const auto add = [&out](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
  for (const auto& c : tree.list) add(show(c.predicate) + " -> " + show(c.then));
  const char* const how = tree.kind == match::MatchTree::Kind::kExact ? "=" : "^";
  for (const auto& [value, then] : tree.values) add(show(tree.input.field) + how + value + " -> " + show(then));
  for (const auto& r : tree.ranges) add(show(r.range) + (r.exclusive ? " only" : "") + " -> " + show(r.then));
  if (tree.otherwise.action || tree.otherwise.tree != nullptr) add("else " + show(tree.otherwise));
  return out;
}
const route::RouteConfig& routes(const B& b) { return *hcm(b).routes; }
const route::VirtualHost& host(const B& b) { return routes(b).virtualHosts[0]; }
std::string tree(const B& b) { return show(*host(b).matcher); }
const route::Route& firstRoute(const B& b) { return host(b).routes[0]; }
const route::RouteMatch& match(const B& b) { return firstRoute(b).match; }
const route::RouteAction& action(const B& b) { return *firstRoute(b).action; }
const route::RetryPolicy& retry(const B& b) { return *action(b).retry; }
const route::RedirectAction& redirect(const B& b) { return *firstRoute(b).redirect; }

const access_log::LogFilter& logFilter(const B& b) { return *hcm(b).accessLogs[0].filter; }

const http::LocalReplyRules& localReplies(const B& b) { return *hcm(b).localReplies; }
std::string localBody(const B& b) {
  const stream_info::StreamInfo info{};
  std::string out;
  localReplies(b).format->formatter->append({info}, out);
  return out;
}

std::string formatText(const format::Formatter& formatter) {
  const stream_info::StreamInfo info{};
  std::string out;
  formatter.append({info}, out);
  return out;
}

std::string pathOf(const B& b) {
  constexpr const char* kinds[] = {"prefix", "exact", "regex", "separated", "connect", "template"};
  return std::string(kinds[static_cast<int>(match(b).pathKind)]) + ":" + match(b).path;
}
// The line that the first access log writes of an empty record.
std::string line(const B& b) {
  const stream_info::StreamInfo info{};
  const stream_info::LogRecord record{info};
  std::string out;
  hcm(b).accessLogs[0].formatter->append(record, out);
  return out;
}
std::string actionOf(const B& b) {
  const auto& route = firstRoute(b);
  return route.action ? "route" : route.redirect ? "redirect" : route.direct ? "direct" : "none";
}

// The options of the filter before the router, and what the first route says to it.
template <class Options>
const Options& filter(const B& b) {
  return *static_cast<const Options*>(hcm(b).filters[0].options.get());
}
template <class Options>
const Options& setting(const B& b) {
  return *static_cast<const Options*>(firstRoute(b).filterSettings[0].options.get());
}
// Its number: the one of a coder, the number that the cases have of a decoder.
std::string dictionaryOf(const compression::CompressorOptions& o) {
  return o.dictionary == nullptr ? "none" : std::to_string(o.dictionary->id());
}
std::string dictionaryOf(const compression::DecompressorOptions& o) {
  constexpr uint32_t kNumber = 557411661;
  return o.dictionaries == nullptr || o.dictionaries->find(kNumber) == nullptr ? "none" : std::to_string(kNumber);
}
#define LIMIT_OPTIONS filter<filters::local_ratelimit::LocalRateLimitOptions>(b)
#define LIMITS_SEEN LIMIT_OPTIONS.rateLimits
std::string settings(const route::FilterSettings& list) {
  std::string out;
  for (const auto& s : list) out += s.filter + ":" + (s.disabled ? " off" : s.typeName);
  return out;
}
std::string share(const match::RuntimeFraction& f) {
  return std::to_string(f.defaultValue.numerator) + "/" + std::to_string(f.defaultValue.denominator);
}

std::string ruleText(const filters::rbac::Rule& rule) {
  std::string out = std::to_string(static_cast<int>(rule.kind));
  if (!rule.children.empty()) out += "(";
  for (const auto& child : rule.children) out += ruleText(child);
  if (!rule.children.empty()) out += ")";
  for (const auto& header : rule.header) out += show(header);
  if (!rule.text.value.empty()) out += show(rule.text);
  for (const auto& range : rule.range) out += show(range);
  if (rule.endPort != 0) out += ":" + std::to_string(rule.firstPort) + "-" + std::to_string(rule.endPort);
  return out;
}

std::string constantText(const cel::Value& value) {
  const std::string type(cel::typeNameOf(value));
  if (const auto* truth = std::get_if<bool>(&value)) return type + ":" + show(*truth);
  if (const auto* whole = std::get_if<int64_t>(&value)) return type + ":" + std::to_string(*whole);
  if (const auto* whole = std::get_if<uint64_t>(&value)) return type + ":" + std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) return type + ":" + std::to_string(*number);
  if (const auto* span = std::get_if<cel::Span>(&value)) return type + ":" + std::to_string(int64_t(span->nanoseconds));
  if (const auto* at = std::get_if<cel::Moment>(&value)) return type + ":" + std::to_string(int64_t(at->nanoseconds));
  return type;
}

// As one would write it; '!' before functions that only a setting allows, '?' before what is optional.
std::string conditionText(const cel::Expression& node) {
  using Kind = cel::Expression::Kind;
  const auto joined = [&](size_t from) {
    std::string out;
    for (size_t i = from; i < node.operands.size(); ++i) {
      out += (i > from ? ", " : "") + conditionText(node.operands[i]);
    }
    return (node.optional ? "?" : "") + (node.kind == Kind::kList  ? "[" + out + "]"
                                         : node.kind == Kind::kMap ? "{" + out + "}"
                                                                   : "(" + out + ")");
  };
  switch (node.kind) {
    case Kind::kConstant: return constantText(node.constant);
    case Kind::kText: return '"' + node.name + '"';
    case Kind::kBytes: return "b\"" + node.name + '"';
    case Kind::kName: return node.name;
    case Kind::kSelect: return conditionText(node.operands[0]) + "." + node.name;
    case Kind::kPresent: return "has(" + conditionText(node.operands[0]) + "." + node.name + ")";
    case Kind::kList:
    case Kind::kMap: return joined(0);
    default: break;
  }
  const bool needs = node.function != nullptr && node.function->needs != cel::Function::Needs::kNothing;
  const std::string target = node.hasTarget ? conditionText(node.operands[0]) + "." : "";
  return target + (needs ? "!" : "") + node.name + joined(node.hasTarget ? 1 : 0);
}

// What a tree of access control says of a request of /a with a field `a: x` and the metadata "ns": {"p": "x"}.
std::string treeVerdict(const Bootstrap& b) {
  const filters::rbac::RuleTree& tree = *filter<filters::rbac::RbacOptions>(b).tree;
  ArenaPool pool;
  Arena arena(pool);
  message::HeaderMap headers(arena);
  headers.add(message::HeaderId::kPath, "/a");
  headers.add("a", "x");
  stream_info::StreamInfo info;
  stream_info::Value::Object fields;
  stream_info::memberOf(fields, "p").is = std::string("x");
  info.mergeMetadata("ns", fields);
  return std::string(filters::rbac::judge(tree, headers, info).policy);
}

#define FIRST_POLICY filter<filters::rbac::RbacOptions>(b).rules->policies.at("p")
#define FIRST_CONDITION (*FIRST_POLICY.condition)
#define FIRST_PERMISSION filter<filters::rbac::RbacOptions>(b).rules->policies.at("p").permissions[0]
#define FIRST_PRINCIPAL filter<filters::rbac::RbacOptions>(b).rules->policies.at("p").principals[0]
#define QUERY_CHANGES filter<filters::header_mutation::HeaderMutationOptions>(b).mutations.query[0]
#define AUTHZ_OPTIONS filter<filters::ext_authz::ExtAuthzOptions>(b)

#define SEE(expression) [](const Bootstrap& b) -> std::string { return show(expression); }
#define TEXT(expression) [](const Bootstrap& b) -> std::string { return expression; }

}  // namespace

std::span<const FieldCase> fieldCases() {
  // Not constexpr: so much text is more steps than a compiler takes.
  static const FieldCase kCases[] = {
#include "tests/unit/proxy/config/field_cases_bootstrap.inc"
#include "tests/unit/proxy/config/field_cases_cluster.inc"
#include "tests/unit/proxy/config/field_cases_conditions.inc"
#include "tests/unit/proxy/config/field_cases_filters.inc"
#include "tests/unit/proxy/config/field_cases_hcm.inc"
#include "tests/unit/proxy/config/field_cases_http2.inc"
#include "tests/unit/proxy/config/field_cases_local_reply.inc"
#include "tests/unit/proxy/config/field_cases_log_filter.inc"
#include "tests/unit/proxy/config/field_cases_match_tree.inc"
#include "tests/unit/proxy/config/field_cases_rate_limit.inc"
#include "tests/unit/proxy/config/field_cases_route.inc"
#include "tests/unit/proxy/config/field_cases_scoped_routes.inc"
  };
  return kCases;
}

}  // namespace orrery::config
