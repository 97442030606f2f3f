#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "proxy/http/hcm_context.h"
#include "proxy/http/server_connection.h"
#include "proxy/http/stream.h"
#include "proxy/net/session.h"

namespace orrery::http {

// The HTTP connection manager on one downstream connection: codec, streams, and the life of the connection (idle, drain,
// close), by Envoy's rules (conn_manager_impl.cc; measured behaviour where the two differ).
//
// Lifetime: its listener's, as net::Session. Threading: the worker's.
class ConnectionManager final : public net::Session,
                                private net::ConnectionCallbacks,
                                private ServerConnectionCallbacks {
 public:
  ConnectionManager(HcmContext& context, std::unique_ptr<net::Connection> connection, uint64_t connectionId,
                    net::SessionOwner& owner);
  ~ConnectionManager() override;

  void start() override;
  void closeNow() override;

  HcmContext& context() { return context_; }
  net::Connection& connection() { return *connection_; }
  uint64_t connectionId() const { return connectionId_; }
  // What filters of its streams keep with the connection.
  stream_info::FilterState& filterState() { return filterState_; }
  bool http10() const { return codec_ && codec_->protocol() == stream_info::Protocol::kHttp10; }
  // One request at a time, and Connection fields.
  bool http1() const { return codec_ && codec_->protocol() <= stream_info::Protocol::kHttp11; }

  enum class DrainState : uint8_t { kNotDraining, kDraining, kClosing };
  DrainState drainState() const { return drainState_; }
  void setClosing() { drainState_ = DrainState::kClosing; }
  // http1_safe_max_connection_duration: the next response is the last one, and says so.
  bool durationOver() const { return durationOver_; }
  // Step one of a drain; step two and the close follow drain_timeout later.
  void startDrainSequence();

  // The stream gave its whole response, or can give none.
  void endStream(Stream& stream);
  // `old` starts over as a new stream with the same request; `body`: all of it, null for none. `old` is gone afterwards.
  void recreateStream(Stream& old, buffer::Buffer* body);
  // The stream is gone for the codec: only the record is left to be written.
  void destroyStream(Stream& stream);
  // A request was refused for its head: answered already, the connection is given up.
  void onCodecError();

  StreamTimers& takeTimers();
  void giveTimers(StreamTimers& timers) { idleTimers_.push_back(&timers); }

 private:
  // net::ConnectionCallbacks
  void onData(buffer::Buffer& data, bool endStream) override;
  void onClose(net::CloseEvent event) override;
  void onAboveWriteBufferHighWatermark() override;
  void onBelowWriteBufferLowWatermark() override;
  void onBytesSent(size_t bytes) override;
  // ServerConnectionCallbacks
  ServerStream& newStream(ResponseEncoder& encoder) override;
  void onAnswerGivenUp() override { closeIfDrained(false); }

  // False: the first bytes do not tell yet.
  bool makeCodec(const buffer::Buffer& data);
  void closeOnPrematureResets();
  Stream& makeStream(ResponseEncoder& encoder, uint64_t number);
  void onIdleTimeout();
  void onDrainTimeout();
  void onMaxDuration();
  void closeIfDrained(bool skipDelay);
  void waitForReader();
  // Without a type: the connection has ended by itself.
  void closeConnection(std::optional<net::CloseType> type, std::string_view details,
                       std::optional<stream_info::ResponseFlag> flag);
  void resetStreams(std::string_view details, std::optional<stream_info::ResponseFlag> flag);
  std::string_view codecErrorDetails(Stream& stream);
  std::string_view localDisconnectDetails();
  void armIdle();

  HcmContext& context_;
  const HcmOptions& options_;
  const HcmStats& stats_;
  std::unique_ptr<net::Connection> connection_;
  net::SessionOwner& owner_;
  const uint64_t connectionId_;
  stream_info::FilterState filterState_;
  const TimePoint startedAt_;
  std::unique_ptr<ServerConnection> codec_;
  IntrusiveList<Stream> streams_;  // owned
  uint64_t requests_ = 0;
  uint64_t received_ = 0;  // without the streams that were made anew
  DrainState drainState_ = DrainState::kNotDraining;
  bool durationOver_ = false;
  bool waitsForReader_ = false;  // the next request is not read before the client has read more of its answers
  bool remoteClose_ = false;
  uint64_t closedRequests_ = 0;
  uint64_t prematureResets_ = 0;
  bool tooManyResets_ = false;
  std::optional<io::Timer> idleTimer_;
  std::optional<io::Timer> drainTimer_;
  std::optional<io::Timer> durationTimer_;
  std::vector<std::unique_ptr<StreamTimers>> timers_;
  std::vector<StreamTimers*> idleTimers_;
};

// Makes connection managers for one listener on one worker.
class HcmFactory final : public net::SessionFactory {
 public:
  explicit HcmFactory(std::unique_ptr<HcmContext> context) : context_(std::move(context)) {}
  std::unique_ptr<net::Session> newSession(std::unique_ptr<net::Connection> connection, uint64_t connectionId,
                                           net::SessionOwner& owner) override;
  HcmContext& context() { return *context_; }

 private:
  std::unique_ptr<HcmContext> context_;
};

}  // namespace orrery::http
