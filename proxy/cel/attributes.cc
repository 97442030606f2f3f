#include "proxy/cel/attributes.h"

#include <algorithm>
#include <array>

#include "proxy/cel/number_text.h"
#include "proxy/io/address.h"

namespace orrery::cel {

namespace {

using message::HeaderId;
using message::HeaderMap;
using stream_info::StreamInfo;

// The fields of a request, in order and without those of a name that was before.
class FieldsMap final : public Map {
 public:
  FieldsMap(const HeaderMap* headers, Scratch& scratch) : headers_(headers), scratch_(scratch) {}
  size_t size() const override { return keys().size(); }
  Value find(const Value& key) const override {
    const auto* name = std::get_if<Text>(&key);
    if (name == nullptr || headers_ == nullptr) return {};
    const message::HeaderName wanted(equalsHost(name->is) ? ":authority" : name->is);
    if (!headers_->has(wanted)) return {};
    return scratch_.text(std::string(headers_->getJoined(wanted)));
  }
  std::vector<Value> keys() const override {
    std::vector<Value> out;
    if (headers_ == nullptr) return out;
    for (const auto& entry : *headers_) {
      const std::string_view name = entry.id == HeaderId::kOther ? entry.name : message::headerName(entry.id);
      if (std::ranges::none_of(out, [&](const Value& v) { return std::get<Text>(v).is == name; })) {
        out.emplace_back(Text{name});
      }
    }
    return out;
  }

 private:
  static bool equalsHost(std::string_view name) {
    return name.size() == 4 && message::HeaderName(name).text() == "host";
  }
  const HeaderMap* headers_;
  Scratch& scratch_;
};

// A variable whose fields are looked up when they are asked for. As in Envoy it does not tell which ones it has.
class VariableMap final : public Map {
 public:
  using Find = Value (*)(std::string_view field, const Subject& subject, Scratch& scratch);
  VariableMap(Find find, const Subject& subject, Scratch& scratch)
      : find_(find), subject_(subject), scratch_(scratch) {}
  size_t size() const override { return 0; }
  Value find(const Value& key) const override {
    const auto* field = std::get_if<Text>(&key);
    return field != nullptr ? find_(field->is, subject_, scratch_) : Value();
  }
  std::vector<Value> keys() const override { return {}; }

 private:
  Find find_;
  Subject subject_;
  Scratch& scratch_;
};

Value fields(const HeaderMap* headers, Scratch& scratch) {
  return scratch.map(std::make_unique<FieldsMap>(headers, scratch));
}

Value fieldText(const HeaderMap& headers, HeaderId id) {
  return headers.has(id) ? Value(Text{headers.get(id)}) : Value();
}

Value textIfAny(std::string_view text) { return text.empty() ? Value() : Value(Text{text}); }

Value counted(uint64_t count) { return static_cast<int64_t>(count); }

// What is asked for of a path, split at its '?'.
Value partOfPath(const HeaderMap& headers, bool query) {
  if (!headers.has(HeaderId::kPath)) return {};
  const std::string_view path = headers.path();
  const size_t mark = path.find('?');
  if (!query) return Text{path.substr(0, mark)};
  return Text{mark == std::string_view::npos ? std::string_view() : path.substr(mark + 1)};
}

Value sizeOfBody(const Subject& subject) {
  if (!subject.headers.has(HeaderId::kContentLength)) return counted(subject.info.bytesReceived);
  const auto length = parseWhole<int64_t>(subject.headers.get(HeaderId::kContentLength));
  return length ? Value(*length) : Value();
}

Value ofRequest(std::string_view field, const Subject& subject, Scratch& scratch) {
  const HeaderMap& headers = subject.headers;
  const StreamInfo& info = subject.info;
  if (field == "path") return fieldText(headers, HeaderId::kPath);
  if (field == "url_path") return partOfPath(headers, false);
  if (field == "query") return partOfPath(headers, true);
  if (field == "host") return fieldText(headers, HeaderId::kAuthority);
  if (field == "scheme") return fieldText(headers, HeaderId::kScheme);
  if (field == "method") return fieldText(headers, HeaderId::kMethod);
  if (field == "referer") return fieldText(headers, HeaderId::kReferer);
  if (field == "useragent") return fieldText(headers, HeaderId::kUserAgent);
  if (field == "id") return fieldText(headers, HeaderId::kXRequestId);
  if (field == "headers") return fields(&headers, scratch);
  if (field == "time") return Moment{info.startTime.unixNanoseconds()};
  if (field == "size") return sizeOfBody(subject);
  if (field == "total_size") return counted(info.bytesReceived + headers.byteSize());
  if (field == "duration" && info.complete.set) return Span{(info.complete.at - info.startMonotonic).inNanoseconds()};
  if (field == "protocol" && info.protocol) return Text{stream_info::protocolName(*info.protocol)};
  return {};
}

Value ofResponse(std::string_view field, const Subject& subject, Scratch& scratch) {
  const StreamInfo& info = subject.info;
  if (field == "headers" || field == "trailers") return fields(nullptr, scratch);
  if (field == "code" && info.responseCode != 0) return counted(info.responseCode);
  if (field == "code_details") return textIfAny(info.responseCodeDetails);
  if (field == "flags") return counted(info.flags.bits());
  if (field == "size" || field == "total_size") return counted(info.bytesSent);
  return {};
}

// Of a connection without TLS.
Value ofConnection(std::string_view field, const Subject& subject, Scratch&) {
  if (field == "mtls") return false;
  if (field == "requested_server_name") return Text{};
  if (field == "id") return subject.info.connectionId;
  if (field == "termination_details") return textIfAny(subject.info.connectionTerminationDetails);
  return {};
}

Value ofAddress(std::string_view field, std::string_view address) {
  if (field == "address") return textIfAny(address);
  if (field != "port") return {};
  const auto ip = io::Address::parseIpPort(address);
  return ip ? counted(ip->port()) : Value();
}

Value ofSource(std::string_view field, const Subject& subject, Scratch&) {
  return ofAddress(field, subject.info.downstreamRemoteAddress);
}
Value ofDestination(std::string_view field, const Subject& subject, Scratch&) {
  return ofAddress(field, subject.info.downstreamLocalAddress);
}

Value ofUpstream(std::string_view field, const Subject& subject, Scratch&) {
  const StreamInfo& info = subject.info;
  if (field == "request_attempt_count") return uint64_t{info.attemptCount};
  if (field == "local_address") return textIfAny(info.upstreamLocalAddress);
  if (field == "transport_failure_reason" && !info.upstreamHost.empty())
    return Text{info.upstreamTransportFailureReason};
  if (field == "cx_pool_ready_duration" && info.upstreamPoolReady) return Span{info.upstreamPoolReady->inNanoseconds()};
  return ofAddress(field, info.upstreamHost);
}

Value ofXds(std::string_view field, const Subject& subject, Scratch&) {
  const StreamInfo& info = subject.info;
  if (field == "cluster_name") return textIfAny(info.upstreamCluster);
  if (field == "route_name" && info.hasRoute) return Text{info.routeName};
  if (field == "route_metadata" && info.hasRoute) return MetadataMessage{info.routeMetadata};
  if (field == "virtual_host_name" && info.hasVirtualHost) return Text{info.virtualHost};
  if (field == "virtual_host_metadata" && info.hasVirtualHost) return MetadataMessage{info.virtualHostMetadata};
  if (field == "upstream_host_metadata" && !info.upstreamHost.empty())
    return MetadataMessage{info.upstreamHostMetadata};
  if (info.surroundings == nullptr) return {};
  if (field == "filter_chain_name") return Text{info.surroundings->filterChainName()};
  if (field == "listener_metadata") return MetadataMessage{info.surroundings->listenerMetadata()};
  return {};
}

// What filters keep here, Envoy's conditions know nothing of.
Value ofFilterState(std::string_view, const Subject&, Scratch&) { return {}; }

struct Variable {
  std::string_view name;
  VariableMap::Find find;
};
constexpr Variable kVariables[] = {
    {"request", ofRequest},   {"response", ofResponse}, {"connection", ofConnection},    {"source", ofSource},
    {"upstream", ofUpstream}, {"xds", ofXds},           {"filter_state", ofFilterState}, {"destination", ofDestination},
};

constexpr std::array<std::string_view, 10> kTypes = {"bool",  "int",  "uint", "double",    "string",
                                                     "bytes", "list", "map",  "null_type", "type"};

}  // namespace

Value variable(std::string_view name, const Subject& subject, Scratch& scratch) {
  for (const Variable& v : kVariables) {
    if (v.name == name) return scratch.map(std::make_unique<VariableMap>(v.find, subject, scratch));
  }
  if (name == "metadata") return MetadataMessage{subject.info.metadata.get()};
  return std::ranges::find(kTypes, name) != kTypes.end() ? Value(TypeName{name}) : Value();
}

bool isMissing(std::string_view root, std::string_view field) {
  if (root == "upstream") return field == "locality";
  return root == "xds" &&
         (field == "cluster_metadata" || field == "listener_direction" || field == "upstream_host_locality_metadata");
}

}  // namespace orrery::cel
