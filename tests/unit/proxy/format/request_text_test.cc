#include <gtest/gtest.h>

#include "tests/unit/proxy/format/record.h"

// Operators that read the path and gRPC's status. What Envoy writes for each is in tests/differential/data/operators.yaml.
namespace orrery::format {
namespace {

class RequestText : public testing::Test {
 protected:
  std::string text(std::string_view format) const { return sample_.text(format); }
  void path(std::string_view value) { sample_.requestHeaders.set(message::HeaderId::kPath, value); }
  void grpc(std::string_view status) {
    sample_.requestHeaders.set(message::HeaderId::kContentType, "application/grpc");
    sample_.responseHeaders.set(message::HeaderId::kGrpcStatus, status);
  }

  SampleRecord sample_;
};

TEST_F(RequestText, AStatusOfGrpcHasThreeForms) {
  grpc("4");
  EXPECT_EQ(text("%GRPC_STATUS% %GRPC_STATUS(SNAKE_STRING)% %GRPC_STATUS(NUMBER)% %GRPC_STATUS_NUMBER%"),
            "DeadlineExceeded DEADLINE_EXCEEDED 4 4");
  grpc("17");
  EXPECT_EQ(text("%GRPC_STATUS% %GRPC_STATUS(SNAKE_STRING)%"), "17 17");
  grpc("x");
  EXPECT_EQ(text("%GRPC_STATUS%"), "-1");
}

TEST_F(RequestText, OnlyRequestsByGrpcHaveOne) {
  sample_.responseHeaders.set(message::HeaderId::kGrpcStatus, "4");
  EXPECT_EQ(text("%GRPC_STATUS%"), "-");
  sample_.requestHeaders.set(message::HeaderId::kContentType, "application/grpc+proto");
  sample_.responseHeaders.remove(message::HeaderId::kGrpcStatus);
  sample_.info.responseCode = 503;
  EXPECT_EQ(text("%GRPC_STATUS%"), "Unavailable");
}

TEST_F(RequestText, TheFirstParameterOfANameIsDecoded) {
  path("/p?b&a=%41%2f%zz+&a=2&c=hello");
  EXPECT_EQ(text("%QUERY_PARAM(a)%|%QUERY_PARAM(b)%|%QUERY_PARAM(c):3%|%QUERY_PARAM(d)%"), "A/%zz+||hel|-");
  path("/p");
  EXPECT_EQ(text("%QUERY_PARAM(a)%"), "-");
}

TEST_F(RequestText, ThePathIsTheOneThatCameUnlessSaidOtherwise) {
  path("/new?a=1");
  EXPECT_EQ(text("%PATH% %PATH(NQ)% %PATH(WQ:PATH)% %PATH(WQ:ORIG)%"), "/new?a=1 /new /new?a=1 -");
  sample_.requestHeaders.set(message::HeaderId::kEnvoyOriginalPath, "/old?b=2");
  EXPECT_EQ(text("%PATH% %PATH(NQ)% %PATH(WQ:PATH)% %PATH(NQ:ORIG)% %PATH(NQ):3%"), "/old?b=2 /old /new?a=1 /old /ol");
}

TEST_F(RequestText, MistakesAreNamed) {
  EXPECT_TRUE(text("%GRPC_STATUS(X)%").starts_with("error: %GRPC_STATUS% only supports"));
  EXPECT_TRUE(text("%PATH(X)%").starts_with("error: Invalid PATH option: 'X'"));
  EXPECT_TRUE(text("%PATH(NQ:X)%").starts_with("error: Invalid PATH option: 'X'"));
  EXPECT_EQ(text("%QUERY_PARAM%"), "error: %QUERY_PARAM% requires parameters");
}

}  // namespace
}  // namespace orrery::format
