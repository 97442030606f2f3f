#include "proxy/filters/http/router/strict_headers.h"

#include <gtest/gtest.h>

#include "tests/unit/proxy/route/builders.h"

namespace orrery::filters::router {
namespace {

using Kind = StrictHeader::Kind;

std::string wrong(const std::vector<StrictHeader>& checked, std::string_view name, std::string_view value) {
  const route::test::Request request("/", "h", {{name, value}});
  const StrictHeader* const found = firstWrong(checked, request.headers);
  return found == nullptr ? "" : std::string(found->name.text());
}

TEST(StrictHeaders, NumbersAreDecimal) {
  const std::vector<StrictHeader> checked = {{message::HeaderName("x-n"), Kind::kNumber}};
  EXPECT_EQ(wrong(checked, "x-n", "12"), "");
  EXPECT_EQ(wrong(checked, "x-n", "1x"), "x-n");
  EXPECT_EQ(wrong(checked, "x-n", "-1"), "x-n");
  EXPECT_EQ(wrong(checked, "x-other", "1x"), "");
}

TEST(StrictHeaders, ConditionsOfRetriesAreKnownWordsOfTheirKind) {
  const std::vector<StrictHeader> http = {{message::HeaderName("x-r"), Kind::kRetryOn}};
  const std::vector<StrictHeader> grpc = {{message::HeaderName("x-r"), Kind::kRetryGrpcOn}};
  EXPECT_EQ(wrong(http, "x-r", "5xx, reset"), "");
  EXPECT_EQ(wrong(http, "x-r", ""), "");
  EXPECT_EQ(wrong(http, "x-r", "5xx,nope"), "x-r");
  EXPECT_EQ(wrong(http, "x-r", "cancelled"), "x-r");
  EXPECT_EQ(wrong(grpc, "x-r", "cancelled"), "");
  EXPECT_EQ(wrong(grpc, "x-r", "5xx"), "x-r");
}

}  // namespace
}  // namespace orrery::filters::router
