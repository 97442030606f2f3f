#include "proxy/filters/http/ext_authz/check.h"

#include <algorithm>

#include "proxy/base/ascii.h"

namespace orrery::filters::ext_authz {

using message::HeaderEntry;
using message::HeaderId;
using message::HeaderMap;

namespace {

bool any(const HeaderNames& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const match::StringMatcher& m) { return matches(m, name); });
}

bool isShown(const ExtAuthzOptions& options, const HeaderEntry& entry) {
  if (any(options.disallowedHeaders, entry.name)) return false;
  return entry.name == "authorization" || (options.allowedHeaders && any(*options.allowedHeaders, entry.name));
}

constexpr std::string_view kHeadersToRemove = "x-envoy-auth-headers-to-remove";

// What Envoy always tells the client of a denial, whatever is allowed.
bool alwaysToClient(const HeaderEntry& entry) {
  return entry.id == HeaderId::kContentLength || entry.id == HeaderId::kLocation || entry.name == "www-authenticate";
}

}  // namespace

void writeQuestion(const ExtAuthzOptions& options, const ServiceOptions& service, const HeaderMap& request,
                   size_t bodySize, size_t wholeSize, const stream_info::StreamInfo& info, HeaderMap& question) {
  question.add(HeaderId::kMethod, request.method());
  if (!service.pathOverride.empty()) {
    question.addReference(HeaderId::kPath, service.pathOverride);
  } else if (service.pathPrefix.empty()) {
    question.add(HeaderId::kPath, request.path());
  } else {
    question.addReference(HeaderId::kPath, question.arena().join({service.pathPrefix, request.path()}));
  }
  question.add(HeaderId::kAuthority, request.authority());
  question.setNumber(HeaderId::kContentLength, bodySize);
  for (const HeaderEntry& entry : request) {
    if (entry.name.starts_with(':') || entry.id == HeaderId::kContentLength || !isShown(options, entry)) continue;
    question.addReference(question.arena().copy(entry.name), entry.id, question.arena().copy(entry.value));
  }
  if (wholeSize > 0) {
    question.addReference("x-envoy-auth-partial-body", HeaderId::kOther, bodySize < wholeSize ? "true" : "false");
  }
  applyLevel(service.headersToAdd, {info, &question}, question);
}

Verdict readAnswer(const ServiceOptions& service, HeaderMap& answer) {
  Verdict verdict;
  const uint32_t status = answer.status();
  if (status == 0 || status >= 500) return verdict;
  const bool allowed = status == 200;
  verdict.kind = allowed ? Verdict::Kind::kAllowed : Verdict::Kind::kDenied;
  verdict.status = status;
  for (const HeaderEntry& entry : answer) {
    if (!allowed || entry.name != kHeadersToRemove) continue;
    forEachToken(entry.value, [&](std::string_view name) { verdict.removeFromUpstream.push_back(toLower(name)); });
  }
  answer.remove(kHeadersToRemove);
  for (const HeaderEntry& entry : answer) {
    if (entry.name.starts_with(':')) continue;
    if (any(service.metadataHeaders, entry.name)) verdict.metadata.push_back(entry);
    if (allowed) {
      if (any(service.upstreamHeaders, entry.name)) verdict.toUpstream.push_back(entry);
      if (any(service.upstreamHeadersToAppend, entry.name)) verdict.appendToUpstream.push_back(entry);
      if (any(service.clientHeadersOnSuccess, entry.name)) verdict.toClient.push_back(entry);
    } else if (!service.clientHeaders || alwaysToClient(entry) || any(*service.clientHeaders, entry.name)) {
      verdict.toClient.push_back(entry);
    }
  }
  return verdict;
}

bool Verdict::changes(std::string_view name) const {
  const auto named = [&](const HeaderEntry& entry) { return entry.name == name; };
  return std::ranges::any_of(toUpstream, named) || std::ranges::any_of(appendToUpstream, named) ||
         std::ranges::find(removeFromUpstream, name) != removeFromUpstream.end();
}

bool applyRules(const route::MutationRules& rules, Verdict& verdict) {
  const auto left = [&](const HeaderEntry& entry) { return !mayChange(rules, entry.name); };
  size_t out = std::erase_if(verdict.toUpstream, left) + std::erase_if(verdict.appendToUpstream, left);
  out += std::erase_if(verdict.removeFromUpstream, [&](const std::string& name) { return !mayRemove(rules, name); });
  return out == 0 || !rules.disallowIsError;
}

}  // namespace orrery::filters::ext_authz
