#include "proxy/http/header_rules.h"

#include <gtest/gtest.h>

#include <cstring>

#include "proxy/http/address_rules.h"
#include "proxy/http/date_header.h"
#include "tests/unit/proxy/http/header_maps.h"

namespace orrery::http {
namespace {

using message::HeaderMap;

class CountingEntropy final : public io::Entropy {
 public:
  void fill(std::span<uint8_t> out) override {
    for (uint8_t& b : out) b = next_++;
  }

 private:
  uint8_t next_ = 0;
};

constexpr std::string_view kFirstId = "00010203-0405-4607-8809-0a0b0c0d0e0f";

class HeaderRules : public HeaderMaps {
 protected:
  RequestOrigin mutate(HeaderMap& m, HcmOptions options, std::string_view peer = "5.6.7.8") {
    options.statPrefix = "x";
    stats::Layout layout;
    const auto compiled = *CompiledHcm::compile(std::make_shared<HcmOptions>(std::move(options)), layout, "l", "", "");
    const io::Address address = *io::Address::parseIp(peer, 1234);
    return mutateRequestHeaders(m, *compiled, {address, "10.9.8.7"}, {}, ids_);
  }

  CountingEntropy entropy_;
  RequestIdMaker ids_{entropy_};
};

// CVE-2023-35944: filters and routes that compare the scheme see one case.
TEST_F(HeaderRules, SchemesAreLowerCase) {
  HeaderMap& m = map({{":path", "/"}, {":scheme", "hTTpS"}});
  mutate(m, {});
  EXPECT_EQ(m.scheme(), "https");
}

TEST_F(HeaderRules, AnIntermediateProxyPassesForwardingOnAndTrustsNoEnvoyHeader) {
  HeaderMap& m = map({{":path", "/"},
                      {"x-forwarded-for", "1.2.3.4"},
                      {"x-forwarded-proto", "https"},
                      {"x-request-id", "mine"},
                      {"x-envoy-max-retries", "9"},
                      {"x-envoy-upstream-rq-timeout-ms", "1"},
                      {"x-envoy-internal", "true"},
                      {"x-envoy-original-path", "/o"},
                      {"x-forwarded-client-cert", "c"}});
  const RequestOrigin origin = mutate(m, {});
  EXPECT_EQ(text(m),
            ":path: /\n:scheme: https\nx-forwarded-for: 1.2.3.4\nx-forwarded-proto: https\nx-request-id: mine\n"
            "x-envoy-original-path: /o\n");
  EXPECT_EQ(origin.remoteAddress, "1.2.3.4:0");
  EXPECT_FALSE(origin.internal);
}

TEST_F(HeaderRules, TheEdgeBelievesNothing) {
  HcmOptions o;
  o.useRemoteAddress = true;
  HeaderMap& m = map({{":path", "/"},
                      {"x-forwarded-for", "1.2.3.4"},
                      {"x-forwarded-proto", "https"},
                      {"x-request-id", "forged"},
                      {"x-envoy-decorator-operation", "d"},
                      {"x-envoy-original-path", "/o"},
                      {"x-forwarded-host", "kept"}});
  const RequestOrigin origin = mutate(m, o);
  EXPECT_EQ(text(m),
            ":path: /\n:scheme: http\nx-forwarded-for: 1.2.3.4,5.6.7.8\nx-forwarded-proto: http\n"
            "x-request-id: " +
                std::string(kFirstId) +
                "\nx-forwarded-host: kept\n"
                "x-envoy-external-address: 5.6.7.8\n");
  EXPECT_EQ(origin.remoteAddress, "");
}

// Measured: the machine's own address in x-forwarded-for, the peer's in x-envoy-external-address.
TEST_F(HeaderRules, ALoopbackPeerAppearsAsTheMachinesOwnAddress) {
  HcmOptions o;
  o.useRemoteAddress = true;
  HeaderMap& m = map({});
  mutate(m, o, "127.0.0.1");
  EXPECT_EQ(m.get(message::HeaderName("x-forwarded-for")), "10.9.8.7");
  EXPECT_EQ(m.get(message::HeaderName("x-envoy-external-address")), "127.0.0.1");
}

TEST_F(HeaderRules, TrustedHopsLookBackInTheList) {
  HcmOptions o;
  o.useRemoteAddress = true;
  o.xffNumTrustedHops = 1;
  HeaderMap& m = map({{"x-forwarded-for", "9.9.9.9, 1.2.3.4"}, {"x-forwarded-proto", "https"}});
  EXPECT_EQ(mutate(m, o).remoteAddress, "1.2.3.4:0");
  EXPECT_EQ(m.get(message::HeaderName("x-forwarded-proto")), "https");
  o.useRemoteAddress = false;
  HeaderMap& n = map({{"x-forwarded-for", "9.9.9.9, 1.2.3.4"}});
  EXPECT_EQ(mutate(n, o).remoteAddress, "9.9.9.9:0");
}

TEST_F(HeaderRules, NothingIsInternalByDefault) {
  HcmOptions o;
  o.useRemoteAddress = true;
  HeaderMap& external = map({{"x-envoy-retry-on", "5xx"}});
  EXPECT_FALSE(mutate(external, o, "10.0.0.1").internal);
  EXPECT_EQ(external.get(message::HeaderName("x-envoy-retry-on")), "");
  o.internalRanges.push_back({*io::Address::parseIp("10.0.0.0", 0), 8});
  HeaderMap& internal = map({{"x-envoy-retry-on", "5xx"}});
  EXPECT_TRUE(mutate(internal, o, "10.0.0.1").internal);
  EXPECT_EQ(internal.get(message::HeaderName("x-envoy-retry-on")), "5xx");
  EXPECT_EQ(internal.get(message::HeaderName("x-envoy-internal")), "true");
  HeaderMap& forwarded = map({{"x-forwarded-for", "10.0.0.2"}});
  EXPECT_FALSE(mutate(forwarded, o, "10.0.0.1").internal);
}

TEST_F(HeaderRules, HopByHopFieldsEndHere) {
  HeaderMap& m = map({{"connection", "keep-alive"},
                      {"keep-alive", "5"},
                      {"proxy-connection", "x"},
                      {"upgrade", "h2c"},
                      {"te", "gzip, trailers"},
                      {"proxy-authorization", "kept"},
                      {"transfer-encoding", "chunked"}});
  mutate(m, {});
  EXPECT_EQ(text(m), ":scheme: http\nte: trailers\nproxy-authorization: kept\nx-forwarded-proto: http\nx-request-id: " +
                         std::string(kFirstId) + "\n");
}

TEST_F(HeaderRules, NominatedFieldsAreRemovedButForSomeThatMustStay) {
  HeaderMap& m = map({{"connection", "close, X-A"}, {"x-a", "1"}, {"x-b", "2"}, {"te", "trailers"}});
  EXPECT_TRUE(removeNominatedHeaders(m));
  EXPECT_EQ(text(m), "connection: close, X-A\nx-b: 2\nte: trailers\n");
  for (const char* name : {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", ":path"}) {
    HeaderMap& refused = map({{"connection", name}});
    EXPECT_FALSE(removeNominatedHeaders(refused)) << name;
  }
}

TEST_F(HeaderRules, ViaIsAppended) {
  HcmOptions o;
  o.via = "me";
  HeaderMap& m = map({{"via", "1.1 other"}});
  mutate(m, o);
  EXPECT_EQ(m.get(message::HeaderName("via")), "1.1 other, me");
}

TEST_F(HeaderRules, AuthorityCharacters) {
  EXPECT_TRUE(authorityIsValid(""));
  EXPECT_TRUE(authorityIsValid("user@[::1]:80"));
  EXPECT_FALSE(authorityIsValid("a b"));
  EXPECT_FALSE(authorityIsValid("a/b"));
  EXPECT_FALSE(authorityIsValid(std::string_view("a\0b", 3)));
}

TEST(XffAddress, TakesTheRightmostThatIsNotSkipped) {
  EXPECT_EQ(addressFromXff("1.1.1.1, 2.2.2.2", 0).address->ipText(), "2.2.2.2");
  EXPECT_EQ(addressFromXff("1.1.1.1, 2.2.2.2", 1).address->ipText(), "1.1.1.1");
  EXPECT_FALSE(addressFromXff("1.1.1.1, 2.2.2.2", 2).address);
  EXPECT_FALSE(addressFromXff("nonsense", 0).address);
  EXPECT_EQ(addressFromXff("::1", 0).address->ipText(), "::1");
  EXPECT_TRUE(addressFromXff("1.1.1.1", 0).only);
  EXPECT_FALSE(addressFromXff("2.2.2.2,1.1.1.1", 0).only);
}

TEST(DateHeader, IsTheFormOfRfc9110) {
  DateHeader date;
  EXPECT_EQ(date.at(WallTime::fromUnixNanoseconds(784111777'000'000'000)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(WallTime::fromUnixNanoseconds(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(date.at(WallTime::fromUnixNanoseconds(1'709'164'799'999'999'999)), "Wed, 28 Feb 2024 23:59:59 GMT");
  EXPECT_EQ(date.at(WallTime::fromUnixNanoseconds(1'709'164'800'000'000'000)), "Thu, 29 Feb 2024 00:00:00 GMT");
}

}  // namespace
}  // namespace orrery::http
