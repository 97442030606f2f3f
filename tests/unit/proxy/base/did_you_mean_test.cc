#include "proxy/base/did_you_mean.h"

#include <gtest/gtest.h>

namespace orrery {
namespace {

TEST(DidYouMean, NamesTheNearest) {
  EXPECT_EQ(didYouMean("codec_typ", {"stat_prefix", "codec_type"}), "; did you mean 'codec_type'?");
}

TEST(DidYouMean, CaseAndDashesAreForgiven) {
  EXPECT_EQ(didYouMean("Codec-Type", {"codec_type"}), "; did you mean 'codec_type'?");
}

TEST(DidYouMean, LettersAreExchanged) {
  EXPECT_EQ(didYouMean("wiat", {"with", "wait", "answer"}), "; did you mean 'wait'?");
  EXPECT_EQ(didYouMean("anwser", {"wait", "answer"}), "; did you mean 'answer'?");
}

TEST(DidYouMean, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(didYouMean("elephant", {"codec_type", "stat_prefix"}), "");
  EXPECT_EQ(didYouMean("", {"a"}), "");
}

}  // namespace
}  // namespace orrery
