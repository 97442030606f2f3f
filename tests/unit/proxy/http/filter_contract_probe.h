#pragma once

#include <string>
#include <utility>
#include <vector>

#include "proxy/http/filter.h"
#include "tests/unit/proxy/http/filter_contract_case.h"

// A filter that does what a case plans for it, and notes what of the contract does not hold on its way.
namespace orrery::http::contract {

using message::HeaderMap;

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

class Probe;

// One run of a case: what all its filters know of each other.
struct Run {
  Case c;
  std::vector<Probe*> alive;
  std::string wrong;
  int made = 0;
  int destroyed = 0;
  bool deedDone = false;
  bool recreated = false;
  bool refused = false;  // a filter has answered the request on its way: nobody hears more of it
  void fault(size_t index, const std::string& what) {
    if (wrong.empty()) wrong = "filter " + std::to_string(index) + ": " + what;
  }
};

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
  void checkDecoding();
  bool does(Place place);
  void startOver();
  template <class Status>
  Status afterDeed(Status stop, Status goOn) const {
    return plan().goesOn ? goOn : stop;
  }
  // It keeps what comes, to start over once all of it is there.
  bool mayStartOver() const;
  // Its mark is due at this end of the message, once.
  bool marks(const Way& way, Direction& d) { return way.appends && !std::exchange(d.appended, true); }
  // The mark as data of its own, where the last piece of data has passed or none came.
  buffer::Buffer mark();
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

}  // namespace orrery::http::contract
