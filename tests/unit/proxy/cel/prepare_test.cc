#include "proxy/cel/prepare.h"

#include <gtest/gtest.h>

#include "tests/unit/proxy/cel/trees.h"

// What is refused, in Envoy's words where it refuses it too.
namespace orrery::cel {
namespace {

using namespace trees;

std::string complaintOf(std::string function, Trees arguments, bool ofTarget = false) {
  std::string out;
  ofTarget ? method(std::move(function), std::move(arguments), &out)
           : call(std::move(function), std::move(arguments), &out);
  return out;
}

TEST(CelPrepare, RefusesWhatNoFunctionTakes) {
  const std::string none = "No overload found in reference resolve step for ";
  EXPECT_EQ(complaintOf("nothing", {}), none + "nothing");
  EXPECT_EQ(complaintOf("size", {text("a"), text("b")}), none + "size");
  EXPECT_EQ(complaintOf("getHours", {whole(1)}), none + "getHours");
  EXPECT_EQ(complaintOf("int", {text("1")}, true), none + "int");
  EXPECT_EQ(complaintOf("_-_", {whole(1)}), none + "_-_");
  EXPECT_EQ(complaintOf("extract", {text("a"), text("b"), text("c")}, true), none + "extract");
  EXPECT_EQ(complaintOf("extract", {name("re"), text("a"), text("b"), text("c")}, true), "");
}

TEST(CelPrepare, RefusesOperatorsOfAnotherNumber) {
  EXPECT_EQ(complaintOf("_&&_", {whole(1)}), "Invalid argument count for a binary function call.");
  EXPECT_EQ(complaintOf("_&&_", {whole(1), whole(2), whole(3)}), "");
  EXPECT_EQ(complaintOf("_?_:_", {whole(1), whole(2)}), "Invalid argument count for a ternary function call.");
  EXPECT_EQ(complaintOf("_==_", {whole(1)}), "unexpected number of args for builtin equality operator");
  EXPECT_EQ(complaintOf("@in", {whole(1)}), "unexpected number of args for builtin 'in' operator");
  EXPECT_EQ(complaintOf("!_", {}), "unexpected number of args for builtin not operator");
  EXPECT_EQ(complaintOf("_[_]", {whole(1)}), "unexpected number of args for builtin index operator");
}

TEST(CelPrepare, RefusesPatternsThatCannotBe) {
  EXPECT_EQ(complaintOf("matches", {text("a"), text("(")}), "invalid regular expression: missing ): (");
  EXPECT_EQ(complaintOf("matches", {text("a"), text("a{500}")}, true), "regular expression exceeds max allowed size");
}

TEST(CelPrepare, RefusesWhatIsNotSupportedByName) {
  EXPECT_EQ(complaintOf("format", {text("a"), list({})}, true), "format is not supported yet");
  EXPECT_EQ(complaintOf("getHours", {field(name("request"), "time"), text("Europe/Berlin")}, true),
            "time zone 'Europe/Berlin' is not supported: only offsets as '+02:00' and 'UTC' are");
  EXPECT_EQ(complaintOf("_[_]", {name("xds"), text("listener_direction")}),
            "attribute xds.listener_direction is not supported yet");
  std::string complaint;
  prepared(field(name("xds"), "cluster_metadata"), &complaint);
  EXPECT_EQ(complaint, "attribute xds.cluster_metadata is not supported yet");
}

TEST(CelPrepare, FeaturesAreOffUnlessAskedFor) {
  for (const auto& [function, arguments] : {std::pair<std::string, Trees>{"string", {whole(1)}}}) {
    std::string complaint;
    prepared({.kind = Expression::Kind::kCall, .name = function, .operands = arguments}, &complaint);
    EXPECT_EQ(complaint, "No overload found in reference resolve step for " + function);
  }
  const Expression sum =
      prepared({.kind = Expression::Kind::kCall, .name = "_+_", .operands = {text("a"), text("b")}}, nullptr);
  EXPECT_EQ(judged(call("_==_", {sum, text("ab")})), "error");
  EXPECT_EQ(judged(call("_==_", {call("_+_", {text("a"), text("b")}), text("ab")})), "true");
}

}  // namespace
}  // namespace orrery::cel
