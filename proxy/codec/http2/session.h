#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/base/delegate.h"
#include "proxy/codec/http2/closed_streams.h"
#include "proxy/codec/http2/flood_guard.h"
#include "proxy/codec/http2/frame_reader.h"
#include "proxy/codec/http2/hpack.h"
#include "proxy/codec/http2/message_rules.h"
#include "proxy/codec/http2/outbound_queue.h"
#include "proxy/codec/http2/stream.h"

namespace orrery::http2 {

enum class SessionStatus : uint8_t {
  kOk,
  kProtocolError,  // GOAWAY was written
  kFlood,          // the peer makes us work or keep too much
};

class SessionCallbacks {
 public:
  // Servers: a stream was opened by the peer; its head follows.
  virtual StreamCallbacks& onStream(Stream& stream) = 0;
  // The connection is closing: nothing more is read.
  virtual bool closing() const = 0;
  // Call Session::resume() soon, not from inside this call.
  virtual void onResumeWanted() = 0;
  // Any frame arrived (it proves that the peer lives).
  virtual void onFrameReceived() {}
  virtual void onPingAck(uint64_t /*data*/) {}
  // Clients: streams above `lastStream` were reset as refused already; no new ones.
  virtual void onGoAway(ErrorCode /*code*/, uint32_t /*lastStream*/) {}
  virtual void onPeerSettings() {}
  // The queue of frames that the peer does not read has grown too long, outside dispatch().
  virtual void onOutboundFlood() = 0;

 protected:
  ~SessionCallbacks() = default;
};

// HTTP/2 (RFC 9113) on one connection as a transformation of bytes: no socket, no clock. Frames, streams and windows are our
// own; HPACK is nghttp2's. Either side; no server push, priorities are read and ignored.
//
// Writes to `out` at once, as far as the peer's windows allow, and calls `written` after an operation that wrote. What a run
// of bytes means does not depend on where it is cut. What it refuses, and how, is Envoy's, or stricter where RFC 9113 is.
//
// Lifetime: `out`, the callbacks, options and statistics outlive it. Its streams die with it, without callbacks. Threading:
// one worker. Re-entry: see Stream; dispatch() may not be called from callbacks, and the session not be destroyed.
// Bounds: headers by the options; what is received and not consumed by the windows; what is to be sent by back-pressure of
// the streams' owners.
class Session final : private FrameHandler, private HeaderDecoder::Sink {
 public:
  Session(Side side, const Options& options, SessionCallbacks& callbacks, buffer::Buffer& out, Delegate<void()> written,
          stats::Block& block, const CodecStats& stats);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Writes the client's preface and the SETTINGS of either side. Once, before all else.
  void start();
  // Takes all of `in`. After an error it takes nothing more.
  SessionStatus dispatch(buffer::Buffer& in);
  std::string_view errorDetails() const { return errorDetails_; }

  // Clients: a stream for one request, or null if no more may be opened.
  Stream* open(StreamCallbacks& callbacks);
  // Delivers what waited for paused streams that go on.
  void resume();
  // Bytes of `out` have left for the network.
  void onBytesSent(size_t bytes) { outbound_.onSent(bytes); }

  // The two steps of a graceful end (RFC 9113 section 6.8): nothing new please; nothing new above what was seen.
  void shutdownNotice();
  void goAway(ErrorCode code = ErrorCode::kNoError);
  void ping(uint64_t data);

  // By the peer's mistakes, or too many frames: nothing is read or said any more.
  bool failed() const { return status_ != SessionStatus::kOk; }
  const PeerSettings& peerSettings() const { return peer_; }
  size_t streamCount() const { return streams_.size(); }
  // Calls f(stream) for all streams, oldest first; f may end any of them.
  template <class F>
  void forEachStream(F&& f) {
    Scope scope(*this);
    const std::vector<Stream*> all = streams_;
    for (Stream* stream : all) {
      if (stream->callbacks_ != nullptr) f(*stream->callbacks_);
    }
  }

 private:
  friend class Stream;

  // The outermost operation of a call: what ended is buried when it returns, and the owner told that bytes were written.
  class Scope {
   public:
    explicit Scope(Session& session) : session_(session) { ++session_.depth_; }
    ~Scope() {
      if (--session_.depth_ == 0) session_.settle();
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Session& session_;
  };

  // A block of fields while it arrives.
  struct Block {
    Block(SectionKind kind, bool extendedConnect, const FrameHead& h) : rules(kind, extendedConnect), head(h) {}
    MessageRules rules;
    FrameHead head;  // of the HEADERS frame
    Stream* stream = nullptr;
    message::HeaderMap* map = nullptr;  // null: decoded and dropped
    bool trailers = false;
    bool refuse = false;  // no room for another stream
    uint64_t wireBytes = 0;
    uint64_t listBytes = 0;
    uint32_t fields = 0;
    MessageRules::Verdict verdict = MessageRules::Verdict::kOk;
    std::string_view failure;  // of our limits, not of the message
    std::string cookie;        // crumbs joined (RFC 9113 section 8.2.3)
    bool hasCookie = false;
  };

  // FrameHandler
  bool onFrameHead(const FrameHead& head) override;
  bool onDataFrame(const FrameHead& head, buffer::Buffer& data) override;
  bool onFrame(const FrameHead& head, std::string_view payload) override;
  bool onBadPadding(const FrameHead& head) override;
  // HeaderDecoder::Sink
  void onField(std::string_view name, std::string_view value) override;

  bool readPreface(buffer::Buffer& in);
  void tellWindow();
  bool onHeaders(const FrameHead& head, std::string_view payload);
  bool openSection(const FrameHead& head);
  bool openRequest(const FrameHead& head);
  bool decodePart(std::string_view part, bool last);
  bool finishSection();
  bool finishOpen(Stream& stream, const Block& section);
  bool deliverSection(Stream& stream, const Block& section);
  void keepField(message::HeaderId id, std::string_view name, std::string_view value);
  bool onMalformed(Stream& stream, MessageRules::Verdict verdict);
  bool onRstStream(const FrameHead& head, std::string_view payload);
  bool onSettings(const FrameHead& head, std::string_view payload);
  bool applySetting(SettingId id, uint32_t value);
  bool onWindowUpdate(const FrameHead& head, std::string_view payload);
  bool onGoAwayFrame(const FrameHead& head, std::string_view payload);
  bool onPing(const FrameHead& head, std::string_view payload);
  bool onPriority(const FrameHead& head, std::string_view payload);

  // Sending
  void sendBlock(Stream& stream, std::span<const HeaderEncoder::Field> fields, bool endStream);
  void sendPart(Stream& stream);
  void sendEnd(Stream& stream);
  void pump();
  void enlist(Stream& stream);
  void writeFrame(FrameType type, uint8_t flags, uint32_t stream, std::string_view payload);
  void writeRst(uint32_t id, ErrorCode code);
  void writeWindowUpdate(uint32_t id, uint32_t increment);
  void writeGoAway(uint32_t lastStream, ErrorCode code);
  void consume(Stream& stream, int64_t bytes);
  void consumeOnConnection(int64_t bytes);

  // Streams
  Stream* find(uint32_t id) const;
  Stream& make(StreamCallbacks* callbacks);
  void insert(Stream& stream, uint32_t id);
  bool isIdle(uint32_t id) const;
  bool isOurs(uint32_t id) const { return (id % 2 == 1) == (side_ == Side::kClient); }
  void deliverData(Stream& stream, buffer::Buffer& data, bool endStream);
  void deliverWaiting(Stream& stream);
  void closeIfDone(Stream& stream);
  // A block that is arriving for it is decoded, and dropped.
  void forgetSection(const Stream& stream);
  void remove(Stream& stream, ClosedStreams::How how);
  // This side refuses what came: RST_STREAM, and the owner is told.
  void failStream(Stream& stream, ErrorCode code, std::string_view details);
  void endByReset(Stream& stream, const StreamReset& reset, ClosedStreams::How how);
  bool fail(ErrorCode code, std::string_view details);
  bool flood(std::string_view details);
  bool checkOutbound();
  void settle();

  const Side side_;
  const Options& options_;
  SessionCallbacks& callbacks_;
  buffer::Buffer& out_;
  const Delegate<void()> written_;
  stats::Block& block_;
  const CodecStats& stats_;

  FrameReader reader_;
  HeaderDecoder decoder_;
  HeaderEncoder encoder_;
  FloodGuard floods_;
  OutboundQueue outbound_;
  ClosedStreams closed_;
  PeerSettings peer_;

  std::vector<Stream*> streams_;                 // open ones by id; owned
  std::vector<std::unique_ptr<Stream>> buried_;  // ended, but perhaps on the call stack
  IntrusiveList<Stream> sendable_;               // with something to send, and window of their own for it
  std::vector<Stream*> unsent_;                  // of a client, without a head yet; owned
  std::vector<uint32_t> resumable_;

  std::optional<Block> section_;  // a block of fields that is not complete
  std::string blockBytes_;        // scratch for one to be sent
  uint32_t lastPeerStream_ = 0;
  uint32_t nextStream_ = 1;
  int64_t sendWindow_ = kDefaultWindow;
  ReceiveWindow receiveWindow_;
  size_t prefaceSeen_ = 0;
  uint32_t depth_ = 0;
  bool settingsReceived_ = false;
  bool settingsAcked_ = false;
  bool windowTold_ = false;
  bool noticeSent_ = false;
  bool goAwaySent_ = false;
  uint32_t goAwayLast_ = kLargestStreamId;
  bool goAwayReceived_ = false;
  bool pumping_ = false;
  bool dispatching_ = false;
  bool wrote_ = false;
  bool floodTold_ = false;
  SessionStatus status_ = SessionStatus::kOk;
  std::string_view errorDetails_;
};

}  // namespace orrery::http2
