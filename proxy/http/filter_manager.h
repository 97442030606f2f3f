#pragma once

#include <memory>
#include <optional>
#include <span>

#include "proxy/http/filter.h"
#include "proxy/http/local_reply_rules.h"

namespace orrery::http {

class FilterManager;

// What the filter chain asks of whoever it belongs to. Implemented by Stream, for the filters of a client's request, and by
// upstream::UpstreamChain, for those that one try of it goes through on its way to a host.
class FilterManagerOwner {
 public:
  virtual net::Worker& worker() = 0;
  virtual stream_info::StreamInfo& streamInfo() = 0;
  virtual Arena& arena() = 0;
  virtual const route::Route* route() = 0;
  virtual const route::VirtualHost* virtualHost() = 0;
  virtual const route::WeightedCluster* weightedCluster() = 0;
  virtual void clearRouteCache() = 0;
  virtual void refreshCluster() = 0;
  // What the route says to the filter that was added at `slot` (setSlot()); null: nothing.
  virtual const route::FilterSlot* filterSlot(uint32_t slot) = 0;

  // The maps as far as they exist.
  virtual message::HeaderMap* requestHeaders() = 0;
  virtual message::HeaderMap* requestTrailers() = 0;
  virtual message::HeaderMap& addRequestTrailers() = 0;
  virtual message::HeaderMap* responseHeaders() = 0;
  virtual message::HeaderMap* responseTrailers() = 0;
  virtual void setResponseHeaders(message::HeaderMap& headers) = 0;
  virtual void setResponseTrailers(message::HeaderMap& trailers) = 0;

  // The chain's end on the client's side (of upstream filters: on the router's).
  virtual void encode1xxHeaders(message::HeaderMap& headers) = 0;
  virtual void encodeHeaders(message::HeaderMap& headers, bool endStream) = 0;
  virtual void encodeData(buffer::Buffer& data, bool endStream) = 0;
  virtual void encodeTrailers(message::HeaderMap& trailers) = 0;
  // The response went out to its end.
  virtual void endStream() = 0;
  // No proper end is possible any more.
  virtual void resetStream() = 0;

  // Starts the request over on a new stream, with `body` (null: none) as its whole body. False: not from here.
  virtual bool recreateStream(buffer::Buffer* body) = 0;

  // True: local replies of these filters are for another chain to give, and were passed to it. These filters do not see
  // them, and hear nothing more.
  virtual bool passLocalReply(const LocalReply& reply) = 0;

  virtual bool createFilterChain(FilterChainBuilder& builder) = 0;
  virtual void onLocalReply(const LocalReply& reply) = 0;
  // What the route does to every response, before the reply adds what is its own (Envoy; replies of the connection manager too).
  virtual void finalizeLocalReply(message::HeaderMap& headers) = 0;
  // local_reply_config.
  virtual void rewriteLocalReply(message::HeaderMap& headers, LocalReplyText& text) = 0;
  virtual void resetIdleTimer() = 0;
  virtual void disarmRequestTimeout() = 0;
  virtual void setIdleTimeout(Duration timeout) = 0;
  virtual void pauseRequestBody(bool pause) = 0;
  virtual void onRequestTooLarge() = 0;
  virtual void onResponseTooLarge() = 0;

 protected:
  ~FilterManagerOwner() = default;
};

// Where iteration over the chain stands at one filter (Envoy's IterationState).
enum class IterationState : uint8_t { kContinue, kStopSingle, kStopAllBuffer, kStopAllWatermark };

// What both directions of one filter have in common; see filter_iteration.h. Lives in the stream's arena.
template <class Self, class Callbacks>
class ActiveFilter : public Callbacks {
 public:
  explicit ActiveFilter(FilterManager& m);

  // StreamFilterCallbacks, the same for both directions: the stream answers.
  net::Worker& worker() override;
  stream_info::StreamInfo& streamInfo() override;
  Arena& arena() override;
  const route::Route* route() override;
  const route::VirtualHost* virtualHost() override;
  const route::WeightedCluster* weightedCluster() override;
  void clearRouteCache() override;
  void refreshCluster() override;
  const void* routeSetting() override;
  std::array<const void*, 4> routeSettings() override;
  void resetStream() override;
  message::HeaderMap* requestHeaders() override;
  message::HeaderMap* responseHeaders() override;
  void sendLocalReply(const LocalReply& reply) override;

  bool canIterate() const { return state == IterationState::kContinue; }
  bool stoppedAll() const {
    return state == IterationState::kStopAllBuffer || state == IterationState::kStopAllWatermark;
  }

  bool afterHeaders(FilterHeadersStatus status, bool& endStream);
  bool afterData(FilterDataStatus status, buffer::Buffer& data, bool& streaming);
  bool afterTrailers(FilterTrailersStatus status);
  bool bufferIfStoppedAll(buffer::Buffer& data, bool& streaming);
  void bufferData(buffer::Buffer& data);
  void takeAdded(buffer::Buffer& data);
  void resume();

  FilterManager& manager;
  const uint32_t slot;  // position in the configured chain
  IterationState state = IterationState::kContinue;
  bool headersContinued = false;
  bool endStream = false;           // this filter has seen the end
  bool iterateFromCurrent = false;  // its data callback was not made for what is buffered
  bool added = false;               // it has put data into the buffer, where nothing was, from its data callback

 private:
  Self& self() { return static_cast<Self&>(*this); }
};

class ActiveDecoderFilter final : public ActiveFilter<ActiveDecoderFilter, StreamDecoderFilterCallbacks> {
 public:
  ActiveDecoderFilter(FilterManager& m, StreamDecoderFilter& f) : ActiveFilter(m), filter(f) {}

  // ActiveFilter asks:
  std::optional<buffer::Buffer>& buffered();
  void makeBuffer();
  bool complete() const;
  bool hasTrailers() const;
  bool trailersFollow() const;
  bool canResume() const;
  void doHeaders(bool end);
  void doData(bool end);
  void doTrailers();

  void continueDecoding() override;
  const buffer::Buffer* decodingBuffer() override;
  void addDecodedData(buffer::Buffer& data, bool streaming) override;
  void injectDecodedDataToFilterChain(buffer::Buffer& data, bool end) override;
  message::HeaderMap& addDecodedTrailers() override;
  void encode1xxHeaders(message::HeaderMap& headers) override;
  void encodeHeaders(message::HeaderMap& headers, bool end, std::string_view details) override;
  void encodeData(buffer::Buffer& data, bool end) override;
  void encodeTrailers(message::HeaderMap& trailers) override;
  void onDecoderFilterAboveWriteBufferHighWatermark() override;
  void onDecoderFilterBelowWriteBufferLowWatermark() override;
  void addDownstreamWatermarkCallbacks(DownstreamWatermarkCallbacks& callbacks) override;
  void removeDownstreamWatermarkCallbacks(DownstreamWatermarkCallbacks& callbacks) override;
  void setDecoderBufferLimit(uint32_t limit) override;
  uint32_t decoderBufferLimit() override;
  bool recreateStream() override;
  void setIdleTimeout(Duration timeout) override;
  void endAfterPartialResponse(std::string_view details) override;

  StreamDecoderFilter& filter;
  ActiveDecoderFilter* next = nullptr;  // towards the router
};

class ActiveEncoderFilter final : public ActiveFilter<ActiveEncoderFilter, StreamEncoderFilterCallbacks> {
 public:
  ActiveEncoderFilter(FilterManager& m, StreamEncoderFilter& f) : ActiveFilter(m), filter(f) {}

  std::optional<buffer::Buffer>& buffered();
  void makeBuffer();
  bool complete() const;
  bool hasTrailers() const;
  bool trailersFollow() const;
  bool canResume() const;
  void doHeaders(bool end);
  void doData(bool end);
  void doTrailers();

  void continueEncoding() override;
  const buffer::Buffer* encodingBuffer() override;
  void addEncodedData(buffer::Buffer& data, bool streaming) override;
  void injectEncodedDataToFilterChain(buffer::Buffer& data, bool end) override;
  message::HeaderMap& addEncodedTrailers() override;
  void onEncoderFilterAboveWriteBufferHighWatermark() override;
  void onEncoderFilterBelowWriteBufferLowWatermark() override;
  void setEncoderBufferLimit(uint32_t limit) override;
  uint32_t encoderBufferLimit() override;

  StreamEncoderFilter& filter;
  ActiveEncoderFilter* next = nullptr;  // towards the client
};

// The chain of HTTP filters of one stream, with Envoy's iteration contract in both directions: a request goes through the
// decoder filters in configured order, a response through the encoder filters in reverse.
//
// Lifetime: inside its stream; the filters' memory is the stream's arena, destroyFilters() ends them. Threading: the
// worker's. Bounds: one buffer a direction, with a limit: past it 413 for a request, 500 for a response, or back-pressure
// for filters that stream.
// Re-entry: filters may call anything from any callback; the stream may end in it (destroyed() then tells).
class FilterManager final : private FilterChainBuilder {
 public:
  FilterManager(FilterManagerOwner& owner, uint32_t bufferLimit);
  FilterManager(const FilterManager&) = delete;
  FilterManager& operator=(const FilterManager&) = delete;
  ~FilterManager();

  // The owner calls it in createFilterChain(): filters that are added from now on are of this entry of the chain.
  void setSlot(size_t slot) { slot_ = static_cast<uint32_t>(slot); }
  // False: the owner refused to make the chain.
  bool createFilterChain();

  void decodeHeaders(message::HeaderMap& headers, bool endStream) {
    decodeEnded_ = endStream;
    decodeHeaders(nullptr, headers, endStream);
  }
  void decodeData(buffer::Buffer& data, bool endStream) {
    decodeEnded_ = endStream;
    decodeData(nullptr, data, endStream, true);
  }
  void decodeTrailers(message::HeaderMap& trailers) {
    decodeEnded_ = true;
    decodeTrailers(nullptr, trailers);
  }

  // The response, from where it comes from: the last filter calls them, or the owner.
  void encode1xxHeaders(message::HeaderMap& headers) { encode1xxHeaders(nullptr, headers); }
  void encodeHeaders(message::HeaderMap& headers, bool endStream, std::string_view details);
  void encodeData(buffer::Buffer& data, bool endStream) {
    encodeFinal_ = endStream;
    encodeData(nullptr, data, endStream, true);
  }
  void encodeTrailers(message::HeaderMap& trailers);

  // Answers from outside the chain (timeouts, the connection manager's own checks).
  void sendLocalReply(const LocalReply& reply);

  // The client's side of back-pressure.
  void onAboveHighWatermark();
  void onBelowLowWatermark();
  // The stream was reset: filters hear no more of it.
  void noteReset() { reset_ = true; }
  void noteLocalComplete() { localComplete_ = true; }
  void setHeadRequest(bool head) { headRequest_ = head; }
  // proxy_100_continue: whether interim responses pass at all. Of those only the first does, as in Envoy.
  void setPassInterim(bool pass) { passInterim_ = pass; }

  void onStreamComplete();
  // onDestroy() of every filter, once; they may still be on the call stack.
  void destroyFilters();
  // Their destructors, when the stream itself ends.
  void releaseFilters();
  bool destroyed() const { return destroyed_; }
  bool responseHeadersSent() const { return responseHeadersSent_; }

 private:
  friend class ActiveDecoderFilter;
  friend class ActiveEncoderFilter;
  template <class Self, class Callbacks>
  friend class ActiveFilter;

  enum Call : uint32_t {
    kDecodeHeaders = 1,
    kDecodeData = 2,
    kDecodeTrailers = 4,
    kEncode1xx = 8,
    kEncodeHeaders = 16,
    kEncodeData = 32,
    kEncodeTrailers = 64,
  };
  static constexpr uint32_t kDecoding = kDecodeHeaders | kDecodeData | kDecodeTrailers;
  static constexpr uint32_t kEncoding = kEncode1xx | kEncodeHeaders | kEncodeData | kEncodeTrailers;

  // FilterChainBuilder
  Arena& arena() override { return owner_.arena(); }
  void addDecoderFilter(StreamDecoderFilter& filter) override;
  void addEncoderFilter(StreamEncoderFilter& filter) override;
  void addFilter(StreamDecoderFilter& decoder, StreamEncoderFilter& encoder) override;

  void decodeHeaders(ActiveDecoderFilter* from, message::HeaderMap& headers, bool endStream);
  void decodeData(ActiveDecoderFilter* from, buffer::Buffer& data, bool endStream, bool mayStartAtCurrent);
  void decodeTrailers(ActiveDecoderFilter* from, message::HeaderMap& trailers);
  void addDecodedData(ActiveDecoderFilter& filter, buffer::Buffer& data, bool streaming);
  ActiveDecoderFilter* firstDecoder(ActiveDecoderFilter* from, bool mayStartAtCurrent);
  bool decodingStopped();

  void encode1xxHeaders(ActiveEncoderFilter* from, message::HeaderMap& headers);
  void encodeHeaders(ActiveEncoderFilter* from, message::HeaderMap& headers, bool endStream);
  void encodeData(ActiveEncoderFilter* from, buffer::Buffer& data, bool endStream, bool mayStartAtCurrent);
  void encodeTrailers(ActiveEncoderFilter* from, message::HeaderMap& trailers);
  void addEncodedData(ActiveEncoderFilter& filter, buffer::Buffer& data, bool streaming);
  ActiveEncoderFilter* firstEncoder(ActiveEncoderFilter* from, bool mayStartAtCurrent);
  void maybeEndEncode(bool endStream);

  void reply(const LocalReply& reply);
  void replyThroughChain(const LocalReply& reply);
  void replyDirectly(const LocalReply& reply);
  // The head, and in `body` what follows it.
  message::HeaderMap& replyHeaders(const LocalReply& reply, std::string_view& body);

  void makeDecodingBuffer();
  void makeEncodingBuffer();
  void onDecodingBufferAboveHigh();
  void onDecodingBufferBelowLow();
  void onEncodingBufferAboveHigh();
  void onEncodingBufferBelowLow();

  void removeWatermarkCallbacks(DownstreamWatermarkCallbacks& callbacks);
  void tellWatermark(void (DownstreamWatermarkCallbacks::*what)());

  struct OwnedFilter {
    StreamFilterBase* filter;
    OwnedFilter* next;
  };
  void own(StreamFilterBase& filter);

  // The router is the only user in most chains.
  static constexpr size_t kMaxWatermarkCallbacks = 8;

  FilterManagerOwner& owner_;
  ActiveDecoderFilter* decoders_ = nullptr;
  ActiveDecoderFilter* lastDecoder_ = nullptr;
  ActiveEncoderFilter* encoders_ = nullptr;  // the last configured one first
  OwnedFilter* owned_ = nullptr;
  OwnedFilter* lastOwned_ = nullptr;
  std::optional<buffer::Buffer> decodingBuffer_;
  std::optional<buffer::Buffer> encodingBuffer_;
  uint32_t decodingLimit_;
  uint32_t encodingLimit_;
  DownstreamWatermarkCallbacks* watermarkCallbacks_[kMaxWatermarkCallbacks] = {};
  size_t watermarkCount_ = 0;
  uint32_t watermarkWalks_ = 0;  // under way: who is removed meanwhile leaves a null
  uint32_t highWatermarks_ = 0;
  const LocalReply* pendingReply_ = nullptr;

  uint32_t slot_ = 0;
  uint32_t calls_ = 0;
  bool created_ = false;
  bool createResult_ = true;
  bool decoderAborted_ = false;
  bool encoderAborted_ = false;
  bool decodersStreaming_ = false;
  bool encodersStreaming_ = false;
  bool localComplete_ = false;
  bool responseHeadersSent_ = false;
  // A walk of data is on its way behind which added trailers come: who resumes in it leaves them to that walk.
  bool decodeTrailersFollow_ = false;
  bool encodeTrailersFollow_ = false;
  bool decodeEnded_ = false;  // the request came to its end
  bool encodeFinal_ = false;  // the response's end went into the chain
  bool headRequest_ = false;
  bool passInterim_ = false;
  bool reset_ = false;
  bool destroyed_ = false;
  bool completeTold_ = false;
};

}  // namespace orrery::http
