#include "proxy/message/grpc.h"

#include <gtest/gtest.h>

namespace orrery::message {
namespace {

struct OneField {
  OneField(HeaderId id, std::string_view value) : arena(pool), headers(arena) { headers.add(id, value); }
  ArenaPool pool;
  Arena arena;
  HeaderMap headers;
};

TEST(Grpc, TheContentTypeMayNameAnEncodingButNothingElse) {
  for (const auto& [type, is] : {std::pair{"application/grpc", true}, std::pair{"application/grpc+proto", true},
                                 std::pair{"application/grpc-web", false}, std::pair{"text/plain", false}}) {
    EXPECT_EQ(hasGrpcContentType(OneField(HeaderId::kContentType, type).headers), is) << type;
  }
}

TEST(Grpc, AStatusIsANumber) {
  EXPECT_EQ(grpcStatus(OneField(HeaderId::kGrpcStatus, "14").headers), 14u);
  EXPECT_EQ(grpcStatus(OneField(HeaderId::kGrpcStatus, "x").headers), std::nullopt);
  EXPECT_EQ(grpcStatus(OneField(HeaderId::kGrpcStatus, "99999999999").headers), std::nullopt);
  EXPECT_EQ(grpcStatus(OneField(HeaderId::kContentType, "14").headers), std::nullopt);
}

}  // namespace
}  // namespace orrery::message
