#pragma once

#include "proxy/base/arena.h"
#include "proxy/format/format.h"
#include "proxy/message/header_map.h"
#include "proxy/stream_info/stream_info.h"

namespace orrery::format {

// A finished stream, as a real Envoy saw it: GET /get?a=b, answered 200 with 19 bytes.
struct SampleRecord {
  SampleRecord() {
    using message::HeaderId;
    requestHeaders.add(HeaderId::kMethod, "GET");
    requestHeaders.add(HeaderId::kPath, "/get?a=b");
    requestHeaders.add(HeaderId::kAuthority, "tap.test");
    requestHeaders.add(HeaderId::kUserAgent, "taps");
    requestHeaders.add(HeaderId::kXRequestId, "04c8554f-7ebd-49f0-9166-291b2a1e90d1");
    responseHeaders.add(HeaderId::kStatus, "200");
    responseHeaders.add(HeaderId::kServer, "envoy");
    responseHeaders.add(HeaderId::kEnvoyUpstreamServiceTime, "0");
    info.startTime = WallTime::fromUnixNanoseconds(1'795'425'051'145'203'000);
    info.startMonotonic = TimePoint::fromNanoseconds(7'000'000'000);
    info.lastDownstreamRxByte.mark(after(19));
    info.firstUpstreamTxByte.mark(after(663));
    info.lastUpstreamTxByte.mark(after(663));
    info.firstUpstreamRxByte.mark(after(1256));
    info.lastUpstreamRxByte.mark(after(1352));
    info.firstDownstreamTxByte.mark(after(1337));
    info.lastDownstreamTxByte.mark(after(1384));
    info.complete.mark(after(1390));
    info.connectionId = 1;
    info.upstreamConnectionId = 2;
    info.attemptCount = 1;
    info.downstreamRemoteAddress = info.downstreamDirectRemoteAddress = "127.0.0.1:43438";
    info.downstreamLocalAddress = "127.0.0.1:10000";
    info.upstreamHost = "127.0.0.1:20000";
    info.upstreamLocalAddress = "127.0.0.1:53628";
    info.upstreamCluster = "origin";
    info.responseCode = 200;
    info.responseCodeDetails = "via_upstream";
    info.requestId = "04c8554f-7ebd-49f0-9166-291b2a1e90d1";
    info.bytesSent = 19;
    info.downstreamBytes = {.wireSent = 165, .wireReceived = 59, .headersSent = 127, .headersReceived = 29};
    info.upstreamBytes = {.wireSent = 175, .wireReceived = 79, .headersSent = 140, .headersReceived = 41};
  }
  // What a format makes of it, or "error: " and why it is none.
  std::string text(std::string_view format) const { return written(parseFormat(format)); }
  std::string json(const std::vector<JsonField>& fields) const { return written(parseJsonFormat(fields)); }
  stream_info::LogRecord record() const { return {info, &requestHeaders, &responseHeaders, nullptr}; }
  TimePoint after(int64_t microseconds) const { return info.startMonotonic + Duration::microseconds(microseconds); }

  std::string written(const Result<std::shared_ptr<const Formatter>>& format) const {
    if (!format) return "error: " + format.error().message;
    std::string out;
    (*format)->append(record(), out);
    return out;
  }

  ArenaPool pool;
  Arena arena{pool};
  message::HeaderMap requestHeaders{arena};
  message::HeaderMap responseHeaders{arena};
  stream_info::StreamInfo info;
};

}  // namespace orrery::format
