#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/upstream/cluster.h"
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
  void forgetHost() const;
  // The pool has given its word, or refused it.
  void onPoolAnswered();
  // What is sent and received is counted from now on.
  void onConnection(UpstreamStream& stream);
  // Of several tries it is this one that counts: its host, its connection.
  void nameHost() const;
  void nameConnection() const;
  void onSent(bool endStream);
  void onResponseBegin();
  void onResponseData();
  void onReceived(bool endStream);
  // Once; later calls say nothing. `status` 0: there was no answer.
  void finish(std::string_view result, uint32_t status);

 private:
  stream_info::StreamInfo& info() const;
  TimePoint now() const { return cluster_.worker().dispatcher.now(); }

  Request& request_;
  Cluster& cluster_;
  const uint32_t host_;
  const uint32_t number_;
  const TimePoint begun_;
  bool finished_ = false;
  // The connection's; the text is in the request's arena.
  std::string_view localAddress_;
  uint64_t connectionId_ = 0;
  stream_info::Protocol protocol_ = stream_info::Protocol::kHttp11;
  TimePoint connectBegin_;
  TimePoint connectEnd_;
};

}  // namespace orrery::upstream
