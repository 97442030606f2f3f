#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/base/time.h"
#include "proxy/message/bytes_meter.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/response_flag.h"
#include "proxy/stream_info/surroundings.h"
#include "proxy/stream_info/value.h"

namespace orrery::stream_info {

enum class Protocol : uint8_t { kHttp10, kHttp11, kHttp2, kHttp3 };
// "HTTP/1.1" and the like, as %PROTOCOL%.
std::string_view protocolName(Protocol p);

// An instant of a stream, unset until it happens.
struct Instant {
  TimePoint at;
  bool set = false;
  void mark(TimePoint now) {
    at = now;
    set = true;
  }
};

// Something that filters keep with a stream. Only who made it knows what it is.
class FilterObject {
 public:
  virtual ~FilterObject() = default;
  // What %FILTER_STATE(KEY:FIELD:name)% says; nothing: it has no such field.
  virtual std::optional<int64_t> field(std::string_view) const { return std::nullopt; }
};

// By a literal or a name of the configuration, which outlives it (Envoy's filter state).
using FilterState = std::map<std::string_view, std::unique_ptr<FilterObject>>;

// The internal redirects that led to a stream.
struct RedirectTrail {
  uint32_t count = 0;
  std::vector<std::pair<std::string, std::string>>
      targets;  // names of routes: of the one that redirects, of its target
};

// The live record of one stream (a request and its response): what the filters share about it and what the access log
// and the trace events finally say. Addresses are texts that live as long as their connection; `details` and names are
// immortal literals, or live in the stream's arena.
struct StreamInfo {
  // Downstream connection.
  uint64_t connectionId = 0;                       // counts per worker from 1
  uint64_t requestNumber = 0;                      // counts per connection from 1
  std::string_view downstreamRemoteAddress;        // after x-forwarded-for handling: "1.2.3.4:0" or the peer
  std::string_view downstreamDirectRemoteAddress;  // the peer
  std::string_view downstreamLocalAddress;
  // Empty: not known, as of a try that has no connection.
  std::optional<Protocol> protocol = Protocol::kHttp11;

  WallTime startTime;
  TimePoint startMonotonic;
  Instant firstDownstreamRxHeaders;
  Instant lastDownstreamRxByte;
  Instant firstUpstreamTxByte;
  Instant lastUpstreamTxByte;
  Instant firstUpstreamRxByte;
  Instant firstUpstreamRxBody;
  Instant lastUpstreamRxByte;
  Instant firstDownstreamTxByte;
  Instant lastDownstreamTxByte;
  Instant complete;

  uint64_t bytesReceived = 0;  // request body
  uint64_t bytesSent = 0;      // response body
  message::BytesMeter downstreamBytes;
  message::BytesMeter upstreamBytes;  // of all tries

  uint32_t responseCode = 0;  // 0: none was sent
  std::string_view responseCodeDetails;
  std::string_view connectionTerminationDetails;
  ResponseFlags flags;
  bool healthCheck = false;  // not counted among the responses

  bool hasRoute = false;  // some route takes it, be it one without a name
  bool hasVirtualHost = false;
  std::string_view routeName;
  std::string_view virtualHost;
  std::string_view virtualCluster;
  std::string_view upstreamCluster;
  // The cluster that the route chose when it was chosen itself, by whatever it does so, whether there is one of that name or not.
  std::string_view routeCluster;
  std::string_view upstreamHost;      // "127.0.0.3:8080"
  std::string_view upstreamHostName;  // of the endpoint; empty: it has none
  std::string_view upstreamLocalAddress;
  std::string_view upstreamTransportFailureReason;
  uint32_t attemptCount = 0;
  uint64_t upstreamConnectionId = 0;
  std::optional<Protocol> upstreamProtocol;  // of the connection that the last try got
  Instant upstreamConnectBegin;              // of that connection, whichever request it was made for
  Instant upstreamConnectEnd;
  std::optional<Duration> upstreamPoolReady;  // how long the last try waited for the pool's word

  std::string_view requestId;

  std::shared_ptr<RedirectTrail> redirects;  // null: none; goes on to the stream that a redirect starts

  // What formats may say about more than the stream; null: nothing.
  const Surroundings* surroundings = nullptr;
  // Metadata of the configuration, by namespace; null: there is none.
  const Value::Object* routeMetadata = nullptr;
  const Value::Object* virtualHostMetadata = nullptr;
  const Value::Object* clusterMetadata = nullptr;
  const Value::Object* upstreamHostMetadata = nullptr;

  // What filters of one stream share among them; and filters of one downstream connection, null: there is none.
  FilterState filterState;
  FilterState* connectionState = nullptr;

  // Dynamic metadata: an object by namespace; null until something is written.
  std::unique_ptr<Value::Object> metadata;
  // Null: nothing is known.
  const Value* metadataOf(std::string_view metadataNamespace) const;
  void mergeMetadata(std::string_view metadataNamespace, const Value::Object& fields);
  // Typed dynamic metadata, which only services of other protocols are told: messages in bytes by namespace, both the
  // configuration's.
  std::map<std::string_view, std::string_view> typedMetadata;
};

// When a line is written: %ACCESS_LOG_TYPE%.
enum class LogType : uint8_t {
  kDownstreamStart,
  kDownstreamPeriodic,
  kDownstreamEnd,
  kUpstreamPoolReady,  // of one try, as those below
  kUpstreamPeriodic,
  kUpstreamEnd
};
std::string_view logTypeName(LogType type);

// A stream with its messages, finished or (types but kDownstreamEnd) under way, as the access log sees it. Valid during the call it is passed to.
struct LogRecord {
  const StreamInfo& info;
  const message::HeaderMap* requestHeaders = nullptr;
  const message::HeaderMap* responseHeaders = nullptr;
  const message::HeaderMap* responseTrailers = nullptr;
  LogType type = LogType::kDownstreamEnd;
  std::string_view localReplyBody = {};  // while a local reply is told
};

}  // namespace orrery::stream_info
