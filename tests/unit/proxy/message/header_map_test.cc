#include "proxy/message/header_map.h"

#include <gtest/gtest.h>

namespace orrery::message {
namespace {

struct Map : testing::Test {
  ArenaPool pool;
  Arena arena{pool};
  HeaderMap map{arena};

  std::string text() const {
    std::string out;
    for (const HeaderEntry& e : map) out += std::string(e.name) + "=" + std::string(e.value) + " ";
    return out;
  }
  size_t bytes() const {
    size_t n = 0;
    for (const HeaderEntry& e : map) n += e.name.size() + e.value.size();
    return n;
  }
};
using HeaderMapTest = Map;

TEST(HeaderId, EveryNameOfTheTableIsFoundAndOthersAreNot) {
  for (int i = 0; i < static_cast<int>(HeaderId::kCount); ++i) {
    const auto id = static_cast<HeaderId>(i);
    EXPECT_EQ(headerIdOf(headerName(id)), id) << headerName(id);
    EXPECT_EQ(headerIdOf(std::string(headerName(id)) + "x"), HeaderId::kOther);
  }
  for (const char* other : {"", "a", "x", "ab", "hosts", "Host", "x-envoy", "content-lengths", "accepts"}) {
    EXPECT_EQ(headerIdOf(other), HeaderId::kOther) << other;
  }
}

TEST(HeaderName, IsLowerCaseAndResolved) {
  EXPECT_EQ(HeaderName("X-Request-ID").id(), HeaderId::kXRequestId);
  EXPECT_EQ(HeaderName("X-Request-ID").text(), "x-request-id");
  EXPECT_EQ(HeaderName("X-Mine").id(), HeaderId::kOther);
}

TEST_F(HeaderMapTest, KeepsOrderAndRepeatedNames) {
  map.add("x-a", "1");
  map.add(HeaderId::kVia, "2");
  map.add("x-a", "3");
  map.add("via", "4");
  EXPECT_EQ(text(), "x-a=1 via=2 x-a=3 via=4 ");
  EXPECT_EQ(map.get(HeaderId::kVia), "2");
  EXPECT_EQ(map.get(HeaderName("X-A")), "1");
  EXPECT_EQ(map.getJoined(HeaderName("via")), "2,4");
  EXPECT_EQ(map.getJoined(HeaderName("x-a")), "1,3");
  EXPECT_EQ(map.getJoined(HeaderName("x-b")), "");
  EXPECT_TRUE(map.has(HeaderName("x-a")));
  EXPECT_FALSE(map.has(HeaderName("x-b")));
  EXPECT_EQ(map.byteSize(), bytes());
}

TEST_F(HeaderMapTest, JoinsTheSecondLineOfSomeFieldsOfRequests) {
  map.add(HeaderId::kMethod, "GET");
  map.add("accept", "a");
  map.add("vary", "1");
  map.add("x-a", "1");
  map.add(HeaderId::kAccept, "b");
  map.add("vary", "2");
  map.add(HeaderName("Accept"), "c");
  EXPECT_EQ(text(), ":method=GET accept=a,b,c vary=1 x-a=1 vary=2 ");
  EXPECT_EQ(map.byteSize(), bytes());
}

TEST_F(HeaderMapTest, JoinsTheSecondLineOfOtherFieldsOfResponses) {
  map.add(HeaderId::kStatus, "200");
  map.add("accept", "a");
  map.add("accept", "b");
  map.add("vary", "1");
  map.add("vary", "2");
  EXPECT_EQ(text(), ":status=200 accept=a accept=b vary=1,2 ");
  EXPECT_EQ(map.byteSize(), bytes());
}

TEST_F(HeaderMapTest, JoinsTheStatusOfTrailersAndNothingElseThere) {
  map.add("grpc-status", "1");
  map.add("grpc-status", "2");
  map.add("via", "1");
  map.add("via", "2");
  EXPECT_EQ(text(), "grpc-status=1,2 via=1 via=2 ");
}

TEST_F(HeaderMapTest, JoinsNothingToNothing) {
  map.add(HeaderId::kMethod, "GET");
  map.add("accept", "");
  map.add("accept", "a");
  map.add("accept", "");
  EXPECT_EQ(text(), ":method=GET accept=a ");
  EXPECT_EQ(map.byteSize(), bytes());
}

TEST_F(HeaderMapTest, JoinsAgainAfterItWasRemoved) {
  map.add(HeaderId::kMethod, "GET");
  map.add("accept", "a");
  map.remove(HeaderId::kAccept);
  map.add("accept", "b");
  map.add("accept", "c");
  EXPECT_EQ(text(), ":method=GET accept=b,c ");
}

TEST_F(HeaderMapTest, PseudoHeadersStayInFront) {
  map.add(HeaderId::kMethod, "GET");
  map.add("x-a", "1");
  map.add(HeaderId::kVia, "2");
  map.add(HeaderId::kAuthority, "h");
  map.set(HeaderId::kPath, "/");
  map.add(":other", "o");
  EXPECT_EQ(text(), ":method=GET :authority=h :path=/ :other=o x-a=1 via=2 ");
  EXPECT_EQ(map.byteSize(), bytes());
}

TEST_F(HeaderMapTest, SetReplacesInPlaceAndDropsTheOthers) {
  for (const char* v : {"1", "2", "3"}) {
    map.add(HeaderId::kVia, v);
    map.add("x-a", v);
  }
  map.set(HeaderId::kVia, "new");
  EXPECT_EQ(text(), "via=new x-a=1 x-a=2 x-a=3 ");
  map.set(HeaderName("x-a"), "one");
  EXPECT_EQ(text(), "via=new x-a=one ");
  map.set(HeaderName("x-b"), "b");
  map.setNumber(HeaderId::kContentLength, 18446744073709551615ULL);
  EXPECT_EQ(text(), "via=new x-a=one x-b=b content-length=18446744073709551615 ");
  EXPECT_EQ(map.byteSize(), bytes());
}

TEST_F(HeaderMapTest, RemoveTakesAllOfAName) {
  map.add(HeaderId::kVia, "1");
  map.add("x-a", "2");
  map.add(HeaderId::kVia, "3");
  EXPECT_EQ(map.remove(HeaderId::kVia), 2u);
  EXPECT_EQ(map.remove(HeaderId::kVia), 0u);
  EXPECT_FALSE(map.has(HeaderId::kVia));
  EXPECT_EQ(map.remove("x-a"), 1u);
  EXPECT_EQ(map.remove(HeaderName("x-a")), 0u);
  EXPECT_EQ(map.size(), 0u);
  EXPECT_EQ(map.byteSize(), 0u);
}

TEST_F(HeaderMapTest, AnEmptyValueIsPresent) {
  map.add(HeaderId::kHost, "");
  EXPECT_TRUE(map.has(HeaderId::kHost));
  EXPECT_EQ(map.get(HeaderId::kHost), "");
}

TEST_F(HeaderMapTest, GrowsPastItsFirstRoom) {
  for (int i = 0; i < 100; ++i) map.add("x-" + std::to_string(i), std::to_string(i));
  EXPECT_EQ(map.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(map.get(HeaderName("x-" + std::to_string(i))), std::to_string(i));
  EXPECT_EQ(map.byteSize(), bytes());
}

TEST_F(HeaderMapTest, CopiesLiveInTheirOwnArena) {
  Arena other{pool};
  HeaderMap copy{other};
  {
    Arena shortLived{pool};
    HeaderMap source{shortLived};
    source.add(HeaderId::kPath, "/p");
    source.add("x-a", "1");
    // As a codec does it that has the name among its bytes.
    source.addReference(shortLived.copy("content-length"), HeaderId::kContentLength, "3");
    copy.add("x-old", "gone");
    copy.copyFrom(source);
  }
  EXPECT_EQ(copy.path(), "/p");
  EXPECT_EQ(copy.get(HeaderName("x-a")), "1");
  EXPECT_EQ(copy.size(), 3u);
  EXPECT_EQ((copy.end() - 1)->name, "content-length");
}

TEST_F(HeaderMapTest, StatusIsUpToThreeDigits) {
  EXPECT_EQ(map.status(), 0u);
  for (const auto& [value, status] : {std::pair("200", 200u), std::pair("99", 99u), std::pair("0", 0u),
                                      std::pair("1000", 0u), std::pair("2x0", 0u)}) {
    map.set(HeaderId::kStatus, value);
    EXPECT_EQ(map.status(), status) << value;
  }
}

}  // namespace
}  // namespace orrery::message
