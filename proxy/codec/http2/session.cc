#include "proxy/codec/http2/session.h"

#include <algorithm>
#include <cstring>

#include "proxy/base/assert.h"

namespace orrery::http2 {
namespace {

// A peer may use the initial window until it has read our SETTINGS.
int64_t streamWindow(const Options& options, bool settingsAcked) {
  const int64_t window = options.initialStreamWindow;
  return settingsAcked ? window : std::max(window, kDefaultWindow);
}

}  // namespace

Session::Session(Side side, const Options& options, SessionCallbacks& callbacks, buffer::Buffer& out,
                 Delegate<void()> written, stats::Block& block, const CodecStats& stats)
    : side_(side),
      options_(options),
      callbacks_(callbacks),
      out_(out),
      written_(written),
      block_(block),
      stats_(stats),
      reader_(*this, out.pool()),
      decoder_(options.headerTableSize),
      floods_(options, block, stats),
      outbound_(block, stats),
      receiveWindow_(std::max<int64_t>(options.initialConnectionWindow, kDefaultWindow)) {}

Session::~Session() {
  ++depth_;  // nothing is told any more
  for (Stream* stream : streams_) stream->callbacks_ = nullptr;
  while (!streams_.empty()) remove(*streams_.back(), ClosedStreams::How::kEnded);
  for (Stream* stream : unsent_) delete stream;
}

void Session::start() {
  Scope scope(*this);
  char payload[5 * 6];
  size_t size = 0;
  const auto put = [&](SettingId id, uint32_t value) {
    writeU16(payload + size, static_cast<uint16_t>(id));
    writeU32(payload + size + 2, value);
    size += 6;
  };
  put(SettingId::kHeaderTableSize, options_.headerTableSize);
  if (side_ == Side::kClient) {
    out_.append(kPreface);
    outbound_.push(kPreface.size(), false);
    put(SettingId::kEnablePush, 0);
  }
  put(SettingId::kEnableConnectProtocol, options_.allowConnect ? 1 : 0);
  put(SettingId::kMaxConcurrentStreams, options_.maxConcurrentStreams);
  put(SettingId::kInitialWindowSize, options_.initialStreamWindow);
  writeFrame(FrameType::kSettings, 0, 0, {payload, size});
  if (side_ == Side::kClient) tellWindow();
}

void Session::tellWindow() {
  if (windowTold_) return;
  windowTold_ = true;
  if (options_.initialConnectionWindow > kDefaultWindow) {
    writeWindowUpdate(0, options_.initialConnectionWindow - static_cast<uint32_t>(kDefaultWindow));
  }
}

SessionStatus Session::dispatch(buffer::Buffer& in) {
  Scope scope(*this);
  if (status_ == SessionStatus::kOk) {
    dispatching_ = true;
    if (readPreface(in)) reader_.read(in);
    dispatching_ = false;
  }
  in.clear();
  return status_;
}

bool Session::readPreface(buffer::Buffer& in) {
  while (side_ == Side::kServer && prefaceSeen_ < kPreface.size() && !in.empty()) {
    const buffer::Piece piece = in.front();
    const size_t n = std::min(piece.size, kPreface.size() - prefaceSeen_);
    if (std::memcmp(piece.data, kPreface.data() + prefaceSeen_, n) != 0) {
      return fail(ErrorCode::kProtocolError, "Bad client magic");
    }
    in.drain(n);
    prefaceSeen_ += n;
  }
  return true;
}

// ---- streams ----

Stream* Session::find(uint32_t id) const {
  const auto at = std::lower_bound(streams_.begin(), streams_.end(), id,
                                   [](const Stream* stream, uint32_t wanted) { return stream->id_ < wanted; });
  return at != streams_.end() && (*at)->id_ == id ? *at : nullptr;
}

bool Session::isIdle(uint32_t id) const { return isOurs(id) ? id >= nextStream_ : id > lastPeerStream_; }

Stream::Stream(Session& session, StreamCallbacks* callbacks)
    : session_(session),
      callbacks_(callbacks),
      sendWindow_(session.peer_.initialWindow),
      pending_(session.out_.pool()),
      receiveWindow_(streamWindow(session.options_, session.settingsAcked_)),
      received_(session.out_.pool()) {
  pending_.setWatermarks(session.options_.initialStreamWindow, Delegate<void()>::to<&Stream::onPendingAbove>(this),
                         Delegate<void()>::to<&Stream::onPendingBelow>(this));
}

void Session::insert(Stream& stream, uint32_t id) {
  stream.id_ = id;
  streams_.push_back(&stream);  // ids only grow
  floods_.onStreamOpened();
  block_.increment(stats_.streams_active);
}

Stream* Session::open(StreamCallbacks& callbacks) {
  ORRERY_ASSERT(side_ == Side::kClient, "only clients open streams");
  if (status_ != SessionStatus::kOk || goAwayReceived_ || nextStream_ > kLargestStreamId) return nullptr;
  if (streams_.size() + unsent_.size() >= peer_.maxConcurrentStreams) return nullptr;
  auto* const stream = new Stream(*this, &callbacks);
  unsent_.push_back(stream);
  return stream;
}

// Last of all for the session; the object lives until the outermost operation is done.
void Session::remove(Stream& stream, ClosedStreams::How how) {
  stream.open_ = false;
  stream.detach();
  stream.unlink();
  block_.decrement(stats_.pending_send_bytes, stream.pending_.size());
  stream.pending_.clear();
  consumeOnConnection(stream.unconsumed_);
  stream.received_.clear();
  if (stream.id_ == 0) {
    std::erase(unsent_, &stream);
  } else {
    const auto at = std::lower_bound(streams_.begin(), streams_.end(), stream.id_,
                                     [](const Stream* s, uint32_t wanted) { return s->id_ < wanted; });
    streams_.erase(at);
    closed_.add(stream.id_, how);
    block_.decrement(stats_.streams_active);
  }
  buried_.emplace_back(&stream);
}

void Session::forgetSection(const Stream& stream) {
  if (!section_ || section_->stream != &stream) return;
  section_->map = nullptr;
  if (!stream.open_) section_->stream = nullptr;
}

void Session::closeIfDone(Stream& stream) {
  if (!stream.open_ || !stream.localEndSent_ || !stream.endDelivered_) return;
  StreamCallbacks* const callbacks = stream.callbacks_;
  remove(stream, ClosedStreams::How::kEnded);
  if (callbacks != nullptr) callbacks->onClosed();
}

void Session::endByReset(Stream& stream, const StreamReset& reset, ClosedStreams::How how) {
  StreamCallbacks* const callbacks = stream.callbacks_;
  remove(stream, how);
  if (callbacks != nullptr) callbacks->onReset(reset);
}

void Session::failStream(Stream& stream, ErrorCode code, std::string_view details) {
  stream.details_ = details;
  writeRst(stream.id_, code);
  endByReset(stream, {StreamReset::By::kLocal, code, details}, ClosedStreams::How::kLocalReset);
}

// ---- the end ----

bool Session::fail(ErrorCode code, std::string_view details) {
  if (status_ != SessionStatus::kOk) return false;
  writeGoAway(std::min(lastPeerStream_, goAwayLast_), code);
  status_ = SessionStatus::kProtocolError;
  errorDetails_ = details;
  return false;
}

bool Session::flood(std::string_view details) {
  if (status_ != SessionStatus::kOk) return false;
  status_ = SessionStatus::kFlood;
  errorDetails_ = details;
  return false;
}

bool Session::checkOutbound() {
  if (status_ != SessionStatus::kOk) return false;
  if (outbound_.frames() > options_.maxOutboundFrames) {
    block_.add(stats_.outbound_flood);
    return flood("Too many frames in the outbound queue.");
  }
  if (outbound_.controlFrames() > options_.maxOutboundControlFrames) {
    block_.add(stats_.outbound_control_flood);
    return flood("Too many control frames in the outbound queue.");
  }
  return true;
}

void Session::settle() {
  while (!buried_.empty()) buried_.pop_back();
  const bool wasOk = status_ == SessionStatus::kOk;
  if (wasOk && !checkOutbound() && !floodTold_) {
    floodTold_ = true;
    callbacks_.onOutboundFlood();
  }
  if (wrote_) {
    wrote_ = false;
    written_();
  }
}

}  // namespace orrery::http2
