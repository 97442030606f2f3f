#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/support/http2_end.h"
#include "tests/support/http2_transcript.h"

// What a run of bytes means does not depend on where it is cut, and any bytes end in a verdict.
namespace orrery::http2 {
namespace {

using tests::frame;

rc::Gen<std::string> block() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "\x82", "\x83", "\x84", "\x86", std::string("\x01\x01h", 3), std::string("\x00\x01x\x01y", 5),
          std::string("\x00\x01X\x01y", 5), std::string("\x00\x02te\x01x", 6), std::string("\x40\x01k\x01v", 5), "\xbe",
          std::string("\x0f\x0d\x01", 3) + "3", "\x20", "\xff",
          std::string("\x00\x06"
                      "cookie\x01z",
                      10))),
      [](const std::vector<std::string>& parts) {
        std::string all = "\x82\x84\x86";
        for (const std::string& p : parts) all += p;
        return all;
      });
}

rc::Gen<std::string> anyFrame() {
  return rc::gen::exec([] {
    const auto type = *rc::gen::weightedElement<uint8_t>(
        {{6, 0}, {8, 1}, {1, 2}, {2, 3}, {2, 4}, {1, 5}, {1, 6}, {1, 7}, {3, 8}, {2, 9}, {1, 0x4d}});
    const auto flags = *rc::gen::element<uint8_t>(0, 1, 4, 5, 5, 8, 0x20, 0x2d);
    const auto stream = *rc::gen::element<uint32_t>(0, 1, 1, 1, 3, 3, 5, 2, 7);
    std::string payload;
    switch (type) {
      case 1:
      case 9: payload = *block(); break;
      case 0: payload = std::string(*rc::gen::inRange<size_t>(0, 300), 'd'); break;
      case 3: payload = std::string(4, '\x08'); break;
      case 8: payload = tests::u32(*rc::gen::element<uint32_t>(0, 1, 1000, 0x7fffffff)); break;
      case 4: payload = *rc::gen::element<std::string>("", std::string("\0\4\0\0\0\5", 6), "12345"); break;
      default: payload = std::string(*rc::gen::element<size_t>(4, 5, 8, 9), '\x01'); break;
    }
    return frame(static_cast<FrameType>(type), flags, stream, payload);
  });
}

TEST(Cutting, DoesNotChangeWhatIsSeen) {
  rc::check("any frames, cut anywhere", [] {
    std::string bytes;
    for (const std::string& f : *rc::gen::container<std::vector<std::string>>(anyFrame())) bytes += f;
    const auto cuts = *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(0, 40));
    bytes = tests::http2Greeting() + bytes;
    for (const uint8_t options : {0, 1, 2, 3}) {
      const std::string whole = tests::http2Transcript(http2::Side::kServer, options, bytes, {});
      RC_ASSERT(whole == tests::http2Transcript(http2::Side::kServer, options, bytes, cuts));
      const std::vector<size_t> single(bytes.size(), 1);
      RC_ASSERT(whole == tests::http2Transcript(http2::Side::kServer, options, bytes, single));
    }
  });
}

}  // namespace
}  // namespace orrery::http2
