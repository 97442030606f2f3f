#include "tests/unit/proxy/http/filter_contract.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "tests/unit/proxy/http/http_world.h"

namespace orrery::http {
namespace {

using message::HeaderId;
using message::HeaderMap;
constexpr Duration kMoment = Duration::milliseconds(1);

// Bytes as answers to small questions; zeros when they run out.
class Dice {
 public:
  explicit Dice(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  uint32_t below(uint32_t n) {
    if (at_ == bytes_.size()) return 0;
    return bytes_[at_++] % n;
  }
  bool one(uint32_t in) { return below(in) == in - 1; }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
};

// What a filter does in one direction.
struct Way {
  enum class Headers : uint8_t { kGoOn, kStop, kStopAllBuffer, kStopAllWatermark, kUntilEnd };
  enum class Data : uint8_t { kGoOn, kHold, kHoldWatermark };
  Headers headers = Headers::kGoOn;
  Data data = Data::kGoOn;
  bool holdsTrailers = false;
  bool appends = false;      // its mark at the end of the body
  bool addsTrailer = false;  // where the body's last piece passes
};
enum class Deed : uint8_t { kNone, kReply, kReset };
enum class Place : uint8_t { kDecodeHeaders, kDecodeData, kDecodeTrailers, kEncodeHeaders, kEncodeData };

struct Planned {
  std::string mark;
  Way decode;
  Way encode;
  Deed deed = Deed::kNone;
  Place place = Place::kDecodeHeaders;
};

struct Case {
  std::vector<Planned> filters;
  std::vector<std::string> request;  // pieces; none: no body
  bool requestTrailers = false;
  std::vector<std::string> response;
  bool responseTrailers = false;
  int recreateAt = -1;  // the filter that starts the request over, once, when it has seen all of it
};

Way anyWay(Dice& dice) {
  Way way;
  way.headers = static_cast<Way::Headers>(dice.below(5));
  way.data = static_cast<Way::Data>(dice.below(3));
  way.holdsTrailers = dice.one(3);
  way.appends = dice.one(3);
  way.addsTrailer = dice.one(4);
  return way;
}

void keepMoving(Way& way) {
  way.headers = Way::Headers::kGoOn;
  way.data = Way::Data::kGoOn;
  way.holdsTrailers = false;
}

std::vector<std::string> anyBody(Dice& dice, char letter) {
  std::vector<std::string> pieces(dice.below(4));
  for (auto& piece : pieces) piece.assign(1 + dice.below(40), letter++);
  return pieces;
}

Case anyCase(Dice& dice) {
  Case c;
  const uint32_t count = 1 + dice.below(4);
  for (uint32_t i = 0; i < count; ++i) {
    Planned f;
    f.mark = "<" + std::to_string(i) + ">";
    f.decode = anyWay(dice);
    f.encode = anyWay(dice);
    c.filters.push_back(std::move(f));
  }
  // One buffer serves all filters of a direction, as in Envoy: what one holds goes on when another one resumes. So only
  // one of them holds.
  const uint32_t decoder = dice.below(count);
  const uint32_t encoder = dice.below(count);
  for (uint32_t i = 0; i < count; ++i) {
    if (i != decoder) keepMoving(c.filters[i].decode);
    if (i != encoder) keepMoving(c.filters[i].encode);
  }
  if (dice.one(3)) {
    Planned& actor = c.filters[dice.below(count)];
    actor.deed = dice.one(2) ? Deed::kReset : Deed::kReply;
    actor.place = static_cast<Place>(dice.below(5));
  } else if (dice.one(4)) {
    c.recreateAt = static_cast<int>(dice.below(count));
  }
  c.request = anyBody(dice, 'a');
  c.requestTrailers = !c.request.empty() && dice.one(3);
  c.response = anyBody(dice, 'A');
  c.responseTrailers = !c.response.empty() && dice.one(3);
  return c;
}

// One direction as one filter has seen it, and whether that was in order.
struct Direction {
  int headers = 0;
  int trailers = 0;
  bool ended = false;
  bool stopped = false;  // waits for goOn()
  bool stopAll = false;  // nothing may be told until then
  bool appended = false;
  bool headersHeld = false;  // kUntilEnd: until the body's end has come
  std::string wrong;

  void note(bool good, const char* what) {
    if (!good && wrong.empty()) wrong = what;
  }
  void onHeaders(bool end) {
    note(headers == 0, "headers twice");
    ++headers;
    ended = end;
  }
  void onData(bool end) {
    note(headers == 1, "data before headers");
    note(!ended, "data after the end");
    note(!stopAll, "data while all is stopped");
    ended = end;
  }
  void onTrailers() {
    note(headers == 1, "trailers before headers");
    note(!ended && trailers == 0, "trailers after the end");
    note(!stopAll, "trailers while all is stopped");
    ++trailers;
    ended = true;
  }
};

struct Run;

class Probe final : public StreamDecoderFilter, public StreamEncoderFilter {
 public:
  Probe(Run& run, size_t index);
  ~Probe() override;

  FilterHeadersStatus decodeHeaders(HeaderMap& h, bool end) override;
  FilterDataStatus decodeData(buffer::Buffer& d, bool end) override;
  FilterTrailersStatus decodeTrailers(HeaderMap& t) override;
  void setDecoderFilterCallbacks(StreamDecoderFilterCallbacks& c) override { decoder_ = &c; }
  FilterHeadersStatus encodeHeaders(HeaderMap& h, bool end) override;
  FilterDataStatus encodeData(buffer::Buffer& d, bool end) override;
  FilterTrailersStatus encodeTrailers(HeaderMap& t) override;
  void setEncoderFilterCallbacks(StreamEncoderFilterCallbacks& c) override { encoder_ = &c; }
  void onDestroy() override;

  // What waits goes on, from outside of any callback. False: nothing waited.
  bool goOn();

 private:
  const Planned& plan() const;
  void check();
  bool does(Place place);
  void appendMark(buffer::Buffer& to);
  FilterHeadersStatus onHeaders(const Way& way, Direction& d, bool end);
  FilterDataStatus onData(const Way& way, Direction& d, bool end);
  FilterTrailersStatus onTrailers(const Way& way, Direction& d);
  bool repliedTo() const;

  Run& run_;
  const size_t index_;
  StreamDecoderFilterCallbacks* decoder_ = nullptr;
  StreamEncoderFilterCallbacks* encoder_ = nullptr;
  Direction decode_;
  Direction encode_;
  bool destroyed_ = false;
  bool recreate_ = false;  // at the next goOn()
};

struct Run {
  Case c;
  std::vector<Probe*> alive;
  std::string wrong;
  int made = 0;
  int destroyed = 0;
  bool deedDone = false;
  bool recreated = false;
  void fault(size_t index, const std::string& what) {
    if (wrong.empty()) wrong = "filter " + std::to_string(index) + ": " + what;
  }
};

Probe::Probe(Run& run, size_t index) : run_(run), index_(index) {
  ++run_.made;
  run_.alive.push_back(this);
}

const Planned& Probe::plan() const { return run_.c.filters[index_]; }

Probe::~Probe() {
  if (!destroyed_) run_.fault(index_, "destroyed without onDestroy()");
}

void Probe::onDestroy() {
  if (destroyed_) run_.fault(index_, "onDestroy() twice");
  destroyed_ = true;
  ++run_.destroyed;
  std::erase(run_.alive, this);
  for (const Direction* d : {&decode_, &encode_}) {
    if (!d->wrong.empty()) run_.fault(index_, (d == &decode_ ? "request: " : "response: ") + d->wrong);
  }
}

void Probe::check() {
  if (destroyed_) run_.fault(index_, "called after onDestroy()");
}

// True: the filter has answered or reset here.
bool Probe::does(Place place) {
  if (run_.deedDone || plan().deed == Deed::kNone || plan().place != place) return false;
  run_.deedDone = true;
  if (plan().deed == Deed::kReset) {
    decoder_->resetStream();
  } else {
    decoder_->sendLocalReply({.status = 418, .body = "reply", .details = "by_probe"});
  }
  return true;
}

void Probe::appendMark(buffer::Buffer& to) { to.append(plan().mark); }

bool Probe::repliedTo() const {
  const HeaderMap* response = encoder_->responseHeaders();
  return response != nullptr && response->status() == 418;
}

FilterHeadersStatus Probe::onHeaders(const Way& way, Direction& d, bool end) {
  Way::Headers answer = way.headers;
  // A filter that adds a body to a message without one has seen the end: it may stop, but not all that follows (the body
  // would come to itself, which Envoy's manager does not do either).
  const bool stopsAll = answer == Way::Headers::kStopAllBuffer || answer == Way::Headers::kStopAllWatermark;
  if (end && d.appended && stopsAll) answer = Way::Headers::kStop;
  switch (answer) {
    case Way::Headers::kGoOn: return FilterHeadersStatus::kContinue;
    case Way::Headers::kStop: d.stopped = true; return FilterHeadersStatus::kStopIteration;
    case Way::Headers::kStopAllBuffer:
      d.stopped = d.stopAll = true;
      return FilterHeadersStatus::kStopAllIterationAndBuffer;
    case Way::Headers::kStopAllWatermark:
      d.stopped = d.stopAll = true;
      return FilterHeadersStatus::kStopAllIterationAndWatermark;
    case Way::Headers::kUntilEnd:
      d.headersHeld = !end;
      return end ? FilterHeadersStatus::kContinue : FilterHeadersStatus::kStopIteration;
  }
  return FilterHeadersStatus::kContinue;
}

FilterDataStatus Probe::onData(const Way& way, Direction& d, bool end) {
  if (d.headersHeld) {
    if (!end) return FilterDataStatus::kStopIterationAndBuffer;
    d.headersHeld = false;
    return FilterDataStatus::kContinue;  // what was held goes with it
  }
  if (d.stopped) return FilterDataStatus::kStopIterationAndBuffer;
  switch (way.data) {
    case Way::Data::kGoOn: return FilterDataStatus::kContinue;
    case Way::Data::kHold: d.stopped = true; return FilterDataStatus::kStopIterationAndBuffer;
    case Way::Data::kHoldWatermark: d.stopped = true; return FilterDataStatus::kStopIterationAndWatermark;
  }
  return FilterDataStatus::kContinue;
}

FilterTrailersStatus Probe::onTrailers(const Way& way, Direction& d) {
  if (d.headersHeld) {
    d.headersHeld = false;
    return FilterTrailersStatus::kContinue;
  }
  if (!d.stopped && !way.holdsTrailers) return FilterTrailersStatus::kContinue;
  d.stopped = true;
  return FilterTrailersStatus::kStopIteration;
}

FilterHeadersStatus Probe::decodeHeaders(HeaderMap&, bool end) {
  check();
  decode_.onHeaders(end);
  if (does(Place::kDecodeHeaders)) return FilterHeadersStatus::kStopIteration;
  if (end && run_.c.recreateAt == static_cast<int>(index_) && !run_.recreated) {
    recreate_ = true;
    return FilterHeadersStatus::kStopIteration;
  }
  if (end && plan().decode.appends && !std::exchange(decode_.appended, true)) {
    buffer::Buffer mark(decoder_->worker().blocks);
    appendMark(mark);
    decoder_->addDecodedData(mark, false);
  }
  return onHeaders(plan().decode, decode_, end);
}

FilterDataStatus Probe::decodeData(buffer::Buffer& data, bool end) {
  check();
  decode_.onData(end);
  if (does(Place::kDecodeData)) return FilterDataStatus::kStopIterationNoBuffer;
  if (end && run_.c.recreateAt == static_cast<int>(index_) && !run_.recreated) {
    recreate_ = true;
    return FilterDataStatus::kStopIterationAndBuffer;
  }
  if (end && plan().decode.appends && !std::exchange(decode_.appended, true)) appendMark(data);
  if (end && plan().decode.addsTrailer) decoder_->addDecodedTrailers().add("t" + std::to_string(index_), "1");
  return onData(plan().decode, decode_, end);
}

FilterTrailersStatus Probe::decodeTrailers(HeaderMap&) {
  check();
  decode_.onTrailers();
  if (does(Place::kDecodeTrailers)) return FilterTrailersStatus::kStopIteration;
  if (plan().decode.appends && !std::exchange(decode_.appended, true)) {
    buffer::Buffer mark(decoder_->worker().blocks);
    appendMark(mark);
    decoder_->addDecodedData(mark, false);
  }
  return onTrailers(plan().decode, decode_);
}

FilterHeadersStatus Probe::encodeHeaders(HeaderMap& h, bool end) {
  check();
  encode_.onHeaders(end);
  if (does(Place::kEncodeHeaders)) return FilterHeadersStatus::kStopIteration;
  if (h.status() == 418) return FilterHeadersStatus::kContinue;
  if (end && plan().encode.appends && !std::exchange(encode_.appended, true)) {
    buffer::Buffer mark(encoder_->worker().blocks);
    appendMark(mark);
    encoder_->addEncodedData(mark, false);
  }
  return onHeaders(plan().encode, encode_, end);
}

FilterDataStatus Probe::encodeData(buffer::Buffer& data, bool end) {
  check();
  encode_.onData(end);
  if (does(Place::kEncodeData)) return FilterDataStatus::kStopIterationNoBuffer;
  if (repliedTo()) return FilterDataStatus::kContinue;
  if (end && plan().encode.appends && !std::exchange(encode_.appended, true)) appendMark(data);
  if (end && plan().encode.addsTrailer) encoder_->addEncodedTrailers().add("t" + std::to_string(index_), "1");
  return onData(plan().encode, encode_, end);
}

FilterTrailersStatus Probe::encodeTrailers(HeaderMap&) {
  check();
  encode_.onTrailers();
  if (plan().encode.appends && !std::exchange(encode_.appended, true)) {
    buffer::Buffer mark(encoder_->worker().blocks);
    appendMark(mark);
    encoder_->addEncodedData(mark, false);
  }
  return onTrailers(plan().encode, encode_);
}

bool Probe::goOn() {
  if (recreate_) {
    recreate_ = false;
    run_.recreated = true;
    if (!decoder_->recreateStream()) run_.fault(index_, "recreateStream() refused a complete request");
    return true;
  }
  if (decode_.stopped) {
    decode_.stopped = decode_.stopAll = false;
    decoder_->continueDecoding();
    return true;
  }
  if (encode_.stopped) {
    encode_.stopped = encode_.stopAll = false;
    encoder_->continueEncoding();
    return true;
  }
  return false;
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string out;
  for (const auto& p : pieces) out += p;
  return out;
}

// "transfer-encoding: chunked" undone; the trailers' names behind '|'.
std::string withoutChunks(std::string_view text) {
  std::string body;
  for (;;) {
    const size_t line = text.find("\r\n");
    if (line == std::string_view::npos) return body + "!cut";
    const size_t size = std::stoul(std::string(text.substr(0, line)), nullptr, 16);
    text.remove_prefix(line + 2);
    if (size == 0) break;
    body += text.substr(0, size);
    text.remove_prefix(std::min(size + 2, text.size()));
  }
  std::string names;
  while (!text.starts_with("\r\n") && !text.empty()) {
    names += text.substr(0, text.find(':'));
    text.remove_prefix(text.find("\r\n") + 2);
  }
  return body + (names.empty() ? "" : "|" + names);
}

// What a body must have become behind all filters, in the order in which they see it. `has`: there is a body at all.
std::string expected(const Case& c, bool decoding) {
  const auto& pieces = decoding ? c.request : c.response;
  std::string body = joined(pieces);
  bool hasBody = !body.empty();
  bool trailers = decoding ? c.requestTrailers : c.responseTrailers;
  std::string names = trailers ? "end" : "";
  const size_t count = c.filters.size();
  for (size_t i = 0; i < count; ++i) {
    const size_t index = decoding ? i : count - 1 - i;
    const Way& way = decoding ? c.filters[index].decode : c.filters[index].encode;
    // A mark makes a body where there was none, for those behind.
    const bool sawData = hasBody;
    if (way.appends) {
      body += c.filters[index].mark;
      hasBody = true;
    }
    // Trailers are added where a piece of data ends the message.
    if (way.addsTrailer && sawData && !trailers) {
      trailers = true;
      names += "t" + std::to_string(index);
    }
  }
  return body + (names.empty() ? "" : "|" + names);
}

void send(HttpWorld& world, net::RawPeer& peer, Run& run, const std::string& bytes, Dice& dice) {
  peer.send(bytes);
  world.pass(kMoment);
  // Sometimes what waits goes on between two pieces.
  if (dice.one(2)) {
    const auto waiting = run.alive;
    for (Probe* p : waiting) {
      if (std::ranges::find(run.alive, p) != run.alive.end() && p->goOn()) break;
    }
    world.pass(kMoment);
  }
}

void settle(HttpWorld& world, Run& run) {
  for (int round = 0; round < 200; ++round) {
    bool any = false;
    const auto waiting = run.alive;
    for (Probe* p : waiting) {
      if (std::ranges::find(run.alive, p) == run.alive.end()) continue;
      any = p->goOn() || any;
      world.pass(kMoment);
    }
    if (!any) return;
  }
  run.fault(0, "filters wait for ever");
}

void answer(TestEnd& end, const Case& c) {
  if (!end.ended) return;
  end.replyHeaders(200, c.response.empty());
  for (size_t i = 0; i < c.response.size(); ++i) {
    end.replyData(c.response[i], i + 1 == c.response.size() && !c.responseTrailers);
  }
  if (!c.responseTrailers) return;
  auto& trailers = *end.callbacks->arena().make<HeaderMap>(end.callbacks->arena());
  trailers.add("end", "1");
  end.callbacks->encodeTrailers(trailers);
}

std::string judge(const Case& c, const Run& run, HttpWorld& world, const std::string& received, net::RawPeer::End end) {
  if (!run.wrong.empty()) return run.wrong;
  if (run.deedDone) {
    // After a reply: its status, whole, unless the response was on its way. After a reset: the connection ends.
    bool resets = false;
    for (const auto& f : c.filters) resets = resets || f.deed == Deed::kReset;
    if (resets) return end == net::RawPeer::End::kNone ? "the connection outlives a reset" : "";
    if (received.starts_with("HTTP/1.1 418") && received.ends_with("reply")) return "";
    return end != net::RawPeer::End::kNone ? "" : "neither a reply nor an end: " + received;
  }
  std::string body = world.end().body;
  std::string names;
  for (size_t at = 0; at < world.end().trailers.size();) {
    const size_t colon = world.end().trailers.find(':', at);
    names += world.end().trailers.substr(at, colon - at);
    at = world.end().trailers.find(';', at) + 1;
  }
  if (!names.empty()) body += "|" + names;
  // A request that starts over brings no trailers of its own: Envoy drops them.
  if (const std::string want = expected(c, true); body != want && !run.recreated) {
    return "the end of the chain got '" + body + "' instead of '" + want + "'";
  }
  if (!received.starts_with("HTTP/1.1 200")) return "no answer: " + received;
  const size_t head = received.find("\r\n\r\n") + 4;
  const bool chunked = received.find("transfer-encoding: chunked") < head;
  const std::string got = chunked ? withoutChunks(std::string_view(received).substr(head)) : received.substr(head);
  if (const std::string want = expected(c, false); got != want) {
    return "the client got '" + got + "' instead of '" + want + "'";
  }
  return "";
}

}  // namespace

std::string checkFilterContract(std::span<const uint8_t> bytes) {
  Dice dice(bytes);
  Run run{.c = anyCase(dice), .alive = {}, .wrong = {}};
  const Case& c = run.c;
  std::string verdict;
  {
    HcmOptions options;
    options.enableTrailers = true;
    HttpWorld world(std::move(options), [&run](FilterChainBuilder& b) {
      for (size_t i = 0; i < run.c.filters.size(); ++i) {
        auto& f = *b.arena().make<Probe>(run, i);
        b.addFilter(f, f);
      }
    });
    world.onRequest = [&c](TestEnd& end) { answer(end, c); };
    const auto peer = world.connect();
    const std::string head = "POST /a HTTP/1.1\r\nhost: h\r\n";
    if (c.request.empty()) {
      send(world, *peer, run, "GET /a HTTP/1.1\r\nhost: h\r\n\r\n", dice);
    } else {
      send(world, *peer, run, head + "transfer-encoding: chunked\r\n\r\n", dice);
      for (const auto& piece : c.request) {
        char size[8];
        std::snprintf(size, sizeof(size), "%zx", piece.size());
        send(world, *peer, run, size + ("\r\n" + piece + "\r\n"), dice);
      }
      send(world, *peer, run, c.requestTrailers ? "0\r\nend: 1\r\n\r\n" : "0\r\n\r\n", dice);
    }
    settle(world, run);
    world.pass(Duration::seconds(2));
    if (run.made > 0 || !run.wrong.empty()) verdict = judge(c, run, world, peer->received(), peer->end());
  }
  if (verdict.empty() && run.made != run.destroyed) verdict = "a filter was not told of its end";
  if (verdict.empty()) verdict = run.wrong;
  return verdict;
}

}  // namespace orrery::http
