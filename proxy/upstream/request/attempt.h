#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/http/filter.h"
#include "proxy/upstream/cluster.h"
#include "proxy/upstream/request/attempt_record.h"
#include "proxy/upstream/request/attempt_timers.h"
#include "proxy/upstream/request/upstream_chain.h"
#include "proxy/upstream/upstream_stream.h"

namespace orrery::upstream {

class Request;

// One try of a request on one host: waits for a connection, sends, hears the response (Envoy's UpstreamRequest). Where its
// cluster or its router has upstream filters, all of it goes through a chain of them.
//
// Lifetime: in its request's arena, ended by the request; memory stays until the request goes, so that it may be ended
// from inside its own callbacks. After end() it makes no callback. Threading: the worker's.
class Attempt final : public StreamSeeker,
                      private http::DownstreamWatermarkCallbacks,
                      private UpstreamChainEnds,
                      private AttemptTimers::Owner {
 public:
  // `previous`: the try before, which has ended; the request walks them when it goes.
  Attempt(Request& request, Cluster& cluster, uint32_t host, uint32_t number, Attempt* previous);
  ~Attempt();
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  // Asks the pool. False: refused at once (a circuit breaker is open); nothing follows.
  bool start(message::HeaderMap& headers, bool endStream);
  void sendData(buffer::Buffer& data, bool endStream);
  void sendTrailers(message::HeaderMap& trailers);
  // The client's request is complete: time-outs of the try start, if it has a connection.
  void onRequestComplete();

  // The response has come to its end. Its line is written by record().log(), when what it ends with has been passed on and
  // counted.
  void complete();
  // Gives up whatever goes on: leaves the queue or resets the stream. `result` is for the trace.
  void end(std::string_view result);

  Attempt* previous() const { return previous_; }
  uint32_t host() const { return host_; }
  const ClusterInfo& cluster() const { return cluster_.info(); }
  uint32_t number() const { return number_; }
  HostStats& hostStats() { return cluster_.hostStats(host_); }
  bool awaitingHeaders() const { return awaitingHeaders_; }
  // The head was given to a connection.
  bool sent() const { return sent_; }
  // It was for a change of protocol, which the answer does not grant.
  bool handshakeFailed() const { return handshakeFailed_; }
  bool live() const { return !ended_; }
  // Another try was started for it while it goes on (hedging).
  bool retried() const { return retried_; }
  void noteRetried() { retried_ = true; }
  AttemptRecord& record() { return record_; }

 private:
  // StreamSeeker
  void onPoolReady(UpstreamStream& stream) override;
  void onPoolFailure(ResetReason reason, std::string_view transportFailure) override;
  message::HeaderMap& onResponseBegin() override;
  void onInterimResponse(message::HeaderMap& headers) override;
  void onResponseHeaders(message::HeaderMap& headers, bool endStream) override;
  void onResponseData(buffer::Buffer& data, bool endStream) override;
  void onResponseTrailers(message::HeaderMap& trailers) override;
  void onStreamReset(ResetReason reason, std::string_view transportFailure) override;
  void onAboveUpstreamHighWatermark() override;
  void onBelowUpstreamLowWatermark() override;
  // http::DownstreamWatermarkCallbacks
  void onAboveWriteBufferHighWatermark() override;
  void onBelowWriteBufferLowWatermark() override;
  // UpstreamChainEnds
  void passHeaders(message::HeaderMap& headers, bool endStream) override;
  void passData(buffer::Buffer& data, bool endStream) override;
  void passTrailers(const message::HeaderMap& trailers) override;
  void takeInterim(message::HeaderMap& headers) override;
  void takeHeaders(message::HeaderMap& headers, bool endStream) override;
  void takeData(buffer::Buffer& data, bool endStream) override;
  void takeTrailers(message::HeaderMap& trailers) override;
  void noteProgress() override { timers_.restartIdle(); }
  void pauseRequest(bool pause) override;
  void pauseResponse(bool pause) override;
  // AttemptTimers::Owner
  void onPerTryTimeout(bool idle) override;
  void onMaxDuration() override;

  // The payload of a tunnel waits until the other side has granted it (measured at Envoy 1.40: of all upgrades).
  enum class Hold : uint8_t { kNone, kConnect, kWebSocket, kUpgrade };
  static Hold holdOf(const message::HeaderMap& headers);
  Pool& pool();
  void makeChain();
  void boundEarlyBody();
  // The head has come through the filters, and there is a connection.
  void sendHead();
  void sendEarlyBody();
  // What the answer says of the tunnel. False: nothing of it is granted, and the answer is its head alone.
  bool settleHold(uint32_t status, bool endStream);
  void acceptTcp();

  void onEarlyBodyAbove();
  void onEarlyBodyBelow();
  void pauseDownstream();
  void resumeDownstream();
  // The stream is over or given up: what this try holds of the downstream goes back.
  void dropStream();
  // The whole response is here.
  void noteAnswered();
  void endChain();
  // Nothing more comes of it. `result` is for the trace.
  void noteEnded(std::string_view result);
  // The same, without its line.
  void settle(std::string_view result);

  Request& request_;
  Cluster& cluster_;
  Attempt* const previous_;
  const uint32_t host_;
  const uint32_t number_;
  UpstreamStream* stream_ = nullptr;
  UpstreamChain* chain_ = nullptr;         // in the arena; null: there are no filters
  message::HeaderMap* headers_ = nullptr;  // null: they are not through the filters yet
  const message::HeaderMap* trailers_ = nullptr;
  buffer::Buffer earlyBody_;  // body that came before the connection, or before the tunnel was granted
  bool earlyEnd_ = false;
  bool headWasAll_ = false;
  Hold hold_ = Hold::kNone;
  bool handshakeFailed_ = false;
  bool ended_ = false;
  bool answered_ = false;  // the whole response has come, though filters may keep it still
  bool awaitingHeaders_ = true;
  bool sent_ = false;
  bool retried_ = false;
  bool timeoutsOnComplete_ = false;
  bool listens_ = false;         // to the downstream's watermarks
  uint32_t deferredPauses_ = 0;  // of the upstream, until the response starts (Envoy: or an early close goes unseen)
  uint32_t downstreamPauses_ = 0;
  uint32_t status_ = 0;
  AttemptRecord record_;
  AttemptTimers timers_;
};

}  // namespace orrery::upstream
