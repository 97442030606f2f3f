#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/codec/http2/frame.h"
#include "proxy/codec/http2/hpack.h"
#include "sim/actors/wire.h"
#include "sim/scenario/step.h"

namespace orrery::sim {

// One end of an HTTP/2 connection as RFC 9113 has it and nothing else, written for the simulator: of the proxy's codec it
// shares the numbers of frames and the HPACK library, no rule. What the proxy emits must pass here. Bytes in, events and
// bytes out (output()); does not depend on where the bytes are cut.
//
// Use: begin(), then feed() for what arrives; what output() holds after any call is to be written.
// Threading: one thread. Re-entry: events may call anything but feed(). Lifetime: the delegate outlives it.
// Bounds: header blocks of up to 256 KiB; what is queued for closed windows is the scenario's affair.
class Http2Wire {
 public:
  enum class Side : uint8_t { kClient, kServer };
  using Fields = std::vector<HeaderField>;  // pseudo header fields first

  class Delegate {
   public:
    // The head of a message, written as HTTP/1 has it; valid during the call. Interim responses have status 1xx.
    virtual void onHead(uint32_t stream, const WireHead& head) = 0;
    virtual void onBody(uint32_t stream, std::string_view bytes) = 0;
    // The message is complete; with trailers or without.
    virtual void onEnd(uint32_t stream) = 0;
    // RST_STREAM, or a GOAWAY that leaves this stream out.
    virtual void onReset(uint32_t stream, http2::ErrorCode code) = 0;
    virtual void onGoAway(uint32_t lastStream, http2::ErrorCode code) = 0;
    // END_STREAM is in output(). Calls nothing here.
    virtual void onSent(uint32_t stream) = 0;
    // Not HTTP/2; the connection is of no use any more.
    virtual void onBroken(const std::string& why) = 0;

   protected:
    ~Delegate() = default;
  };

  Http2Wire(Side side, Delegate& delegate);
  ~Http2Wire();

  void begin();
  void feed(std::string_view data);
  std::string& output() { return out_; }

  // Client: whether the peer's settings allow one more stream now.
  bool mayOpen() const { return !broken_ && !goneAway_ && openStreams() < maxStreams_; }
  bool goneAway() const { return goneAway_; }
  uint32_t nextStream() const { return next_; }
  // Client: begins the stream nextStream().
  void open(const Fields& fields, bool end);
  // Server.
  void respond(uint32_t stream, const Fields& fields, bool end);
  // As far as the windows allow; the rest when they open. Streams that are over take nothing.
  void sendBody(uint32_t stream, std::string_view bytes, bool end);
  void reset(uint32_t stream, http2::ErrorCode code);
  // These frames of somebody else's making go out between ours. A client's may have opened streams: what
  // answers those is read and forgotten; their DATA uses the connection's window. What is no frame ends them.
  void noteRaw(std::string_view frames);
  // Server: no streams beyond those that have begun; what comes all the same is read and forgotten.
  void goAway(http2::ErrorCode code);
  size_t openStreams() const { return streams_.size(); }

 private:
  struct Stream {
    uint32_t id;
    int64_t sendWindow;
    int64_t receiveWindow = http2::kDefaultWindow;
    std::string queued;
    size_t queuedAt = 0;
    bool endQueued = false;
    bool localEnd = false;
    bool remoteEnd = false;
    bool headSeen = false;  // of a final message
    bool noBody = false;    // the response answers HEAD, or must not have one
    bool hasLength = false;
    uint64_t lengthLeft = 0;
  };

  class Collector;

  Stream* find(uint32_t id);
  // It existed and is over, or somebody else's frames may have opened it.
  bool isOver(uint32_t id) const;
  bool endedWell(uint32_t id) const;
  void erase(uint32_t id);
  void closeIfOver(uint32_t id);
  void closeAllOver();
  void fail(const std::string& why);

  // http2_wire.cc: frames
  void onFrame(const http2::FrameHead& head, std::string_view payload);
  void onData(const http2::FrameHead& head, std::string_view payload);
  void onHeaders(const http2::FrameHead& head, std::string_view payload);
  void onSettings(const http2::FrameHead& head, std::string_view payload);
  void onSetting(uint16_t id, uint32_t value);
  void onWindowUpdate(uint32_t stream, std::string_view payload);
  void onRstStream(uint32_t stream, std::string_view payload);
  void onGoAway(std::string_view payload);
  bool unpad(const http2::FrameHead& head, std::string_view& payload);
  void reopenWindows(uint32_t stream);

  // http2_message.cc: what header blocks say
  void onBlock();
  void onMessageEnd(uint32_t id);

  // http2_send.cc
  void append(http2::FrameType type, uint8_t flags, uint32_t stream, std::string_view payload);
  void appendNumber(http2::FrameType type, uint32_t stream, uint32_t number);
  void appendHeaders(uint32_t stream, const Fields& fields, bool end);
  void pump(Stream& s);

  const Side side_;
  Delegate& delegate_;
  http2::HeaderEncoder encoder_;
  http2::HeaderDecoder decoder_{4096};
  std::string in_;  // a frame that is not complete yet
  std::string out_;
  std::vector<Stream> streams_;       // by id
  std::array<uint32_t, 32> ended_{};  // the last ones that both sides had ended
  size_t endedAt_ = 0;
  uint32_t next_ = 1;      // client: the stream that it opens next
  uint32_t lastPeer_ = 0;  // server: the last one that the client opened
  int64_t sendWindow_ = http2::kDefaultWindow;
  int64_t receiveWindow_ = http2::kDefaultWindow;
  int64_t initialWindow_ = http2::kDefaultWindow;  // the peer's, of new streams
  uint64_t maxStreams_ = UINT64_MAX;
  bool prefaceSeen_;
  bool settingsSeen_ = false;
  bool goneAway_ = false;  // the peer said so
  bool leaving_ = false;   // we did
  bool raw_ = false;
  bool broken_ = false;
  // The header block that is being read.
  std::string block_;
  uint32_t blockStream_ = 0;
  bool blockEnds_ = false;
  std::unique_ptr<Collector> collector_;  // kept for its memory
  WireHead head_;
  std::string text_;
  std::vector<http2::HeaderEncoder::Field> scratch_;
};

}  // namespace orrery::sim
