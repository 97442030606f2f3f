#include <gtest/gtest.h>

#include "tests/unit/proxy/format/record.h"

namespace orrery::format {
namespace {

struct JsonFormat : testing::Test {
  SampleRecord sample;

  std::string text(const std::vector<JsonField>& fields) const { return sample.json(fields); }
};

// Each member as Envoy 1.40 writes it.
TEST_F(JsonFormat, OneOperatorKeepsItsType) {
  EXPECT_EQ(
      text({{"code", "%RESPONSE_CODE%"},
            {"path", "%REQ(:PATH)%"},
            {"none", "%REQ(X-NO)%"},
            {"ct", "%RESP(:STATUS)%"},
            {"flags", "%RESPONSE_FLAGS%"},
            {"port", "%DOWNSTREAM_LOCAL_PORT%"},
            {"start", "%START_TIME(%s)%"},
            {"route", "%ROUTE_NAME%"},
            {"us", "%COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)%"}}),
      "{\"code\":200,\"ct\":\"200\",\"flags\":\"-\",\"none\":null,\"path\":\"/get?a=b\",\"port\":10000,\"route\":null,"
      "\"start\":\"1795425051\",\"us\":1384}\n");
}

TEST_F(JsonFormat, MixedTextsAreStrings) {
  EXPECT_EQ(text({{"a", "x%RESPONSE_CODE%y"}, {"two", "%REQ(X-NO)%%DURATION%"}, {"empty", ""}, {"lit", "100%%"}}),
            "{\"a\":\"x200y\",\"empty\":\"\",\"lit\":\"100%\",\"two\":\"-1\"}\n");
}

TEST_F(JsonFormat, AnAbsentNumberIsNull) {
  sample.info.firstUpstreamRxByte = {};
  EXPECT_EQ(text({{"rd", "%RESPONSE_DURATION%"}}), "{\"rd\":null}\n");
}

TEST_F(JsonFormat, StringsAreEscaped) {
  sample.requestHeaders.add("x-esc", "a\"b\\c\t\xc3\xa9/~<\x01");
  EXPECT_EQ(text({{"e\"k", "%REQ(X-ESC)%"}}), "{\"e\\\"k\":\"a\\\"b\\\\c\\t\xc3\xa9/~<\\u0001\"}\n");
}

TEST_F(JsonFormat, ObjectsListsAndLiterals) {
  using Kind = JsonField::Kind;
  const JsonField list{"list", "", Kind::kList, {{"", "%RESPONSE_FLAGS%"}, {"", "1.5"}, {"", "null", Kind::kLiteral}}};
  const JsonField nested{"nested", "", Kind::kObject, {list, {"b", "%DURATION%"}, {"a", "%PROTOCOL%"}}};
  EXPECT_EQ(text({nested, {"num", "5", Kind::kLiteral}, {"none", "", Kind::kObject}}),
            "{\"nested\":{\"a\":\"HTTP/1.1\",\"b\":1,\"list\":[\"-\",\"1.5\",null]},\"none\":{},\"num\":5}\n");
}

TEST_F(JsonFormat, MistakesAreNamed) { EXPECT_EQ(text({{"a", "%NO%"}}), "error: %NO% is not a supported operator"); }

}  // namespace
}  // namespace orrery::format
