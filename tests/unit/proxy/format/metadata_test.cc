#include <gtest/gtest.h>

#include "proxy/format/format.h"

namespace orrery::format {
namespace {

using stream_info::Value;

// What each format says of the metadata {"a":"x y","b":true,"l":[1,"a"],"none":null,"o":{"x":1,"y":"q\"z"}} of "ns"; measured
// at Envoy 1.40.
struct Metadata : testing::Test {
  Metadata() {
    Value::Object inner;
    memberOf(inner, "x").is = 1.0;
    memberOf(inner, "y").is = std::string("q\"z");
    Value::Object fields;
    memberOf(fields, "a").is = std::string("x y");
    memberOf(fields, "b").is = true;
    memberOf(fields, "l").is = Value::List{{1.0}, {std::string("a")}};
    memberOf(fields, "none").is = nullptr;
    memberOf(fields, "o").is = inner;
    info.mergeMetadata("ns", fields);
  }
  std::string text(const std::string& format) {
    const auto formatter = parseFormat(format);
    if (!formatter) return formatter.error().message;
    std::string out;
    (*formatter)->append(stream_info::LogRecord{info}, out);
    return out;
  }
  stream_info::StreamInfo info{};
};

TEST_F(Metadata, IsWrittenByItsPath) {
  EXPECT_EQ(text("%DYNAMIC_METADATA(ns)%"), R"({"a":"x y","b":true,"l":[1,"a"],"none":null,"o":{"x":1,"y":"q\"z"}})");
  EXPECT_EQ(text("%DYNAMIC_METADATA(ns:a)%"), "x y");
  EXPECT_EQ(text("%DYNAMIC_METADATA(ns:o)%"), R"({"x":1,"y":"q\"z"})");
  EXPECT_EQ(text("%DYNAMIC_METADATA(ns:o:x)%"), "1");
  EXPECT_EQ(text("%DYNAMIC_METADATA(ns:l)%"), R"([1,"a"])");
  EXPECT_EQ(text("%DYNAMIC_METADATA(ns:o):4%"), R"({"x")");
}

TEST_F(Metadata, WhatIsNotThereIsADash) {
  EXPECT_EQ(text("%DYNAMIC_METADATA(other)%"), "-");
  EXPECT_EQ(text("%DYNAMIC_METADATA(ns:other)%"), "-");
  EXPECT_EQ(text("%DYNAMIC_METADATA(ns:a:b)%"), "-");
  EXPECT_EQ(text("%DYNAMIC_METADATA(ns:none)%"), "-");
}

TEST_F(Metadata, KeepsItsKindInJson) {
  const auto json = parseJsonFormat({{"m", "%DYNAMIC_METADATA(ns:o)%"}, {"n", "%DYNAMIC_METADATA(none)%"}});
  ASSERT_TRUE(json);
  std::string out;
  (*json)->append(stream_info::LogRecord{info}, out);
  EXPECT_EQ(out, "{\"m\":{\"x\":1,\"y\":\"q\\\"z\"},\"n\":null}\n");
}

}  // namespace
}  // namespace orrery::format
