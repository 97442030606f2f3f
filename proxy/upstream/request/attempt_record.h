#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "proxy/upstream/cluster.h"
#include "proxy/upstream/request/attempt_log.h"
#include "proxy/upstream/upstream_stream.h"

namespace orrery::upstream {

class Request;

// What a try says of itself: in the stream's record, for logs, and in the trace. Decides nothing.
//
// Lifetime: inside its try. Threading: the worker's.
class AttemptRecord {
 public:
  AttemptRecord(Request& request, Cluster& cluster, uint32_t host, uint32_t number);

  // From here on the stream's record names this host, whatever comes of the try.
  void begin();
  // It was for no host, after all.
  void forgetHost();
  // The pool has given its word, or refused it.
  void onPoolAnswered();
  // What is sent and received is counted from now on.
  void onConnection(UpstreamStream& stream);
  // Of several tries it is this one that counts: its host, its connection.
  void nameHost() const;
  void nameConnection() const;
  void onSent(bool endStream);
  void onSentBody(size_t size);
  void onResponseBegin();
  void onResponseData();
  void onReceived(bool endStream);
  // What the router hears of the response.
  void onTakenHeaders(const message::HeaderMap& headers);
  void onTakenBody(size_t size);
  void onTakenTrailers(const message::HeaderMap& trailers);
  // Why it failed.
  void onReset(ResetReason reason, std::string_view transportFailure);
  // One of its own time-outs; nothing is said of max_stream_duration, as in Envoy 1.40.
  void onTimeout(bool idle);
  // Once; later calls say nothing. `status` 0: there was no answer.
  void finish(std::string_view result, uint32_t status);
  // Its line in the router's logs, once; to be called when it has ended.
  void log();

 private:
  stream_info::StreamInfo& info() const;
  TimePoint now() const { return cluster_.worker().dispatcher.now(); }
  void nameHostIn(stream_info::StreamInfo& info) const;
  void nameConnectionIn(stream_info::StreamInfo& info) const;
  // The stream's record, and the try's own where it has one.
  template <class F>
  void inBoth(F change) const {
    change(info());
    if (log_ != nullptr) change(log_->info());
  }

  Request& request_;
  Cluster& cluster_;
  const uint32_t host_;
  const uint32_t number_;
  const TimePoint begun_;
  std::unique_ptr<AttemptLog> log_;  // null: nothing is logged of tries
  bool finished_ = false;
  bool logged_ = false;
  // The connection's; the text is in the request's arena.
  std::string_view localAddress_;
  uint64_t connectionId_ = 0;
  stream_info::Protocol protocol_ = stream_info::Protocol::kHttp11;
  TimePoint connectBegin_;
  TimePoint connectEnd_;
};

}  // namespace orrery::upstream
