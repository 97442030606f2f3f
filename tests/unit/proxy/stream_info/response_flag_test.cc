#include "proxy/stream_info/response_flag.h"

#include <gtest/gtest.h>

#include "proxy/stream_info/stream_info.h"

namespace orrery::stream_info {
namespace {

TEST(ResponseFlags, NoneIsADash) {
  EXPECT_EQ(ResponseFlags().text(), "-");
  EXPECT_EQ(ResponseFlags().longText(), "-");
  EXPECT_FALSE(ResponseFlags().any());
}

// As Envoy logged them for one request each: in the order in which they came about.
TEST(ResponseFlags, SeveralAreJoinedInTheOrderOfSetting) {
  ResponseFlags flags;
  flags.set(ResponseFlag::kUpstreamRetryLimitExceeded);
  flags.set(ResponseFlag::kUpstreamRequestTimeout);
  flags.set(ResponseFlag::kUpstreamRetryLimitExceeded);
  EXPECT_EQ(flags.text(), "URX,UT");
  EXPECT_EQ(flags.longText(), "UpstreamRetryLimitExceeded,UpstreamRequestTimeout");
  ResponseFlags tcp;
  tcp.set(ResponseFlag::kUpstreamConnectionFailure);
  tcp.set(ResponseFlag::kUpstreamRetryLimitExceeded);
  EXPECT_EQ(tcp.text(), "UF,URX");
}

TEST(ResponseFlags, EveryFlagHasBothNames) {
  for (unsigned i = 0; i < static_cast<unsigned>(ResponseFlag::kCount); ++i) {
    const auto flag = static_cast<ResponseFlag>(i);
    EXPECT_FALSE(responseFlagName(flag).empty());
    EXPECT_FALSE(responseFlagLongName(flag).empty());
    EXPECT_NE(responseFlagLongName(flag).front(), 'k');
  }
  EXPECT_EQ(responseFlagLongName(ResponseFlag::kUpstreamConnectionFailure), "UpstreamConnectionFailure");
}

TEST(Protocol, HasEnvoysNames) {
  EXPECT_EQ(protocolName(Protocol::kHttp10), "HTTP/1.0");
  EXPECT_EQ(protocolName(Protocol::kHttp11), "HTTP/1.1");
  EXPECT_EQ(protocolName(Protocol::kHttp2), "HTTP/2");
}

}  // namespace
}  // namespace orrery::stream_info
