#include "proxy/filters/http/header_mutation/query_mutation.h"

#include <algorithm>
#include <map>
#include <optional>

#include "proxy/base/ascii.h"
#include "proxy/base/percent.h"
#include "proxy/message/path.h"

namespace orrery::filters::header_mutation {
namespace {

using Parameters = std::map<std::string, std::vector<std::string>>;

void appendEscape(char c, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

// New values: all but letters, digits, '-', '_' and '.' is encoded.
std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const char lower = asciiLower(c);
    const bool plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (plain) out += c;
    if (!plain) appendEscape(c, out);
  }
  return out;
}

// What would end the request's target, or the query, is kept encoded.
void appendTarget(std::string_view text, std::string& out) {
  for (const char c : text) {
    if ((c > ' ' || c < 0) && c != 0x7f && c != '#') {
      out += c;
    } else {
      appendEscape(c, out);
    }
  }
}

Parameters parse(std::string_view query) {
  Parameters out;
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    const size_t equals = std::min(parameter.find('='), parameter.size());
    const std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
    out[percentDecoded(parameter.substr(0, equals))].push_back(percentDecoded(value));
  }
  return out;
}

void apply(const QueryMutation& mutation, const stream_info::LogRecord& record, Parameters& parameters) {
  using Kind = QueryMutation::Kind;
  const auto known = parameters.find(mutation.key);
  const bool is = known != parameters.end();
  if (mutation.kind == Kind::kRemove) {
    if (is) parameters.erase(known);
    return;
  }
  if ((mutation.kind == Kind::kAddIfAbsent && is) || (mutation.kind == Kind::kOverwriteIfExists && !is)) return;
  std::string text;
  mutation.value->append(record, text);
  std::vector<std::string>& values = parameters[mutation.key];
  if (mutation.kind != Kind::kAppend) values.clear();
  values.push_back(encoded(text));
}

}  // namespace

void mutateQuery(const std::vector<QueryMutation>& mutations, const stream_info::LogRecord& record,
                 message::HeaderMap& headers) {
  if (mutations.empty() || !headers.has(message::HeaderId::kPath)) return;
  const message::PathParts parts = message::splitPath(headers.path());
  Parameters parameters = parse(parts.query);
  for (const QueryMutation& mutation : mutations) apply(mutation, record, parameters);
  std::string path(parts.path);
  char before = '?';
  for (const auto& [key, values] : parameters) {
    for (const std::string& value : values) {
      path += before;
      before = '&';
      appendTarget(key, path);
      path += '=';
      appendTarget(value, path);
    }
  }
  headers.set(message::HeaderId::kPath, path);
}

}  // namespace orrery::filters::header_mutation
