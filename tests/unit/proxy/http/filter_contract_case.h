#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

// What a case of the filter contract is made of: a chain of scripted filters, a request, a response.
namespace orrery::http::contract {

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
  bool appends = false;         // its mark at the end of the body
  bool addsTrailer = false;     // where the body's last piece passes
  bool putsIntoBuffer = false;  // each piece goes into the buffer, and the filter goes on
};
enum class Deed : uint8_t { kNone, kReply, kReset };
enum class Place : uint8_t { kDecodeHeaders, kDecodeData, kDecodeTrailers, kEncodeHeaders, kEncodeData };

struct Planned {
  std::string mark;
  Way decode;
  Way encode;
  Deed deed = Deed::kNone;
  Place place = Place::kDecodeHeaders;
  bool goesOn = false;  // it answers kContinue behind its deed
};

struct Case {
  std::vector<Planned> filters;
  std::vector<std::string> request;  // pieces; none: no body
  bool requestTrailers = false;
  std::vector<std::string> response;
  bool responseTrailers = false;
  int recreateAt = -1;          // the filter that keeps the whole request and then starts it over, once
  bool recreateInside = false;  // of a request that is its head alone: from the callback
};

// Any bytes are a case.
Case anyCase(Dice& dice);

}  // namespace orrery::http::contract
